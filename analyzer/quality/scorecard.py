"""Scorecards: additive models whose every term is a table over one signal or over two.

``rules/weights/quality.json`` holds them. A scorecard starts from the average score of the
calibration data; a term adds the points of the step its signal falls in, or of the two steps that
its two fall in. The sum is the score that is expected; held against four cut points, it gives the
whole score. A term at its usual value adds about nothing; a pair says only what its two signals
together add to each alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
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


class Marks:
    """The scales of one signal, read together. Their numbers follow each other from ``first``."""

    def __init__(self, first: int, scales: Sequence[tuple[float, ...]]) -> None:
        self.numbers = slice(first, first + len(scales))
        self._scales = scales
        self._edges = sorted({edge for edges in scales for edge in edges})
        self._known: dict[int, list[int]] = {}

    def read(self, value: float) -> list[int]:
        """The step of each scale that a value falls in: the same between two edges of any."""
        place = bisect_right(self._edges, value)
        steps = self._known.get(place)
        if steps is None:
            steps = self._known[place] = [bisect_right(edges, value) for edges in self._scales]
        return steps


@dataclass(frozen=True, slots=True)
class Ruler:
    """All scales that the scorecards of a rulebook read, each once: they share most signals."""

    numbers: Mapping[Scale, int]
    marks: Mapping[str, Marks]
    at_zero: Sequence[int]
    """By number, the step that 0 falls in: most signals of a tool are 0."""

    def steps(self, values: Mapping[str, float]) -> list[int]:
        """By number, the step that its signal falls in; 0 for a signal that has no value."""
        found = list(self.at_zero)
        for signal, value in values.items():
            if value and (marks := self.marks.get(signal)):
                found[marks.numbers] = marks.read(value)
        return found


@dataclass(frozen=True, slots=True)
class Scorecard:
    terms: tuple[Term, ...]
    pairs: tuple[Pair, ...]
    base: float
    """The average score of the calibration data."""
    cuts: tuple[float, ...]
    """The sums from which the score is 2, 3, 4 and 5."""
    ruler: Ruler
    """The same for all scorecards of a rulebook."""
    tables: tuple[tuple[int, tuple[float, ...]], ...]
    """The number of the scale and the points of each term."""
    grids: tuple[tuple[int, int, tuple[tuple[float, ...], ...]], ...]
    """The numbers of the scales and the points of each pair."""

    def points(self, values: Mapping[str, float]) -> list[float]:
        """What each term adds, and then each pair, in their order."""
        return self._points(self.ruler.steps(values))

    def _points(self, steps: Sequence[int]) -> list[float]:
        found = [points[steps[scale]] for scale, points in self.tables]
        found += [points[steps[one]][steps[other]] for one, other, points in self.grids]
        return found

    def total(self, values: Mapping[str, float]) -> float:
        """The expected score."""
        return self._total(self.ruler.steps(values))

    def _total(self, steps: Sequence[int]) -> float:
        return fsum([self.base, *self._points(steps)])

    def score(self, steps: Sequence[int]) -> int:
        return 1 + bisect_right(self.cuts, self._total(steps))


def score_all(
    cards: Mapping[Dimension, Scorecard], values: Mapping[str, float]
) -> dict[Dimension, int]:
    """The score of each dimension, from cards that share a ruler."""
    steps = next(iter(cards.values())).ruler.steps(values)
    return {dimension: card.score(steps) for dimension, card in cards.items()}


_KNOWN: dict[str, Mapping[Dimension, Scorecard]] = {}


def scorecards(rulebook: Rulebook) -> Mapping[Dimension, Scorecard]:
    """The scorecards of a rulebook, built once for each digest of its data."""
    found = _KNOWN.get(rulebook.digest)
    if found is None:
        found = _KNOWN[rulebook.digest] = build_scorecards(rulebook.weights["quality"])
    return found


def build_scorecards(weights: Mapping[str, Any]) -> Mapping[Dimension, Scorecard]:
    """Scorecards from the document of ``rules/weights/quality.json``."""
    drawn = {d: _build_terms(weights[d.value]) for d in Dimension}
    ruler = _build_ruler(drawn.values())
    cards = {}
    for dimension, (terms, pairs) in drawn.items():
        cards[dimension] = Scorecard(
            terms,
            pairs,
            weights["base"][dimension.value],
            tuple(weights["cuts"][dimension.value]),
            ruler,
            tuple((ruler.numbers[t.signal, t.edges], t.points) for t in terms),
            tuple(
                (ruler.numbers[one], ruler.numbers[other], p.points)
                for p in pairs
                for one, other in [_scales(p)]
            ),
        )
    return cards


def _build_terms(tables: Mapping[str, Any]) -> tuple[tuple[Term, ...], tuple[Pair, ...]]:
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
    return terms, pairs


def _scales(pair: Pair) -> tuple[Scale, Scale]:
    return (pair.signals[0], pair.edges[0]), (pair.signals[1], pair.edges[1])


def _build_ruler(drawn: Iterable[tuple[tuple[Term, ...], tuple[Pair, ...]]]) -> Ruler:
    scales: dict[str, dict[tuple[float, ...], None]] = {}
    for terms, pairs in drawn:
        for signal, edges in (
            *((term.signal, term.edges) for term in terms),
            *(scale for pair in pairs for scale in _scales(pair)),
        ):
            scales.setdefault(signal, {})[edges] = None
    numbers: dict[Scale, int] = {}
    marks: dict[str, Marks] = {}
    for signal, found in scales.items():
        marks[signal] = Marks(len(numbers), tuple(found))
        for edges in found:
            numbers[signal, edges] = len(numbers)
    return Ruler(numbers, marks, [bisect_right(edges, 0.0) for _, edges in numbers])
