"""Findings to a quality score: the judging stage of the TDQS, offline."""

from __future__ import annotations

from analyzer.model import Dimension, QualityScore
from analyzer.quality.contributions import Contributions
from analyzer.quality.rationale import build_rationales
from analyzer.quality.scorecard import scorecards
from analyzer.quality.signals import Signals, read_signals
from analyzer.rulebook import Rulebook
from analyzer.rulebook.conditions import Reading
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
    signals = read_signals(rulebook, reading)
    scores, flags, values = _judge(rulebook, signals)
    total = tdqs_total(scores)
    return QualityScore(
        scores=scores,
        rationales=build_rationales(signals, scores, flags),
        tdqs=total,
        tier=tier_of(total),
        smells=smells(scores),
        flags=tuple(flags),
        signals=context_signals(tool, ignore_annotations=ignore_annotations),
        contributions=Contributions(rulebook, signals, values),
    )


def score_dimensions(rulebook: Rulebook, reading: Reading) -> dict[Dimension, int]:
    """The six scores alone."""
    return _judge(rulebook, read_signals(rulebook, reading))[0]


def _judge(
    rulebook: Rulebook, signals: Signals
) -> tuple[dict[Dimension, int], list[str], dict[str, float]]:
    """Scores, flags, and the values of the signals they come from (none where a gate decides)."""
    gates = hard_gates(signals.reading.features.tool)
    flags = list(gates.flags)
    if gates.short_circuit:
        return dict.fromkeys(Dimension, 1), flags, {}
    known = scorecards(rulebook)
    values = {name: signals.value(name) for name in known.signals}
    scores = {d: card.score(card.total(values)) for d, card in known.cards.items()}
    if TAUTOLOGICAL_DESCRIPTION in flags:
        scores[Dimension.PURPOSE] = min(scores[Dimension.PURPOSE], TAUTOLOGY_CAP)
    if any(name.startswith(CONTRADICTION) for name in signals.proofs):
        scores[Dimension.BEHAVIOR] = 1
        flags.append(ANNOTATION_CONTRADICTION)
    return scores, flags, values
