"""Scorecards of the six quality scores from labelled tools.

``rules/scorecards.yaml`` says which signals a dimension may use and which way each may push;
:mod:`analyzer.calibrate.ordinal` makes the points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.calibrate.data import Labels
from analyzer.calibrate.families import family_folds
from analyzer.calibrate.ordinal import Columns, Settings, Vector, boost, cut_points
from analyzer.errors import RuleError
from analyzer.features import Features
from analyzer.model import Dimension
from analyzer.quality.signals import MOST, OVER, read_signals
from analyzer.rulebook import Rulebook
from analyzer.rulebook.facts import FACTS
from analyzer.rulefiles import read_rules

FOLDS = 5
BAGS = 6
"""Models that are averaged: each sees other rows in each round."""
EDGES = 12
ROUNDS = 350
DECIMALS = 3
KEPT = 0.004
"""A step of fewer points than this is left out."""
PUBLISHED = (1.0, 5.0, 25.0)
"""Weights of a row whose scores a catalogue published, among rows of weight 1: a dimension takes
the first with which they come out."""

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

    def rows(self, dimension: Dimension) -> npt.NDArray[np.bool_]:
        """The rows that a dimension's model learns from: gates decide the others."""
        if dimension is Dimension.BEHAVIOR:
            return self.described & ~self.contradicting
        return self.described


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A column: 1 where a signal has reached an edge."""

    column: int
    """Of the values."""
    edge: float
    direction: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    steps: tuple[Step, ...]
    points: Vector

    def sums(self, values: npt.NDArray[np.float64]) -> Vector:
        return np.asarray(_columns(values, self.steps) @ self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the document says of a dimension."""

    tables: Mapping[str, Any]
    cuts: list[float]
    figures: Mapping[str, float]


def calibrate_quality(rulebook: Rulebook, labels: Labels, made: str) -> dict[str, Any]:
    """The document of ``rules/weights/quality.json``."""
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
        "cuts": {d.value: card.cuts for d, card in made_of.items()},
        **{d.value: card.tables for d, card in made_of.items()},
    }


def calibrate_dimension(data: Data, dimension: Dimension, directions: Mapping[str, int]) -> Card:
    """One scorecard: tables from all rows, cut points from sums that never saw the row's family."""
    sums = cross_validated(data, dimension, directions)
    rows = data.rows(dimension)
    wanted = data.labels[:, list(Dimension).index(dimension)]
    cuts = cut_points(sums[rows], wanted[rows])
    model = _fit_published(data, dimension, directions, cuts)
    tables, offset = _tables(model, data, rows)
    wrong = np.abs(np.where(rows, 1 + (sums[:, None] >= cuts).sum(axis=1), 1) - wanted)
    return Card(
        tables=tables,
        cuts=[round(float(c - offset), DECIMALS) for c in cuts],
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
        weighted = replace(data, weights=np.where(data.published, weight, 1.0))
        model = fit_model(weighted, dimension, directions, rows)
        sums = model.sums(data.values[known])
        # A tenth of a point aside, so that rounding the tables cannot tip a score.
        given = [1 + (sums[:, None] + aside >= cuts).sum(axis=1) for aside in (-0.1, 0.1)]
        if all((scores == wanted).all() for scores in given):
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
        weights=np.ones(len(labels.rows)),
        folds=np.array(family_folds(labels.rows, FOLDS)),
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
    """The sums of each row from a model that never saw its server or one like it."""
    sums = np.zeros(len(data.values))
    for fold in range(FOLDS):
        outside = data.folds == fold
        model = fit_model(data, dimension, directions, data.rows(dimension) & ~outside)
        sums[outside] = model.sums(data.values[outside])
    return sums


def fit_model(
    data: Data,
    dimension: Dimension,
    directions: Mapping[str, int],
    rows: npt.NDArray[np.bool_],
) -> Model:
    """The average of :data:`BAGS` boosted models."""
    values, weights = data.values[rows], data.weights[rows]
    labels = data.labels[rows, list(Dimension).index(dimension)]
    single = _single_steps(values, data.names, directions)
    columns = _columns(values, single)
    pushes = np.array([s.direction for s in single], dtype=float)
    points = np.zeros(len(single))
    for bag in range(BAGS):
        settings = Settings(rounds=ROUNDS, seed=bag)
        points += boost(columns, pushes, labels, weights, settings)[0] / BAGS
    return Model(steps=tuple(single), points=points)


def _columns(values: npt.NDArray[np.float64], steps: Sequence[Step]) -> Columns:
    found = [values[:, step.column] >= step.edge for step in steps]
    return np.stack(found, axis=1).astype(np.float64)


def _single_steps(
    values: npt.NDArray[np.float64], names: Sequence[str], directions: Mapping[str, int]
) -> list[Step]:
    return [
        Step(column=column, edge=edge, direction=directions[name])
        for column, name in enumerate(names)
        if name in directions
        for edge in _edges(values[:, column])
    ]


def _edges(values: npt.NDArray[np.float64]) -> list[float]:
    """Edges between the values, at most :data:`EDGES`, at quantiles where there are more."""
    distinct = np.unique(values)
    if len(distinct) <= max(EDGES, MOST):
        return [round(float(e), DECIMALS) for e in (distinct[1:] + distinct[:-1]) / 2]
    places = np.searchsorted(
        distinct, np.quantile(values, np.linspace(0, 1, EDGES + 2)[1:-1]), side="right"
    )
    return [
        round(float((distinct[p - 1] + distinct[p]) / 2), DECIMALS)
        for p in sorted(set(places.tolist()))
        if p < len(distinct)
    ]


def _tables(model: Model, data: Data, rows: npt.NDArray[np.bool_]) -> tuple[dict[str, Any], float]:
    """The terms as tables whose points are relative to the average of the rows, and the sum of
    what was subtracted."""
    single: dict[int, list[tuple[float, float]]] = {}
    tables: dict[str, Any] = {}
    offset = 0.0
    for step, points in zip(model.steps, model.points, strict=True):
        if abs(points) >= KEPT:
            single.setdefault(step.column, []).append((step.edge, float(points)))
    for column, pairs in sorted(single.items(), key=lambda item: data.names[item[0]]):
        edges = [edge for edge, _ in sorted(pairs)]
        levels = np.concatenate([[0.0], np.cumsum([p for _, p in sorted(pairs)])])
        reached = np.searchsorted(edges, data.values[rows, column], side="right")
        middle = float(levels[reached].mean())
        offset += middle
        tables[data.names[column]] = {"edges": edges, "points": _rounded(levels - middle)}
    return tables, offset


def _rounded(values: npt.NDArray[np.float64]) -> list[float]:
    return [round(float(v), DECIMALS) + 0.0 for v in values]
