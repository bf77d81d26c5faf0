"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from analyzer.errors import OutputError


def write_whole(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8: a temporary file beside ``path``, then a rename.

    What is no regular file (a pipe, a terminal, ``/dev/null``) is written to as it is. Raises
    OutputError, one line, with nothing half-written left behind.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        # A link stays a link: the file it names is replaced.
        path = path.resolve()
        if path.is_dir():
            raise IsADirectoryError(0, "it is a folder; name a file in it")
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(path, data)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {_reason(path, error)}") from None


def make_folder(folder: Path) -> None:
    """Make the folder and its parents where they are missing. Raises OutputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise OutputError(f"{folder}: cannot be written: it is a file, not a folder") from None
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written: {_reason(folder, error)}") from None


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".toolmark-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        temporary.chmod(_mode(path))
        temporary.replace(path)
    finally:
        # Gone already where all went well.
        temporary.unlink(missing_ok=True)


def _mode(path: Path) -> int:
    """The mode a new file gets, or the one of the file that is replaced."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _reason(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError) and not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    return (error.strerror or str(error)).lower()
