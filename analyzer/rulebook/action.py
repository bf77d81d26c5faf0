"""What a tool does: the verbs of its name and of its first sentences, with what they act on.

An act is a segment that begins with a verb and goes on with the words it acts on, wherever the
verb stood: ``dashboard-delete`` and ``Deletes a dashboard`` both act on a dashboard.
Participles and nouns that only look like verbs (``list_deleted_files``, ``order_history``) are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from analyzer.features import Features, Zone
from analyzer.rulebook.lexicon import Lexicon
from analyzer.text import Segment, has_cjk

_LEAD_SENTENCES = 3
_REACH = 12
"""Words of a sentence that are searched for its verb where it does not open with one."""
_CHAIN = 6
"""Verbs that a row such as "create, read, update and delete" may hold."""
_LATER = 12
"""Sentences after the first that are looked at for a verb of their own."""
_LINKS = frozenset({"and", "or", "then"})
_UNKNOWN = "unknown"
"""Stands for the unknown verb of an ``odd_act``."""
_PRONOUNS = frozenset({"it", "them", "him", "her", "these", "those", "my", "his", "their"})
_KANA = re.compile("[\u3040-\u30ff]")
_LABEL = re.compile(r"\s*(?:\[[^\]\n]{1,60}\]|【[^】\n]{1,60}】)")


class Grammar:
    """The word lists that finding an act needs, taken from the lexicon once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.bare = lexicon.verbs("bare")
        self.finite = lexicon.verbs("base") | lexicon.verbs("gerund")
        self.third = lexicon.verbs("base") - self.bare
        self.gerund = lexicon.verbs("gerund")
        self.noun_like = lexicon.group("noun_like")
        self.noun_first = lexicon.group("noun_first")
        self.noun_last = lexicon.group("noun_last")
        self.result = lexicon.group("result_noun")
        self.preamble = lexicon.group("preamble")
        self.articles = lexicon.group("determiner")
        self.plain_last = lexicon.group("plain_last")
        self.plain = lexicon.verbs("bare", "plain_")
        reading = lexicon.group("plain_read")
        self.reading = reading
        self.acting = lexicon.verbs("base", "plain_") | lexicon.verbs("gerund", "plain_")
        self.acting -= reading
        self.enabling = lexicon.group("enabling")
        self.stops = lexicon.group("preposition")
        self.no_order = self.stops | lexicon.group("no_order")
        self.far = frozenset(w for w in self.bare if has_cjk(w))
        self.strict = self.bare - self.noun_like
        self.linked = self.finite - self.noun_like

    def name_verbs(self, words: Sequence[str]) -> list[int]:
        """Where the verbs of an identifier stand; empty for one that has none."""
        if not words:
            return []
        first = self._name_verb(words)
        if first is None:
            return []
        found = [first]
        at = first
        while at + 2 < len(words) and words[at + 1] in _LINKS and words[at + 2] in self.bare:
            at += 2
            found.append(at)
        return found + [
            at + 1
            for at in range(found[-1] + 2, len(words) - 1)
            if words[at] in _LINKS and words[at + 1] in self.strict
        ]

    def _name_verb(self, words: Sequence[str]) -> int | None:
        end = next((i for i, w in enumerate(words) if i and w in self.stops), len(words))
        head = words[:end]
        first, last = head[0], len(head) - 1
        if first in self.bare and (first not in self.noun_first or len(words) == 1):
            # "deploy_plan_get": a plain verb at the end makes a topic of one at the head.
            topic = last > 1 and head[last] in self.plain_last and first not in self.plain
            return last if topic else 0
        if last > 0 and head[last] in self.bare and head[last] not in self.noun_last:
            strict = [i for i in range(1, last) if head[i] in self.strict]
            return strict[0] if strict and head[last] in self.noun_like else last
        for at, word in enumerate(head):
            if at and word in self.strict:
                return at
        if head[last] in self.result:
            return None
        for at, word in enumerate(head):
            if (
                word in self.bare
                and (at < last or word not in self.noun_last)
                and (at > 0 or first not in self.noun_first or last > 0)
            ):
                return at
        return None

    def opening(self, words: Sequence[str]) -> int:
        """Where a sentence comes to the point: after "This tool allows you to" and the like."""
        at = 0
        while at < len(words) and (words[at] in self.preamble or words[at].isdigit()):
            after = words[at + 1] if at + 1 < len(words) else ""
            if (
                words[at] in self.enabling
                and words[at] in self.finite
                and after not in self.preamble
                and after not in self.finite
            ):
                break  # "Enable maintenance mode" is to the point already
            at += 1
        return at

    def lead_verbs(self, words: Sequence[str]) -> list[int]:
        """Where the verbs stand that a sentence opens with; empty for one without any."""
        at = self.opening(words)
        if at < len(words) and words[at] in self.finite:
            return self._chain(words, at)
        for far in range(at, min(at + _REACH, len(words))):
            word = words[far]
            if word not in self.finite:
                continue
            if word in self.noun_like:
                # "Notion | Update a block": an object with its article makes a verb of it.
                if words[far + 1 : far + 2] and words[far + 1] in self.articles:
                    return self._chain(words, far)
                continue
            if word in self.third or word in self.gerund or (far and words[far - 1] == "to"):
                return self._chain(words, far)
            if far == at + 1 or far == at + 2:
                return self._chain(words, far)
        return []

    def _chain(self, words: Sequence[str], at: int) -> list[int]:
        """The verb and those in a row with it: commas are no tokens."""
        found = [at]
        while len(found) < _CHAIN:
            after = at + 1
            linked = after < len(words) and words[after] in _LINKS
            after += linked
            if after >= len(words) or words[after] not in self.finite:
                break
            if not linked and words[after] in self.noun_like:
                break
            found.append(after)
            at = after
        # Of "list, create or close" the acts beyond reading count.
        if any(words[i] in self.acting for i in found):
            return [i for i in found if words[i] not in self.reading]
        return found

    def linked_verbs(self, words: Sequence[str], after: int) -> list[int]:
        """Verbs joined on later in a sentence: "insert a cell and execute it"."""
        return [
            at + 1
            for at in range(after, len(words) - 1)
            if words[at] in _LINKS
            and (
                words[at + 1] in self.linked
                # "and mail it", "and store the page": an object makes a verb of a noun.
                or (words[at + 1] in self.finite and self._has_object(words, at + 1))
            )
        ]

    def _has_object(self, words: Sequence[str], verb: int) -> bool:
        after = words[verb + 1] if verb + 1 < len(words) else ""
        if after in self.articles or after in _PRONOUNS:
            return True
        return after in self.gerund and words[verb] in self.third  # "and starts printing it"

    def far_east(self, segment: Segment) -> int | None:
        """Where the verb of a Chinese or Japanese sentence begins, if it has a known one."""
        found = None
        for at in range(len(segment.words)):
            if not has_cjk(segment.words[at]):
                continue
            for size in (4, 3, 2):
                if "".join(segment.words[at : at + size]) in self.far:
                    found = at
                    break
            if found is not None and not _KANA.search(segment.text):
                return found  # Chinese puts the verb first, Japanese last
        return found


