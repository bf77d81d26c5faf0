"""Everything behind the verdicts on one tool: for people, and as JSON
(``analyzer/schemas/explain.schema.json``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from analyzer.model import (
    Contribution,
    Dimension,
    Evidence,
    Finding,
    RiskVerdict,
    Scan,
    Server,
    ServerAssessment,
    ToolAssessment,
)
from analyzer.output import styles
from analyzer.output.excerpt import build_excerpt, place
from analyzer.output.json import evidence_document, scan_document, tool_document
from analyzer.output.visible import visible
from analyzer.taxonomy import taxonomy

_POINTS = 5
"""Cells of a rule's points, such as ``+1.25``."""
_INDENT = 2
_QUOTES_A_RULE = 3


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
    title.append(f"  {visible(server.name)}", "not bold dim")
    if server.version:
        title.append(f" {visible(server.version)}", "not bold dim")
    console.print(title, overflow="fold")
    console.print()
    console.print(_verdict(risk))
    _paragraph(console, risk.rationale)
    _contributions(console, item, risk.contributions, risk.category)
    if not risk.contributions:
        _quotes(console, item, risk.evidence, 0)
    console.print()
    total = Text("Definition  ", "bold").append_text(styles.tier_text(quality.tier, quality.tdqs))
    if quality.flags:
        total.append(f"  {', '.join(visible(flag) for flag in quality.flags)}", "yellow")
    console.print(total)
    for dimension, words in taxonomy().dimensions.items():
        console.print()
        score = quality.scores[dimension]
        console.print(Text.assemble((words.title, "bold"), f"  {score}/5"))
        _paragraph(console, quality.rationales[dimension])
        _contributions(console, item, quality.contributions.get(dimension, ()), dimension)
    _findings(console, [f for f in assessment.findings if f.subject == item.tool.name])


def _verdict(risk: RiskVerdict) -> Text:
    line = Text("Risk  ", "bold").append_text(styles.category_text(risk.category))
    line.append(", ").append_text(styles.severity_text(risk.severity))
    line.append("; access ").append_text(styles.access_text(risk.access))
    line.append(f"; confidence {risk.confidence:.2f}")
    if runner_up := risk.runner_up:
        margin = f"{runner_up.margin:.2f} behind"
        line.append(f"\n      next most likely: {runner_up.category}, {margin}", "dim")
    return line


def _paragraph(console: Console, text: str) -> None:
    if text := visible(text):
        console.print(Padding(Text(text), (0, 0, 0, _INDENT)))


def _contributions(
    console: Console, item: ToolAssessment, contributions: Sequence[Contribution], decisive: str
) -> None:
    for one in contributions:
        points = one.points.get(decisive, 0.0)
        line = Text(" " * _INDENT)
        line.append(f"{points:+.2f}".rjust(_POINTS), "green" if points > 0 else "dim")
        line.append(f"  {visible(one.title)}")
        line.append(f"  {one.rule_id}", "dim")
        if others := _others(one.points, decisive):
            line.append(f"  ({others})", "dim")
        console.print(Padding(line, 0), overflow="fold")
        _quotes(console, item, one.evidence, _INDENT + _POINTS + 2)


def _others(points: Mapping[str, float], decisive: str) -> str:
    rest = sorted(
        (entry for entry in points.items() if entry[0] != decisive and round(entry[1], 2)),
        key=lambda entry: (-abs(entry[1]), entry[0]),
    )
    return ", ".join(f"{key} {value:+.2f}" for key, value in rest)


def _quotes(
    console: Console, item: ToolAssessment, evidence: Sequence[Evidence], indent: int
) -> None:
    room = console.width - indent
    for entry in evidence[:_QUOTES_A_RULE]:
        line = Text(" " * indent)
        where = place(entry)
        if entry.quote and where == "description":
            line.append("description: ", "dim italic")
            room -= len("description: ")
        excerpt = build_excerpt(item.tool, entry, room)
        line.append_text(styles.excerpt_text(excerpt))
        console.print(line, overflow="fold")
        room = console.width - indent
    if len(evidence) > _QUOTES_A_RULE:
        more = f"and {len(evidence) - _QUOTES_A_RULE} more"
        console.print(Text(" " * indent + more, "dim"))


def _findings(console: Console, findings: Iterable[Finding]) -> None:
    for finding in findings:
        console.print()
        line = styles.level_text(finding.level).append(f"  {visible(finding.message)}")
        if finding.fix:
            line.append(f" {visible(finding.fix)}", "dim")
        console.print(line, overflow="fold")
