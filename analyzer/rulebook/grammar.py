"""Which words of a name or a sentence are its verbs, and which only look like verbs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from analyzer.rulebook.deciding import Deciding
from analyzer.rulebook.deeds import DENIALS, LINKS, PRONOUNS, WHEN, Deeds
from analyzer.rulebook.foreign import CHAIN, Foreign, beyond_reading, commas_of
from analyzer.rulebook.lexicon import Lexicon
from analyzer.rulebook.naming import Naming
from analyzer.rulebook.opening import BE, RELATIVE, REQUESTS, Opening
from analyzer.text import Segment, has_cjk

_REACH = 12
"""Words of a sentence that are searched for its verb where it does not open with one."""
_AFTER_PLURAL = frozenset({"of", "near", "nearby", "per", "in", "at", "around", "along", "with"})
_PEOPLE = frozenset({"who", "whoever", "everyone", "everybody", "people", "users", "somebody"})
_AFTER_NOUN = frozenset({"of", "whose", "which", "per"})
_AFTER_PAIR = frozenset({"of", "for", "up"})
_AFTER_LISTED = frozenset({"in", "by", "made", "similar", "matching", "like"})
_BEFORE_BARE = frozenset({"to", "can", "will", "must"})
_OF_WHICH = frozenset({"of", "for", "in", "from", "at", "per", "between", "near"})
_USING = frozenset({"using", "via"})
_INITIATING = frozenset({"initiate", "initiates"})
_WHETHER = frozenset({"if", "whether"})
_PLACING = frozenset({"starting", "beginning", "ending"})
_METHODS = frozenset({"get", "put", "patch", "delete"})
_ACTING = ("run", "control", "device", "send", "deploy", "interact", "pay", "trade")
_KEEPING = ("create", "change", "add", "write", "removal", "clear", "overwrite", "publish")
_LOOKING = ("retrieve", "search", "analyze")
"""Classes of verbs that do something, that change what is kept, and that only look."""
_SOLD = ("booking", "pay", "trade", "send")
"""Classes of verbs that are as often the plural of a noun: "Books by an author"."""
_GIVEN = ("content_param", "person_param", "value_param")
"""Classes of parameters with what is to be sent or set."""


class Grammar:
    """The word lists that finding an act needs, taken from the lexicon once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.read = lexicon.read
        self.bare = lexicon.verbs("bare")
        self.finite = lexicon.verbs("base") | lexicon.verbs("gerund")
        self.gerund = lexicon.verbs("gerund")
        self.past = lexicon.verbs("past")
        self.foreign = Foreign(lexicon)
        self.third = (lexicon.verbs("base") - self.bare) | self.foreign.plain
        self.noun_like = lexicon.group("noun_like")
        self.listing = lexicon.group("listing")
        self.given = frozenset().union(*map(lexicon.group, _GIVEN))
        self.result = lexicon.group("result_noun")
        self.nouns_of_doing = Deeds(lexicon)
        self.looking = frozenset().union(*map(lexicon.group, _LOOKING))
        self.deeds = frozenset().union(*map(lexicon.group, _ACTING)) - self.looking
        self.changing = frozenset().union(*map(lexicon.group, _KEEPING)) - self.looking | self.deeds
        self.records = lexicon.group("record_noun")
        self.thing = self.noun_like & self.deeds & self.bare
        self.live = lexicon.group("live_thing")
        self.happening = lexicon.group("happening")
        self.countable = self.happening | self.live
        self.undertaken = self.deeds - lexicon.group("sendable")
        self.opened = lexicon.group("opened")
        self.sold = frozenset().union(*map(lexicon.group, _SOLD)) & self.noun_like
        self.doing = self.deeds & self.gerund
        self.aspect = lexicon.group("aspect") | self.foreign.verbs
        self.begun = lexicon.group("begun")
        self.only_kept = self.gerund & (self.changing - self.deeds)
        self.looked_up = lexicon.group("looked_up")
        self._opening = Opening(lexicon)
        self.compounds = lexicon.group("compound")
        self.tools = lexicon.group("tool_noun")
        self.articles = lexicon.group("determiner")
        self.plain = lexicon.verbs("bare", "plain_")
        self.reading = self.foreign.reading
        self.acting = self.foreign.acting | (lexicon.verbs("gerund", "plain_") - self.reading)
        self.act = self.plain - self.reading
        self.requesting = lexicon.group("requesting")
        self.stops = lexicon.group("preposition")
        self.shouted = lexicon.group("shouted")
        self._before_a_thing = self.stops | _WHETHER
        self.no_order = self.stops | lexicon.group("no_order")
        self.strict = self.bare - self.noun_like
        # Before "details" and the like a run or a trigger is a noun, an update hardly ever.
        self.plain_verbs = self.strict | (self.act - lexicon.group("plain_run"))
        self.plain_verbs |= self.bare & (lexicon.group("clear") | lexicon.group("removal"))
        self.linked = self.finite - self.noun_like
        self.english = self.linked - self.foreign.verbs
        self.deciding = Deciding(lexicon, self)
        self.naming = Naming(lexicon, self)

    def joins(self, words: Sequence[str], at: int) -> bool:
        """Whether the word joins the next to a verb before it."""
        return words[at] in LINKS or self.foreign.joins(words, at)

    def opening(self, words: Sequence[str]) -> int:
        """Where a sentence comes to the point: after "This tool allows you to" and the like."""
        return self._opening.point(self.read(words))

    def lead_verbs(self, sentence: Segment) -> list[int]:
        """Where the verbs stand that a sentence opens with; empty for one without any."""
        words, commas = self.read(sentence.words), commas_of(sentence)
        at = self.opening(words)
        if at < len(words) and words[at] not in self.english:
            other = self.foreign.verb(words, at, self._has_object)
            if other is not None and not (has_cjk(words[other]) and self.cites(words, at)):
                return self._chain(words, other, commas)
        if self._is_noun(words, at, commas):
            return []
        method = self._method(words, at)
        if method is not None:
            return [method]
        heads = bool(at) and at < len(words) and self._heads_a_noun(sentence, words, at)
        if at < len(words) and words[at] in self.finite and not heads:
            return self._chain(words, at, commas)
        main = self._main_clause(words, commas)
        if main is not None:
            return self._chain(words, main, commas)
        for far in range(at, min(at + _REACH, len(words))):
            word = words[far]
            if word not in self.finite or word in self.foreign.verbs:
                continue
            if far and self._is_aside(words[far - 1], word):
                continue
            if (far and words[far - 1] in DENIALS) or words[far + 1 : far + 2] == ("not",):
                continue  # "Does not wake the car"
            if self._heads_a_noun(sentence, words, far):
                continue
            if far and self._follows_a_label(sentence, words, far):
                return self._chain(words, far, commas)
            if word in self.noun_like:
                # "Notion | Update a block": an object with its article makes a verb of it.
                if words[far + 1 : far + 2] and words[far + 1] in self.articles:
                    return self._chain(words, far, commas)
                continue
            if (
                word in self.third
                or word in self.gerund
                or (far and words[far - 1] in _BEFORE_BARE)
            ):
                return self._chain(words, far, commas)
            if far == at + 1 or far == at + 2:
                return self._chain(words, far, commas)
        return []

    def orders(self, words: Sequence[str]) -> bool:
        """Whether words open with a verb that can be no noun: "plays the next track", "jump to"."""
        verb = "".join(words[:1])
        acts_on = verb in self.bare and (words[1:2] == ("to",) or self._has_object(words, 0))
        return acts_on or verb in self.third

    def cites(self, words: Sequence[str], at: int) -> bool:
        """Whether an English order only cites what is Chinese, Japanese or Korean: "Print the text
        when asked for 출력"."""
        return words[at] in self.bare and sum(map(has_cjk, words)) * 4 <= len(words)

    def _main_clause(self, words: Sequence[str], commas: frozenset[int]) -> int | None:
        """Where the order stands that a clause is put before: "Given an id, delete a record"."""
        comma = min(commas, default=_REACH)
        if comma >= _REACH or words[0] not in self.no_order:
            return None
        at = self._opening.after_preamble(words, comma + 1)
        if at >= len(words) or words[at] not in self.bare:
            return None
        if words[0] in WHEN:
            return at if words[at] in self.strict or self._has_object(words, at) else None
        return at if words[at] in self.changing and self._has_object(words, at) else None

    def _method(self, words: Sequence[str], at: int) -> int | None:
        """Where the method of a request stands: "Make a DELETE request to" deletes."""
        if at >= len(words) or words[at] not in self.requesting:
            return None
        for far in range(at + 1, min(at + 4, len(words))):
            if words[far] in _METHODS and not REQUESTS.isdisjoint(words[far + 1 : far + 3]):
                return far
        return None

    def _is_noun(self, words: Sequence[str], at: int, commas: frozenset[int]) -> bool:
        """Whether what looks like a verb is a noun: "Logs of a build" have no object, and "Call
        history of a number" speaks of a history."""
        if self.is_compound(words, at) and (
            words[at + 1][-1] == "s" or at + 2 == len(words) or words[at + 2] in _OF_WHICH
        ):
            return True  # "Test results", but not "test data pipelines"
        after, then = (*words[at + 1 : at + 3], "", "")[:2]
        if not then:
            return False
        if words[at] == "open" and after in self.opened and then in self.stops:
            return True  # "Open positions of the account"
        if words[at] in self.doing:
            # "Charging sessions of a car": an order would not be in this form and without article.
            return after in self.countable and then in _AFTER_PLURAL
        if after == "per":
            return True  # "Spend per key"
        if words[at] not in self.noun_like:
            return False
        if at in commas and after not in self.finite:
            return True  # "Make, model and year"
        if after in self.past and then in self.stops:
            return True  # "Text recognised in a picture"
        if words[at] in self.third:
            # "Runs and rides of an athlete", "Books by an author"
            joined = after in LINKS and then[-1:] == "s"
            joined = joined and not _AFTER_PAIR.isdisjoint(words[at + 3 : at + 4])
            listed = words[at] in self.sold and after in _AFTER_LISTED
            return after in _AFTER_NOUN or joined or listed
        if after == "of" and words[at] not in self.undertaken:
            return True  # "Snapshot of a session", but not "Run of a script"
        if words[at] not in self.thing or then != "of" or after in self.live:
            return False
        return after in self.happening or after in self.result or not after.endswith("s")

    def is_compound(self, words: Sequence[str], at: int) -> bool:
        """Whether the word and the next name a thing: "Press releases of a company"."""
        return "_".join(words[at : at + 2]) in self.compounds

    def _is_aside(self, before: str, word: str) -> bool:
        """Whether a verb tells of a thing or of when: "words that trigger it", "jobs that are
        running", "a step before creating a page"."""
        if word == "including" or (word in self.gerund and before in WHEN):
            return True
        if word not in self.deeds:
            return False
        if word in self.gerund:
            return before in BE
        return before in RELATIVE and word not in self.third

    def _heads_a_noun(self, sentence: Segment, words: Sequence[str], at: int) -> bool:
        """Whether a verb on the way is the noun of what stands before it: "Delivery stops that are
        late", "Pool heating: limits", "pages starting at"."""
        if words[at] in self.third:
            return words[at + 1 : at + 2] == ("that",) and not BE.isdisjoint(words[at + 2 : at + 3])
        if words[at] not in self.gerund:
            return False
        after = "".join(words[at + 1 : at + 2])
        if at and words[at - 1] in self.articles and after.isalpha():
            return True  # "Current trading credits", "a reading of the meter"
        place = (
            words[at] in _PLACING and words[at + 1 : at + 2] != () and words[at + 1] in self.stops
        )
        return place or sentence.text[sentence.ends[at] :][:1] == ":"

    def _follows_a_label(self, sentence: Segment, words: Sequence[str], at: int) -> bool:
        """Whether an order stands behind the name of a tool: "Official mail API: send a letter"."""
        if words[at] not in self.bare or words[at - 1] not in self.tools:
            return False
        gap = sentence.text[sentence.ends[at - 1] : sentence.starts[at]]
        return gap.strip() == ":" and self._has_object(words, at)

    def _chain(self, words: Sequence[str], at: int, commas: frozenset[int]) -> list[int]:
        """The verb and those in a row with it."""
        found = [at]
        while len(found) < CHAIN:
            after = at + 1
            linked = after < len(words) and self.joins(words, after)
            after += linked
            linked = linked or at in commas
            if after >= len(words) or words[after] not in self.finite:
                break
            if not linked and (
                words[at] in self.looking  # "Get launch information"
                or (words[after] in self.gerund and words[at] not in self.aspect)
                or words[after] in self.noun_like
                or words[after] in self.foreign.verbs
            ):
                break
            found.append(after)
            at = after
        first, last = words[found[0]], words[found[-1]]
        looks = first in _INITIATING and last in self.looked_up
        if looks or (first in self.begun and last in self.only_kept):
            found = found[1:]  # "Initiates updating a profile"
        return beyond_reading(words, found, self.acting, self.reading)

    def linked_verbs(self, sentence: Segment, after: int) -> list[int]:
        """Verbs joined on later in a sentence: "insert a cell and execute it"."""
        words, commas = self.read(sentence.words), commas_of(sentence)
        found = (
            at + 1
            for at in range(after, len(words) - 1)
            if (
                self.joins(words, at)
                and (
                    (words[at + 1] in self.linked and not self._pairs_nouns(words, at))
                    # "and mail it", "and store the page": an object makes a verb of a noun.
                    or (words[at + 1] in self.finite and self._has_object(words, at + 1))
                )
            )
            or (
                # "Opens a page, clicks the button": an object and a comma make a verb of it.
                at in commas
                and words[at + 1] in self.linked
                and words[at + 1] not in self.gerund
                and self._has_object(words, at + 1)
            )
        )
        return self.foreign.linked_verbs(words, after) + list(islice(found, CHAIN))

    def _pairs_nouns(self, words: Sequence[str], link: int) -> bool:
        """Whether the word behind the link is a thing: "using a key and lock", "whether a statute
        or provision is in force"."""
        rest = words[link + 2 : link + 3]
        if rest in ((), (".",)):
            return not _USING.isdisjoint(words[max(0, link - 4) : link])
        if words[link] != "or" or rest[0] not in BE:
            return False
        before = range(max(1, link - 3), link - 1)
        return any(
            words[at] in self.articles and words[at - 1] in self._before_a_thing for at in before
        )

    def _has_object(self, words: Sequence[str], verb: int) -> bool:
        after = words[verb + 1] if verb + 1 < len(words) else ""
        if after in self.articles or after in PRONOUNS:
            return True
        if after in _PEOPLE and words[verb] in self.third:
            return True  # "and pages who is on call"
        return after in self.gerund and words[verb] in self.third  # "and starts printing it"
