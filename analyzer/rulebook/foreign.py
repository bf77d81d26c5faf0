"""Which words of a sentence are its verbs, in other languages than English."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from analyzer.rulebook.lexicon import Lexicon
from analyzer.text import Segment, has_kana_or_hangul

_REACH = 12
"""Words of a sentence that are searched for its verb."""
_NEAR = 4
"""Words around a verb such as "perform" among which the noun stands that says what is done."""
_BEFORE = 6
"""Characters before a verb among which what it acts on is looked for first."""
CHAIN = 6
"""Verbs that a sentence, or a row such as "create, read, update and delete", may hold."""
_FAR_REACH = 400
"""Tokens of a Chinese, Japanese or Korean sentence that are searched for its verbs."""
_FAR_ACT = 60
"""Tokens after such a verb, and as many before it, that are of its act."""

_Verb = tuple[int, int, str]
"""A verb of several characters: its first token, the token after it, and what stands for it."""
_HAPPENING = ("pay", "trade", "booking", "run", "deploy", "send", "publish", "connect")
"""Classes of verbs that are done to other things than a record of them."""


class Foreign:
    """The word lists that finding a verb needs. Words are those that :meth:`Lexicon.read` gives,
    but for Chinese, Japanese and Korean sentences."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.stand_ins = lexicon.stand_ins
        self.read_far = lexicon.read_far
        self.verbs = lexicon.group("foreign")
        self.deeds = self.verbs & lexicon.group("noun_like")
        self.plain = self.verbs - self.deeds
        self.light = self.verbs & lexicon.group("light")
        self.asked = lexicon.group("retrieve") | lexicon.group("query_noun")
        self.links = lexicon.group("link")
        self.pronouns = lexicon.group("pronoun")
        self.stops = lexicon.group("preposition")
        self.endings = lexicon.group("ending")
        self.no_endings = lexicon.group("no_ending")
        self.reading = lexicon.group("plain_read")
        self.sending = lexicon.group("send")
        self.asides = lexicon.group("aside")
        self.passive = tuple(sorted(lexicon.group("passive")))
        self.done = lexicon.group("done")
        self.kept = lexicon.group("kept")
        self.sent = lexicon.group("sent")
        self.noun_endings = lexicon.group("noun_ending")
        self.happening = frozenset().union(*map(lexicon.group, _HAPPENING))
        self.happening -= lexicon.group("removal") | lexicon.group("clear")
        self.acting = lexicon.verbs("base", "plain_") | lexicon.group("manage")
        self.acting = (self.acting | lexicon.group("put_to_work")) - self.reading

    def verb(
        self, words: Sequence[str], at: int, has_object: Callable[[Sequence[str], int], bool]
    ) -> int | None:
        """Where the verb of a sentence stands that comes to the point at ``at``, be it the last
        word."""
        for far in range(at, min(at + _REACH, len(words))):
            word = words[far]
            if word not in self.verbs or (far and words[far - 1] in self.asides):
                continue
            if word in self.light:
                return self._deed(words, at, far)
            if far == at or word in self.plain or has_object(words, far):
                return far
        return None

    def _deed(self, words: Sequence[str], at: int, light: int) -> int:
        """Where it is said what is done, around a verb such as "perform"."""
        nouns = self.deeds - self.asked
        near = [*range(light + 1, light + 1 + _NEAR), *range(light - 1, max(at, light - _NEAR), -1)]
        return next((i for i in near if i < len(words) and words[i] in nouns), light)

    def whole(self, sentence: Segment, verb: int) -> str:
        """The verb with the particle that German and Dutch put at the end of a clause: "Lädt eine
        Datei hoch" is "hochlädt"."""
        word = sentence.words[verb]
        after = sentence.words[verb + 1 : verb + 1 + _REACH]
        wholes = (particle + word for particle in reversed(after))
        return next((whole for whole in wholes if whole in self.stand_ins), word)

    def joins(self, words: Sequence[str], at: int) -> bool:
        """Whether the word joins the next, a verb, to one before it."""
        return words[at] in self.links and at + 1 < len(words) and words[at + 1] in self.verbs

    def linked_verbs(self, words: Sequence[str], after: int) -> list[int]:
        """Verbs joined on with a pronoun between: "y lo envía"."""
        found = (
            at + 2
            for at in range(after, len(words) - 2)
            if words[at] in self.links
            and words[at + 1] in self.pronouns
            and words[at + 2] in self.verbs
        )
        return list(islice(found, CHAIN))

    def far_east(self, sentence: Segment) -> list[list[int]]:
        """For each act of a Chinese, Japanese or Korean sentence its words, the verb first."""
        sentence = sentence.cut(0, _FAR_REACH)
        words, read = sentence.words, self.read_far(sentence.words)
        met: list[_Verb] = []
        for at in range(len(words)):
            if met and at < met[-1][1]:
                continue
            for size, form in read[at]:
                whole = size > 1 or at == 0 or has_kana_or_hangul(words[at])
                if whole and form in self.verbs and not self._is_noun(words, at + size):
                    met.append((at, at + size, form))
                    break
        met = [verb for verb in met if not self._tells_of_a_thing(words, verb)]
        if not met:
            return []
        # Japanese and Korean put the verb last.
        last = has_kana_or_hangul(sentence.text[sentence.starts[0] : sentence.ends[-1]])
        if last:
            met = [verb for verb in met if self._is_done(sentence, read, verb[1])] or met[-1:]
        else:
            met = self._chinese(sentence, met)
        acts = []
        found = beyond_reading(
            [form for _, _, form in met], range(len(met)), self.acting, self.reading
        )
        for number in found[:CHAIN]:
            at, end, _ = met[number]
            # What is acted on stands close before the verb where that is last.
            near = range(max(0, at - _BEFORE), at) if last else range(at, at)
            after = range(end, min(end + _FAR_ACT, len(words)))
            rest = (*after, *range(max(0, near.start - _FAR_ACT), near.start))
            acts.append([*range(at, end), *near, *rest])
        return acts

    def _tells_of_a_thing(self, words: Sequence[str], verb: _Verb) -> bool:
        """Whether it is a participle: "已删除记忆" are deleted memories."""
        before = ("".join(words[max(0, verb[0] - size) : verb[0]]) for size in (1, 2, 3))
        after = "".join(words[verb[1] : verb[1] + 3])
        return after.startswith(self.passive) or not self.done.isdisjoint(before)

    def _is_noun(self, words: Sequence[str], after: int) -> bool:
        """Whether what stands before the token makes a noun with it ("搜索器", a searcher), or is
        the end of one and a copula ("도구입니다": is a tool, and no "구입", purchase)."""
        endings = ("".join(words[at : after + 1]) for at in (after - 1, after))
        return not self.noun_endings.isdisjoint(endings)

    def _chinese(self, sentence: Segment, met: list[_Verb]) -> list[_Verb]:
        """Chinese puts the verb first, but for what stands behind a preposition."""
        words, commas = sentence.words, commas_of(sentence)

        def stands_behind(at: int, size: int) -> str:
            return "".join(words[max(0, at - size) : at])

        free = [verb for verb in met if stands_behind(verb[0], 2) not in self.stops]
        first = (free or met)[0]
        kept = "".join(words[first[1] : self._after_kept(words, first[1])])
        if kept and first[2] in self.happening:
            after = first[1] + len(kept)
            if met[-1][0] == after and met[-1][1] == len(words) and met[-1][2] in self.reading:
                return met[-1:]  # "运行日志查询": looks up the log.
            if after == len(words) and not (first[2] in self.sending and kept in self.sent):
                return []
        at, end, _ = met[-1]
        if first[2] in self.deeds and at - first[1] <= _NEAR and end == len(words):
            return met[-1:]  # "支付状态查询": a noun that is a verb elsewhere, and the verb last
        ends = {end for _, end, _ in met}
        joined = [
            verb
            for verb in met
            if stands_behind(verb[0], 1) in self.links
            or (verb[0] in ends and verb[0] - 1 in commas)
        ]
        return [first, *(verb for verb in joined if verb[0] > first[0])]

    def _after_kept(self, words: Sequence[str], at: int) -> int:
        """The token after such as "status" and "list of records" that stand at ``at``."""
        while "".join(words[at : at + 2]) in self.kept:
            at += 2
        return at

    def _is_done(
        self, sentence: Segment, read: Sequence[Sequence[tuple[int, str]]], after: int
    ) -> bool:
        """Whether a Japanese or Korean verb goes on as one, as "검색합니다" (searches) does; in
        "검색 결과" (results of a search) it is a noun."""
        if after >= len(sentence.words):
            return True
        gap = sentence.text[sentence.ends[after - 1] : sentence.starts[after]]
        if gap:
            return bool(gap.strip()) or sentence.words[after] in self.links
        known = self.endings | self.no_endings
        return next((form for _, form in read[after] if form in known), "") in self.endings


def beyond_reading(
    words: Sequence[str],
    found: Sequence[int],
    acting: frozenset[str],
    reading: frozenset[str],
) -> list[int]:
    """Of "find and delete" the acts beyond reading count."""
    if any(words[i] in acting for i in found):
        return [i for i in found if words[i] not in reading]
    return list(found)


def commas_of(sentence: Segment) -> frozenset[int]:
    """The words that a comma or a slash follows."""
    text, starts, ends = sentence.text, sentence.starts, sentence.ends
    if "," not in text and "/" not in text and "、" not in text:
        return frozenset()
    return frozenset(
        at
        for at in range(len(sentence.words) - 1)
        if text[ends[at] : starts[at + 1]].strip() in (",", "/", "、")
    )
