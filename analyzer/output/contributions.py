"""What each rule added to a verdict, as tables for people: the heaviest one by one, the words that
made them fire below them, and the sum of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table
from rich.text import Text

from analyzer.model import Contribution, Dimension, Evidence, RiskCategory, ToolAssessment
from analyzer.output import styles
from analyzer.output.excerpt import build_excerpt
from analyzer.output.summary import number
from analyzer.output.visible import visible

INDENT = 2
"""Cells before what belongs to the line above."""
_POINTS = 6
"""Cells of a rule's points, such as ``+1.25`` or ``-10.50``."""
_SHORT = {
    RiskCategory.READ: "READ",
    RiskCategory.WRITE: "WRITE",
    RiskCategory.EXECUTE: "EXEC.",
    RiskCategory.DESTRUCTIVE: "DESTR.",
    RiskCategory.FINANCIAL: "FINAN.",
}
_BASE = "Base, less what rules for Execute hold back"
_QUOTES_A_RULE = 2
_MOST_RULES = 8
"""Rules of the risk verdict shown one by one; the others are summed in one line."""
_MOST_TERMS = 5
"""Terms of a dimension shown one by one."""


def risk_table(item: ToolAssessment, width: int) -> Table:
    """What the heaviest rules added to each category; the column of the verdict stands out."""
    table = grid()
    for category in RiskCategory:
        style = "bold" if category is item.risk.category else "dim"
        table.add_column(_SHORT[category], width=_POINTS, justify="right", style=style)
    rest = width - len(RiskCategory) * (_POINTS + 1)
    table.add_column("RULE", width=rest, overflow="fold")
    table.add_row(*_row(item.risk.base), Text(_BASE, "dim"))
    shown, others = _heaviest(item.risk.contributions, _MOST_RULES)
    for one in shown:
        table.add_row(*_row(one.points), _rule(item, one, rest))
    if others:
        table.add_row(*_row(_sum(others)), _rest(len(others), "rule"))
    every = _sum(item.risk.contributions)
    table.add_row(*_row({c: n + item.risk.base.get(c, 0.0) for c, n in every.items()}), "Sum")
    return table


def _sum(contributions: Sequence[Contribution]) -> dict[str, float]:
    return {c: sum(one.points.get(c, 0.0) for one in contributions) for c in RiskCategory}


def _row(points: Mapping[str, float]) -> list[str]:
    return [_points(points.get(category, 0.0)) for category in RiskCategory]


def dimension_table(
    item: ToolAssessment, dimension: Dimension, contributions: Sequence[Contribution], width: int
) -> Table:
    table = grid()
    table.show_header = False
    table.add_column(width=_POINTS + 1, justify="right", style="bold")
    rest = width - _POINTS - 2
    table.add_column(width=rest, overflow="fold")
    shown, others = _heaviest(contributions, _MOST_TERMS)
    for one in shown:
        table.add_row(_points(one.points.get(dimension, 0.0)), _rule(item, one, rest))
    if others:
        left = sum(one.points.get(dimension, 0.0) for one in others)
        table.add_row(_points(left), _rest(len(others), "term"))
    return table


def grid() -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")


def quote_lines(item: ToolAssessment, evidence: Sequence[Evidence], width: int) -> Text:
    excerpts = [build_excerpt(item.tool, entry, width - INDENT) for entry in evidence]
    telling = [styles.excerpt_text(excerpt) for excerpt in excerpts if str(excerpt)]
    lines = [Text(" " * INDENT).append_text(line) for line in telling[:_QUOTES_A_RULE]]
    if len(telling) > _QUOTES_A_RULE:
        lines.append(Text(f"  and {len(telling) - _QUOTES_A_RULE} more", "dim"))
    return Text("\n").join(lines)


def _heaviest(
    contributions: Sequence[Contribution], most: int
) -> tuple[list[Contribution], list[Contribution]]:
    """Those that moved any sum the most, and the others; both in the order given."""

    def weight(position: int) -> float:
        return max(map(abs, contributions[position].points.values()), default=0.0)

    ranked = sorted(range(len(contributions)), key=lambda at: (-weight(at), at))
    shown, others = sorted(ranked[:most]), sorted(ranked[most:])
    return [contributions[at] for at in shown], [contributions[at] for at in others]


def _points(value: float) -> str:
    return f"{value:+.2f}" if round(value, 2) else ""


def _rule(item: ToolAssessment, contribution: Contribution, width: int) -> Text:
    """The rule, and below it the words that made it fire."""
    rule = Text(visible(contribution.title)).append(f"  {contribution.rule_id}", "dim")
    quotes = quote_lines(item, contribution.evidence, width)
    return Text("\n").join([rule, quotes]) if quotes.plain else rule


def _rest(count: int, noun: str) -> Text:
    return Text(f"{number(count, f'smaller {noun}')} together (all in --format json)", "dim")
