"""Figures over many tools: distributions for the bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analyzer.model import Access, RiskCategory, Tier, ToolAssessment
from analyzer.site.views import Count, Totals
from analyzer.taxonomy import taxonomy

_ACCESS_MEANING = {
    Access.READ: "looks things up",
    Access.WRITE: "creates, changes or deletes data",
    Access.EXECUTE: "runs or starts something, or moves money",
}


def build_totals(tools: Sequence[ToolAssessment]) -> Totals:
    texts = taxonomy()
    access = Counter(t.risk.access for t in tools)
    categories = Counter(t.risk.category for t in tools)
    tiers = Counter(t.quality.tier for t in tools)
    floors = {tier: f"{floor:.1f} and above" for tier, floor in texts.tiers.items()}
    return Totals(
        tools=len(tools),
        access=_counts([(a.value, _ACCESS_MEANING[a], access[a]) for a in Access]),
        categories=_counts(
            [(c.value, texts.categories[c].meaning, categories[c]) for c in RiskCategory]
        ),
        tiers=_counts([(t.value, floors[t], tiers[t]) for t in Tier if t in floors or tiers[t]]),
    )


def _counts(rows: Sequence[tuple[str, str, int]]) -> tuple[Count, ...]:
    """Shares to one decimal that sum to 100 at most: each is cut from the running total."""
    total = sum(number for _, _, number in rows)
    counts: list[Count] = []
    before = 0
    for label, meaning, number in rows:
        start, end = (
            round(100 * n / total, 1) if total else 0.0 for n in (before, before + number)
        )
        before += number
        counts.append(
            Count(
                label=label,
                key=label.lower(),
                meaning=meaning,
                number=number,
                percent=round(end - start, 1),
                offset=start,
            )
        )
    return tuple(counts)
