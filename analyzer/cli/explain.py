"""``toolmark explain``."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.cli.console import text_width, use_color, write_result
from analyzer.cli.judging import Judging, judge_options, judged_code
from analyzer.cli.options import Asked, no_color_option, output_option, target_options
from analyzer.cli.reading import exit_code, scan_targets
from analyzer.errors import UsageError
from analyzer.model import Scan


@click.command()
@click.option(
    "--format",
    "format_",
    type=click.Choice(["terminal", "json"]),
    default="terminal",
    show_default=True,
    help="Text for people or JSON for programs.",
)
@output_option
@no_color_option
@judge_options
@target_options
def command(
    asked: Asked, judge: Judging | None, format_: str, output: Path | None, no_color: bool
) -> int:
    """Show what is behind the verdicts on a tool.

    The rules that weigh most with the words that made them fire and the points they gave, the
    category that came second, and for each of the six dimensions of quality the score and why. All
    rules are in the JSON.

    \b
      toolmark explain tools.json --tool delete_file
    """
    scan = scan_targets(asked)
    _require_one_tool(scan, asked)
    if judge is not None:
        scan = judge.judge(scan, ignore_annotations=asked.ignore_annotations)
    if format_ == "json":
        from analyzer.output.explain import explain_document
        from analyzer.output.json import render_document

        write_result(render_document(explain_document(scan)), output)
    else:
        from analyzer.output.explain import render_explanation

        color = output is None and use_color(no_color)
        write_result(render_explanation(scan, width=text_width(), color=color), output)
    return judged_code(scan, exit_code(scan))


def _require_one_tool(scan: Scan, asked: Asked) -> None:
    names = [item.tool.name for one in scan.assessments for item in one.tools]
    if asked.tool is None and len(names) > 1:
        shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
        raise UsageError(f"name one of the {len(names)} tools with --tool: {shown}")
