"""A report's folder: written whole or not at all, and never over what is not a report."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from analyzer.errors import OutputError

MARKER = ".toolmark-report"
"""The file that tells a report of ours from other folders."""
_SCRATCH = ".toolmark-new-"

_NOTE = "Written by `toolmark report`, which replaces everything in this folder.\n"


def check_folder(folder: Path) -> None:
    """Raises OutputError where ``folder`` is no folder, or holds something that is no report."""
    if not folder.exists():
        if folder.is_symlink():
            raise OutputError(f"{folder} is a link that leads nowhere")
        return
    if not folder.is_dir():
        raise OutputError(f"{folder} is a file; name a folder for the report")
    if (folder / MARKER).is_file():
        return
    # What an interrupted run left behind is ours too.
    if any(not entry.name.startswith(_SCRATCH) for entry in folder.iterdir()):
        raise OutputError(f"{folder} holds other files; name a new or empty folder for the report")


def replace_folder(folder: Path, fill: Callable[[Path], None]) -> list[Path]:
    """Let ``fill`` write into an empty folder, then put that in place of ``folder``.

    What stood there before stays untouched until all is written, and comes back if the exchange
    fails. Returns the files, sorted. Raises OutputError.
    """
    try:
        check_folder(folder)
        target = folder.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=_beside(target)) as scratch:
            new, old = Path(scratch, "new"), Path(scratch, "old")
            for made in (new, old):
                made.mkdir()
            (new / MARKER).write_text(_NOTE, encoding="utf-8")
            fill(new)
            written = sorted(p.relative_to(new) for p in new.rglob("*") if p.is_file())
            if target.exists():
                _exchange(target, new, old, Path(scratch).name)
            else:
                new.rename(target)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"{folder}: the report cannot be written: {reason}") from None
    return [folder / path for path in written]


def _beside(target: Path) -> Path:
    """A place on the same file system: inside a folder that exists, since it may be a mount."""
    return target if target.exists() else target.parent


def _exchange(target: Path, new: Path, old: Path, scratch: str) -> None:
    """Swap the contents of ``target``, entry by entry; put them back if one cannot be moved."""
    moved: list[tuple[Path, Path]] = []
    try:
        for source, destination in ((target, old), (new, target)):
            for entry in sorted(source.iterdir()):
                if entry.name != scratch:
                    entry.rename(destination / entry.name)
                    moved.append((entry, destination / entry.name))
    except BaseException:
        for origin, place in reversed(moved):
            place.rename(origin)
        raise


def copy_static(source: Path, folder: Path) -> None:
    """The stylesheet and the script, as they are."""
    folder.mkdir()
    for path in sorted(source.iterdir()):
        if path.is_file():
            shutil.copyfile(path, folder / path.name)
