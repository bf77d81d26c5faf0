"""Weights of the risk rules from labelled tools.

A multinomial logistic model over the rules that hold. The weights are the mode of a posterior: the
prior of each is normal around what its rule leans to, and no weight crosses zero against its lean,
so that a removal verb never speaks against Destructive and a rule that training never saw keeps
the points its author gave it. Where a label has a second category, that one gets a share of it.

Every tool is seen twice, with its declared hints and without, at half the weight each: hints are
claims, and the words alone must carry a verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from analyzer.calibrate.data import Label, Labels
from analyzer.calibrate.families import shares_of
from analyzer.features import Features
from analyzer.model import Access, RiskCategory
from analyzer.records import dataclass
from analyzer.rulebook import Rulebook

Matrix = npt.NDArray[np.float64]

CATEGORIES = tuple(RiskCategory)
PRECISION = 8.0
"""Of the prior of a weight that its rule leans to: the inverse of its variance."""
UNFORESEEN = 30.0
"""The same for a weight that its rule says nothing of: such a weight must earn its place."""
ALIKE = 1 / 3
"""How much less a tool of a large server counts (:func:`shares_of`): no server may tip many."""
ALSO = 0.25
"""The share of a label that its second category gets."""
EMPHASIS = {
    RiskCategory.READ: 1.0,
    RiskCategory.WRITE: 2.5,
    RiskCategory.EXECUTE: 6.0,
    RiskCategory.DESTRUCTIVE: 3.0,
    RiskCategory.FINANCIAL: 8.0,
}
"""What a tool of each category counts: a miss of the severe ones is dearer."""
SURER = {
    RiskCategory.READ: 4.0,
    RiskCategory.WRITE: 2.0,
    RiskCategory.DESTRUCTIVE: 1.6,
    RiskCategory.FINANCIAL: 1.6,
}
"""Where a rule that leans to Execute holds, how many times likelier than it a category must be.
Acts are put in more ways than anything else, so on servers that no rule was written for, unforeseen
wording hides an Execute more often than it feigns one, and an act taken for a look runs unasked;
the servers that rules grew on do not show that (docs/accuracy.md has the figures)."""
IN_FULL = 0.5
"""The points for Execute of such rules from which :data:`SURER` holds in full; below, it holds in
proportion."""
FOLDS = 6
_EXECUTE = CATEGORIES.index(RiskCategory.EXECUTE)
BINS = 40
"""Of the map from the model's probability to the observed share of right verdicts."""
DECIMALS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    weights: Matrix
    """A row a rule, a column a category."""
    bias: Matrix
    speaks: npt.NDArray[np.bool_]
    """Which rules lean to Execute, as their authors say."""

    def chances(self, hits: Matrix) -> Matrix:
        sums = hits @ self.weights + self.bias
        spoken = hits @ np.where(self.speaks, self.weights[:, _EXECUTE], 0.0)
        sums += np.minimum(spoken / IN_FULL, 1.0)[:, None] * held_back()
        powers = np.exp(sums - sums.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Labelled tools and the rules that hold for them."""

    labels: Labels
    seen: Matrix
    """Which rules (columns, in the order of their ids) hold for which tools (rows): 1 or 0."""
    blind: Matrix
    """The same with the declared hints unseen."""

    def part(self, chosen: npt.NDArray[np.bool_]) -> tuple[Matrix, Matrix]:
        """Hits and wanted shares of the chosen tools, seen and blind."""
        hits = np.concatenate([self.seen[chosen], self.blind[chosen]])
        shares = shares_of(self.labels.rows, ALIKE)[:, None]
        wanted = (_wanted(self.labels.rows) * shares)[chosen] / 2
        return hits, np.concatenate([wanted, wanted])


def build_sample(rulebook: Rulebook, labels: Labels) -> Sample:
    return Sample(
        labels=labels,
        seen=_hit_matrix(rulebook, labels.rows, ignore_annotations=False),
        blind=_hit_matrix(rulebook, labels.rows, ignore_annotations=True),
    )


def _hit_matrix(rulebook: Rulebook, rows: Sequence[Label], *, ignore_annotations: bool) -> Matrix:
    column = {rule.id: number for number, rule in enumerate(rulebook.rules["risk"])}
    hits = np.zeros((len(rows), len(column)))
    for number, row in enumerate(rows):
        features = Features(row.tool, row.siblings, ignore_annotations=ignore_annotations)
        for hit in rulebook.hits("risk", rulebook.read(features)):
            hits[number, column[hit.rule.id]] = 1.0
    return hits


def _wanted(rows: Sequence[Label]) -> Matrix:
    """The share of each category in each label, times what a tool of it counts."""
    wanted = np.zeros((len(rows), len(CATEGORIES)))
    for number, row in enumerate(rows):
        if row.risk is None:
            continue
        share = ALSO if row.also else 0.0
        wanted[number, CATEGORIES.index(row.risk)] = (1 - share) * EMPHASIS[row.risk]
        if row.also:
            wanted[number, CATEGORIES.index(row.also)] += share * EMPHASIS[row.risk]
    return wanted


def leans(rulebook: Rulebook) -> Matrix:
    rules = rulebook.rules["risk"]
    return np.array([[r.leans.get(c.value, 0.0) for c in CATEGORIES] for r in rules])


def fit_weights(hits: Matrix, wanted: Matrix, lean: Matrix) -> Fit:
    """The weights of the rules for tools with these hits and wanted shares."""
    count = lean.size
    low = np.where(lean > 0, 0.0, -np.inf).ravel()
    high = np.where(lean < 0, 0.0, np.inf).ravel()
    free = [(None, None)] * len(CATEGORIES)
    found = minimize(
        _loss,
        np.concatenate([lean.ravel(), np.zeros(len(CATEGORIES))]),
        args=(hits, wanted, lean),
        jac=True,
        method="L-BFGS-B",
        bounds=[*zip(low, high, strict=True), *free],
        options={"maxiter": 2000, "ftol": 1e-10, "gtol": 1e-5},
    ).x
    return Fit(
        weights=found[:count].reshape(lean.shape).round(DECIMALS) + 0.0,
        bias=found[count:].round(DECIMALS) + 0.0,
        speaks=lean[:, _EXECUTE] > 0,
    )


def held_back() -> npt.NDArray[np.float64]:
    """The points that :data:`SURER` takes from each category."""
    odds = np.array([SURER.get(category, 1.0) for category in CATEGORIES])
    return np.asarray((-np.log(odds)).round(DECIMALS) + 0.0)


def _loss(
    given: Matrix, hits: Matrix, wanted: Matrix, lean: Matrix
) -> tuple[float, npt.NDArray[np.float64]]:
    """The negative log posterior and its gradient."""
    weights, bias = given[: lean.size].reshape(lean.shape), given[lean.size :]
    sums = hits @ weights + bias
    sums -= sums.max(axis=1, keepdims=True)
    powers = np.exp(sums)
    totals = powers.sum(axis=1, keepdims=True)
    apart = weights - lean
    loss = -(wanted * (sums - np.log(totals))).sum()
    hold = np.where(lean == 0, UNFORESEEN, PRECISION)
    loss += (hold * apart**2).sum() / 2 + 0.05 * (bias**2).sum()
    pull = powers / totals * wanted.sum(axis=1, keepdims=True) - wanted
    gradient = [(hits.T @ pull + hold * apart).ravel(), pull.sum(axis=0) + 0.1 * bias]
    return float(loss), np.concatenate(gradient)


def cross_validated(sample: Sample, lean: Matrix) -> Matrix:
    """The chances of each tool from weights that never saw its server."""
    fold = np.array(sample.labels.folds(FOLDS))
    chances = np.zeros((len(fold), len(CATEGORIES)))
    for number in range(FOLDS):
        fit = fit_weights(*sample.part(fold != number), lean)
        chances[fold == number] = fit.chances(sample.seen[fold == number])
    return chances


def best_of(chances: Matrix) -> list[RiskCategory]:
    """The likeliest category of each tool; of two alike the graver, as a verdict has it."""
    last = len(CATEGORIES) - 1
    return [CATEGORIES[last - k] for k in chances[:, ::-1].argmax(axis=1)]


def right(rows: Sequence[Label], chances: Matrix) -> npt.NDArray[np.bool_]:
    """Whether the best category of each tool is its label or the label's second category."""
    best = best_of(chances)
    return np.array([b in (r.risk, r.also) for b, r in zip(best, rows, strict=True)])


def confidence_map(chances: Matrix, ok: npt.NDArray[np.bool_]) -> list[list[float]]:
    """Points of a monotone, piecewise linear map from the greatest chance to the share of right
    verdicts: bins of equal size, pooled where they fall (isotonic regression)."""
    top = chances.max(axis=1)
    order = np.argsort(top, kind="stable")
    pools: list[list[float]] = []
    for part in np.array_split(order, BINS):
        pools.append([float(top[part].sum()), float(ok[part].sum()), float(len(part))])
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]:
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    return [[round(t / n, 3), round(min(k / n, 0.995), 3)] for t, k, n in pools]


