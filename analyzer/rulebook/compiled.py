"""What is kept of the bundled rules once their words and patterns are compiled, which takes as long
as to judge twenty tools.

It lies where the parsed rules lie (``analyzer/rulefiles.py``), as plain data in the form of
Python's bytecode files. It counts only for the very rules that it was made from, and for the very
modules that made it.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from analyzer.rulefiles import carried_file, keep_file, kept_file

Compiled = Mapping[str, Any]

FILE = "patterns.bin"
_MARSHAL = 4
"""The newest version of the form that every Python from 3.11 on reads."""
_MAKERS = (
    "../text.py",
    "__init__.py",
    "conditions.py",
    "index.py",
    "lexicon.py",
    "languages.py",
    "compiled.py",
)
"""The modules that what is kept depends on."""


def recall_compiled(rules_digest: str) -> Compiled | None:
    """What is kept, if it is of these rules."""
    try:
        key = _key(rules_digest)
    except OSError:  # an installation without sources
        return None
    return _recall(carried_file(FILE), key) or _recall(kept_file(FILE), key)


def keep_compiled(rules_digest: str, compiled: Compiled) -> None:
    """For the next run, where a checkout may keep it."""
    with suppress(OSError):
        keep_file(FILE, render_compiled(rules_digest, compiled))


def render_compiled(rules_digest: str, compiled: Compiled) -> bytes:
    return _key(rules_digest) + marshal.dumps(_once(compiled, {}), _MARSHAL)


def _once(value: Any, known: dict[Any, Any]) -> Any:
    """The value with equal words and sets of words made one, to be written and read only once."""
    if isinstance(value, int):
        return value
    key = value if isinstance(value, str | frozenset) else id(value)
    if key not in known:
        if isinstance(value, Mapping):
            made: Any = {_once(k, known): _once(v, known) for k, v in value.items()}
        elif isinstance(value, str):
            made = sys.intern(value)
        else:
            made = type(value)(_once(member, known) for member in value)
        known[key] = made
    return known[key]


def _recall(place: Path | None, key: bytes) -> Compiled | None:
    if place is None:
        return None
    try:
        content = place.read_bytes()
        if not content.startswith(key):
            return None
        # Written whole by us beside our own code, as Python's bytecode is.
        compiled: Compiled = marshal.loads(memoryview(content)[len(key) :])  # noqa: S302
        return compiled
    except (OSError, ValueError, EOFError, TypeError):
        return None


def _key(rules_digest: str) -> bytes:
    digest = hashlib.sha256(rules_digest.encode())
    for name in _MAKERS:
        digest.update(Path(__file__).parent.joinpath(name).read_bytes())
    return digest.digest()
