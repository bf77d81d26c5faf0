"""Scorecards: additive models whose every term is a table over one signal, or over two.

``rules/weights/quality.yaml`` holds them. A term adds the points of the step its signal falls in;
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
from analyzer.quality.signals import Signals
from analyzer.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Term:
    """``points[i]`` where the signal lies in step i: below ``edges[0]``, from there to ``edges[1]``
    and so on."""

    signal: str
    edges: tuple[float, ...]
    points: tuple[float, ...]

    def add(self, signals: Signals) -> float:
        return self.points[bisect_right(self.edges, signals.value(self.signal))]


@dataclass(frozen=True, slots=True)
class Pair:
    """A table over two signals: a row a step of the first, a column a step of the second."""

    first: Term
    second: Term
    table: tuple[tuple[float, ...], ...]

    def add(self, signals: Signals) -> float:
        row = bisect_right(self.first.edges, signals.value(self.first.signal))
        column = bisect_right(self.second.edges, signals.value(self.second.signal))
        return self.table[row][column]


@dataclass(frozen=True, slots=True)
class Scorecard:
    dimension: Dimension
    terms: tuple[Term, ...]
    pairs: tuple[Pair, ...]
    cuts: tuple[float, ...]
    """The sums from which the score is 2, 3, 4 and 5."""

    def points(self, signals: Signals) -> list[tuple[str, float]]:
        """What each term adds, named by its signal or its two; the terms that add nothing left
        out."""
        found = [(t.signal, t.add(signals)) for t in self.terms]
        found += [(f"{p.first.signal} & {p.second.signal}", p.add(signals)) for p in self.pairs]
        return [(name, points) for name, points in found if points]

    def score(self, total: float) -> int:
        return 1 + bisect_right(self.cuts, total)


_CARDS: dict[str, Mapping[Dimension, Scorecard]] = {}


def scorecards(rulebook: Rulebook) -> Mapping[Dimension, Scorecard]:
    """The scorecards of a rulebook, built once for each digest of its data."""
    found = _CARDS.get(rulebook.digest)
    if found is None:
        found = _CARDS[rulebook.digest] = build_scorecards(rulebook.weights["quality"])
    return found


def build_scorecards(weights: Mapping[str, Any]) -> Mapping[Dimension, Scorecard]:
    """Scorecards from the document of ``rules/weights/quality.yaml``."""
    cards = {}
    for dimension in Dimension:
        terms, pairs = [], []
        for name, table in weights[dimension.value].items():
            first, _, second = name.partition(" & ")
            if second:
                edges = [tuple(e) for e in table["edges"]]
                pairs.append(
                    Pair(
                        Term(first, edges[0], ()),
                        Term(second, edges[1], ()),
                        tuple(tuple(row) for row in table["points"]),
                    )
                )
            else:
                terms.append(Term(name, tuple(table["edges"]), tuple(table["points"])))
        cuts = tuple(accumulate(weights["cuts"][dimension.value], max))
        cards[dimension] = Scorecard(dimension, tuple(terms), tuple(pairs), cuts)
    return cards
