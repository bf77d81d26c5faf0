"""Additive scorecards: measures of a tool set to points, a score from 1 to 5 and its rationale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import field

from analyzer.records import dataclass
from analyzer.text import shown_name

SAID_FROM = 0.1
"""Measures that move the score by less are not worth a sentence."""
MAX_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Measure:
    """One named quantity of a tool set, with the words that its sentence needs."""

    id: str
    value: float
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Term:
    """How a measure counts: points between the corners are interpolated, beyond them constant."""

    corners: tuple[tuple[float, float], ...]
    """(value, points), by rising value."""
    says: tuple[tuple[float, str], ...]
    """(from value, sentence), by rising value; sentences have the measure's facts in braces."""
    always: bool = False
    """Whether it is said wherever the value is above 0, points or none."""

    def sentence(self, measure: Measure) -> str:
        said = [text for least, text in self.says if measure.value >= least]
        return said[-1].format_map(measure.facts) if said else ""

    def points(self, value: float) -> float:
        low = self.corners[0]
        for high in self.corners:
            if value <= high[0]:
                if high[0] == low[0]:
                    return high[1]
                share = (value - low[0]) / (high[0] - low[0])
                return low[1] + share * (high[1] - low[1])
            low = high
        return low[1]


@dataclass(frozen=True, slots=True)
class Scorecard:
    base: float
    opening: str
    """The first sentence, with facts in braces."""
    opening_one: str
    """The first sentence for a single tool."""
    opening_unknown: str | None
    """The first sentence where the field of work is not known."""
    fine: str
    """What is said where nothing counts against the set."""
    fine_one: str
    """The same for a single tool."""
    terms: Mapping[str, Term]


def read_scorecard(
    card: Scorecard, measures: Sequence[Measure], facts: Mapping[str, str]
) -> tuple[int, str]:
    """The score, and a rationale of two or three sentences, heaviest reasons first."""
    points = [
        (card.terms[measure.id].points(measure.value), measure)
        for measure in measures
        if measure.id in card.terms
    ]
    total = card.base + sum(p for p, _ in points)
    score = min(5, max(1, math.floor(total + 0.5)))
    said = [
        (abs(p), m.id, card.terms[m.id].sentence(m))
        for p, m in points
        if abs(p) >= SAID_FROM or (card.terms[m.id].always and m.value > 0)
    ]
    said.sort(key=lambda entry: (-entry[0], entry[1]))
    alone = facts["count"] == "1"
    opening = card.opening_one if alone else card.opening
    if card.opening_unknown and not facts["fields"]:
        opening = card.opening_unknown
    sentences = [opening.format_map(facts), *(text for _, _, text in said if text)]
    if len(sentences) == 1:
        sentences.append((card.fine_one if alone else card.fine).format_map(facts))
    return score, " ".join(sentences[:MAX_SENTENCES])


def listed(names: Sequence[str], shown: int = 3) -> str:
    """Names for a sentence: ``a, b and c``, ``a, b, c and 4 more``."""
    told = [shown_name(name) for name in names[: max(shown, 1)]]
    if len(names) > shown:
        return f"{', '.join(told)} and {len(names) - shown} more"
    if len(told) > 1:
        return f"{', '.join(told[:-1])} and {told[-1]}"
    return told[0] if told else "none"
