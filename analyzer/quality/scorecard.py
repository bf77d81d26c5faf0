"""Scorecards: additive models whose every term is a table over one signal.

``rules/weights/quality.json`` holds them. A term adds the points of the step its signal falls in;
the sum, held against four cut points, is the score. The points of a term are relative to the
average tool of the calibration data, so a term at its usual value adds about nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from analyzer.model import Dimension
from analyzer.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Term:
    """``points[i]`` where the signal lies in step i: below ``edges[0]``, from there to ``edges[1]``
    and so on."""

    signal: str
    edges: tuple[float, ...]
    points: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    terms: tuple[Term, ...]
    cuts: tuple[float, ...]
    """The sums from which the score is 2, 3, 4 and 5."""

    def points(self, values: Mapping[str, float]) -> list[float]:
        """What each term adds, in their order."""
        value = values.get
        return [t.points[bisect_right(t.edges, value(t.signal, 0.0))] for t in self.terms]

    def total(self, values: Mapping[str, float]) -> float:
        return sum(self.points(values))

    def score(self, total: float) -> int:
        return 1 + bisect_right(self.cuts, total)


_KNOWN: dict[str, Mapping[Dimension, Scorecard]] = {}


def scorecards(rulebook: Rulebook) -> Mapping[Dimension, Scorecard]:
    """The scorecards of a rulebook, built once for each digest of its data."""
    found = _KNOWN.get(rulebook.digest)
    if found is None:
        found = _KNOWN[rulebook.digest] = build_scorecards(rulebook.weights["quality"])
    return found


def build_scorecards(weights: Mapping[str, Any]) -> Mapping[Dimension, Scorecard]:
    """Scorecards from the document of ``rules/weights/quality.json``."""
    cards = {}
    for dimension in Dimension:
        terms = tuple(
            Term(name, tuple(table["edges"]), tuple(table["points"]))
            for name, table in weights[dimension.value].items()
        )
        cuts = tuple(accumulate(weights["cuts"][dimension.value], max))
        cards[dimension] = Scorecard(terms, cuts)
    return cards
