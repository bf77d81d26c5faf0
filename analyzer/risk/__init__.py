"""Findings to a risk verdict: an additive model over named rules.

Each rule that holds adds its weight to each category. Where a rule leans to Execute, as its author
says, the other categories must be somewhat likelier than it. The softmax of the sums is the
chance of each, and a calibrated map from the greatest chance gives the probability that the verdict
is right.
``rules/weights/risk.json`` holds the weights and the map.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.model import Contribution, Evidence, RiskCategory, RiskVerdict, RunnerUp
from analyzer.risk.rationale import explain_verdict
from analyzer.rulebook import Hit, Rulebook
from analyzer.rulebook.reading import Reading

_CATEGORIES = tuple(RiskCategory)
_MAX_EVIDENCE = 6


def judge_risk(rulebook: Rulebook, reading: Reading, *, explain: bool = True) -> RiskVerdict:
    """The verdict on one tool, from its definition and its siblings' names alone.

    Without ``explain`` the rationale is left empty, for verdicts that no page shows.
    """
    weights = rulebook.weights["risk"]
    hits = list(rulebook.hits("risk", reading))
    base = _base(hits, weights)
    raw = _softmax(_sums(base, hits, weights))
    first, second = sorted(_CATEGORIES, key=lambda c: (-raw[c], -c.rank))[:2]
    confidence, other = _calibrated(raw[first], raw[second], weights["confidence"])
    contributions = _contributions(hits, weights["rules"], first)
    evidence = _deciding(contributions, first, reading)
    tool = reading.features.tool
    return RiskVerdict(
        category=first,
        confidence=round(confidence, 4),
        runner_up=RunnerUp(category=second, margin=round(confidence - other, 4)),
        rationale=(
            explain_verdict(rulebook, tool, contributions, first, second, confidence)
            if explain
            else ""
        ),
        evidence=evidence,
        contributions=contributions,
        base=base,
    )


def _base(hits: Sequence[Hit], weights: Mapping[str, Any]) -> dict[str, float]:
    """The points of each category before the rules add theirs, less what those that lean to Execute
    hold back from the others."""
    spoken = sum(_spoken(hit, weights) for hit in hits)
    part = min(spoken / weights["in_full"], 1.0)
    return {c: round(weights["bias"][c] + part * weights["in_doubt"][c], 2) for c in _CATEGORIES}


def _spoken(hit: Hit, weights: Mapping[str, Any]) -> float:
    """The points for Execute of a rule that leans to it, as its author says."""
    if hit.rule.leans.get(RiskCategory.EXECUTE, 0.0) <= 0:
        return 0.0
    points: float = weights["rules"].get(hit.rule.id, {}).get(RiskCategory.EXECUTE, 0.0)
    return points


def _sums(
    base: Mapping[str, float], hits: Sequence[Hit], weights: Mapping[str, Any]
) -> dict[str, float]:
    """The points of each category."""
    # The names of categories in the weights are equal to the members, and so find them.
    sums = dict(base)
    for hit in hits:
        for name, points in weights["rules"].get(hit.rule.id, {}).items():
            sums[name] += points
    return sums


def _softmax(sums: Mapping[str, float]) -> dict[str, float]:
    top = max(sums.values())
    powers = {c: math.exp(s - top) for c, s in sums.items()}
    total = sum(powers.values())
    return {c: p / total for c, p in powers.items()}


def _calibrated(
    first: float, second: float, points: Sequence[Sequence[float]]
) -> tuple[float, float]:
    """The probability that the best category is right, and the runner-up's share of the rest.

    ``points`` are (chance, share of right verdicts) in rising order, linear in between.
    """
    confidence = points[-1][1] if points else first
    for (low, at_low), (high, at_high) in itertools.pairwise(points):
        if first < high:
            part = max(first - low, 0.0) / (high - low)
            confidence = at_low + part * (at_high - at_low)
            break
    rest = 1.0 - first
    other = second / rest * (1.0 - confidence) if rest > 0 else 0.0
    return confidence, min(other, confidence)


def _contributions(
    hits: Sequence[Hit], weights: Mapping[str, Mapping[str, float]], category: RiskCategory
) -> tuple[Contribution, ...]:
    found = [
        Contribution(
            rule_id=hit.rule.id,
            title=hit.rule.title,
            evidence=hit.evidence,
            points=dict(weights.get(hit.rule.id, {})),
        )
        for hit in hits
    ]
    found.sort(key=lambda c: (-c.points.get(category, 0.0), c.rule_id))
    return tuple(found)


def _deciding(
    contributions: Sequence[Contribution], category: RiskCategory, reading: Reading
) -> tuple[Evidence, ...]:
    """The words behind the rules that spoke for the category, strongest first."""
    chosen = [
        e
        for c in contributions
        if c.points.get(category, 0.0) > 0
        for e in sorted(c.evidence, key=lambda e: (not e.quote, e.field, e.start))[:2]
    ]
    if not any(e.quote for e in chosen):
        # Nothing spoke for it: the name is all there is to go by.
        name = reading.features.tool.name
        chosen.append(
            Evidence(rule_id="risk.name", field="/name", quote=name, start=0, end=len(name))
        )
    return tuple(chosen[:_MAX_EVIDENCE])