def figures(rows: Sequence[Label], chances: Matrix) -> dict[str, Any]:
    """Accuracy and the like, in which a label's second category counts as right."""
    ok = right(rows, chances)
    best = best_of(chances)
    access = [_access_right(b, r) for b, r in zip(best, rows, strict=True)]
    recall = {}
    for category in CATEGORIES:
        mine = [o for o, r in zip(ok, rows, strict=True) if r.risk is category]
        if mine:
            recall[category.value] = round(float(np.mean(mine)), 4)
    missed = [
        r.risk.value
        for o, b, r in zip(ok, best, rows, strict=True)
        if not o and b is RiskCategory.READ and r.risk and r.risk is not RiskCategory.WRITE
    ]
    return {
        "accuracy": round(float(ok.mean()), 4),
        "access_accuracy": round(float(np.mean(access)), 4),
        "recall": recall,
        "dangerous_misses": {c: missed.count(c) for c in sorted(set(missed))},
    }


def _access_right(best: RiskCategory, row: Label) -> bool:
    accepted: set[Access] = {c.access for c in (row.risk, row.also) if c}
    return best.access in accepted


def calibrate_risk(rulebook: Rulebook, labels: Labels, date: str) -> dict[str, Any]:
    """The document of ``rules/weights/risk.json``, of labels that ``with_risk`` passed."""
    sample, lean = build_sample(rulebook, labels), leans(rulebook)
    chances = cross_validated(sample, lean)
    fit = fit_weights(*sample.part(np.ones(len(labels.rows), dtype=bool)), lean)
    return {
        "provenance": {
            "made": date,
            "tools": len(labels.rows),
            "servers": labels.servers,
            "data": labels.digest,
            "rules": rulebook.digests["risk"],
        },
        "cross_validated": figures(labels.rows, chances),
        "confidence": confidence_map(chances, right(labels.rows, chances)),
        "bias": _named(fit.bias),
        "in_doubt": _named(held_back()),
        "in_full": IN_FULL,
        "rules": {
            rule.id: _named(row)
            for rule, row in zip(rulebook.rules["risk"], fit.weights, strict=True)
        },
    }


def _named(row: Matrix) -> Mapping[str, float]:
    return {c.value: float(v) for c, v in zip(CATEGORIES, row, strict=True)}
