"""The coherence scores stand near the judges', also where the points are fitted to other servers.

The second test fits one factor a term (the shape of its corners is kept) by least absolute
deviations, leaving out each tenth of the servers in turn; servers that share names stay together.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import lsq_linear

from analyzer.coherence import load_coherence_rules, read_tool_set, score_coherence
from analyzer.coherence.scorecard import Measure, Scorecard
from analyzer.model import CoherenceDimension, Tool
from tests.builders import build_quality

Vector = npt.NDArray[np.float64]

FOLDS = 10
RIDGE = 2.0
MOST_MEAN_ERROR = 0.40


@dataclass(frozen=True)
class Labelled:
    tools: tuple[Tool, ...]
    scores: tuple[float, ...]
    """In the order of CoherenceDimension."""


@pytest.fixture(scope="module")
def servers(shared_data: Path) -> list[Labelled]:
    lines = (shared_data / "coherence.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Labelled(tuple(_tool(entry) for entry in row["tools"]), tuple(row["c"]))
        for row in map(json.loads, lines)
    ]


def _tool(entry: dict[str, Any]) -> Tool:
    return Tool(
        name=entry["name"],
        description=entry.get("description"),
        input_schema=entry.get("inputSchema"),
        raw=entry,
    )


def test_scores_as_published(servers: list[Labelled]) -> None:
    rules = load_coherence_rules()
    for position, dimension in enumerate(CoherenceDimension):
        errors = []
        for server in servers:
            qualities = [build_quality()] * len(server.tools)
            scored = score_coherence(server.tools, qualities, rules)
            errors.append(abs(scored.scores[dimension] - server.scores[position]))
        assert np.mean(errors) <= MOST_MEAN_ERROR, dimension
        assert np.mean([error <= 1 for error in errors]) >= 0.95, dimension


@pytest.mark.parametrize("dimension", list(CoherenceDimension))
def test_cross_validated(servers: list[Labelled], dimension: CoherenceDimension) -> None:
    rules = load_coherence_rules()
    card = rules.scorecards[dimension]
    measured = [read_tool_set(server.tools, rules).measures[dimension] for server in servers]
    values = np.array([_unit_points(card, measures) for measures in measured])
    position = list(CoherenceDimension).index(dimension)
    labels = np.array([server.scores[position] for server in servers])
    folds = _folds(servers)
    errors = []
    for fold in range(FOLDS):
        left_out = folds == fold
        factors = _fit(values[~left_out], labels[~left_out])
        guesses = np.floor(factors[0] + values[left_out] @ factors[1:] + 0.5)
        errors.extend(np.abs(np.clip(guesses, 1, 5) - labels[left_out]))
    assert np.mean(errors) <= MOST_MEAN_ERROR


def _unit_points(card: Scorecard, measures: Sequence[Measure]) -> list[float]:
    """Each term's points, divided by the most that it can give or take."""
    units = []
    for measure in measures:
        term = card.terms[measure.id]
        most = max(abs(points) for _, points in term.corners)
        units.append(abs(term.points(measure.value)) / most if most else 0.0)
    return units


def _fit(values: Vector, labels: Vector) -> Vector:
    """Base and factors by iteratively reweighted least squares, lightly shrunk."""
    count = values.shape[1]
    rows = np.hstack([np.ones((len(values), 1)), values])
    shrink = np.sqrt(RIDGE) * np.eye(count + 1)
    shrink[0, 0] = 0
    weights = np.ones(len(labels))
    factors = np.zeros(count + 1)
    for _ in range(15):
        root = np.sqrt(weights)
        factors = lsq_linear(
            np.vstack([rows * root[:, None], shrink]),
            np.concatenate([labels * root, np.zeros(count + 1)]),
        ).x
        weights = 1 / np.maximum(np.abs(rows @ factors - labels), 0.4)
    return factors


def _folds(servers: Sequence[Labelled]) -> npt.NDArray[np.int_]:
    groups = list(range(len(servers)))
    for later, earlier in _twins(servers):
        groups[later] = groups[earlier]
    kinds = np.random.default_rng(0).permutation(len(servers)) % FOLDS
    return np.array([kinds[group] for group in groups])


def _twins(servers: Sequence[Labelled]) -> Iterator[tuple[int, int]]:
    """Pairs of servers that share two fifths of the smaller one's names."""
    names = [{tool.name for tool in server.tools} for server in servers]
    for later in range(len(names)):
        for earlier in range(later):
            least = min(len(names[later]), len(names[earlier]))
            if len(names[later] & names[earlier]) >= max(2, math.ceil(0.4 * least)):
                yield later, earlier
