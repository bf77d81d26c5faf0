"""``toolmark known``."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

import click

from analyzer.cli.console import emit, say
from analyzer.errors import EXIT_DONE, EXIT_NO_TOOLS

if TYPE_CHECKING:
    from analyzer.sources.known import KnownServer

_ACCOUNT = {"none": "", "use": "; to use it, an account", "list": "; even to list, an account"}


@click.command()
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option(
    "--tag",
    multiple=True,
    metavar="TAG",
    help="Only servers with this tag; may be repeated.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["terminal", "json"]),
    default="terminal",
    show_default=True,
    help="A table for people, JSON for programs.",
)
def command(words: tuple[str, ...], tag: tuple[str, ...], format_: str) -> int:
    """List the well-known servers that can be scanned by name.

    With words, those in whose id, title, package, URL or tags every word stands. Nothing is
    started: toolmark scan --known ID does that, after a yes.

    \b
      toolmark known
      toolmark known --tag database
      toolmark scan --known filesystem
    """
    from analyzer.sources.known import choose_known

    servers = choose_known(words, tag)
    if format_ == "json":
        emit(json.dumps({"servers": [_document(server) for server in servers]}, indent=2) + "\n")
    elif servers:
        emit(_table(servers))
    if not servers:
        say("no known server fits; toolmark known lists all")
        return EXIT_NO_TOOLS
    return EXIT_DONE


def _document(server: KnownServer) -> dict[str, object]:
    return {
        "id": server.id,
        "title": server.title,
        "package": server.package or None,
        "launch": list(server.launch),
        "url": server.url or None,
        "transport": "stdio" if server.launch else server.transport,
        "env": dict(server.env),
        "account": server.account,
        "homepage": server.homepage,
        "source": server.source,
        "licence": server.licence,
        "tags": list(server.tags),
        "note": server.note or None,
    }


def _table(servers: tuple[KnownServer, ...]) -> str:
    """Two lines a server; a command is not broken, so that it can be copied."""
    width = max(len(server.id) for server in servers) + 2
    lines: list[str] = []
    for server in servers:
        account = _ACCOUNT[server.account]
        lines += (
            f"{server.id:{width}}{server.title} ({', '.join(server.tags)}){account}",
            " " * width + (server.url or shlex.join(server.launch)),
        )
    count = "1 server" if len(servers) == 1 else f"{len(servers)} servers"
    lines += ("", f"{count}; toolmark scan --known ID starts one, after a yes")
    return "\n".join(lines) + "\n"
