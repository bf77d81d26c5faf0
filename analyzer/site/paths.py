"""File names that are safe on every file system, made from names that strangers chose."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

MAX_LENGTH = 60
"""Characters of a name before its suffix; paths stay short enough for Windows."""

_RESERVED = {"con", "prn", "aux", "nul", "conin", "conout", "clock", "index", "assets"} | {
    f"{device}{number}" for device in ("com", "lpt") for number in range(10)
}
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
_EDGES = "-."


def _plain(name: str) -> str:
    """``name`` in ``[A-Za-z0-9_.-]``, without dots or dashes at its ends; may be empty."""
    cut = _UNSAFE.sub("-", name)
    return re.sub(r"\.{2,}", ".", cut)[:MAX_LENGTH].strip(_EDGES)


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def build_file_names(names: Sequence[str]) -> tuple[str, ...]:
    """One file name (without suffix) for each of ``names``, in their order.

    A name made only of letters, digits, ``_``, ``.`` and ``-`` stays as it is. Any other, one that
    Windows reserves, and names that differ in case alone get a piece of their own SHA-256, so that
    the result is unique on file systems that ignore case and does not depend on the order.
    """
    folded = Counter(_plain(name).lower() for name in names)
    taken: set[str] = set()
    result: list[str] = []
    for name in names:
        plain = _plain(name)
        reserved = plain.lower().split(".")[0] in _RESERVED
        if not name or plain != name or reserved or folded[plain.lower()] > 1:
            plain = f"{plain or 'unnamed'}~{_digest(name)}"
            if reserved:
                plain = f"_{plain}"
        candidate, number = plain, 2
        while candidate.lower() in taken:
            candidate, number = f"{plain}~{number}", number + 1
        taken.add(candidate.lower())
        result.append(candidate)
    return tuple(result)
