"""Findings to a quality score: the judging stage of the TDQS, offline."""

from __future__ import annotations

from analyzer.model import Dimension, QualityScore
from analyzer.rulebook import Rulebook
from analyzer.rulebook.conditions import Reading
from analyzer.signals import context_signals, smells, tdqs_total, tier_of


def score_quality(rulebook: Rulebook, reading: Reading) -> QualityScore:
    """The six scores of one tool, from its definition and its siblings' names alone."""
    tool = reading.features.tool
    empty = not (tool.description or "").strip()
    scores = dict.fromkeys(Dimension, 1 if empty else 3)
    total = tdqs_total(scores)
    return QualityScore(
        scores=scores,
        rationales=dict.fromkeys(Dimension, ""),
        tdqs=total,
        tier=tier_of(total),
        smells=smells(scores),
        flags=(),
        signals=context_signals(tool),
    )
