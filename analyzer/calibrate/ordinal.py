"""The proportional odds model of an ordinal label: one sum, four thresholds.

The chance of a score of at most k is the logistic function of ``threshold[k] - sum``.
:mod:`analyzer.calibrate.trees` makes the sum.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]

_FAR = 1e3
_FOLLOW = 20
"""Rounds after which the thresholds follow the sums."""
_GRAIN = 2.0**20
_SLOPES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2)


class Objective:
    """First and second derivatives of the loss, as LightGBM asks for them each round.

    Labels are 1 to 5; a half counts for both neighbours. The thresholds follow the sums.
    """

    def __init__(self, labels: Vector, weights: Vector) -> None:
        self._low, self._high = np.floor(labels).astype(int), np.ceil(labels).astype(int)
        self._weights = weights
        self._thresholds = _fit_thresholds(
            np.zeros(len(labels)),
            self._low,
            self._high,
            _first_thresholds(self._low, self._high),
            8,
        )
        self._turn = 0

    def __call__(self, sums: Vector, _: object) -> tuple[Vector, Vector]:
        self._turn += 1
        if self._turn % _FOLLOW == 0:
            self._thresholds = _fit_thresholds(sums, self._low, self._high, self._thresholds, 2)
        slope, curve = _derivatives(sums, self._thresholds, self._low, self._high)
        # Multiples of 2**-20 add up exactly, in whatever order a library adds them.
        exact = [np.rint(v * self._weights * _GRAIN) / _GRAIN for v in (-slope, curve)]
        return exact[0], exact[1]


def _logistic(values: Vector) -> Vector:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))))


def _first_thresholds(
    low: npt.NDArray[np.int_], high: npt.NDArray[np.int_], count: int = 4
) -> Vector:
    levels = range(1, count + 1)
    share = np.array([np.mean(((low <= k) * 1.0 + (high <= k)) / 2) for k in levels])
    share = np.clip(share, 0.003, 0.997)
    return _spread(np.log(share / (1 - share)))


def _spread(thresholds: Vector) -> Vector:
    for number in range(1, len(thresholds)):
        thresholds[number] = max(thresholds[number], thresholds[number - 1] + 0.05)
    return thresholds


def _derivatives(
    sums: Vector, thresholds: Vector, low: npt.NDArray[np.int_], high: npt.NDArray[np.int_]
) -> tuple[Vector, Vector]:
    """First and negative second derivative of the log likelihood by the sum."""
    edges = np.concatenate([[-_FAR], thresholds, [_FAR]])
    slope, curve = np.zeros(len(sums)), np.zeros(len(sums))
    for label in (low, high):
        at, before = _logistic(edges[label] - sums), _logistic(edges[label - 1] - sums)
        slope += 0.5 * (at + before - 1)
        curve += 0.5 * (at * (1 - at) + before * (1 - before))
    return slope, curve


def _fit_thresholds(
    sums: Vector,
    low: npt.NDArray[np.int_],
    high: npt.NDArray[np.int_],
    thresholds: Vector,
    rounds: int,
) -> Vector:
    """Thresholds of the greatest likelihood for these sums, by scoring steps of at most a half."""
    for _ in range(rounds):
        for number in range(len(thresholds)):
            edges = np.concatenate([[-_FAR], thresholds, [_FAR]])
            slope = information = 0.0
            for label in (low, high):
                at, before = _logistic(edges[label] - sums), _logistic(edges[label - 1] - sums)
                chance = np.maximum(at - before, 1e-9)
                rise = (at * (1 - at) / chance)[label == number + 1]
                fall = (before * (1 - before) / chance)[label == number + 2]
                slope += 0.5 * (rise.sum() - fall.sum())
                information += 0.5 * ((rise**2).sum() + (fall**2).sum())
            thresholds = thresholds.copy()
            thresholds[number] += np.clip(slope / (information + 1e-6), -0.5, 0.5)
            thresholds = _spread(thresholds)
    return thresholds


def cut_points(sums: Vector, labels: Vector) -> Vector:
    """The sums from which the score is 2, 3, 4 and 5: the thresholds of the model over the sums,
    with the slope of the greatest likelihood. There the scores below and above are equally likely,
    so the score given is the median one, which has the least expected distance to the label.
    A score that no label has shares its threshold with the next that one has.
    """
    ends = np.floor(labels).astype(int), np.ceil(labels).astype(int)
    levels = np.unique(ends)
    low, high = (np.searchsorted(levels, end) + 1 for end in ends)
    best, found = -np.inf, np.zeros(0)
    for slope in _SLOPES:
        scaled = sums * slope
        thresholds = _fit_thresholds(
            scaled, low, high, _first_thresholds(low, high, len(levels) - 1), 25
        )
        edges = np.concatenate([[-_FAR], thresholds, [_FAR]])
        chances = [
            _logistic(edges[k] - scaled) - _logistic(edges[k - 1] - scaled) for k in (low, high)
        ]
        likelihood = sum(float(np.log(np.maximum(c, 1e-9)).sum()) for c in chances)
        if likelihood > best:
            best, found = likelihood, thresholds / slope
    known = np.concatenate([[-_FAR], found, [_FAR]])
    return np.asarray(known[np.searchsorted(levels, [2, 3, 4, 5])])
