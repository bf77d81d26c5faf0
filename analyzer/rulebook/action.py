"""What a tool does: the verbs of its name and of its first sentences, with what they act on.

An act is a segment that begins with a verb and goes on with the words it acts on, wherever the
verb stood: ``dashboard-delete`` and ``Deletes a dashboard`` both act on a dashboard.
Participles and nouns that only look like verbs (``list_deleted_files``, ``order_history``) are not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from analyzer.features import Features, Zone
from analyzer.rulebook.deeds import PRONOUNS
from analyzer.rulebook.foreign import commas_of
from analyzer.rulebook.grammar import Grammar
from analyzer.text import Segment, has_cjk, inflect_verb, name_words

_LEAD_SENTENCES = 3
_LATER = 12
"""Sentences after the first that are looked at for a verb of their own."""
_FEWEST = 3
_MOST = 0.6
"""Names, and the share of a server's, that open alike where that tells of the server."""
_ROW = 2
"""How far apart the verbs of a row stand: "list, create or delete users"."""
_UNKNOWN = "unknown"
"""Stands for the unknown verb of an ``odd_act``."""
_LABEL = re.compile(r"\s*(?:\[[^\]\n]{1,60}\]|【[^】\n]{1,60}】)")
_SHOUT = re.compile(r"\W{0,4}(?:[A-Z]{2,}[ -]){1,4}[A-Z]{2,}:\s")
_METHOD = re.compile(r"\s*(?:GET|POST|PUT|PATCH|DELETE)\s/\S{0,120}\s*[-–—:|]\s")
_AFTER_NAME = re.compile(r"\s*(?::|[-–—]\s)")
_NOTHING = ("returns", "nothing")


def _act(segment: Segment, order: Sequence[int]) -> Segment:
    """Words of the segment, the verb first."""
    return Segment(
        segment.pointer,
        segment.text,
        tuple(segment.words[i] for i in order),
        tuple(segment.starts[i] for i in order),
        tuple(segment.ends[i] for i in order),
    )


def _opened(act: Segment, verb: str) -> Segment:
    """The act with another word for its verb."""
    return Segment(act.pointer, act.text, (verb, *act.words[1:]), act.starts, act.ends)


def _deed(segment: Segment, order: Sequence[int], deed: tuple[int, str] | None) -> Segment:
    """The act in that order of words, opened by the verb that a noun of doing stands for."""
    if deed is None:
        return _act(segment, order)
    noun, verb = deed
    return _opened(_act(segment, [noun, *(i for i in order[1:] if i != noun)]), verb)


def _deed_alone(segment: Segment, at: int, deed: tuple[int, str] | None) -> list[Segment]:
    """The act of "File deletion" and of "Deletion of a file", from the word at ``at`` on."""
    if deed is None:
        return []
    order = [deed[0], *range(deed[0] + 1, len(segment.words)), *range(at, deed[0])]
    return [_deed(segment, order, deed)]


def _brand(words: Sequence[str], features: Features, grammar: Grammar) -> int:
    """How many words the name opens with that most names of the server do: the ``acme`` of
    ``acme_update_profile``. None is a verb, and two words are left."""
    openings = _openings(features.names)
    least = max(_FEWEST, _MOST * len(features.names))
    size = 0
    while (
        size + 2 < len(words)
        and openings[tuple(words[: size + 1])] >= least
        and words[size] not in grammar.bare
    ):
        size += 1
    return size


def _branded_verbs(words: Sequence[str], features: Features, grammar: Grammar) -> list[int]:
    """Where the verbs of a name stand behind that; "acme_place_details" and "acme_update_history"
    have none."""
    if not words or words[-1] in grammar.records:
        return []
    brand = _brand(words, features, grammar)
    found = (brand + verb for verb in grammar.naming.verbs(words[brand:]))
    return [verb for verb in found if words[verb] in grammar.plain_verbs]


@lru_cache(maxsize=4)
def _openings(names: tuple[str, ...]) -> Counter[tuple[str, ...]]:
    """How many names open with one, two or three words."""
    rows = [name_words(name) for name in names]
    return Counter(row[:size] for row in rows for size in (1, 2, 3) if len(row) >= size)


