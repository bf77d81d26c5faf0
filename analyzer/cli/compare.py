"""``toolmark compare``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer import __version__
from analyzer.cli.console import text_width, use_color, write_result
from analyzer.cli.options import no_color_option, output_option
from analyzer.errors import EXIT_DONE, EXIT_NO_TOOLS, SourceError, UsageError

if TYPE_CHECKING:
    from analyzer.compare import SavedScan


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
@click.option(
    "--most",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    metavar="N",
    help="How many of the tools that differ are shown; JSON has all.",
)
@no_color_option
@click.argument("scan")
@click.argument("other", required=False)
def command(
    scan: str, other: str | None, format_: str, output: Path | None, most: int, no_color: bool
) -> int:
    """Show where a model's scores, or another scan's, differ.

    SCAN and OTHER are results of toolmark scan --format json; - is standard input. A single one
    must hold a language model's scores (--judge). Of two, the scores and risk verdicts on the tools
    they share are compared.

    \b
      toolmark scan tools.json --judge --judge-model NAME --format json -o scan.json
      toolmark compare scan.json
      toolmark compare before.json after.json
    """
    from analyzer.compare import compare_judge, compare_scans
    from analyzer.output.compare import compare_document, render_comparison
    from analyzer.output.json import render_document

    if scan == other == "-":
        raise UsageError("standard input (-) can be read only once")
    left = _read(scan)
    right = None if other is None else _read(other)
    comparison = compare_judge(left) if right is None else compare_scans(left, right)
    if right is None and left.tools and not comparison.agreements:
        raise UsageError(
            f"{scan}: it holds no scores of a language model: scan with --judge, or name a second "
            "scan to compare it with"
        )
    if format_ == "json":
        text = render_document(compare_document(comparison, tool_version=__version__))
    else:
        color = output is None and use_color(no_color)
        text = render_comparison(comparison, most=most, width=text_width(), color=color)
    write_result(text, output)
    return EXIT_DONE if comparison.agreements else EXIT_NO_TOOLS


def _read(name: str) -> SavedScan:
    from analyzer.compare import read_saved_scan

    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return read_saved_scan(data)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SourceError("open", f"{name}: cannot be read: {reason}") from None
    except SourceError as error:
        raise SourceError(error.stage, f"{name}: {error}") from None
