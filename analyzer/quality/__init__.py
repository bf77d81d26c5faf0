"""Findings to a quality score: the judging stage of the TDQS, offline."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.model import Contribution, Dimension, QualityScore
from analyzer.quality.rationale import build_rationales
from analyzer.quality.scorecard import scorecards
from analyzer.quality.signals import Signals, read_signals
from analyzer.rulebook import Rulebook
from analyzer.rulebook.conditions import Reading
from analyzer.rulebook.facts import FACTS
from analyzer.signals import (
    ANNOTATION_CONTRADICTION,
    TAUTOLOGICAL_DESCRIPTION,
    TAUTOLOGY_CAP,
    context_signals,
    hard_gates,
    smells,
    tdqs_total,
    tier_of,
)

CONTRADICTION = "quality.contradiction."
"""What the ids of rules that find a clash of text and annotations open with."""


def score_quality(
    rulebook: Rulebook, reading: Reading, *, ignore_annotations: bool = False
) -> QualityScore:
    """The six scores of one tool, from its definition and its siblings' names alone."""
    tool = reading.features.tool
    gates = hard_gates(tool)
    signals = read_signals(rulebook, reading)
    contributions: dict[Dimension, tuple[Contribution, ...]] = {}
    flags = list(gates.flags)
    scores = dict.fromkeys(Dimension, 1)
    if not gates.short_circuit:
        for dimension, card in scorecards(rulebook).items():
            points = card.points(signals)
            scores[dimension] = card.score(sum(p for _, p in points))
            contributions[dimension] = _contributions(rulebook, dimension, points, signals)
        if TAUTOLOGICAL_DESCRIPTION in gates.flags:
            scores[Dimension.PURPOSE] = min(scores[Dimension.PURPOSE], TAUTOLOGY_CAP)
        if any(name.startswith(CONTRADICTION) for name in signals.proofs):
            scores[Dimension.BEHAVIOR] = 1
            flags.append(ANNOTATION_CONTRADICTION)
    total = tdqs_total(scores)
    return QualityScore(
        scores=scores,
        rationales=build_rationales(signals, scores, flags),
        tdqs=total,
        tier=tier_of(total),
        smells=smells(scores),
        flags=tuple(flags),
        signals=context_signals(tool, ignore_annotations=ignore_annotations),
        contributions=contributions,
    )


def _contributions(
    rulebook: Rulebook,
    dimension: Dimension,
    points: list[tuple[str, float]],
    signals: Signals,
) -> tuple[Contribution, ...]:
    """What each term added, greatest first, with the words behind it."""
    titles = _titles(rulebook)
    return tuple(
        Contribution(
            rule_id=name,
            title=" and ".join(titles[part] for part in name.split(" & ")),
            evidence=tuple(e for part in name.split(" & ") for e in signals.evidence(part)),
            points={dimension.value: added},
        )
        for name, added in sorted(points, key=lambda p: (-abs(p[1]), p[0]))
    )


_TITLES: dict[str, Mapping[str, str]] = {}


def _titles(rulebook: Rulebook) -> Mapping[str, str]:
    found = _TITLES.get(rulebook.digest)
    if found is None:
        found = {name: fact.about.capitalize() for name, fact in FACTS.items()}
        found |= {rule.id: rule.title for rule in rulebook.rules["quality"]}
        _TITLES[rulebook.digest] = found
    return found