@lru_cache(maxsize=4)
def _topics(names: tuple[str, ...], grammar: Grammar) -> Counter[str]:
    """Verbs that are no orders on this server, and how many of its names show it: where there are
    a ``drive_delete_file`` and more of the kind, ``drive_quota`` drives nothing."""
    rows = (name_words(name) for name in names)
    return Counter(row[0] for row in rows if grammar.naming.opens_with_topic(row))


def _verbs_of_name(words: Sequence[str], features: Features, grammar: Grammar) -> list[int]:
    naming = grammar.naming
    if naming.may_be_called(words):
        shown = _topics(features.names, grammar)[words[0]]
        found = [1 + verb for verb in naming.verbs(words[1:])]
        if shown >= _FEWEST or (found and (shown or naming.opens_with_topic(words))):
            return found
    found = naming.verbs(words)
    if naming.may_be_a_thing(words, found) and not _is_given(features, grammar):
        return []
    return found or _branded_verbs(words, features, grammar)


def _is_given(features: Features, grammar: Grammar) -> bool:
    """Whether the tool takes something to send or to set."""
    words = (word for param in features.top_params for word in name_words(param.name))
    return not grammar.given.isdisjoint(words)


def _name_acts(features: Features, grammar: Grammar) -> Zone:
    found = []
    for segment in features.zone("name"):
        verbs = _verbs_of_name(segment.words, features, grammar)
        if not verbs and has_cjk(segment.text):
            found += _far_acts(segment, grammar)
        elif not verbs and not features.description.strip():
            found += _deed_alone(segment, 0, grammar.nouns_of_doing.alone(segment.words, 0))
        if len(verbs) == 1 and segment.words[verbs[0]] in grammar.listing:
            verbs = [_opened_with(features, grammar, segment.words, verbs[0])]
        every = range(len(segment.words))
        for v in verbs:
            order = [v, *(i for i in every if i not in verbs)]
            found.append(_deed(segment, order, grammar.nouns_of_doing.find(segment.words, v)))
    return tuple(found)


def _opened_with(features: Features, grammar: Grammar, words: Sequence[str], first: int) -> int:
    """Where the name has the verb that the description opens with, behind a word that may be a
    noun: ``list_complete_item``, "Completes an item". ``first`` where it has none."""
    lead = next((act.words[0] for act in _lead_acts(features, grammar)), "")
    for at in range(first + 1, len(words)):
        if words[at] in grammar.bare and lead in inflect_verb(words[at])["base"]:
            return at
    return first


def _sentence_acts(sentence: Segment, grammar: Grammar) -> list[Segment]:
    words, end = grammar.read(sentence.words), len(sentence.words)
    at, commas = grammar.opening(sentence.words), commas_of(sentence)
    deed = grammar.nouns_of_doing.alone(words, at, commas)
    if found := _deed_alone(sentence, at, deed):
        return found
    # An English word behind others is rather a thing: "开始执行 waypoint following".
    far = at < len(words) and words[at] not in grammar.english and has_cjk(sentence.text)
    if far and not grammar.cites(words, at) and (found := _far_acts(sentence, grammar)):
        return found
    verbs = grammar.deciding.verbs(sentence)
    for number, verb in enumerate(verbs):
        row = number + 1 < len(verbs) and verbs[number + 1] - verb <= _ROW
        after = verbs[-1] + 1 if row else verb + 1
        if words[verb] not in grammar.foreign.verbs:
            deed = grammar.nouns_of_doing.find(words, verb, commas)
            found.append(_deed(sentence, [verb, *range(after, end)], deed))
            continue
        # "Datei löschen": what stands before is acted on where the verb is last.
        act = _act(sentence, [verb, *range(after, end), *range(verbs[0])])
        found.append(_opened(act, grammar.foreign.whole(sentence, verb)))
    return found


def _far_acts(sentence: Segment, grammar: Grammar) -> list[Segment]:
    return [_act(sentence, order) for order in grammar.foreign.far_east(sentence)]


def _without_head(sentence: Segment, pattern: re.Pattern[str] = _LABEL) -> Segment:
    """The sentence without what the pattern matches at its head: "[Notes] Create a note"."""
    label = pattern.match(sentence.text)
    if label is None or sentence.starts[0] >= label.end():
        return sentence
    return _from(sentence, label.end())


