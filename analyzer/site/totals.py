"""Figures over many tools: distributions for the bars, and a server's definition quality."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analyzer.model import Access, RiskCategory, Tier, ToolAssessment
from analyzer.site.views import Count, Quality, Totals
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


def build_quality(tools: Sequence[ToolAssessment]) -> Quality | None:
    """The TDQS roll-up of a server's definitions, halves rounded up in integers; None for none.

    0.6 times the mean plus 0.4 times the lowest total (TDQS specification 1.2, server roll-up).
    """
    if not tools:
        return None
    tenths = [round(t.quality.tdqs * 10) for t in tools]
    count, lowest = len(tenths), min(tenths)
    total = _half_up(6 * sum(tenths) + 4 * count * lowest, 10 * count) / 10
    tiers = taxonomy().tiers
    return Quality(
        total=total,
        tier=next((t.value for t, floor in tiers.items() if total >= floor), Tier.F.value),
        mean=_half_up(sum(tenths), count) / 10,
        lowest=lowest / 10,
    )


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
