"""How verdicts look in a terminal: one console, one set of colours, no markup in texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import StringIO
from itertools import pairwise

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from analyzer.model import (
    Access,
    Finding,
    Judgement,
    Level,
    NotJudged,
    RiskCategory,
    Severity,
    Tier,
)
from analyzer.output.excerpt import Excerpt, cut, quoted
from analyzer.output.visible import visible

_SEVERITY = {
    Severity.LOW: "green",
    Severity.MEDIUM: "yellow",
    Severity.HIGH: "red",
    Severity.CRITICAL: "bold red",
}
_ACCESS = {Access.READ: "green", Access.WRITE: "yellow", Access.EXECUTE: "red"}
_TIER = {
    Tier.A: "green",
    Tier.B: "green",
    Tier.C: "yellow",
    Tier.D: "red",
    Tier.F: "bold red",
}
_VERSION = 24
"""Cells of a version at most; those in use are shorter."""
_LEAST_NAME = 12
_LEVEL = {Level.NOTE: "dim", Level.WARNING: "yellow", Level.ERROR: "red"}


def captured(draw: Callable[[Console], None], *, width: int, color: bool) -> str:
    """What ``draw`` prints on a console of that width, without blanks at the ends of lines."""
    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
        _environ={},
    )
    draw(console)
    assert isinstance(console.file, StringIO)  # noqa: S101
    lines = console.file.getvalue().split("\n")
    return "\n".join(line.rstrip() for line in lines)


def access_text(access: Access) -> Text:
    return Text(access, _ACCESS[access])


def category_text(category: RiskCategory) -> Text:
    return Text(category, _SEVERITY[category.severity])


def severity_text(severity: Severity) -> Text:
    return Text(severity, _SEVERITY[severity])


def tier_text(tier: Tier, total: float) -> Text:
    return Text.assemble((tier, _TIER[tier]), f" {total:.1f}")


def server_text(names: Sequence[str], version: str | None, width: int) -> Text:
    """A server's names, the first in bold, and its version in at most ``width`` cells; what is
    too long for that, or repeats the name before, is cut or left out."""
    last = cut(visible(version or ""), min(_VERSION, width // 3))
    room = width - (cell_len(last) + 1 if last else 0)
    line = Text(cut(names[0], room), "bold")
    for before, name in pairwise(names):
        left = room - line.cell_len - 1
        if name != before and left >= _LEAST_NAME:
            line.append(f" {cut(name, left)}", "default")
    return line.append(f" {last}", "default") if last else line


def level_text(level: Level) -> Text:
    return Text(level, _LEVEL[level])


def judge_text(verdict: Judgement | NotJudged) -> Text:
    """A language model's total, under its name, or why there is none."""
    line = Text("Judge       ", "bold").append(visible(verdict.model), "not bold")
    if isinstance(verdict, NotJudged):
        return line.append(f"  did not judge: {visible(verdict.reason)}", "not bold yellow")
    line.append("  ").append_text(tier_text(verdict.tier, verdict.tdqs))
    if verdict.flags:
        line.append(f"  {', '.join(visible(flag) for flag in verdict.flags)}", "not bold yellow")
    return line.append("  a language model; its words stand below each score", "not bold dim")


def excerpt_text(excerpt: Excerpt) -> Text:
    label = f"{excerpt.label}: " if excerpt.label and excerpt.quote else excerpt.label
    return Text.assemble(
        (label, "dim italic"),
        (excerpt.before, "dim"),
        (quoted(excerpt.quote), "default"),
        (excerpt.after, "dim"),
    )


def finding_text(finding: Finding, subject: str = "") -> Text:
    """A finding with its level, of whom it speaks, and what mends it."""
    line = level_text(finding.level).append("  ")
    if subject:
        line.append(f"{visible(subject)}: ")
    message = visible(finding.message)
    line.append(message if message.endswith((".", "!", "?")) else f"{message}.")
    if finding.fix:
        line.append(f" {visible(finding.fix)}", "dim")
    return line
