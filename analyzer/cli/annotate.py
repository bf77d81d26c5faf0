"""``toolmark annotate``."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.cli.console import write_result
from analyzer.cli.options import Asked, output_option, target_options
from analyzer.cli.reading import exit_code, scan_targets

STORES = ("claude", "chatgpt")
"""The stores of ``rules/annotations.yaml``, written out so that --help reads no rules."""


@click.command()
@click.option(
    "--format",
    "format_",
    type=click.Choice(["markdown", "json"]),
    default="markdown",
    show_default=True,
    help="A table to review, or the annotations blocks for programs.",
)
@click.option(
    "--store",
    type=click.Choice(STORES),
    help="Say too what that store would refuse.",
)
@output_option
@target_options
def command(asked: Asked, format_: str, store: str | None, output: Path | None) -> int:
    """Propose the annotations that tools should declare.

    What an author declared is kept where the definition does not speak clearly against it. Each
    value comes with its reason: it is a patch to review, and no server or file is changed.

    \b
      toolmark annotate tools.json
      toolmark annotate tools.json --format json -o annotations.json
      toolmark annotate tools.json --store claude
    """
    from analyzer.output.annotations import annotations_patch, render_patch
    from analyzer.output.json import render_document

    scan = scan_targets(asked)
    checked = None
    if store is not None:
        from analyzer.annotations import check_store

        checked = {one.server.id: check_store(one, store) for one in scan.assessments}
    if format_ == "json":
        text = render_document(annotations_patch(scan, store=store, checked=checked))
    else:
        text = render_patch(scan, store=store, checked=checked)
    write_result(text, output)
    return exit_code(scan)
