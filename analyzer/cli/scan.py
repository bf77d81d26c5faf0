"""``toolmark scan``."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.console import current_time, on_terminal, say, text_width, use_color, write_result
from analyzer.cli.judging import Judging, judge_options, judged_code
from analyzer.cli.options import FOLDER, Asked, no_color_option, output_option, target_options
from analyzer.cli.reading import assess, choose_tool, exit_code, read_servers
from analyzer.errors import EXIT_INTERRUPTED, UsageError
from analyzer.model import RiskCategory, Scan, Severity, Tier, ToolAssessment

if TYPE_CHECKING:
    from analyzer.output.summary import By

# No total is below the worst score, so no tool is ever F: a gate on it would never close.
_TIERS = [str(tier) for tier in Tier if tier is not Tier.F]
_LEVELS = [*(str(c) for c in RiskCategory), *(str(s) for s in Severity)]


@click.command()
@click.option(
    "--format",
    "format_",
    type=click.Choice(["terminal", "json", "markdown", "tdqs"]),
    default="terminal",
    show_default=True,
    help="Tables for people, JSON for programs, Markdown for pull requests, or the score report "
    "of the TDQS specification.",
)
@output_option
@click.option(
    "--by",
    type=click.Choice(["server", "access", "category", "tier"]),
    default="server",
    show_default=True,
    help="How the tables are grouped.",
)
@click.option(
    "--fail-on",
    type=click.Choice(_LEVELS, case_sensitive=False),
    metavar="LEVEL",
    help="Exit with 1 if a tool is of this category (Read, Write, Execute, Destructive, "
    "Financial) or severity (low, medium, high, critical), or above it.",
)
@click.option(
    "--fail-under",
    type=click.Choice(_TIERS, case_sensitive=False),
    metavar="TIER",
    help="Exit with 1 if a tool's definition is below this tier (A, B, C, D).",
)
@click.option(
    "--save",
    type=FOLDER,
    metavar="DIR",
    help="Keep what the servers answered, a file each; it can be scanned again offline.",
)
@no_color_option
@judge_options
@target_options
def command(
    asked: Asked,
    judge: Judging | None,
    format_: str,
    output: Path | None,
    by: By,
    fail_on: str | None,
    fail_under: str | None,
    save: Path | None,
    no_color: bool,
) -> int:
    """Say what each tool can do and how well it is described.

    A TARGET is a JSON file with tool definitions (what a server answers to tools/list), a folder
    of them, - for standard input, the URL of a live server, or the config of an MCP client, whose
    servers are started or contacted after you agreed. A command after -- is started and spoken to
    over its standard input and output.

    \b
      toolmark scan tools.json
      toolmark scan https://example.com/mcp --header 'Authorization: Bearer $TOKEN'
      toolmark scan --clients --dry-run
      toolmark scan --fail-on destructive -- npx -y @modelcontextprotocol/server-everything
    """
    if judge is not None and format_ == "tdqs":
        raise UsageError(
            "the specification's report holds one set of scores; use --format json with --judge"
        )
    reading = read_servers(asked)
    if save is not None:
        from analyzer.sources import write_saved

        for path in write_saved(reading.servers, save):
            say(f"saved {path}")
    scan = assess(reading, ignore_annotations=asked.ignore_annotations)
    if asked.tool is not None and not reading.interrupted:
        scan = choose_tool(scan, asked.tool)
    if judge is not None and not reading.interrupted:
        scan = judge.judge(scan, ignore_annotations=asked.ignore_annotations)
    write_result(_rendered(scan, format_, by, color=output is None and use_color(no_color)), output)
    if reading.interrupted:
        say("toolmark: interrupted; this is what was done by then")
        return EXIT_INTERRUPTED
    reached = _reached(scan, fail_on, fail_under)
    code = judged_code(scan, exit_code(scan, threshold=reached))
    if format_ == "terminal" and output is None and on_terminal() and scan.assessments:
        _say_next(scan, asked)
    return code


def _rendered(scan: Scan, format_: str, by: By, *, color: bool) -> str:
    if format_ == "json":
        from analyzer.output.json import render_json

        return render_json(scan)
    if format_ == "markdown":
        from analyzer.output.markdown import render_markdown

        return render_markdown(scan, by=by)
    if format_ == "tdqs":
        from analyzer.output.tdqs import render_tdqs

        return render_tdqs(scan, generated_at=current_time())
    from analyzer.output.terminal import render_terminal

    return render_terminal(scan, by=by, width=text_width(), color=color)


def _reached(scan: Scan, fail_on: str | None, fail_under: str | None) -> bool:
    """Whether any tool reaches a threshold; each that is reached is said in one line."""
    tools = [item for assessment in scan.assessments for item in assessment.tools]
    reached = False
    for option, level, test in (
        ("--fail-on", fail_on, _at_or_above),
        ("--fail-under", fail_under, _below),
    ):
        if level is None:
            continue
        if names := [item.tool.name for item in tools if test(level)(item)]:
            reached = True
            shown = ", ".join(names[:5]) + (" and others" if len(names) > 5 else "")
            count = "1 tool" if len(names) == 1 else f"{len(names)} tools"
            say(f"{option} {level}: reached by {count}: {shown}")
    return reached


def _at_or_above(level: str) -> Callable[[ToolAssessment], bool]:
    if level in set(Severity):
        severity = Severity(level)
        return lambda item: item.risk.severity.rank >= severity.rank
    category = RiskCategory(level)
    return lambda item: item.risk.category.rank >= category.rank


def _below(level: str) -> Callable[[ToolAssessment], bool]:
    tier = Tier(level)
    return lambda item: item.quality.tier.rank > tier.rank


def _say_next(scan: Scan, asked: Asked) -> None:
    """What newcomers may type next, on a terminal only."""
    if tools := [item for assessment in scan.assessments for item in assessment.tools]:
        worst = max(tools, key=lambda item: item.risk.category.rank)
        # A URL may hold a token.
        alone = len(asked.targets) == 1 and asked.command is None and "://" not in asked.targets[0]
        target = shlex.quote(asked.targets[0]) if alone else "TARGET"
        say("")
        say(f"Why? toolmark explain {target} --tool {shlex.quote(worst.tool.name)}")
        say(f"Then: toolmark policy {target} -o policy.json")
        say(f"      toolmark report {target} -o report")
