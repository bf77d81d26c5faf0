"""Findings to a quality score: the judging stage of the TDQS, offline."""

from __future__ import annotations

from analyzer.annotations import contradicts
from analyzer.model import Dimension, Evidence, QualityScore, RiskCategory
from analyzer.quality.contributions import Contributions
from analyzer.quality.rationale import Rationales
from analyzer.quality.scorecard import score_all, scorecards
from analyzer.quality.signals import Signals, read_signals
from analyzer.rulebook import Rulebook
from analyzer.rulebook.reading import Reading
from analyzer.signals import (
    ANNOTATION_CONTRADICTION,
    TAUTOLOGICAL_DESCRIPTION,
    TAUTOLOGY_CAP,
    context_signals,
    hard_gates,
    smells,
    tdqs_total,
)
from analyzer.taxonomy import tier_of


def score_quality(
    rulebook: Rulebook,
    reading: Reading,
    *,
    ignore_annotations: bool = False,
    category: RiskCategory | None = None,
) -> QualityScore:
    """The six scores of one tool, from its definition and its siblings' names alone. The advice in
    the rationales follows the ``category`` of its verdict, so that the two do not part."""
    tool = reading.features.tool
    signals = read_signals(rulebook, reading)
    scores, flags, values = _judge(rulebook, signals)
    clash = _contradiction(rulebook, signals)
    if clash and values:
        scores[Dimension.BEHAVIOR] = 1
        flags.append(ANNOTATION_CONTRADICTION)
    total = tdqs_total(scores)
    return QualityScore(
        scores=scores,
        rationales=Rationales(signals, scores, tuple(flags), clash, category),
        tdqs=total,
        tier=tier_of(total),
        smells=smells(scores),
        flags=tuple(flags),
        signals=context_signals(tool, ignore_annotations=ignore_annotations),
        contributions=Contributions(rulebook, signals, values),
    )


def _contradiction(rulebook: Rulebook, signals: Signals) -> tuple[Evidence, ...]:
    """The words that cannot be true beside the declared hints; none where nothing clashes."""
    for name, proof in signals.proofs.items():
        if name.startswith("quality.contradiction."):
            return proof.evidence
    found = contradicts(rulebook, signals.reading)
    return (found,) if found else ()


def _judge(
    rulebook: Rulebook, signals: Signals
) -> tuple[dict[Dimension, int], list[str], dict[str, float]]:
    """Scores, flags, and the values of the signals they come from (none where a gate decides)."""
    gates = hard_gates(signals.reading.features.tool)
    flags = list(gates.flags)
    if gates.short_circuit:
        return dict.fromkeys(Dimension, 1), flags, {}
    values = signals.values()
    scores = score_all(scorecards(rulebook), values)
    if TAUTOLOGICAL_DESCRIPTION in flags:
        scores[Dimension.PURPOSE] = min(scores[Dimension.PURPOSE], TAUTOLOGY_CAP)
    return scores, flags, values
