"""Scorecards of the six quality scores from labelled tools.

``rules/scorecards.yaml`` says which signals a dimension may use and which way each may push;
:mod:`analyzer.calibrate.ordinal` makes the points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from analyzer.calibrate.data import Labels
from analyzer.calibrate.ordinal import Columns, Settings, Vector, boost, cut_points
from analyzer.errors import RuleError
from analyzer.features import Features
from analyzer.model import Dimension
from analyzer.quality.signals import MOST, OVER, read_signals
from analyzer.resources import bundled
from analyzer.rulebook import Rulebook
from analyzer.rulebook.facts import FACTS

FOLDS = 5
BAGS = 6
"""Models that are averaged: each sees other rows in each round."""
EDGES = 12
ROUNDS = 350
PAIR_ROUNDS = 120
PAIR_SIGNALS = 26
MOST_PAIRS = 12
DECIMALS = 3
KEPT = 0.004
"""A step of fewer points than this is left out."""
SURE = 2.0
"""The weight of a row that more than one judge scored, among rows of weight 1."""

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
    weights: Vector
    folds: npt.NDArray[np.int_]

    def rows(self, dimension: Dimension) -> npt.NDArray[np.bool_]:
        """The rows that a dimension's model learns from: gates decide the others."""
        if dimension is Dimension.BEHAVIOR:
            return self.described & ~self.contradicting
        return self.described


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A column: 1 where every signal has reached its edge."""

    edges: tuple[tuple[int, float], ...]
    """(column of the values, edge): one, or two for a pair."""
    direction: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    steps: tuple[Step, ...]
    points: Vector
    cuts: Vector

    def sums(self, values: npt.NDArray[np.float64]) -> Vector:
        return np.asarray(_columns(values, self.steps) @ self.points)


def calibrate_quality(rulebook: Rulebook, labels: Labels, made: str) -> dict[str, Any]:
    """The document of ``rules/weights/quality.yaml``."""
    data = read_data(rulebook, labels)
    directions = read_directions(data.names)
    figures: dict[str, Any] = {}
    tables: dict[str, Any] = {}
    cuts: dict[str, list[float]] = {}
    for number, dimension in enumerate(Dimension):
        sums = cross_validated(data, dimension, directions[dimension])
        rows = data.rows(dimension)
        wanted = data.labels[:, number]
        held = cut_points(sums[rows], wanted[rows], data.weights[rows])
        model = fit_model(data, dimension, directions[dimension], rows)
        tables[dimension.value], offset = _tables(model, data, rows)
        cuts[dimension.value] = [round(float(c - offset), DECIMALS) for c in held]
        given = np.where(rows, 1 + (sums[:, None] >= held).sum(axis=1), 1)
        wrong = np.abs(given - wanted)
        figures[dimension.value] = {
            "mae": round(float(wrong.mean()), 3),
            "within_one": round(float((wrong <= 1).mean()), 3),
        }
    return {
        "provenance": {
            "made": made,
            "tools": len(labels.rows),
            "servers": labels.servers,
            "data": labels.digest,
            "rules": rulebook.digests["quality"],
        },
        "cross_validated": figures,
        "cuts": cuts,
        **tables,
    }


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
        weights=np.array([SURE if row.judges > 1 else 1.0 for row in labels.rows]),
        folds=np.array(labels.folds(FOLDS)),
    )


def read_directions(names: Sequence[str]) -> Mapping[Dimension, Mapping[str, int]]:
    """Which way each signal may push each dimension, from ``rules/scorecards.yaml``.

    Raises RuleError for a name that no signal has.
    """
    path = bundled("rules") / "scorecards.yaml"
    document = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
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
    """The sums of each row from a model that never saw its server."""
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
    """Steps over single signals first, then over pairs of those that mattered most."""
    values, weights = data.values[rows], data.weights[rows]
    labels = data.labels[rows, list(Dimension).index(dimension)]
    single = _single_steps(values, data.names, directions)
    columns = _columns(values, single)
    pushes = np.array([s.direction for s in single], dtype=float)
    points = np.zeros(len(single))
    for bag in range(BAGS):
        settings = Settings(rounds=ROUNDS, seed=bag)
        points += boost(columns, pushes, labels, weights, settings)[0] / BAGS
    pairs = _pair_steps(single, points)
    if not pairs:
        return Model(steps=tuple(single), points=points, cuts=np.zeros(4))
    start = np.asarray(columns @ points)
    start -= start.mean()
    joint = _columns(values, pairs)
    ways = np.array([s.direction for s in pairs], dtype=float)
    first = boost(joint, ways, labels, weights, Settings(rounds=PAIR_ROUNDS), start)[0]
    kept = _strongest_pairs(pairs, first)
    joint, ways = joint[:, kept], ways[kept]
    extra = np.zeros(len(kept))
    for bag in range(BAGS):
        settings = Settings(rounds=PAIR_ROUNDS, seed=bag)
        extra += boost(joint, ways, labels, weights, settings, start)[0] / BAGS
    return Model(
        steps=(*single, *(pairs[k] for k in kept)),
        points=np.concatenate([points, extra]),
        cuts=np.zeros(4),
    )


def _columns(values: npt.NDArray[np.float64], steps: Sequence[Step]) -> Columns:
    found = np.ones((len(values), len(steps)), dtype=np.float32)
    for number, step in enumerate(steps):
        for column, edge in step.edges:
            found[:, number] *= values[:, column] >= edge
    return found


def _single_steps(
    values: npt.NDArray[np.float64], names: Sequence[str], directions: Mapping[str, int]
) -> list[Step]:
    return [
        Step(edges=((column, edge),), direction=directions[name])
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


def _pair_steps(single: Sequence[Step], points: Vector) -> list[Step]:
    """Pairs of the heaviest steps: of each of the signals that matter most, its heaviest edge."""
    heaviest: dict[int, int] = {}
    for number in np.argsort(-np.abs(points), kind="stable"):
        if points[number]:
            heaviest.setdefault(single[number].edges[0][0], int(number))
    chosen = [single[n] for n in list(heaviest.values())[:PAIR_SIGNALS]]
    found = []
    for number, first in enumerate(chosen):
        for second in chosen[number + 1 :]:
            pushes = {first.direction, second.direction} - {0}
            # Two that may only push apart leave a pair no way to push.
            if len(pushes) < 2:
                found.append(
                    Step(edges=(*first.edges, *second.edges), direction=next(iter(pushes), 0))
                )
    return found


def _strongest_pairs(pairs: Sequence[Step], points: Vector) -> list[int]:
    order = np.argsort(-np.abs(points), kind="stable")[:MOST_PAIRS]
    return sorted(int(n) for n in order if points[n])


def _tables(model: Model, data: Data, rows: npt.NDArray[np.bool_]) -> tuple[dict[str, Any], float]:
    """The terms as tables whose points are relative to the average of the rows, and the sum of
    what was subtracted."""
    single: dict[int, list[tuple[float, float]]] = {}
    tables: dict[str, Any] = {}
    offset = 0.0
    for step, points in zip(model.steps, model.points, strict=True):
        if len(step.edges) == 1 and abs(points) >= KEPT:
            single.setdefault(step.edges[0][0], []).append((step.edges[0][1], float(points)))
    for column, pairs in sorted(single.items(), key=lambda item: data.names[item[0]]):
        edges = [edge for edge, _ in sorted(pairs)]
        levels = np.concatenate([[0.0], np.cumsum([p for _, p in sorted(pairs)])])
        reached = np.searchsorted(edges, data.values[rows, column], side="right")
        middle = float(levels[reached].mean())
        offset += middle
        tables[data.names[column]] = {"edges": edges, "points": _rounded(levels - middle)}
    for step, points in zip(model.steps, model.points, strict=True):
        if len(step.edges) == 2 and abs(points) >= KEPT:
            (first, edge), (second, other) = step.edges
            name = f"{data.names[first]} & {data.names[second]}"
            both = (data.values[rows, first] >= edge) & (data.values[rows, second] >= other)
            middle = float(points * both.mean())
            offset += middle
            rest = round(-middle, DECIMALS)
            tables[name] = {
                "edges": [[edge], [other]],
                "points": [[rest, rest], [rest, round(float(points - middle), DECIMALS)]],
            }
    return tables, offset


def _rounded(values: npt.NDArray[np.float64]) -> list[float]:
    return [round(float(v), DECIMALS) + 0.0 for v in values]