def _from(sentence: Segment, place: int) -> Segment:
    """The words from that character on; all of them where none is left."""
    first = next((i for i, at in enumerate(sentence.starts) if at >= place), 0)
    return sentence.cut(first, len(sentence.words))


def _without_name(sentence: Segment, name: str, grammar: Grammar) -> Segment:
    """The sentence without the tool's own name at its head where an act follows: "play_next: plays
    the next track", but not "list: delete markers of a bucket"."""
    start = sentence.starts[0]
    if not sentence.text.startswith(name, start):
        return sentence
    after = _AFTER_NAME.match(sentence.text, start + len(name))
    rest = _from(sentence, after.end()) if after else sentence
    return rest if grammar.orders(rest.words) else sentence


def _without_shout(sentence: Segment, grammar: Grammar) -> Segment:
    """The sentence without "MANDATORY FIRST STEP:" at its head; "BULK DELETE:" is an act."""
    rest = _without_head(sentence, _SHOUT)
    said = sentence.words[: len(sentence.words) - len(rest.words)]
    return rest if grammar.shouted.issuperset(said) else sentence


def _is_banner(sentence: Segment, grammar: Grammar) -> bool:
    """Whether it is all in capitals and no order: "MUTATES LIVE STATE." before what is done."""
    words = sentence.words
    if len(words) < 2 or words[0] in grammar.bare:
        return False
    said = sentence.text[sentence.starts[0] : sentence.ends[-1]]
    return said.isupper() and not has_cjk(said)  # Of "查询 API" no more is in capitals.


def _lead_acts(features: Features, grammar: Grammar) -> Zone:
    sentences = features.sentences[:_LEAD_SENTENCES]
    for sentence in sorted(sentences, key=lambda one: _is_banner(one, grammar)):
        bare = _without_name(_without_head(sentence), features.tool.name, grammar)
        bare = _without_shout(bare, grammar)
        found = []
        if _METHOD.match(bare.text):  # "DELETE /notes - Removes a note"
            found = _sentence_acts(_without_head(bare, _METHOD), grammar)
        found = found or _sentence_acts(bare, grammar)
        if found and found[0].words != _NOTHING:
            return tuple(found)
    return ()


def _odd_acts(features: Features, grammar: Grammar) -> Zone:
    """The first sentence where it opens like an order with a word the lexicon does not know:
    "Frobnicates the disk"."""
    for sentence in features.sentences[:1]:
        sentence = _without_head(sentence)
        words = grammar.read(sentence.words)
        at = grammar.opening(words)
        if (
            at + 1 < len(words)
            and (words[at + 1] in grammar.articles or words[at + 1] in PRONOUNS)
            and words[at].replace("-", "").isalpha()
            and words[at].isascii()
            and words[at] not in grammar.finite
            and words[at] not in grammar.no_order
        ):
            return (_opened(sentence.cut(at, len(words)), _UNKNOWN),)
    return ()


def _title_acts(features: Features, grammar: Grammar) -> Zone:
    return tuple(a for s in features.zone("title") for a in _sentence_acts(s, grammar)[:2])


def _later_acts(features: Features, grammar: Grammar) -> Zone:
    found: list[Segment] = []
    sentences = features.sentences
    for number, sentence in enumerate(sentences[: _LATER + 1]):
        words = grammar.read(sentence.words)
        if number == 0:
            verbs = grammar.lead_verbs(sentence)
            later = grammar.linked_verbs(sentence, verbs[-1] + 1) if verbs else []
        else:
            at = grammar.opening(words)
            later = [at] if at < len(words) and words[at] in grammar.third else []
            later += grammar.linked_verbs(sentence, at + 1) if later else []
        found += [sentence.cut(at, len(words)) for at in later]
    return tuple(found)


def _linked_acts(features: Features, grammar: Grammar) -> Zone:
    for sentence in features.sentences[:1]:
        verbs = grammar.lead_verbs(sentence)
        later = grammar.linked_verbs(sentence, verbs[-1] + 1) if verbs else []
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
