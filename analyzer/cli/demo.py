"""``toolmark demo``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import analyzer
from analyzer.cli.console import emit, say, text_width, use_color
from analyzer.cli.options import FOLDER, Asked
from analyzer.cli.reading import exit_code, scan_targets
from analyzer.errors import UsageError
from analyzer.output.visible import visible

_TIMEOUT = 60.0


@click.command()
@click.option(
    "-o",
    "--output",
    type=FOLDER,
    default=Path("toolmark-demo"),
    show_default=True,
    metavar="DIR",
    help="Folder for the policy and the report.",
)
@click.option("--no-color", is_flag=True, help="No colours; the variable NO_COLOR does the same.")
@click.pass_obj
def command(after_mark: tuple[str, ...] | None, output: Path, no_color: bool) -> int:
    """Scan a small live server that comes with Toolmark.

    It is started like any other server and asked for its tools. The verdicts are printed, and a
    policy and a report are written.
    """
    if after_mark is not None:
        raise UsageError("demo starts its own server; toolmark scan -- COMMAND scans yours")
    server = (sys.executable, "-m", "analyzer.demo.server")
    say(f"starting the demo server: {' '.join(server)}")
    asked = Asked(
        targets=(),
        command=server,
        tool=None,
        ignore_annotations=False,
        timeout=_TIMEOUT,
        env={},
        # -m looks here first: this package is started, whatever lies in the current folder. As a
        # variable the path would be masked like a secret, in the command that is shown too.
        cwd=Path(analyzer.__file__).resolve().parent.parent,
        headers={},
    )
    scan = scan_targets(asked)
    code = exit_code(scan)
    if code:
        return code
    from analyzer.output.files import make_folder, write_whole
    from analyzer.output.terminal import render_terminal
    from analyzer.policy import build_server_policy, render_policy, validate_policy
    from analyzer.site import write_site

    say("")
    emit(render_terminal(scan, width=text_width(), color=use_color(no_color)))
    make_folder(output)
    policy = build_server_policy(scan.assessments[0])
    validate_policy(policy)
    write_whole(output / "policy.json", render_policy(policy))
    write_site(scan, output / "report")
    worst = max(scan.assessments[0].tools, key=lambda item: item.risk.category.rank)
    emit(_next(output, worst.tool.name))
    return code


def _next(output: Path, tool: str) -> str:
    folder = visible(str(output))
    return f"""
Written:
  {folder}/report/index.html  the report: open it in a browser
  {folder}/policy.json        the policy: what agents may call, and how often

Try next:
  toolmark explain --tool {tool} -- {sys.executable} -m analyzer.demo.server
  toolmark scan your-tools.json
  toolmark scan -- npx -y @modelcontextprotocol/server-everything
  toolmark scan https://host/mcp --header 'Authorization: Bearer ...'
"""
