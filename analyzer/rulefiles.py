"""The files under ``rules/``: their bytes, their digest, and what is written in them; and the list
of clients under ``catalog/``.

To read 300 kB of YAML takes a fifth of a second at a busy time, thirty times as long as the same
data as JSON. So what was read is kept: a wheel carries it, a checkout has it beside Python's
bytecode, under Python's rules for that. It counts only for the very files it was made from.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from analyzer.errors import RuleError
from analyzer.records import dataclass
from analyzer.resources import bundled, parse_yaml

EXAMPLES = ".examples.yaml"
"""Files of this ending hold the examples beside the rules; only tests read them."""
_WORDS = "lexicon/"
"""Where the classes of words lie; they are parsed only to be compiled (:func:`parse_words`)."""
_FORM = 2
"""Of what is kept; another number where the same YAML gives other data than before."""


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """All files of a folder laid out like ``rules/``, but for the examples."""

    contents: Mapping[str, bytes]
    """By path in the folder, in order."""
    digest: str
    """SHA-256 (hex) of the paths and contents."""
    data: Mapping[str, Any]
    """By path, what is written in them, but for the classes of words."""


@cache
def bundled_rules() -> RuleFiles:
    """The bundled files, read once. Raises RuleError where one is wrong."""
    return _parsed_once("rules", _read(bundled("rules")))


@cache
def read_clients() -> Any:
    """The data of ``catalog/clients.yaml``, which every scan of a file asks for."""
    name = "clients.yaml"
    content = (bundled("catalog") / name).read_bytes()
    return _parsed_once("clients", {name: content}).data[name]


def read_rules(name: str) -> Any:
    """The data of a bundled file of ``rules/``."""
    return bundled_rules().data[name]


def read_rule_files(folder: Path) -> RuleFiles:
    """The files of a folder. Raises RuleError where one is wrong."""
    contents = _read(folder)
    return RuleFiles(contents, _digest(contents), _parse_all(contents))


def parse_words(files: RuleFiles) -> dict[str, Any]:
    """What the files of word classes hold, by name without ending. Raises RuleError where one is
    wrong."""
    return {
        Path(name).stem: _parse(content, name)
        for name, content in files.contents.items()
        if name.startswith(_WORDS)
    }


def _parsed_once(name: str, contents: Mapping[str, bytes]) -> RuleFiles:
    """The files, parsed only where the copy of that name is not of them."""
    digest = _digest(contents)
    kept = f"{name}.json"
    data = _recall(carried_file(kept), digest) or _recall(kept_file(kept), digest)
    if data is None:
        data = _parse_all(contents)
        keep_file(kept, render_parsed(RuleFiles({}, digest, data)).encode())
    return RuleFiles(contents, digest, data)


def parsed_files(root: Path) -> dict[str, RuleFiles]:
    """What a wheel carries of a checkout, by name."""
    clients = {"clients.yaml": (root / "catalog" / "clients.yaml").read_bytes()}
    return {
        "rules": read_rule_files(root / "rules"),
        "clients": RuleFiles(clients, _digest(clients), _parse_all(clients)),
    }


def render_parsed(files: RuleFiles) -> str:
    """What is kept of the files, as one JSON text."""
    kept = {"form": _FORM, "digest": files.digest, "data": files.data}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def carried_file(name: str) -> Path:
    """Where a wheel carries what was made of its files."""
    return Path(__file__).with_name("_data") / name


def kept_file(name: str) -> Path | None:
    """Where a checkout keeps it; None for an installed copy, which is not to be written to."""
    beside = __spec__.cached if __spec__ else None
    if beside is None or carried_file(name).parent.is_dir():
        return None
    return Path(beside).with_name(name)


def keep_file(name: str, content: bytes) -> None:
    """Whole or not at all; where it cannot be, the next run makes it again."""
    place = kept_file(name)
    if place is None or sys.dont_write_bytecode:
        return
    new = place.with_name(f"{name}.{os.getpid()}")
    with suppress(OSError):
        try:
            new.write_bytes(content)
            new.replace(place)
        finally:
            new.unlink(missing_ok=True)


def _read(folder: Path) -> dict[str, bytes]:
    return {
        name: path.read_bytes()
        for path in sorted((*folder.rglob("*.yaml"), *folder.glob("weights/*.json")))
        if not (name := path.relative_to(folder).as_posix()).endswith(EXAMPLES)
    }


def _digest(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()


def _parse_all(contents: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        name: _parse(content, name)
        for name, content in contents.items()
        if not name.startswith(_WORDS)
    }


def _parse(content: bytes, name: str) -> Any:
    try:
        return json.loads(content) if name.endswith(".json") else parse_yaml(content)
    except ValueError as error:
        kind = "JSON" if name.endswith(".json") else "YAML"
        raise RuleError(f"rules/{name}: not {kind}: {error}") from error


def _recall(place: Path | None, digest: str) -> Mapping[str, Any] | None:
    """What is kept there, if it is of these very files."""
    if place is None:
        return None
    try:
        kept = json.loads(place.read_bytes())
        fits = kept["form"] == _FORM and kept["digest"] == digest
        data: Mapping[str, Any] | None = kept["data"] if fits else None
        return data
    except (OSError, ValueError, KeyError, TypeError):
        return None
