"""Files, folders and standard input -> servers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from analyzer.model import Origin, Server, SourceFailure
from analyzer.sources.documents import read_document
from analyzer.sources.limits import in_mib, limits
from analyzer.sources.quoting import printable

BUNDLES = (".mcpb", ".dxt")
_SUFFIXES = (".json", ".jsonl", *BUNDLES)
NOT_SEARCHED = frozenset({"node_modules", ".git", ".venv", "__pycache__"})
"""Folders of code that others wrote, which may be many thousands: read where they are named."""
NO_FILES = "no *.json, *.jsonl or *.mcpb files below this folder"
_LINES = (".jsonl", ".ndjson")


def read_path(target: str) -> tuple[Server | SourceFailure, ...]:
    """The servers of a file, or of the *.json, *.jsonl and *.mcpb files below a folder, sorted
    by path; folders of NOT_SEARCHED in it are passed over."""
    path = Path(target)
    if path.is_dir():
        return tuple(_read_folder(path, target))
    return _read_file(path, target)


def read_stdin(stream: BinaryIO | None) -> tuple[Server | SourceFailure, ...]:
    """The servers of the JSON on standard input; ``-`` is its target."""
    if stream is None:
        return (_failed("-", "standard input is closed"),)
    try:
        data = stream.read(limits().document_bytes + 1)
    except OSError as error:
        return (_failed("-", f"standard input cannot be read: {reason(error)}"),)
    origin = Origin(kind="stdin", locator="-")
    return _read_bytes(data, "-", fallback="stdin", origin=origin, lines=False)


def _read_file(path: Path, target: str) -> tuple[Server | SourceFailure, ...]:
    if path.suffix.lower() in BUNDLES:
        # Here, not above: few targets are bundles.
        from analyzer.sources.bundles import read_bundle

        return (read_bundle(path, target),)
    try:
        with path.open("rb") as stream:
            data = stream.read(limits().document_bytes + 1)
    except (OSError, ValueError) as error:
        return (_failed(target, reason(error)),)
    origin = Origin(kind="file", locator=path.as_posix())
    lines = path.suffix.lower() in _LINES
    return _read_bytes(data, target, fallback=path.stem or "file", origin=origin, lines=lines)


def _read_bytes(
    data: bytes, target: str, *, fallback: str, origin: Origin, lines: bool
) -> tuple[Server | SourceFailure, ...]:
    if len(data) > limits().document_bytes:
        most = in_mib(limits().document_bytes)
        return (_failed(target, f"more than {most}; split it into a file a server"),)
    return read_document(data, target, fallback=fallback, origin=origin, lines=lines)


def _read_folder(folder: Path, target: str) -> Iterator[Server | SourceFailure]:
    errors: list[OSError] = []
    found: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=errors.append):
        folders[:] = [name for name in folders if name not in NOT_SEARCHED]
        found += (Path(parent, name) for name in names if name.lower().endswith(_SUFFIXES))
        if len(found) > limits().files:
            yield _failed(target, f"more than {limits().files:,} JSON files below this folder")
            return
    for error in errors:
        yield _failed(str(error.filename or target), reason(error))
    if not found and not errors:
        yield _failed(target, NO_FILES)
    for path in sorted(found, key=lambda path: path.parts):
        if path.exists() and not path.is_file():
            yield _failed(str(path), "no regular file")  # A pipe would be waited for, for ever.
            continue
        yield from _read_file(path, str(path))


def _failed(target: str, message: str) -> SourceFailure:
    return SourceFailure(target=target, stage="open", message=message)


def reason(error: OSError | ValueError) -> str:
    """What the system said about a file, in the words of one line."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "permission denied"
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return printable(said[:1].lower() + said[1:], limits().quote_chars)
