"""Files in the formats of client configs -> documents."""

from __future__ import annotations

import re
from pathlib import Path

from analyzer.errors import SourceError
from analyzer.jsonio import JsonError, decode_json, decode_text
from analyzer.model import Json
from analyzer.sources.clients import Format
from analyzer.sources.files import reason
from analyzer.sources.jsonc import decode_jsonc
from analyzer.sources.limits import in_mib, limits

SUFFIXES: dict[str, Format] = {
    ".json": "json", ".jsonc": "jsonc", ".toml": "toml", ".yaml": "yaml", ".yml": "yaml",
}  # fmt: skip
_LINE = re.compile(r"line \d+, column \d+")
_ENV_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(.*)")


def load_document(path: Path, format_: Format) -> Json:
    """The value of a file. Raises SourceError; no message quotes what is in the file."""
    most = limits().config_bytes if format_ in ("toml", "yaml") else limits().document_bytes
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except (OSError, ValueError) as error:
        raise SourceError("open", reason(error)) from None
    if len(data) > most:
        raise SourceError("open", f"more than {in_mib(most)}, too large for a config")
    try:
        text = decode_text(data)
        if format_ == "toml":
            return _from_toml(text)
        if format_ == "yaml":
            return _from_yaml(text)
        decode = decode_jsonc if format_ == "jsonc" else decode_json
        return decode(text, max_depth=limits().document_depth)
    except JsonError as error:
        raise SourceError("parse", str(error)) from None
    except RecursionError:
        raise SourceError("parse", "the document is nested too deep") from None


def _from_toml(text: str) -> Json:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _LINE.search(str(error))
        message = f"{place[0]}: not valid TOML" if place else "not valid TOML: it ends too early"
        raise SourceError("parse", message) from None


def _from_yaml(text: str) -> Json:
    import yaml  # few configs are YAML

    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise SourceError("parse", f"{place}not valid YAML") from None
    except (yaml.YAMLError, ValueError):
        raise SourceError("parse", "not valid YAML") from None


def load_variables(path: Path) -> dict[str, str]:
    """The variables of a file with a NAME=VALUE a line. Raises SourceError."""
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise SourceError("open", reason(error)) from None
    lines = (_ENV_LINE.fullmatch(line.strip()) for line in text.splitlines())
    return {match[1]: match[2].strip().strip("\"'") for match in lines if match is not None}
