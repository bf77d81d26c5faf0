"""The scorecards can be made anew from the data they came from."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from analyzer.calibrate.cuts import cut_points, scores_of
from analyzer.calibrate.data import read_labels
from analyzer.calibrate.quality import calibrate_dimension, read_data, read_directions
from analyzer.calibrate.trees import GRAIN, Settings, Vector, add_up, grow, purify
from analyzer.model import Dimension
from analyzer.quality.scorecard import Scorecard, scorecards
from analyzer.quality.signals import OVER
from analyzer.rulebook import load_rulebook
from analyzer.rulebook.facts import FACTS
from tests.conftest import ROOT


def test_directions_name_real_signals() -> None:
    names = [rule.id for rule in load_rulebook().rules["quality"]]
    found = read_directions([*names, *FACTS, *OVER])
    assert set(found) == set(Dimension)


def test_the_tables_keep_their_directions() -> None:
    """A signal's own table and all pairs with it, together, whatever the other signals are."""
    rulebook = load_rulebook()
    directions = read_directions([*(r.id for r in rulebook.rules["quality"]), *FACTS, *OVER])
    for dimension, card in scorecards(rulebook).items():
        for name, way in directions[dimension].items():
            edges, least = least_steps(card, name, way or 1)
            assert not way or not edges or min(least) > -1e-9, (dimension, name)


def least_steps(card: Scorecard, name: str, way: int) -> tuple[list[float], list[float]]:
    """The edges of a signal, and by how much reaching each of them moves the sum that way, with
    the other signals where they help least."""
    tables = [(t.edges, np.array(t.points)[:, None]) for t in card.terms if t.signal == name]
    for pair in card.pairs:
        if name in pair.signals:
            axis = pair.signals.index(name)
            points = np.array(pair.points)
            tables.append((pair.edges[axis], points if axis == 0 else points.T))
    edges = sorted({e for places, _ in tables for e in places})
    least = [
        sum(
            float((way * np.diff(points, axis=0))[places.index(edge)].min())
            for places, points in tables
            if edge in places
        )
        for edge in edges
    ]
    return edges, least


def test_trees_find_the_signal_that_matters_and_keep_its_direction() -> None:
    generator = np.random.default_rng(1)
    codes = generator.integers(0, 3, (400, 3))
    labels = 1.0 + 2.0 * codes[:, 1].astype(np.float64)
    settings = Settings(bags=2, rounds=80)
    found = grow(codes, [0, 0, 0], labels - 3, np.ones(400), settings)
    sums: Vector = np.asarray(3 + add_up(found.tables, codes) * GRAIN)
    assert (scores_of(sums, cut_points(sums, labels)) == labels).all()
    barred = grow(codes, [0, -1, 0], labels - 3, np.ones(400), settings)
    assert not any(1 in key for key in barred.tables)


def test_two_signals_that_matter_together_become_a_pair() -> None:
    codes = np.random.default_rng(2).integers(0, 2, (600, 3))
    labels = np.where((codes[:, 0] == 1) & (codes[:, 2] == 1), 2.0, -1.0)
    forest = grow(codes, [0, 0, 0], labels, np.ones(600), Settings(bags=1, rounds=40))
    assert (0, 2) in forest.tables
    allowed = grow(
        codes, [0, 0, 0], labels, np.ones(600), Settings(bags=1, rounds=40), [(0,), (1, 2)]
    )
    assert set(allowed.tables) <= {(0,), (1,), (2,), (1, 2)}


def test_cut_points_leave_the_middle_only_for_enough() -> None:
    sums = np.array([1.2, 1.8, 2.4, 2.6, 3.4, 3.6, 4.4, 4.6])
    assert cut_points(sums, np.rint(sums)).tolist() == [1.5, 2.5, 3.5, 4.5]
    # Half of the tools with a sum of 3.4 have the score 4, and a few have 2.
    sums = np.repeat([1.0, 3.4, 5.0], [50, 100, 50])
    labels = np.repeat([1.0, 2.0, 4.0, 5.0], [50, 30, 70, 50])
    assert cut_points(np.asarray(sums), np.asarray(labels))[2] == 3.4


def test_purifying_moves_points_and_changes_no_sum() -> None:
    codes = np.random.default_rng(3).integers(0, 3, (300, 2))
    tables = {(0,): np.array([5, 0, -5]), (0, 1): np.array([[9, 4, 1], [3, 8, 2], [30, 20, 10]])}
    pure = purify(tables, codes)
    assert (add_up(pure, codes) == add_up(tables, codes)).all()
    assert abs(pure[0, 1]).sum() < abs(tables[0, 1]).sum()
    assert (1,) in pure


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
    assert card.base == stored["base"][dimension.value]
    assert card.cuts == stored["cuts"][dimension.value]
    assert card.figures == stored["cross_validated"][dimension.value]
