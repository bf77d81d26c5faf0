"""Boosted trees of two levels for an ordinal label, taken apart into tables.

The gradients are those of :mod:`analyzer.calibrate.ordinal`; LightGBM grows the trees. A tree of
two levels reads one signal or two, so the sum of all trees is a sum of tables over one signal and
over pairs of signals: a generalized additive model with pairwise interactions (Lou et al., 2013,
doi:10.1145/2487575.2487579).

Points are whole numbers of :data:`GRAIN`, so that sums are exact: a model whose trees never push
against a direction keeps to it after rounding too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from analyzer.calibrate.ordinal import Objective, Vector

GRAIN = 1e-4
"""Points are multiples of this."""

Codes = npt.NDArray[np.int_]
"""A row a tool, a column a signal: the step, from 0, that the signal falls in."""
Key = tuple[int, ...]
"""One signal, or two in order: columns of the codes."""
Tables = dict[Key, npt.NDArray[np.int_]]
"""Points, in :data:`GRAIN`: a dimension a signal of the key, a cell a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    rounds: int = 350
    rate: float = 0.1
    shrinkage: float = 8.0
    sample: float = 0.8
    """The share of the rows that a round sees."""
    breadth: float = 0.5
    """The share of the signals that a split may choose from."""
    least: float = 1.2
    """The least information (sum of second derivatives) on either side of a split."""
    least_rows: int = 8
    bags: int = 6
    """Models that are averaged: each sees other rows in each round."""


@dataclass(frozen=True, slots=True)
class Forest:
    """What the trees add, taken apart, and how much each term gained on the likelihood."""

    tables: Tables
    gains: Mapping[Key, float]


def add_up(tables: Tables, codes: Codes) -> Vector:
    """The points of each row, as they are, no longer in :data:`GRAIN`."""
    total = np.zeros(len(codes), dtype=np.int_)
    for key, table in tables.items():
        total += table[tuple(codes[:, column] for column in key)]
    return np.asarray(total * GRAIN)


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
    """The average of ``settings.bags`` boosted models of labels from 1 to 5 (halves allowed).

    ``terms`` are the only signals, and pairs of them, that may be read; none: all. Deterministic.
    """
    grown = _Grown([int(s) for s in codes.max(axis=0) + 1])
    options = _options(directions, settings, terms)
    for bag in range(settings.bags):
        objective = Objective(labels, weights)
        model = lightgbm.train(
            {**options, "seed": bag, "objective": objective},
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


def _options(
    directions: Sequence[int], settings: Settings, terms: Sequence[Key] | None
) -> dict[str, Any]:
    options: dict[str, Any] = {
        "learning_rate": settings.rate,
        "max_depth": 2,
        "num_leaves": 4,
        "min_child_samples": settings.least_rows,
        "min_sum_hessian_in_leaf": settings.least,
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
        pair = found[key]
        counts = np.zeros(pair.shape)
        np.add.at(counts, tuple(codes[:, column] for column in key), 1)
        for axis in (0, 1, 0, 1, 0, 1):
            across = counts.sum(axis=1 - axis)
            means = (pair * counts).sum(axis=1 - axis) / np.maximum(across, 1)
            shift = np.rint(np.where(across > 0, means, 0)).astype(np.int_)
            pair -= np.expand_dims(shift, 1 - axis)
            single = found.setdefault((key[axis],), np.zeros_like(shift))
            single += shift
    return {key: table for key, table in found.items() if table.any()}
