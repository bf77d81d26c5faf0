"""Where one whole score ends and the next begins, on a scale of expected scores."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analyzer.calibrate.trees import Vector

STEP = 0.05
FARTHEST = 6
"""A cut lies at most this many steps from the middle between two scores."""
_PULL = 1e-3
"""What a cut must gain in mean distance for each square of the steps that it is moved."""
_ROUNDS = 2


def cut_points(sums: Vector, labels: Vector) -> Vector:
    """The sums from which the score is 2, 3, 4 and 5, with the least mean distance of the scores
    to the labels. The sum is a mean, and the whole score nearest to a lopsided set of labels is
    not the one nearest to its mean, so cuts may leave the middle where that gains enough."""
    steps = np.zeros(4, dtype=np.int_)
    moves = sorted(range(-FARTHEST, FARTHEST + 1), key=lambda n: (abs(n), n))
    for _ in range(_ROUNDS):
        for place in range(len(steps)):
            losses = [_loss(sums, labels, steps, place, move) for move in moves]
            steps[place] = moves[int(np.argmin(np.round(losses, 9)))]
    return _cuts(steps)


def scores_of(sums: Vector, cuts: Vector) -> npt.NDArray[np.int_]:
    """The score, 1 to 5, of each sum."""
    return np.asarray(1 + np.searchsorted(cuts, sums, side="right"))


def _cuts(steps: npt.NDArray[np.int_]) -> Vector:
    return np.asarray(np.round(np.arange(1.5, 5) + steps * STEP, 2))


def _loss(
    sums: Vector, labels: Vector, steps: npt.NDArray[np.int_], place: int, move: int
) -> float:
    tried = steps.copy()
    tried[place] = move
    distance = np.abs(scores_of(sums, _cuts(tried)) - labels).mean()
    return float(distance) + _PULL * move * move