def _act(segment: Segment, verb: int, others: Iterable[int] = ()) -> Segment:
    """The segment with the verb first and the other verbs of a row left out."""
    order = [verb, *(i for i in range(len(segment.words)) if i != verb and i not in others)]
    return Segment(
        segment.pointer,
        segment.text,
        tuple(segment.words[i] for i in order),
        tuple(segment.starts[i] for i in order),
        tuple(segment.ends[i] for i in order),
    )


def _name_acts(features: Features, grammar: Grammar) -> Zone:
    found = []
    for segment in features.zone("name"):
        verbs = grammar.name_verbs(segment.words)
        found += [_act(segment, v, [o for o in verbs if o != v]) for v in verbs]
    return tuple(found)


def _sentence_acts(sentence: Segment, grammar: Grammar) -> list[Segment]:
    verbs = grammar.lead_verbs(sentence.words)
    if not verbs and has_cjk(sentence.text):
        far = grammar.far_east(sentence)
        return [] if far is None else [sentence.cut(far, len(sentence.words))]
    found = []
    for number, verb in enumerate(verbs):
        after = verbs[-1] + 1 if number + 1 < len(verbs) else verb + 1
        rest = sentence.cut(after, len(sentence.words))
        head = sentence.cut(verb, verb + 1)
        found.append(
            Segment(
                sentence.pointer,
                sentence.text,
                head.words + rest.words,
                head.starts + rest.starts,
                head.ends + rest.ends,
            )
        )
    return found


