"""``toolmark policy``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from analyzer.cli.console import say, write_result
from analyzer.cli.options import Asked, target_options
from analyzer.cli.reading import exit_code, scan_targets
from analyzer.errors import OutputError, UsageError
from analyzer.model import ServerAssessment

_NAMED = 10
"""Servers that a message names, at most."""


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Write the policy to this file; for several servers, a folder that gets a file each.",
)
@target_options
def command(asked: Asked, output: Path | None) -> int:
    """Write a policy.json that says what agents may call.

    For a whole server: reads 60 times a minute, writes 30 times an hour, executions 10 times a
    minute, destructive and financial tools refused with a reason. With --tool, a policy for that
    tool alone. What the policy does not name is denied. It is checked against the published JSON
    Schema before it is written.

    \b
      toolmark policy tools.json -o policy.json
      toolmark policy tools.json --tool create_backtest
    """
    from analyzer.policy import (
        build_server_policy,
        build_tool_policy,
        careful_tools,
        render_policy,
        validate_policy,
    )

    scan = scan_targets(asked)
    documents: list[tuple[ServerAssessment, dict[str, Any]]] = []
    for assessment in (one for one in scan.assessments if one.tools):
        if asked.tool is None:
            document = build_server_policy(assessment)
        else:
            document = build_tool_policy(assessment, asked.tool)
        validate_policy(document)
        documents.append((assessment, document))
        unsure = careful_tools(assessment, alone=asked.tool is not None)
        say_careful(assessment.server.id, unsure)
    rendered = [(one.server.id, render_policy(document)) for one, document in documents]
    if len(rendered) == 1 and not (output and output.is_dir()):
        write_result(rendered[0][1], output)
    elif rendered:
        _write_each(rendered, output)
    return exit_code(scan)


def say_careful(server: str, tools: Sequence[str]) -> None:
    """Name the tools whose rule is not that of their category."""
    if not tools:
        return
    more = f" and {len(tools) - _NAMED} more" if len(tools) > _NAMED else ""
    which = "1 verdict is" if len(tools) == 1 else f"{len(tools)} verdicts are"
    rule = "its rule is" if len(tools) == 1 else "their rules are"
    say(
        f"{server}: {which} not sure, so {rule} of a more severe category: "
        f"{', '.join(tools[:_NAMED])}{more}"
    )


def _write_each(rendered: list[tuple[str, str]], folder: Path | None) -> None:
    from analyzer.output.files import make_folder, write_whole

    if folder is None:
        ids = ", ".join(server for server, _ in rendered[:_NAMED])
        more = f" and {len(rendered) - _NAMED} more" if len(rendered) > _NAMED else ""
        raise UsageError(f"{len(rendered)} servers need -o DIR for a policy each: {ids}{more}")
    make_folder(folder)
    for server, text in rendered:
        path = folder / f"{server}.json"
        if path.parent != folder:
            raise OutputError(f"the server id {server!r} is no file name")
        write_whole(path, text)
        if len(rendered) <= _NAMED:
            say(f"wrote {path}")
    if len(rendered) > _NAMED:
        say(f"wrote {len(rendered)} policies to {folder}")
