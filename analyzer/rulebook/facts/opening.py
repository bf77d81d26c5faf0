"""Numbers about the opening prose, before the first section, and about parameters it leaves open.

A docstring's sections explain arguments; what a call is for and does stands before them.
"""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.features import Features
from analyzer.rulebook.facts.mentions import bare_params, mentioned_params
from analyzer.rulebook.facts.prose import is_new, said_sentences
from analyzer.rulebook.facts.words import Words, name_stems, size, stems_of, weight
from analyzer.text import falls_in

ABOUT: dict[str, tuple[str, str]] = {
    "opening.statements": (
        "/description",
        "sentences of the opening prose that say something new",
    ),
    "opening.worth": (
        "/description",
        "words of the sentences of the opening prose that say something new",
    ),
    "opening.told": (
        "/description",
        "different words of the opening prose that carry meaning and are not in the name",
    ),
    "opening.fresh": (
        "/description",
        "different words of the opening prose that carry meaning and are in no name",
    ),
    "opening.more": (
        "/description",
        "meaningful words of the opening prose that its first sentence does not hold",
    ),
    "params.quoted": (
        "/description",
        "outermost parameters that the description names in code or quotation marks",
    ),
    "params.shortest": (
        "/inputSchema/properties",
        "words of the shortest description of an outermost parameter",
    ),
    "params.written": (
        "/inputSchema/properties",
        "words of the descriptions of outermost parameters together",
    ),
    "left.required": (
        "/inputSchema/required",
        "outermost parameters explained nowhere that every call must give",
    ),
    "left.silent": (
        "/inputSchema/required",
        "outermost parameters that every call must give, explained and mentioned nowhere",
    ),
    "left.nested": (
        "/inputSchema/properties",
        "outermost objects and arrays explained nowhere",
    ),
    "left.short": (
        "/inputSchema/properties",
        "outermost parameters explained nowhere whose names are a single word",
    ),
}


def measure(features: Features, words: Words) -> Mapping[str, float]:
    """The numbers of :data:`ABOUT` for one tool."""
    return {**_opening(features, words), **_left(features)}


def _opening(features: Features, words: Words) -> dict[str, float]:
    opens = falls_in(features.sections.get("prose", ()))
    named = set(name_stems(features.tool.name))
    generic = stems_of(words("q_generic"))
    known: set[str] = set()
    first: frozenset[str] = frozenset()
    statements, worth = 0, 0.0
    for sentence, stems in said_sentences(features, words):
        if not opens(sentence.starts[0]):
            continue
        if not is_new(stems, known, generic):
            continue
        if not statements:
            first = frozenset(stems)
        statements += 1
        worth += sum(map(weight, sentence.words))
        known.update(stems)
    told = known - named
    of_params = {s for p in features.params for s in name_stems(p.name)}
    return {
        "opening.statements": statements,
        "opening.worth": worth,
        "opening.told": size(told),
        "opening.fresh": size(told - of_params),
        "opening.more": size(told - first - generic),
    }


def _left(features: Features) -> dict[str, float]:
    top, description = features.top_params, features.description
    mentioned = mentioned_params(features)
    written = [len((p.description or "").split()) for p in top]
    left = bare_params(features)
    required = [p for p in left if p.required]
    return {
        "params.quoted": sum(
            any(f"{mark}{p.name}{mark}" in description for mark in "`'\"") for p in top
        ),
        "params.shortest": min(written, default=0),
        "params.written": sum(written),
        "left.required": len(required),
        "left.silent": sum(p.name not in mentioned for p in required),
        "left.nested": sum("object" in p.types or "array" in p.types for p in left),
        "left.short": sum(len(name_stems(p.name)) < 2 for p in left),
    }
