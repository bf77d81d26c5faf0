"""Answers kept between runs: a file each, named by the hash of what was asked."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analyzer.errors import OutputError
from analyzer.jsonio import JsonError, canonical, decode_json
from analyzer.judge.answers import Answer, read_answer

_FORMAT = 1
_MAX_DEPTH = 8


class Cache:
    """A folder of answers. An entry that cannot be read counts as none; what was wrong with it, and
    what could not be written, is kept in ``unreadable`` and ``unwritten``."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder. Raises OutputError where it cannot be made."""
        self._folder = folder
        self.unreadable: list[Path] = []
        self.unwritten: list[Path] = []
        try:
            # Private: the definitions judged may be.
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            reason = "it is a file, not a folder" if folder.exists() else error.strerror or error
            raise OutputError(f"{folder}: the judge's answers cannot be kept: {reason}") from None

    def read(self, key: str, dimensions: Iterable[str]) -> Answer | None:
        """The answer kept under the key, 64 hex digits."""
        path = self._path(key)
        try:
            document = decode_json(path.read_bytes(), max_depth=_MAX_DEPTH)
        except FileNotFoundError:
            return None
        except (OSError, JsonError):
            document = None
        answer = None
        if isinstance(document, dict) and (document.get("format"), document.get("key")) == (
            _FORMAT,
            key,
        ):
            answer = read_answer(document.get("answer"), dimensions)
        if answer is None:
            self.unreadable.append(path)
        return answer

    def write(self, key: str, answer: Answer, about: dict[str, Any]) -> None:
        """Keep an answer, whole or not at all; ``about`` says for people what it answers."""
        path = self._path(key)
        document = {"format": _FORMAT, "key": key, **about, "answer": answer.document()}
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _write_whole(path, canonical(document) + b"\n")
        except OSError:
            # The answer was paid for and is shown; that it could not be kept is said.
            self.unwritten.append(path)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"


def _write_whole(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".toolmark-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        temporary.replace(path)
    finally:
        # Gone already where all went well.
        temporary.unlink(missing_ok=True)
