"""How far two ways of scoring agree: as JSON (``analyzer/schemas/compare.schema.json``) and for
people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analyzer.compare import (
    Agreement,
    Column,
    Comparison,
    Difference,
    RiskComparison,
    SavedScan,
    Scores,
)
from analyzer.output import styles
from analyzer.output.summary import number
from analyzer.output.visible import visible
from analyzer.taxonomy import taxonomy

Document = dict[str, Any]

SCHEMA_VERSION = "1.0"


def compare_document(comparison: Comparison, *, tool_version: str) -> Document:
    """All of it; shares and means have four decimals."""
    risk, right = comparison.risk, comparison.right
    return {
        "schema_version": SCHEMA_VERSION,
        "tool_version": tool_version,
        "left": _scan(comparison.left),
        "right": right and _scan(right),
        "agreements": [_agreement(one) for one in comparison.agreements],
        "risk": risk and _risk(risk),
        "definitions_changed": _places(comparison.definitions_changed),
        "only_left": _places(comparison.only_left),
        "only_right": _places(comparison.only_right),
    }


def render_comparison(
    comparison: Comparison, *, most: int = 5, width: int = 80, color: bool = False
) -> str:
    """In lines of at most ``width`` cells, with at most ``most`` tools of each kind."""

    def draw(console: Console) -> None:
        if comparison.right is not None:
            _draw_tools(console, comparison, comparison.right)
        for agreement in comparison.agreements:
            _draw_agreement(console, agreement, comparison.right is not None, most)
        if comparison.risk is not None:
            _draw_risk(console, comparison.risk, most)

    return styles.captured(draw, width=max(width, 60), color=color).lstrip("\n")


def _scan(scan: SavedScan) -> Document:
    return {
        "tool_version": scan.tool_version,
        "rules_digest": scan.rules_digest,
        "servers": len(scan.servers),
        "tools": len(scan.tools),
    }


def _agreement(agreement: Agreement) -> Document:
    return {
        "of": agreement.of,
        "left": {"scan": agreement.left.scan, "model": agreement.left.model},
        "right": {"scan": agreement.right.scan, "model": agreement.right.model},
        "count": agreement.count,
        "left_out": agreement.left_out,
        "dimensions": {
            one.dimension: {
                "mean_absolute": round(one.mean_absolute, 4),
                "mean": round(one.mean, 4),
                "exact": round(one.exact, 4),
                "within_one": round(one.within_one, 4),
            }
            for one in agreement.dimensions
        },
        "total": round(agreement.total, 4),
        "same_tier": round(agreement.same_tier, 4),
        "differences": [
            {
                "server": one.server,
                "name": one.name,
                "left": _scores(one.left, one.dimensions),
                "right": _scores(one.right, one.dimensions),
            }
            for one in agreement.differences
        ],
    }


def _scores(scores: Scores, differ: Iterable[str]) -> Document:
    """All scores, and the rationales of those that differ."""
    return {
        "scores": dict(scores.values),
        "rationales": {name: scores.rationales[name] for name in differ},
        "total": scores.total,
        "tier": str(scores.tier),
    }


def _risk(risk: RiskComparison) -> Document:
    return {
        "count": risk.count,
        "same": risk.same,
        "changed": [
            {
                "server": change.server,
                "name": change.name,
                "left": {"category": str(change.left), "rationale": change.left_rationale},
                "right": {"category": str(change.right), "rationale": change.right_rationale},
                "definition_changed": change.definition_changed,
            }
            for change in risk.changed
        ],
    }


def _places(places: Iterable[tuple[str, str]]) -> list[Document]:
    return [{"server": server, "name": name} for server, name in places]


def _draw_tools(console: Console, comparison: Comparison, right: SavedScan) -> None:
    left = comparison.left
    console.print(
        Text.assemble(
            ("Left ", "bold"),
            f"{number(len(left.tools), 'tool')}, rules {visible(left.rules_digest[:12])}; ",
            ("right ", "bold"),
            f"{number(len(right.tools), 'tool')}, rules {visible(right.rules_digest[:12])}",
        )
    )
    for places, what in (
        (comparison.definitions_changed, "with a changed definition"),
        (comparison.only_left, "on the left only"),
        (comparison.only_right, "on the right only"),
    ):
        if places:
            names = ", ".join(visible(name) or "(empty name)" for _, name in places)
            console.print(Text(f"{number(len(places), 'tool')} {what}: {names}"), overflow="fold")


def _draw_agreement(console: Console, agreement: Agreement, several: bool, most: int) -> None:
    left, right = (_label(one, several) for one in (agreement.left, agreement.right))
    tools = agreement.of == "tools"
    console.print()
    line = Text.assemble((left, "bold"), " and ", (right, "bold"), " on ")
    line.append(number(agreement.count, "tool" if tools else "set of tools"))
    if agreement.left_out:
        line.append(f"; {agreement.left_out} not scored by both", "yellow")
    console.print(line, overflow="fold")
    console.print()
    console.print(_table(agreement))
    shown = agreement.differences[:most]
    if not shown:
        return
    console.print()
    console.print(Text(f"Differ most ({len(shown)} of {len(agreement.differences)})", "bold"))
    for difference in shown:
        _draw_difference(console, difference, left, right)


def _table(agreement: Agreement) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("DIMENSION", header_style="dim")
    for title in ("DIFFERENCE", "RIGHT - LEFT", "SAME", "WITHIN 1"):
        table.add_column(title, justify="right", header_style="dim")
    for one in agreement.dimensions:
        table.add_row(
            Text(_title(one.dimension)),
            Text(f"{one.mean_absolute:.2f}"),
            Text(f"{one.mean:+.2f}"),
            Text(_percent(one.exact)),
            Text(_percent(one.within_one)),
        )
    table.add_section()
    table.add_row(
        Text("Total; same tier", "bold"),
        Text(f"{agreement.total:.2f}"),
        "",
        Text(_percent(agreement.same_tier)),
        "",
    )
    return table


def _draw_difference(console: Console, one: Difference, left: str, right: str) -> None:
    name = Text(f"  {visible(one.name) or one.server}", "bold")
    if one.name:
        name.append(f" ({visible(one.server)})", "not bold dim")
    name.append("  ").append_text(styles.tier_text(one.left.tier, one.left.total))
    name.append(" -> ").append_text(styles.tier_text(one.right.tier, one.right.total))
    console.print(name, overflow="fold")
    for dimension in one.dimensions:
        values = f"{one.left.values[dimension]} -> {one.right.values[dimension]}"
        console.print(Text(f"    {_title(dimension)}  {values}"))
        for label, scores in ((left, one.left), (right, one.right)):
            said = Text.assemble((f"{label}: ", "dim"), visible(scores.rationales[dimension]))
            console.print(Padding(said, (0, 0, 0, 6)))


def _draw_risk(console: Console, risk: RiskComparison, most: int) -> None:
    console.print()
    console.print(
        Text("Risk  ", "bold").append(
            f"the same category for {risk.same} of {number(risk.count, 'tool')}", "not bold"
        )
    )
    for change in risk.changed[:most]:
        line = Text(f"  {visible(change.name) or '(empty name)'}", "bold")
        line.append(f" ({visible(change.server)})  ", "not bold dim")
        line.append_text(styles.category_text(change.left)).append(" -> ", "not bold")
        line.append_text(styles.category_text(change.right))
        if change.definition_changed:
            line.append("  its definition changed", "not bold dim")
        console.print(line, overflow="fold")
    if len(risk.changed) > most:
        console.print(Text(f"  and {len(risk.changed) - most} more", "dim"))


def _label(column: Column, several: bool) -> str:
    """Whose scores; a model's name is followed by what it is, so that none can pass for ours."""
    name = "offline" if column.model is None else f"{visible(column.model)} (model)"
    return f"{column.scan} {name}" if several else name


def _title(dimension: str) -> str:
    known = {str(d): text.title for d, text in taxonomy().dimensions.items()}
    return known.get(dimension, dimension.replace("_", " ").capitalize())


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