def _without_label(sentence: Segment) -> Segment:
    """The sentence without a label in brackets at its head: "[Notes] Create a note"."""
    label = _LABEL.match(sentence.text)
    if label is None or sentence.starts[0] >= label.end():
        return sentence
    first = next((i for i, at in enumerate(sentence.starts) if at >= label.end()), 0)
    return sentence.cut(first, len(sentence.words))


def _lead_acts(features: Features, grammar: Grammar) -> Zone:
    for sentence in features.sentences[:_LEAD_SENTENCES]:
        found = _sentence_acts(_without_label(sentence), grammar)
        if found:
            return tuple(found)
    return ()


def _odd_acts(features: Features, grammar: Grammar) -> Zone:
    """The first sentence where it opens like an order with a word the lexicon does not know:
    "Frobnicates the disk"."""
    for sentence in features.sentences[:1]:
        sentence = _without_label(sentence)
        words = sentence.words
        at = grammar.opening(words)
        if (
            at + 1 < len(words)
            and (words[at + 1] in grammar.articles or words[at + 1] in _PRONOUNS)
            and words[at].isalpha()
            and words[at].isascii()
            and words[at] not in grammar.finite
            and words[at] not in grammar.no_order
        ):
            act = sentence.cut(at, len(words))
            return (
                Segment(act.pointer, act.text, (_UNKNOWN, *act.words[1:]), act.starts, act.ends),
            )
    return ()


def _title_acts(features: Features, grammar: Grammar) -> Zone:
    return tuple(a for s in features.zone("title") for a in _sentence_acts(s, grammar)[:2])


def _later_acts(features: Features, grammar: Grammar) -> Zone:
    found: list[Segment] = []
    sentences = features.sentences
    for number, sentence in enumerate(sentences[: _LATER + 1]):
        words = sentence.words
        if number == 0:
            verbs = grammar.lead_verbs(words)
            later = grammar.linked_verbs(words, verbs[-1] + 1) if verbs else []
        else:
            at = grammar.opening(words)
            later = [at] if at < len(words) and words[at] in grammar.third else []
            later += grammar.linked_verbs(words, at + 1) if later else []
        found += [sentence.cut(at, len(words)) for at in later]
    return tuple(found)


def _linked_acts(features: Features, grammar: Grammar) -> Zone:
    for sentence in features.sentences[:1]:
        verbs = grammar.lead_verbs(sentence.words)
        later = grammar.linked_verbs(sentence.words, verbs[-1] + 1) if verbs else []
        return tuple(sentence.cut(at, len(sentence.words)) for at in later)
    return ()


DERIVED: dict[str, Callable[[Features, Grammar], Zone]] = {
    "act": _name_acts,
    "lead_act": _lead_acts,
    "title_act": _title_acts,
    "later_act": _later_acts,
    "linked_act": _linked_acts,
    "odd_act": _odd_acts,
}
"""Zones that need the lexicon: the acts of the name, of the first sentence that has one, of the
title, of what is said later (verbs joined on, sentences that begin with "Deletes ..."), and what
looks like an act with an unknown verb."""

JOINED: dict[str, tuple[str, ...]] = {"acts": ("act", "lead_act", "title_act")}
"""Zones that are others taken together."""
