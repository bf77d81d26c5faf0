"""Numbers about the description: size, structure, what is said first, what is said twice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from analyzer.features import Features
from analyzer.rulebook.facts.mentions import told_of_param
from analyzer.rulebook.facts.words import (
    Words,
    content,
    name_stems,
    parts,
    size,
    stems_of,
    weight,
)
from analyzer.text import BREAK, Segment, falls_in

ABOUT: dict[str, tuple[str, str]] = {
    "description.words": ("/description", "words of the description"),
    "description.chars": ("/description", "characters of the description"),
    "description.sentences": ("/description", "sentences of the description's opening prose"),
    "description.statements": ("/description", "sentences that say something new"),
    "description.worth": ("/description", "words of the sentences that say something new"),
    "description.apart": (
        "/description",
        "words of the sentences that say something new and speak of no single parameter",
    ),
    "description.facts": (
        "/description",
        "different words that carry meaning, praise, keyword lists and the name's own left out",
    ),
    "description.fresh": (
        "/description",
        "different words that carry meaning and are neither in the name nor in a parameter's",
    ),
    "description.told": (
        "/description",
        "different words that carry meaning outside the section on arguments, beyond the name",
    ),
    "description.repeated": ("/description", "share of the meaningful words that are repeats"),
    "description.empty": ("/description", "sentences that add no word to those before them"),
    "description.stuffed": ("/description", "sentences that are lists of keywords"),
    "description.longest": ("/description", "words of the longest sentence"),
    "description.lines": ("/description", "lines that are not blank"),
    "description.bullets": ("/description", "items of lists"),
    "description.headings": ("/description", "headings, and lines that end in a colon"),
    "description.capitals": ("/description", "words written in capitals for emphasis"),
    "description.code": ("/description", "words in code marks, and JSON braces"),
    "description.numbers": ("/description", "numbers named"),
    "description.names": ("/description", "proper names and abbreviations"),
    "description.foreign": ("/description", "share of characters outside the Latin alphabet"),
    "description.pictures": ("/description", "emoji and the like"),
    "description.tags": ("/description", "tags of a markup language"),
    "lead.words": ("/description", "words of the first sentence"),
    "lead.facts": ("/description", "different words of the first sentence that carry meaning"),
    "lead.fresh": (
        "/description",
        "different words of the first sentence that carry meaning and are not in the name",
    ),
    "lead.generic": (
        "/description",
        "words of the first sentence that could be said of any tool",
    ),
    "lead.restated": ("/description", "share of the name's words that the first sentence repeats"),
    "lead.names": ("/description", "proper names and abbreviations in the first sentence"),
    "lead.commas": ("/description", "commas of the first sentence"),
    "lead.asides": ("/description", "words of the first sentence in parentheses"),
    "lead.echoes": ("/description", "openings that are the name's words in their order"),
    "lead.label": ("/description", "labels before a colon or bar that the description opens with"),
    "lead.prepositions": ("/description", "phrases that narrow the first sentence: by, from, with"),
    "prose.words": ("/description", "words before the first section"),
    "args.words": ("/description", "words of the section on arguments"),
    "returns.words": ("/description", "words of the section on what is returned"),
    "returns.fresh": (
        "/description",
        "different words of that section that are not in the name and not said of most answers",
    ),
    "returns.items": ("/description", "items and sentences of the section on what is returned"),
    "errors.words": ("/description", "words of the section on errors"),
    "examples.words": ("/description", "words of the section of examples"),
    "notes.words": ("/description", "words of the section of notes"),
    "usage.words": ("/description", "words of the section on usage"),
}

_BULLET = re.compile(r"^[ \t]*(?:[-*•+]|\d+[.)])[ \t]+\S", re.MULTILINE)
_HEADING = re.compile(r"^[ \t]*(?:#+[ \t]+\S.*|\S[^\n]{0,60}:)[ \t]*$", re.MULTILINE)
_CAPITALS = re.compile(r"\b[A-Z]{4,}\b")
_CODE = re.compile(r"`[^`\n]+`|[{}]")
_NUMBER = re.compile(r"(?<![\w.])\d[\d,.]*")
_PROPER = re.compile(r"(?<=[a-z,(] )(?:[A-Z][a-z]+|[A-Z]{2,}s?|[A-Za-z]*[a-z][A-Z][A-Za-z]*)\b")
_FOREIGN = re.compile(r"[^\x00-\u024f\u2000-\u2bff\U0001f000-\U0001faff]")
_PICTURE = re.compile(r"[\u2600-\u27bf\U0001f000-\U0001faff]")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9_ -]{0,30}>")
_ASIDE = re.compile(r"[(（]([^()（）]+)")
_LABEL = re.compile(r"\s*[^\n.:|(（]{1,30}[:|]\s")
_KEYWORDS_IN_A_LIST = 5
_NEWS = 2
"""Different words that a sentence must add."""


def void_spans(features: Features, words: Words) -> tuple[tuple[int, int], ...]:
    """Stretches of the description that earn nothing: sentences said before, lists of keywords."""
    known: tuple[tuple[int, int], ...] | None = features.memo.get("void")
    if known is not None:
        return known
    found = []
    seen: set[tuple[str, ...]] = set()
    keywords, dull = words("q_keyword"), words("q_stop")
    for sentence in features.statements:
        if sentence.words in seen or _is_stuffed(sentence, keywords, dull):
            found.append((sentence.starts[0], sentence.ends[-1]))
        seen.add(sentence.words)
    features.memo["void"] = tuple(found)
    return tuple(found)


def _is_stuffed(sentence: Segment, keywords: frozenset[str], dull: frozenset[str]) -> bool:
    """A row of the words that guidance is made of, without guidance in it."""
    if len(sentence.words) < _KEYWORDS_IN_A_LIST:
        return False
    listed = sum(w in keywords for w in sentence.words)
    if listed < _KEYWORDS_IN_A_LIST:
        return False
    joints = sum(w in dull and w not in keywords for w in sentence.words)
    twice = any(a == b for a, b in zip(sentence.words, sentence.words[1:], strict=False))
    return listed >= 0.6 * len(sentence.words) and (joints <= 1 or twice)


def said_sentences(features: Features, words: Words) -> list[tuple[Segment, list[str]]]:
    """The sentences outside :func:`void_spans`, each with the stems of its meaningful words."""
    known: list[tuple[Segment, list[str]]] | None = features.memo.get("said")
    if known is None:
        is_void = falls_in(void_spans(features, words))
        dull = words("q_stop") | words("q_praise")
        known = features.memo["said"] = [
            (s, content(s, dull)) for s in features.statements if not is_void(s.starts[0])
        ]
    return known


def is_new(stems: Sequence[str], known: set[str], generic: frozenset[str]) -> bool:
    """Whether a sentence adds something to what is known from those before it."""
    return not known or size(set(stems) - known - generic) >= _NEWS


def measure(features: Features, words: Words) -> Mapping[str, float]:
    """The numbers of :data:`ABOUT` for one tool."""
    tool, description = features.tool, features.description
    dull = words("q_stop") | words("q_praise")
    named = frozenset(name_stems(tool.name)) | {
        s for w in (tool.title or "").split() for s in parts(w.lower())
    }
    given = {s for zone in features.zone("returns") for s in content(zone, dull)}
    bland = stems_of(words("q_generic")) | stems_of(words("q_container")) if given else frozenset()
    counts = {
        "description.words": sum(weight(w) for w in features.prose.words if w != BREAK),
        "description.chars": len(description),
        "description.sentences": len(features.sentences),
        "returns.fresh": size(given - named - bland),
        "description.stuffed": len(void_spans(features, words)),
        "description.longest": max((size(s.words) for s in features.statements), default=0),
        **_statements(features, words, named),
        **_structure(description),
        **_lead(features, words, named),
    }
    for kind in ("prose", "args", "returns", "errors", "examples", "notes", "usage"):
        counts[f"{kind}.words"] = _words_in(features, kind, void_spans(features, words))
    in_returns = falls_in(features.sections.get("returns", ()))
    counts["returns.items"] = sum(
        in_returns(s.starts[-1]) for s, _ in said_sentences(features, words)
    )
    return counts


def _words_in(features: Features, kind: str, void: tuple[tuple[int, int], ...]) -> float:
    """The words of a kind of section that stand in no void span."""
    is_void = falls_in(void)
    return sum(
        size(
            [
                word
                for word, at in zip(segment.words, segment.starts, strict=True)
                if word != BREAK and not (void and is_void(at))
            ]
        )
        for segment in features.zone(kind)
    )


def _statements(features: Features, words: Words, named: frozenset[str]) -> dict[str, float]:
    said = said_sentences(features, words)
    in_arguments = falls_in(features.sections.get("args", ()))
    of_param = told_of_param(features)
    generic = stems_of(words("q_generic"))
    known: set[str] = set()
    told: set[str] = set()
    total = empty = worth = apart = 0.0
    statements = 0
    for sentence, stems in said:
        total += size(stems)
        if not is_new(stems, known, generic):
            empty += known.issuperset(stems)
            continue
        length = sum(map(weight, sentence.words))
        worth += length
        statements += 1
        if not of_param(sentence.starts[0]):
            apart += length
        if not in_arguments(sentence.starts[0]):
            told.update(stems)
        known.update(stems)
    facts = known - named
    of_params = {s for p in features.params for s in name_stems(p.name)}
    return {
        "description.statements": statements,
        "description.worth": worth,
        "description.apart": apart,
        "description.facts": size(facts),
        "description.fresh": size(facts - of_params),
        "description.told": size(told - named),
        "description.repeated": 1 - size(known) / total if total else 0.0,
        "description.empty": empty + len(features.statements) - len(said),
    }


def _structure(description: str) -> dict[str, float]:
    length = len(description) or 1
    return {
        "description.lines": sum(1 for line in description.splitlines() if line.strip()),
        "description.bullets": len(_BULLET.findall(description)),
        "description.headings": len(_HEADING.findall(description)),
        "description.capitals": len(_CAPITALS.findall(description)),
        "description.code": len(_CODE.findall(description)),
        "description.numbers": len(_NUMBER.findall(description)),
        "description.names": len(set(_PROPER.findall(description))),
        "description.foreign": (
            0.0 if description.isascii() else len(_FOREIGN.findall(description)) / length
        ),
        "description.pictures": 0 if description.isascii() else len(_PICTURE.findall(description)),
        "description.tags": len(_TAG.findall(description)),
    }


def _lead(features: Features, words: Words, named: frozenset[str]) -> dict[str, float]:
    lead = features.sentences[0] if features.sentences else None
    if lead is None:
        return {name: 0.0 for name in ABOUT if name.startswith("lead.")}
    stems = set(content(lead, words("q_stop") | words("q_praise")))
    generic = stems_of(words("q_generic"))
    first, last = lead.starts[0], lead.ends[-1]
    written = lead.text[first:last]
    return {
        "lead.words": size(lead.words),
        "lead.facts": size(stems),
        "lead.fresh": size(stems - named - generic),
        "lead.generic": size(stems & generic),
        "lead.restated": len(named & stems) / len(named) if named else 0.0,
        "lead.names": len(_PROPER.findall(written)),
        "lead.commas": written.count(",") + written.count("，") + written.count("、"),
        "lead.asides": sum(len(aside.split()) for aside in _ASIDE.findall(written)),
        "lead.echoes": float(_echoes(features, lead)),
        "lead.label": float(bool(_LABEL.match(features.description))),
        "lead.prepositions": sum(w in words("q_narrowing") for w in lead.words),
    }


def _echoes(features: Features, lead: Segment) -> bool:
    own = name_stems(features.tool.name)
    opening = [s for w in lead.words[: len(own)] for s in parts(w)]
    return bool(own) and opening[: len(own)] == list(own)
