"""``toolmark report``."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.cli.console import emit
from analyzer.cli.judging import Judging, judge_options, judged_code
from analyzer.cli.options import FOLDER, Asked, target_options
from analyzer.cli.reading import exit_code, scan_targets
from analyzer.cli.watching import watching
from analyzer.output.visible import visible

_MANY = 5
"""Servers whose pages take long enough to be worth a line on how far it is."""


@click.command()
@click.option(
    "-o",
    "--output",
    type=FOLDER,
    metavar="DIR",
    required=True,
    help="Folder for the pages; made where it is missing.",
)
@judge_options
@target_options
def command(asked: Asked, judge: Judging | None, output: Path) -> int:
    """Write a report as web pages.

    A page for each server and tool: what it can do with the deciding words highlighted in its
    definition, a policy to copy, and how well it is described. The pages load nothing from
    elsewhere and can be opened from the folder or served by any web server.

    \b
      toolmark report tools.json -o report
    """
    scan = scan_targets(asked)
    if judge is not None:
        scan = judge.judge(scan, ignore_annotations=asked.ignore_annotations)
    code = judged_code(scan, exit_code(scan))
    if any(assessment.tools for assessment in scan.assessments):
        from analyzer.site import write_site

        with watching(len(scan.assessments), least=_MANY) as watch:
            write_site(scan, output, watch)
        emit(f"{visible(str(output / 'index.html'))}\n")
    return code
