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
_WIDE = 20.0
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


def _first_thresholds(low: npt.NDArray[np.int_], high: npt.NDArray[np.int_]) -> Vector:
    share = np.array([np.mean(((low <= k) * 1.0 + (high <= k)) / 2) for k in (1, 2, 3, 4)])
    share = np.clip(share, 0.003, 0.997)
    return _spread(np.log(share / (1 - share)))


def _spread(thresholds: Vector) -> Vector:
    for number in range(1, 4):
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
        for number in range(4):
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


def cut_points(sums: Vector, labels: Vector, draws: int = 40) -> Vector:
    """The sums from which the score is 2, 3, 4 and 5: the mean of two estimates.

    Those of the least mean absolute error, the median over bootstrap draws of the rows (seed 0),
    follow the rows closely; those where the proportional odds model holds the scores below and
    above for equally likely vary less from sample to sample.
    """
    generator = np.random.default_rng(0)
    found = []
    for _ in range(draws):
        chosen = generator.integers(0, len(sums), len(sums))
        found.append(_best_cuts(sums[chosen], labels[chosen]))
    measured = np.median(np.clip(np.array(found), -_WIDE, _WIDE), axis=0)
    even = np.clip(_even_cuts(sums, labels), -_WIDE, _WIDE)
    # Between two scores of which one is not there, the model has no threshold.
    there = np.isin([1, 2, 3, 4, 5], [np.floor(labels), np.ceil(labels)])
    return np.asarray(np.where(there[:-1] & there[1:], (measured + even) / 2, measured))


def _even_cuts(sums: Vector, labels: Vector) -> Vector:
    """Thresholds of the model over the sums, with the slope of the greatest likelihood."""
    low, high = np.floor(labels).astype(int), np.ceil(labels).astype(int)
    best, cuts = -np.inf, np.zeros(4)
    for slope in _SLOPES:
        scaled = sums * slope
        thresholds = _fit_thresholds(scaled, low, high, _first_thresholds(low, high), 25)
        edges = np.concatenate([[-_FAR], thresholds, [_FAR]])
        chances = [
            _logistic(edges[k] - scaled) - _logistic(edges[k - 1] - scaled) for k in (low, high)
        ]
        likelihood = sum(float(np.log(np.maximum(c, 1e-9)).sum()) for c in chances)
        if likelihood > best:
            best, cuts = likelihood, thresholds / slope
    return cuts


def _best_cuts(sums: Vector, labels: Vector) -> list[float]:
    """Dynamic programming over the rows in the order of their sums."""
    order = np.argsort(sums, kind="stable")
    ranked, wanted = sums[order], labels[order]
    count = len(ranked)
    costs = [np.concatenate([[0.0], np.cumsum(np.abs(wanted - score))]) for score in range(1, 6)]
    split = np.ones(count + 1, dtype=bool)
    split[1:-1] = ranked[1:] > ranked[:-1]
    best = costs[0]
    back = []
    for cost in costs[1:]:
        start = np.where(split, best - cost, np.inf)
        least = np.minimum.accumulate(start)
        back.append(np.maximum.accumulate(np.where(start == least, np.arange(count + 1), 0)))
        best = least + cost
    cuts, end = [], count
    for places in reversed(back):
        end = int(places[end])
        inside = 0 < end < count
        cuts.append((ranked[end - 1] + ranked[end]) / 2 if inside else _FAR * (1 if end else -1))
    return cuts[::-1]
