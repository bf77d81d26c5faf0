"""Whatever the user names -> servers: JSON files, folders and standard input, live servers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from analyzer.errors import SourceError
from analyzer.model import Server, SourceFailure
from analyzer.sources.files import read_path, read_stdin
from analyzer.sources.ids import renamed, slug, unique_ids
from analyzer.sources.options import SourceOptions
from analyzer.sources.saved import write_saved

if TYPE_CHECKING:
    from analyzer.sources.launch import Launch

__all__ = [
    "SourceOptions",
    "read_command",
    "read_launch",
    "read_target",
    "unique_ids",
    "write_saved",
]


def read_target(
    target: str, options: SourceOptions, stdin: BinaryIO | None = None
) -> tuple[Server | SourceFailure, ...]:
    """The servers that a target names, in order: a file, a folder, ``-`` or an http(s) URL.

    What cannot be read is a SourceFailure among them; nothing is raised for it. Ids are unique
    within the answer of one call only: pass all servers of a scan through ``unique_ids``.
    """
    if target == "-":
        return read_stdin(stdin)
    if target.lower().startswith(("http://", "https://")):
        from analyzer.sources.http import read_url

        return (read_url(target, options),)
    return read_path(target)


def read_command(argv: Sequence[str], options: SourceOptions) -> Server | SourceFailure:
    """The server that a command starts, spoken to over its standard input and output.

    The command and all it started have ended when this returns, also by KeyboardInterrupt.
    """
    from analyzer.sources.stdio import read_process

    return read_process(argv, options)


def read_launch(launch: Launch, options: SourceOptions) -> Server | SourceFailure:
    """The server of a client's config, its placeholders filled in; its id is its alias.

    Of ``options`` it gets neither ``env`` nor ``headers`` nor ``cwd``: they are for what the user
    names himself.
    """
    own = replace(
        options,
        env=launch.env,
        headers=launch.headers,
        cwd=None if launch.cwd is None else Path(launch.cwd),
        secrets=launch.secrets,
        shown=launch.shown,
    )
    if launch.bundle is not None:
        from analyzer.sources.bundles import unpacked

        try:
            with unpacked(launch) as ready:
                answer = read_launch(ready, options)
        except SourceError as error:
            return SourceFailure(target=launch.label, stage=error.stage, message=str(error))
        if isinstance(answer, SourceFailure):
            return replace(answer, target=launch.label)
        return answer
    if launch.url:
        from analyzer.sources.http import read_url

        answer = read_url(launch.url, own, legacy_first=launch.transport == "sse")
    else:
        answer = read_command(launch.argv, own)
    if isinstance(answer, SourceFailure):
        return replace(answer, target=launch.label)
    return replace(renamed(answer, slug(launch.alias)), clients=launch.uses)
