"""Scorecards: additive models whose every term is a table over one signal or over two.

``rules/weights/quality.json`` holds them. A scorecard starts from the average score of the
calibration data; a term adds the points of the step its signal falls in, or of the two steps that
its two fall in. The sum is the score that is expected; held against four cut points, it gives the
whole score. A term at its usual value adds about nothing; a pair says only what its two signals
together add to each alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from math import fsum
from typing import Any

from analyzer.model import Dimension
from analyzer.records import dataclass
from analyzer.rulebook import Rulebook

Scale = tuple[str, tuple[float, ...]]
"""A signal, and the edges of the steps that it may fall in."""


@dataclass(frozen=True, slots=True)
class Term:
    """``points[i]`` where the signal lies in step i: below ``edges[0]``, from there to ``edges[1]``
    and so on."""

    signal: str
    edges: tuple[float, ...]
    points: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """``points[i][j]`` where the first signal lies in step i and the second in step j."""

    signals: tuple[str, str]
    edges: tuple[tuple[float, ...], tuple[float, ...]]
    points: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    terms: tuple[Term, ...]
    pairs: tuple[Pair, ...]
    base: float
    """The average score of the calibration data."""
    cuts: tuple[float, ...]
    """The sums from which the score is 2, 3, 4 and 5."""
    scales: tuple[Scale, ...]
    """What the terms, in their order, and then the pairs are read on; each once."""
    places: tuple[tuple[int, int], ...]
    """The scales of each pair, by number."""

    def points(self, values: Mapping[str, float]) -> list[float]:
        """What each term adds, and then each pair, in their order."""
        value = values.get
        steps = [bisect_right(edges, value(signal, 0.0)) for signal, edges in self.scales]
        found = [term.points[step] for term, step in zip(self.terms, steps, strict=False)]
        for pair, (one, other) in zip(self.pairs, self.places, strict=True):
            found.append(pair.points[steps[one]][steps[other]])
        return found

    def total(self, values: Mapping[str, float]) -> float:
        """The expected score."""
        return fsum([self.base, *self.points(values)])

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
        tables = weights[dimension.value]
        terms = tuple(
            Term(name, tuple(table["edges"]), tuple(table["points"]))
            for name, table in tables["signals"].items()
        )
        pairs = tuple(
            Pair(
                (pair["signals"][0], pair["signals"][1]),
                (tuple(pair["edges"][0]), tuple(pair["edges"][1])),
                tuple(map(tuple, pair["points"])),
            )
            for pair in tables["pairs"]
        )
        cards[dimension] = _build_card(
            terms, pairs, weights["base"][dimension.value], tuple(weights["cuts"][dimension.value])
        )
    return cards


def _build_card(
    terms: tuple[Term, ...], pairs: tuple[Pair, ...], base: float, cuts: tuple[float, ...]
) -> Scorecard:
    # The signals of the terms differ, so that their numbers are those of the terms.
    numbers: dict[Scale, int] = {(term.signal, term.edges): n for n, term in enumerate(terms)}
    places = tuple(
        (
            numbers.setdefault((pair.signals[0], pair.edges[0]), len(numbers)),
            numbers.setdefault((pair.signals[1], pair.edges[1]), len(numbers)),
        )
        for pair in pairs
    )
    return Scorecard(terms, pairs, base, cuts, tuple(numbers), places)
