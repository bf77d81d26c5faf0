"""Boosted trees of two levels for a score, taken apart into tables.

LightGBM grows the trees, each to the squared distance that those before it leave. A tree of two
levels reads one signal or two, so the sum of all trees is a sum of tables over one signal and over
pairs of signals: a generalized additive model with pairwise interactions (Lou et al., 2013,
doi:10.1145/2487575.2487579).

Points are whole numbers of :data:`GRAIN`, so that sums are exact: a model whose trees never push
against a direction keeps to it after rounding too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from analyzer.quality.scorecard import GRAINS

GRAIN = 1 / GRAINS
"""Points are multiples of this."""
_EXACT = 2.0**20
"""Multiples of a fraction with this divisor add up exactly, in whatever order a library does it."""

Vector = npt.NDArray[np.float64]

Codes = npt.NDArray[np.int_]
"""A row a tool, a column a signal: the step, from 0, that the signal falls in."""
Key = tuple[int, ...]
"""One signal, or two in order: columns of the codes."""
Tables = dict[Key, npt.NDArray[np.int_]]
"""Points, in :data:`GRAIN`: a dimension a signal of the key, a cell a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    rounds: int = 400
    rate: float = 0.06
    shrinkage: float = 10.0
    sample: float = 0.7
    """The share of the rows that a round sees."""
    breadth: float = 0.3
    """The share of the signals that a split may choose from."""
    least_rows: int = 15
    """On either side of a split."""
    bags: int = 6
    """Models that are averaged: each sees other rows in each round."""


@dataclass(frozen=True, slots=True)
class Forest:
    """What the trees add, taken apart, and by how much each term brought the sums nearer."""

    tables: Tables
    gains: Mapping[Key, float]


def add_up(tables: Tables, codes: Codes) -> npt.NDArray[np.int_]:
    """The points of each row, in :data:`GRAIN`."""
    total = np.zeros(len(codes), dtype=np.int_)
    for key, table in tables.items():
        total += table[tuple(codes[:, column] for column in key)]
    return total


@dataclass(slots=True)
class _Grown:
    steps: Sequence[int]
    """How many steps each signal has."""
    tables: Tables = field(default_factory=dict)
    gains: defaultdict[Key, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, where: Mapping[int, tuple[int, int]], points: int) -> None:
        """Adds points where each signal of ``where`` falls in its span of steps."""
        key = tuple(sorted(where))
        table = self.tables.get(key)
        if table is None:
            table = self.tables[key] = np.zeros([self.steps[c] for c in key], dtype=np.int_)
        table[tuple(slice(*where[column]) for column in key)] += points


def grow(
    codes: Codes,
    directions: Sequence[int],
    labels: Vector,
    weights: Vector,
    settings: Settings,
    terms: Sequence[Key] | None = None,
) -> Forest:
    """The average of ``settings.bags`` boosted models of how far a label lies from 0.

    ``terms`` are the only signals, and pairs of them, that may be read; none: all. Deterministic.
    """
    grown = _Grown([int(s) for s in codes.max(axis=0) + 1])
    options = _options(directions, settings, terms)
    for bag in range(settings.bags):
        model = lightgbm.train(
            {**options, "seed": bag, "objective": _squares(labels, weights)},
            # Steps are the bins: nothing is to be merged or left out.
            lightgbm.Dataset(
                codes.astype(np.float64),
                labels,
                params={"min_data_in_bin": 1, "max_bin": 255, "verbose": -1},
                free_raw_data=True,
            ),
            num_boost_round=settings.rounds,
        )
        for tree in model.dump_model()["tree_info"]:
            _take_apart(grown, tree["tree_structure"], {}, settings.bags)
    return Forest(grown.tables, dict(grown.gains))


def _squares(labels: Vector, weights: Vector) -> Callable[[Vector, object], tuple[Vector, Vector]]:
    """First and second derivatives of the squared distance, as LightGBM asks for them a round."""
    curve = _exactly(weights)

    def derivatives(sums: Vector, _: object) -> tuple[Vector, Vector]:
        return _exactly((sums - labels) * weights), curve

    return derivatives


def _exactly(values: Vector) -> Vector:
    return np.asarray(np.rint(values * _EXACT) / _EXACT)


def _options(
    directions: Sequence[int], settings: Settings, terms: Sequence[Key] | None
) -> dict[str, Any]:
    options: dict[str, Any] = {
        "learning_rate": settings.rate,
        "max_depth": 2,
        "num_leaves": 4,
        "min_child_samples": settings.least_rows,
        "feature_fraction_bynode": settings.breadth,
        "bagging_fraction": settings.sample,
        "bagging_freq": 1,
        "lambda_l2": settings.shrinkage,
        "monotone_constraints": list(directions),
        "feature_pre_filter": False,
        "force_col_wise": True,
        "deterministic": True,
        "num_threads": 1,
        "verbose": -1,
    }
    if terms is not None:
        options["interaction_constraints"] = [list(key) for key in terms]
    return options


def _take_apart(
    grown: _Grown, node: Mapping[str, Any], where: Mapping[int, tuple[int, int]], bags: int
) -> None:
    """Adds a tree's leaves to the tables of the signals on the way to them."""
    if "leaf_value" in node:
        points = round(node["leaf_value"] / bags / GRAIN)
        if points and where:
            grown.add(where, points)
        return
    column = int(node["split_feature"])
    low, high = where.get(column, (0, grown.steps[column]))
    edge = int(node["threshold"]) + 1
    grown.gains[tuple(sorted({column, *where}))] += node["split_gain"]
    _take_apart(grown, node["left_child"], {**where, column: (low, min(edge, high))}, bags)
    _take_apart(grown, node["right_child"], {**where, column: (max(edge, low), high)}, bags)


def purify(tables: Tables, codes: Codes) -> Tables:
    """The same sums, with what a pair says of one signal alone moved to that signal's table.

    Means are over the rows (Lengerich et al., 2020, arXiv:1911.04974), rounded to whole points so
    that the sums stay what they were.
    """
    found = {key: table.copy() for key, table in tables.items()}
    for key in sorted(k for k in tables if len(k) == 2):
        # Steps between which the pair does not change stay one, or the table would grow.
        groups = [step_groups(found[key], axis) for axis in (0, 1)]
        pair = found[key][np.ix_(*(np.unique(g, return_index=True)[1] for g in groups))]
        counts = np.zeros(pair.shape)
        np.add.at(counts, tuple(g[codes[:, c]] for g, c in zip(groups, key, strict=True)), 1)
        for axis in (0, 1, 0, 1, 0, 1):
            across = counts.sum(axis=1 - axis)
            means = (pair * counts).sum(axis=1 - axis) / np.maximum(across, 1)
            shift = np.rint(np.where(across > 0, means, 0)).astype(np.int_)
            pair = pair - np.expand_dims(shift, 1 - axis)
            wide = shift[groups[axis]]
            single = found.setdefault((key[axis],), np.zeros_like(wide))
            single += wide
        found[key] = pair[np.ix_(*groups)]
    return {key: table for key, table in found.items() if table.any()}


def step_groups(table: npt.NDArray[np.int_], axis: int) -> npt.NDArray[np.int_]:
    """The number, from 0, of the run of equal steps along an axis that each step is in."""
    others = tuple(a for a in range(table.ndim) if a != axis)
    changes = np.diff(table, axis=axis).any(axis=others)
    return np.concatenate([[0], np.cumsum(changes)])
