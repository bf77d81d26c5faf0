"""Scorecards: additive models whose every term is a table over one signal or over two.

``rules/weights/quality.json`` holds them. A scorecard starts from the average score of the
calibration data; a term adds the points of the step its signal falls in, or of the two steps that
its two fall in. The sum is the score that is expected; held against four cut points, it gives the
whole score. A term at its usual value adds about nothing; a pair says only what its two signals
together add to each alone.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from operator import add, getitem, itemgetter
from typing import Any

from analyzer.model import Dimension
from analyzer.records import dataclass
from analyzer.rulebook import Rulebook

GRAINS = 100_000
"""Points are whole numbers of a grain, one in so many of a point, so that their sum is exact."""

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


class Cells:
    """The points of a scorecard, as grains in one row: what one tool needs of them lies close
    together, and reaching for it in memory is most of what a score costs."""

    def __init__(self, ruler: Ruler, terms: Sequence[Term], pairs: Sequence[Pair]) -> None:
        self._steps_of_terms = _picker([ruler.numbers[t.signal, t.edges] for t in terms])
        numbers = [[ruler.numbers[scale] for scale in _scales(pair)] for pair in pairs]
        self._first_steps = _picker([first for first, _ in numbers])
        self._second_steps = _picker([second for _, second in numbers])
        grains: list[int] = []
        self._starts = [_store(grains, term.points) for term in terms]
        self._rows = [tuple(_store(grains, row) for row in pair.points) for pair in pairs]
        self._grains = array("i", grains)

    def read(self, steps: Sequence[int]) -> Iterable[int]:
        """What each term adds, and then each pair, in their order."""
        rows = map(getitem, self._rows, self._first_steps(steps))
        places = chain(
            map(add, self._starts, self._steps_of_terms(steps)),
            map(add, rows, self._second_steps(steps)),
        )
        return map(self._grains.__getitem__, places)


def _store(grains: list[int], points: Iterable[float]) -> int:
    """Where the points begin that it adds to the grains."""
    start = len(grains)
    grains += [round(p * GRAINS) for p in points]
    return start


def _picker(numbers: Sequence[int]) -> Callable[[Sequence[int]], Sequence[int]]:
    """What takes the members of these numbers from a sequence."""
    if len(numbers) > 1:
        return itemgetter(*numbers)
    return lambda steps: [steps[number] for number in numbers]


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
    cells: Cells

    def points(self, values: Mapping[str, float]) -> list[float]:
        """What each term adds, and then each pair, in their order."""
        return [grains / GRAINS for grains in self.cells.read(self.ruler.steps(values))]

    def total(self, values: Mapping[str, float]) -> float:
        """The expected score."""
        return self._total(self.ruler.steps(values))

    def _total(self, steps: Sequence[int]) -> float:
        return (round(self.base * GRAINS) + sum(self.cells.read(steps))) / GRAINS

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
            Cells(ruler, terms, pairs),
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
