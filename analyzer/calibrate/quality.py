"""Scorecards of the six quality scores from labelled tools.

``rules/scorecards.yaml`` says which signals a dimension may use and which way each may push;
:mod:`analyzer.calibrate.trees` makes the points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.calibrate.cuts import cut_points, scores_of
from analyzer.calibrate.data import Labels
from analyzer.calibrate.families import family_folds, shares_of
from analyzer.calibrate.trees import (
    GRAIN,
    Codes,
    Key,
    Settings,
    Tables,
    Vector,
    add_up,
    grow,
    purify,
    step_groups,
)
from analyzer.errors import RuleError
from analyzer.features import Features
from analyzer.model import Dimension
from analyzer.quality.signals import MOST, OVER, read_signals
from analyzer.records import dataclass
from analyzer.rulebook import Rulebook
from analyzer.rulebook.facts import FACTS
from analyzer.rulefiles import read_rules

ALIKE = 0.25
"""How much less a tool of a large server counts (:func:`shares_of`)."""
FOLDS = 5
TURNS = 3
"""Ways of cutting the families into folds, whose figures are averaged."""
EDGES = 32
"""The most edges of a signal of many values, at quantiles."""
EDGE_DECIMALS = 3
DECIMALS = 5
"""Of points: those of the grain of the trees' points."""
SIGNALS = 120
PAIRS = 250
"""The most signals, and pairs of them, that a dimension reads: those that gain most at first."""
FIRST = Settings(bags=4)
LAST = Settings(bags=8)
PUBLISHED = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 25.0)
"""Weights of rows whose scores were published: a dimension takes the first that gives them."""

