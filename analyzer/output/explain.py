"""Everything behind the verdicts on one tool: for people, and as JSON
(``analyzer/schemas/explain.schema.json``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from analyzer.model import (
    Contribution,
    Dimension,
    Finding,
    Judgement,
    RiskVerdict,
    Scan,
    Server,
    ServerAssessment,
    ToolAssessment,
)
from analyzer.output import styles
from analyzer.output.contributions import (
    INDENT,
    dimension_table,
    grid,
    quote_lines,
    risk_table,
)
from analyzer.output.excerpt import build_excerpt, deciding
from analyzer.output.json import (
    evidence_document,
    hints_document,
    scan_document,
    tool_document,
)
from analyzer.output.visible import visible
from analyzer.taxonomy import taxonomy

_LEAST_QUOTE = 12
"""Cells below which a quote is left out rather than cut to nothing."""


def explain_document(scan: Scan) -> dict[str, Any]:
    """Every tool of the scan with every rule that fired for it."""
    whole = scan_document(scan)
    kept = ("schema_version", "tool_version", "rules_digest")
    return {
        **{name: whole[name] for name in kept},
        "explanations": [
            _explanation(assessment.server, item)
            for assessment in scan.assessments
            for item in assessment.tools
        ],
        "failures": whole["failures"],
    }


def render_explanation(scan: Scan, *, width: int = 80, color: bool = False) -> str:
    """Every tool of the scan in lines of at most ``width`` cells."""

    def draw(console: Console) -> None:
        first = True
        for assessment in scan.assessments:
            for item in assessment.tools:
                if not first:
                    console.print()
                _draw(console, assessment, item)
                first = False

    return styles.captured(draw, width=max(width, 60), color=color)


def _explanation(server: Server, item: ToolAssessment) -> dict[str, Any]:
    quality = item.quality.contributions
    return {
        "server": {"id": server.id, "name": server.name, "version": server.version},
        "tool": tool_document(item),
        "risk_base": {str(key): value for key, value in item.risk.base.items()},
        "risk_contributions": [_contribution(one) for one in item.risk.contributions],
        "quality_contributions": {
            str(d): [_contribution(one) for one in quality.get(d, ())] for d in Dimension
        },
    }


def _contribution(contribution: Contribution) -> dict[str, Any]:
    return {
        "rule": contribution.rule_id,
        "title": contribution.title,
        "points": {str(key): round(value, 4) for key, value in contribution.points.items()},
        "evidence": evidence_document(contribution.evidence),
    }


def _draw(console: Console, assessment: ServerAssessment, item: ToolAssessment) -> None:
    server, risk, quality = assessment.server, item.risk, item.quality
    title = Text(visible(item.tool.name) or "(empty name)", "bold")
    names = (visible(server.name) or server.id,)
    place = styles.server_text(names, server.version, console.width - 2)
    title.append("  ").append(place.plain, "not bold dim")
    console.print(title, overflow="fold")
    console.print()
    console.print(_verdict(risk))
    _paragraph(console, risk.rationale)
    console.print()
    if risk.contributions:
        console.print(risk_table(item, console.width))
    else:
        console.print(quote_lines(item, risk.evidence, console.width), overflow="fold")
    if runner_up := risk.runner_up:
        console.print()
        line = f"Next most likely: {runner_up.category}, {runner_up.margin:.2f} behind"
        console.print(Text(line, "dim"))
    _actions(console, item)
    _traits(console, item)
    _annotations(console, item)
    console.print()
    total = Text("Definition  ", "bold").append_text(styles.tier_text(quality.tier, quality.tdqs))
    if quality.flags:
        total.append(f"  {', '.join(visible(flag) for flag in quality.flags)}", "yellow")
    console.print(total)
    if quality.contributions:
        told = "Points count from the score of the average tool; their sum decides."
        _paragraph(console, told, "dim")
    if quality.judge is not None:
        console.print(styles.judge_text(quality.judge), overflow="fold")
    for dimension, words in taxonomy().dimensions.items():
        console.print()
        console.print(Text.assemble((words.title, "bold"), f"  {quality.scores[dimension]}/5"))
        _paragraph(console, words.question, "dim")
        _paragraph(console, quality.rationales[dimension])
        if isinstance(verdict := quality.judge, Judgement):
            said = f"{verdict.model}  {verdict.scores[dimension]}/5  "
            _paragraph(console, said + verdict.rationales[dimension], "italic")
        if contributions := quality.contributions.get(dimension, ()):
            console.print(dimension_table(item, dimension, contributions, console.width))
    _findings(console, [f for f in assessment.findings if f.subject == item.tool.name])


def _verdict(risk: RiskVerdict) -> Text:
    line = Text("Risk  ", "bold").append_text(styles.category_text(risk.category))
    line.append(", ").append_text(styles.severity_text(risk.severity))
    line.append("; access ").append_text(styles.access_text(risk.access))
    return line.append(f"; confidence {risk.confidence:.2f}")


def _actions(console: Console, item: ToolAssessment) -> None:
    """A line for each value of the parameter that selects the operation."""
    actions = item.risk.actions
    if not actions:
        return
    params = ", ".join(dict.fromkeys(visible(action.param) for action in actions))
    console.print()
    console.print(Text(f"By the value of {params}", "bold"))
    table = grid()
    table.show_header = False
    table.add_column(width=INDENT - 1)
    for width in (11, 4):
        table.add_column(width=width)
    rest = console.width - INDENT - 11 - 4 - 3
    table.add_column(width=rest, overflow="fold")
    for action in actions:
        line = Text(visible(action.value) or "(empty)", "bold").append("  ", "not bold")
        room = rest - line.cell_len
        if room > _LEAST_QUOTE:
            excerpt = build_excerpt(item.tool, deciding(action.proof), room)
            line.append_text(styles.excerpt_text(excerpt))
        category = styles.category_text(action.category)
        table.add_row("", category, f"{action.confidence:.2f}", line)
    console.print(table)


def _traits(console: Console, item: ToolAssessment) -> None:
    if not item.risk.traits:
        return
    console.print()
    console.print(Text("Traits", "bold"))
    for trait in item.risk.traits:
        line = Text(" " * INDENT + visible(trait.title))
        if trait.params:
            line.append(f": {', '.join(visible(param) for param in trait.params)}", "dim")
        console.print(line, overflow="fold")


def _annotations(console: Console, item: ToolAssessment) -> None:
    """Declared, effective and proposed hints side by side, and the reason of the last."""
    if (advice := item.annotations) is None:
        return
    console.print()
    table = grid()
    for header, width in (("Annotations", 15), ("declared", 8), ("effective", 9), ("proposed", 8)):
        table.add_column(header, width=width)
    table.add_column("because", width=console.width - 15 - 8 - 9 - 8 - 5, overflow="fold")
    declared, effective, proposed = (
        hints_document(hints) for hints in (advice.declared, advice.effective, advice.proposed)
    )
    reasons = {reason.member: reason.reason for reason in advice.reasons}
    for member in list(declared)[1:]:
        values = [_hint(row[member]) for row in (declared, effective, proposed)]
        differs = proposed[member] is not None and proposed[member] != declared[member]
        values[2].stylize("bold" if differs else "dim")
        because = Text(visible(reasons.get(member, "")), "" if differs else "dim")
        table.add_row(Text(member), *values, because)
    console.print(table)


def _hint(value: bool | None) -> Text:
    return Text("-", "dim") if value is None else Text("true" if value else "false")


def _paragraph(console: Console, text: str, style: str = "") -> None:
    if text := visible(text):
        console.print(Padding(Text(text, style), (0, 0, 0, INDENT)))


def _findings(console: Console, findings: Iterable[Finding]) -> None:
    for finding in findings:
        console.print()
        console.print(styles.finding_text(finding), overflow="fold")
