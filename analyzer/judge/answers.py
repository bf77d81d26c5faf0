"""What a model answered, as it is kept in the cache, and the judgements made from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from analyzer.model import (
    CoherenceDimension,
    CoherenceJudgement,
    ConfirmedShadow,
    Dimension,
    Judgement,
)
from analyzer.records import dataclass
from analyzer.signals import coherence_total, tdqs_total
from analyzer.taxonomy import tier_of

LONGEST_TEXT = 4000
"""Code points of a rationale or summary that are kept: a model may not stop of itself."""

_Key = TypeVar("_Key", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Scores (1 to 5) and texts by dimension, of a tool or of a server's tools as a set."""

    scores: Mapping[str, int]
    rationales: Mapping[str, str]
    summary: str
    flags: tuple[str, ...] = ()
    shadows: tuple[tuple[str, str, str], ...] = ()
    """Tool, cheaper sibling, rationale."""

    def document(self) -> dict[str, Any]:
        """As JSON; ``read_answer`` reads it back."""
        return {
            "scores": dict(self.scores),
            "rationales": dict(self.rationales),
            "summary": self.summary,
            "flags": list(self.flags),
            "shadows": [list(entry) for entry in self.shadows],
        }


def read_answer(document: Any, dimensions: Iterable[str]) -> Answer | None:
    """The answer in a decoded document; None where it is no answer for these dimensions."""
    known = [str(d) for d in dimensions]
    if not isinstance(document, dict):
        return None
    scores, rationales = document.get("scores"), document.get("rationales")
    flags, shadows = document.get("flags"), document.get("shadows")
    whole = (
        isinstance(scores, dict)
        and set(scores) == set(known)
        and all(type(score) is int and 1 <= score <= 5 for score in scores.values())
        and isinstance(rationales, dict)
        and set(rationales) == set(known)
        and _all_text(rationales.values())
        and isinstance(document.get("summary"), str)
        and isinstance(flags, list)
        and _all_text(flags)
        and isinstance(shadows, list)
        and all(isinstance(e, list) and len(e) == 3 and _all_text(e) for e in shadows)
    )
    if not whole:
        return None
    return Answer(
        scores={d: document["scores"][d] for d in known},
        rationales={d: document["rationales"][d] for d in known},
        summary=document["summary"],
        flags=tuple(document["flags"]),
        shadows=tuple((tool, sibling, why) for tool, sibling, why in document["shadows"]),
    )


def build_judgement(answer: Answer, *, model: str, spec_version: str, cached: bool) -> Judgement:
    """A tool's judgement; total and tier are the specification's arithmetic."""
    scores = _typed(answer.scores, Dimension)
    total = tdqs_total(scores)
    return Judgement(
        model=model,
        spec_version=spec_version,
        cached=cached,
        scores=scores,
        rationales=_typed(answer.rationales, Dimension),
        tdqs=total,
        tier=tier_of(total),
        flags=answer.flags,
        summary=answer.summary,
    )


def build_coherence_judgement(
    answer: Answer, *, model: str, spec_version: str, cached: bool
) -> CoherenceJudgement:
    """A server's judgement, without the roll-up, which needs those of its tools."""
    scores = _typed(answer.scores, CoherenceDimension)
    total = coherence_total(list(scores.values()))
    return CoherenceJudgement(
        model=model,
        spec_version=spec_version,
        cached=cached,
        scores=scores,
        rationales=_typed(answer.rationales, CoherenceDimension),
        total=total,
        tier=tier_of(total),
        summary=answer.summary,
        shadows=tuple(
            ConfirmedShadow(tool=tool, cheaper_sibling=sibling, rationale=why)
            for tool, sibling, why in answer.shadows
        ),
        overall=None,
    )


_Value = TypeVar("_Value")


def _typed(values: Mapping[str, _Value], keys: type[_Key]) -> dict[_Key, _Value]:
    return {key: values[str(key)] for key in keys}


def _all_text(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)