_DIRECTIONS = {"raise": 1, "lower": -1, "either": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    names: tuple[str, ...]
    """Of the signals, one a column of ``values``."""
    values: npt.NDArray[np.float64]
    labels: npt.NDArray[np.float64]
    """A column a dimension."""
    described: npt.NDArray[np.bool_]
    contradicting: npt.NDArray[np.bool_]
    published: npt.NDArray[np.bool_]
    weights: Vector
    folds: npt.NDArray[np.int_]
    """A row a turn."""

    def rows(self, dimension: Dimension) -> npt.NDArray[np.bool_]:
        """The rows that a dimension's model learns from: gates decide the others."""
        if dimension is Dimension.BEHAVIOR:
            return self.described & ~self.contradicting
        return self.described


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    columns: tuple[int, ...]
    """Of the values; the tables count in these."""
    edges: tuple[Vector, ...]
    base: int
    """The average score of the rows it learned from, in :data:`GRAIN`."""
    tables: Tables

    def codes(self, values: npt.NDArray[np.float64]) -> Codes:
        return read_codes(values[:, list(self.columns)], self.edges)

    def sums(self, values: npt.NDArray[np.float64]) -> Vector:
        """The expected scores."""
        return np.asarray((self.base + add_up(self.tables, self.codes(values))) * GRAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the document says of a dimension."""

    tables: Mapping[str, Any]
    base: float
    cuts: list[float]
    figures: Mapping[str, float]


def calibrate_quality(rulebook: Rulebook, labels: Labels, made: str) -> dict[str, Any]:
    """The document of ``rules/weights/quality.json``, of labels that ``with_scores`` passed."""
    data = read_data(rulebook, labels)
    directions = read_directions(data.names)
    made_of = {d: calibrate_dimension(data, d, directions[d]) for d in Dimension}
    return {
        "provenance": {
            "made": made,
            "tools": len(labels.rows),
            "servers": labels.servers,
            "data": labels.digest,
            "rules": rulebook.digests["quality"],
        },
        "cross_validated": {d.value: card.figures for d, card in made_of.items()},
        "base": {d.value: card.base for d, card in made_of.items()},
        "cuts": {d.value: card.cuts for d, card in made_of.items()},
        **{d.value: card.tables for d, card in made_of.items()},
    }


def calibrate_dimension(data: Data, dimension: Dimension, directions: Mapping[str, int]) -> Card:
    """One scorecard: tables from all rows, cut points from sums that never saw the row's family."""
    sums = cross_validated(data, dimension, directions)
    rows = data.rows(dimension)
    wanted = data.labels[:, list(Dimension).index(dimension)]
    cuts = cut_points(sums[:, rows].ravel(), np.tile(wanted[rows], TURNS))
    model = _fit_published(data, dimension, directions, cuts)
    tables, offset = _tables(model, data, rows)
    wrong = np.abs(np.where(rows, scores_of(sums, cuts), 1) - wanted)
    return Card(
        tables=tables,
        base=round((model.base + offset) * GRAIN, DECIMALS),
        cuts=[round(float(cut) + GRAIN / 2, DECIMALS + 1) for cut in cuts],
        figures={
            "mae": round(float(wrong.mean()), 3),
            "within_one": round(float((wrong <= 1).mean()), 3),
        },
    )


def _fit_published(
    data: Data, dimension: Dimension, directions: Mapping[str, int], cuts: Vector
) -> Model:
    """The model of all rows, with the least weight that gives the published rows their scores."""
    rows = data.rows(dimension)
    known = data.published & rows
    wanted = data.labels[known, list(Dimension).index(dimension)]
    for weight in PUBLISHED:
        weighted = replace(data, weights=np.where(data.published, weight, data.weights))
        model = fit_model(weighted, dimension, directions, rows)
        sums = model.sums(data.values[known])
        # A little aside, so that rounding cannot tip a score.
        if all((scores_of(sums + aside, cuts) == wanted).all() for aside in (-0.02, 0.02)):
            break
    return model


def read_data(rulebook: Rulebook, labels: Labels) -> Data:
    """The signals and labels of all rows."""
    names = (*(rule.id for rule in rulebook.rules["quality"]), *sorted(FACTS), *OVER)
    values = np.zeros((len(labels.rows), len(names)))
    for number, row in enumerate(labels.rows):
        signals = read_signals(rulebook, rulebook.read(Features(row.tool, row.siblings)))
        values[number] = [signals.value(name) for name in names]
    return Data(
        names=names,
        values=values,
        labels=np.array([row.scores for row in labels.rows], dtype=float),
        described=np.array([bool((row.tool.description or "").strip()) for row in labels.rows]),
        contradicting=np.array([row.contradicts for row in labels.rows]),
        published=np.array([row.published for row in labels.rows]),
        weights=shares_of(labels.rows, ALIKE),
        folds=np.array([family_folds(labels.rows, FOLDS, turn) for turn in range(TURNS)]),
    )


def read_directions(names: Sequence[str]) -> Mapping[Dimension, Mapping[str, int]]:
    """Which way each signal may push each dimension, from ``rules/scorecards.yaml``.

    Raises RuleError for a name that no signal has.
    """
    document = read_rules("scorecards.yaml")
    found: dict[Dimension, Mapping[str, int]] = {}
    for dimension in Dimension:
        chosen: dict[str, int] = {}
        for way, patterns in document[dimension.value].items():
            for pattern in patterns:
                stem = pattern.removesuffix("*")
                matching = [
                    n for n in names if n == pattern or (stem != pattern and n.startswith(stem))
                ]
                if not matching:
                    raise RuleError(
                        f"rules/scorecards.yaml: {dimension.value}: there is no signal {pattern!r}"
                    )
                for name in matching:
                    chosen.setdefault(name, _DIRECTIONS[way])
        found[dimension] = chosen
    return found


def cross_validated(data: Data, dimension: Dimension, directions: Mapping[str, int]) -> Vector:
    """The sums of each row, a row a turn, from models that never saw its server or one like it."""
    sums = np.zeros(data.folds.shape)
    for turn, folds in enumerate(data.folds):
        for fold in range(FOLDS):
            outside = folds == fold
            model = fit_model(data, dimension, directions, data.rows(dimension) & ~outside)
            sums[turn, outside] = model.sums(data.values[outside])
    return sums


def fit_model(
    data: Data,
    dimension: Dimension,
    directions: Mapping[str, int],
    rows: npt.NDArray[np.bool_],
) -> Model:
    """Boosted twice: with all signals of the dimension, then with those that gained most."""
    columns = tuple(c for c, name in enumerate(data.names) if name in directions)
    values, weights = data.values[rows][:, list(columns)], data.weights[rows]
    labels = data.labels[rows, list(Dimension).index(dimension)]
    edges = tuple(_edges(values[:, number]) for number in range(len(columns)))
    codes = read_codes(values, edges)
    ways = [directions[data.names[c]] for c in columns]
    base = round(float(np.average(labels, weights=weights)) / GRAIN)
    left = labels - base * GRAIN
    first = grow(codes, ways, left, weights, FIRST)
    forest = grow(codes, ways, left, weights, LAST, _best_terms(first.gains))
    return Model(columns=columns, edges=edges, base=base, tables=forest.tables)


def _best_terms(gains: Mapping[Key, float]) -> list[Key]:
    """The signals that gained most, alone or in a pair, and the pairs of them that did."""
    gained: defaultdict[int, float] = defaultdict(float)
    for key, gain in gains.items():
        for column in key:
            gained[column] += gain
    kept = set(sorted(gained, key=lambda c: (-gained[c], c))[:SIGNALS])
    pairs = [key for key in gains if len(key) == 2 and kept.issuperset(key)]
    pairs.sort(key=lambda key: (-gains[key], key))
    return sorted([*((column,) for column in kept), *pairs[:PAIRS]])


def read_codes(values: npt.NDArray[np.float64], edges: Sequence[Vector]) -> Codes:
    """The step that each value falls in."""
    found = [
        np.searchsorted(places, values[:, number], side="right")
        for number, places in enumerate(edges)
    ]
    return np.stack(found, axis=1)


def _edges(values: npt.NDArray[np.float64]) -> Vector:
    """Edges between the values, at most :data:`EDGES`, at quantiles where there are more."""
    distinct = np.unique(values)
    if len(distinct) <= max(EDGES, MOST):
        return np.asarray(np.round((distinct[1:] + distinct[:-1]) / 2, EDGE_DECIMALS))
    places = np.searchsorted(
        distinct, np.quantile(values, np.linspace(0, 1, EDGES + 2)[1:-1]), side="right"
    )
    kept = [p for p in sorted(set(places.tolist())) if p < len(distinct)]
    middles = (distinct[np.array(kept) - 1] + distinct[kept]) / 2
    return np.asarray(np.round(middles, EDGE_DECIMALS))


def _tables(model: Model, data: Data, rows: npt.NDArray[np.bool_]) -> tuple[dict[str, Any], int]:
    """The terms as tables whose points are relative to the average of the rows, and the sum of
    what was subtracted, in :data:`GRAIN`."""
    codes = model.codes(data.values[rows])
    single: dict[str, Any] = {}
    pairs: list[dict[str, Any]] = []
    offset = 0
    for key, table in sorted(purify(model.tables, codes).items()):
        middle = round(float(table[tuple(codes[:, c] for c in key)].mean()))
        offset += middle
        names = [data.names[model.columns[c]] for c in key]
        edges, points = _merged(table - middle, [model.edges[c] for c in key])
        if len(key) == 1:
            single[names[0]] = {"edges": edges[0], "points": points}
        else:
            pairs.append({"signals": names, "edges": edges, "points": points})
    return {"signals": dict(sorted(single.items())), "pairs": pairs}, offset


def _merged(table: npt.NDArray[np.int_], edges: list[Vector]) -> tuple[list[list[float]], Any]:
    """Without the edges at which nothing changes."""
    kept = []
    for axis, places in enumerate(edges):
        keep = np.diff(step_groups(table, axis)) > 0
        table = np.compress(np.concatenate([[True], keep]), table, axis=axis)
        kept.append([float(e) for e in places[keep]])
    return kept, np.round(table * GRAIN, DECIMALS).tolist()
