"""Rationales: two or three sentences a dimension that cite the text, or its absence, and where the
score is below 5 the smallest change that would raise it. The sentences are data
(``rules/rationale.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from analyzer.model import Dimension, Evidence
from analyzer.quality.context import build_context, phrases
from analyzer.quality.signals import Signals

_SLOTS = ("found", "gap", "fix")
_PLACE = re.compile(r"\{([a-z-]+)\}")


def build_rationales(
    signals: Signals,
    scores: Mapping[Dimension, int],
    flags: Sequence[str],
    clash: Sequence[Evidence],
) -> Mapping[Dimension, str]:
    """A rationale for every dimension. ``clash`` holds the words that contradict the annotations.
    Words of the server stand in a rationale as they are."""
    context = build_context(signals, flags, clash)
    return {d: _rationale(d, score, context) for d, score in scores.items()}


def _rationale(dimension: Dimension, score: int, context: Mapping[str, str]) -> str:
    traits = {f"s{score}"}
    if score <= 2:
        traits.add("low")
    if score >= 4:
        traits.add("high")
    said = (_sentence(phrases()[dimension.value][slot], traits, context) for slot in _SLOTS)
    return " ".join(s for s in said if s)


def _sentence(
    choices: Sequence[Mapping[str, str]], traits: set[str], context: Mapping[str, str]
) -> str:
    for choice in choices:
        if all(_holds(trait, traits, context) for trait in choice["if"].split()):
            # Filled in one pass, so that a server's braces are never taken for a placeholder.
            text = _PLACE.sub(lambda m: context.get(m[1], ""), choice["say"])
            return text[:1].upper() + text[1:] if choice["say"].startswith("{") else text
    return ""


def _holds(trait: str, traits: set[str], context: Mapping[str, str]) -> bool:
    if trait.startswith("!"):
        return not _holds(trait[1:], traits, context)
    return trait in traits or trait in context
