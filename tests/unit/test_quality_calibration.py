"""The scorecards can be made anew from the data they came from."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from analyzer.calibrate.data import read_labels
from analyzer.calibrate.ordinal import Settings, boost, cut_points
from analyzer.calibrate.quality import calibrate_dimension, read_data, read_directions
from analyzer.model import Dimension
from analyzer.quality.signals import OVER
from analyzer.rulebook import load_rulebook
from analyzer.rulebook.facts import FACTS
from tests.conftest import ROOT


def test_directions_name_real_signals() -> None:
    names = [rule.id for rule in load_rulebook().rules["quality"]]
    found = read_directions([*names, *FACTS, *OVER])
    assert set(found) == set(Dimension)


def test_every_table_keeps_its_direction() -> None:
    rulebook = load_rulebook()
    names = [rule.id for rule in rulebook.rules["quality"]]
    directions = read_directions([*names, *FACTS, *OVER])
    for dimension in Dimension:
        for signal, table in rulebook.weights["quality"][dimension.value].items():
            way = directions[dimension][signal]
            steps = np.diff(table["points"])
            assert (way >= 0 or (steps <= 0).all()) and (way <= 0 or (steps >= 0).all()), signal


def test_boosting_finds_the_column_that_matters_and_keeps_its_direction() -> None:
    generator = np.random.default_rng(1)
    columns = (generator.random((400, 3)) < 0.5).astype(np.float64)
    labels = 2.0 + 2.0 * columns[:, 1].astype(np.float64)
    settings = Settings(rounds=60)
    points, sums = boost(columns, np.zeros(3), labels, np.ones(400), settings)
    assert points[1] > 1 > abs(points[0]) + abs(points[2])
    cuts = cut_points(sums, labels)
    given = 1 + (sums[:, None] >= cuts).sum(axis=1)
    assert (given == labels).all()
    barred, _ = boost(columns, np.array([0.0, -1.0, 0.0]), labels, np.ones(400), settings)
    assert barred[1] == 0


def test_weights_come_out_the_same(shared_data: Path) -> None:
    rulebook = load_rulebook()
    stored = rulebook.weights["quality"]
    labels = read_labels([shared_data / "train.jsonl", ROOT / "tests" / "seeds" / "labels.jsonl"])
    assert stored["provenance"]["data"] == labels.digest
    data = read_data(rulebook, labels)
    dimension = Dimension.PARAMETERS
    card = calibrate_dimension(data, dimension, read_directions(data.names)[dimension])
    message = "rules or words changed; run toolmark calibrate --only quality"
    assert card.tables == stored[dimension.value], message
    assert card.cuts == stored["cuts"][dimension.value]
    assert card.figures == stored["cross_validated"][dimension.value]
