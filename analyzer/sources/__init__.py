"""Whatever the user names -> servers: JSON files, folders and standard input, live servers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from analyzer.model import Server, SourceFailure
from analyzer.sources.definitions import unique_ids
from analyzer.sources.files import read_path, read_stdin
from analyzer.sources.options import SourceOptions
from analyzer.sources.saved import write_saved

__all__ = [
    "SourceOptions",
    "read_command",
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
