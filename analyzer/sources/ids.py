"""Ids of servers: stable, safe in file names, unique within a scan."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from analyzer.model import Server


def slug(name: str) -> str:
    """``name`` in lower case with [a-z0-9._-] alone, at most 64 characters, safe as a file name."""
    text = re.sub(r"[^a-z0-9._-]+", "-", name.lower())
    text = re.sub(r"-{2,}", "-", text)[:64].strip(".-_")
    return text or "server"


def unique_ids(servers: Iterable[Server]) -> tuple[Server, ...]:
    """The same servers in the same order, each with an id of its own: ``name``, ``name-2``...

    The subjects of a server's findings follow its id.
    """
    taken: set[str] = set()
    out = []
    for server in servers:
        wanted, number = server.id, 1
        while wanted in taken:
            number += 1
            wanted = f"{server.id}-{number}"
        taken.add(wanted)
        out.append(server if wanted == server.id else renamed(server, wanted))
    return tuple(out)


def renamed(server: Server, wanted: str) -> Server:
    """The server with another id; the subjects of its findings follow."""
    names = {tool.name for tool in server.tools}
    findings = tuple(
        replace(finding, subject=wanted)
        if finding.subject == server.id and finding.subject not in names
        else finding
        for finding in server.findings
    )
    return replace(server, id=wanted, findings=findings)
