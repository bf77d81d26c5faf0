"""The catalogue of MCP clients, and the config files that they keep on a machine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from analyzer.model import Scope
from analyzer.records import dataclass
from analyzer.rulefiles import read_clients
from analyzer.sources.files import NOT_SEARCHED
from analyzer.sources.launch import Transport

System = Literal["linux", "macos", "windows"]
Format = Literal["json", "jsonc", "toml", "yaml"]

_VARIABLE = re.compile(r"%([A-Z_]+)%")
_ABSOLUTE = re.compile(r"/|[A-Za-z]:/")
_DEEPEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a client may keep a config; ``path`` as the catalogue writes it."""

    os: Literal["linux", "macos", "windows", "any"]
    scope: Scope
    path: str
    bare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One client of ``catalog/clients.yaml``, which says what its members mean."""

    id: str
    title: str
    format: Format
    servers: tuple[str, ...]
    files: tuple[Place, ...] = ()
    plain_url: Transport = "http"
    dollar: bool = False
    disabled: tuple[str, ...] = ()
    disabled_in: Mapping[str, str] = field(default_factory=dict)
    plugin_root: str = ""
    built_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    clients: tuple[Client, ...]
    variables: Mapping[str, str]
    """The usual values of the variables in paths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The machine as configs see it, handed in by the caller."""

    system: System
    home: Path
    project: Path
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The environment: places of files, and values of placeholders, which may be secrets."""
    root: Path = field(default_factory=lambda: Path("/"))
    """What absolute paths of the catalogue start from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A config file of a client."""

    path: Path
    client: Client
    scope: Scope
    folder: Path
    """The project that its relative paths and ``${workspaceFolder}`` mean."""
    bare: bool = False
    plugin: Path | None = None
    """The plugin's folder, for a file that its manifest names."""


@cache
def load_catalogue() -> Catalogue:
    """The bundled catalogue; read once."""
    document = read_clients()
    return Catalogue(
        clients=tuple(map(_client, document["clients"])), variables=document["variables"]
    )


def _client(entry: Mapping[str, Any]) -> Client:
    return Client(
        **{
            **entry,
            "files": tuple(Place(**place) for place in entry["files"]),
            "servers": tuple(entry["servers"]),
            "disabled": tuple(entry.get("disabled", ())),
            "built_in": {key: tuple(row) for key, row in entry.get("built_in", {}).items()},
        }
    )


def find_configs(catalogue: Catalogue, surroundings: Surroundings) -> tuple[Config, ...]:
    """The config files that are there, in the order of the catalogue; a file that several clients
    read stands there once for each."""
    found: dict[tuple[str, Path], Config] = {}
    for client in catalogue.clients:
        for place in client.files:
            if place.os not in ("any", surroundings.system):
                continue
            for path in _matching(*_split(place.path, catalogue, surroundings)):
                config = Config(
                    path=path,
                    client=client,
                    scope=place.scope,
                    folder=surroundings.project,
                    bare=place.bare,
                )
                found.setdefault((client.id, path), config)
    return tuple(found.values())


def _split(path: str, catalogue: Catalogue, surroundings: Surroundings) -> tuple[Path, list[str]]:
    """The folder from which a path of the catalogue starts, and its parts from there."""
    if variable := _VARIABLE.match(path):
        rest = path[variable.end() :].strip("/").split("/")
        if value := surroundings.variables.get(variable[1]):
            return Path(value), rest
        path = f"{catalogue.variables[variable[1]]}/{'/'.join(rest)}"
    if path.startswith("~/"):
        return surroundings.home, path[2:].split("/")
    if absolute := _ABSOLUTE.match(path):
        start = surroundings.root if absolute[0] == "/" else Path(absolute[0])
        return start, path[absolute.end() :].split("/")
    return surroundings.project, path.split("/")


def _matching(folder: Path, parts: list[str]) -> Iterator[Path]:
    """The files below a folder at a path whose parts may be patterns."""
    head, *rest = parts
    if head == "**":
        for below in _folders(folder, _DEEPEST):
            yield from _matching(below, rest)
    elif "*" in head:
        for path in sorted(folder.glob(head)):
            yield from _matching(path.parent, [path.name, *rest])
    elif rest:
        yield from _matching(folder / head, rest)
    elif _is_there(folder / head):
        yield folder / head


def _folders(folder: Path, deepest: int) -> Iterator[Path]:
    for parent, names, _ in os.walk(folder):
        yield Path(parent)
        depth = len(Path(parent).relative_to(folder).parts)
        names[:] = sorted(set(names) - NOT_SEARCHED) if depth < deepest else []


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # Forbidden: that it cannot be read is for the reader to say.
        return True


def configs_at(path: Path, catalogue: Catalogue, surroundings: Surroundings) -> tuple[Config, ...]:
    """What a file is by its path, on whatever system: the configs of one or more clients, or
    none."""
    absolute = (surroundings.project / path).as_posix()
    longest = 0
    found: dict[str, Config] = {}
    for client in catalogue.clients:
        for place in client.files:
            for tail in _tails(place.path, catalogue, surroundings):
                if (match := _ends_with(tail, absolute)) is not None:
                    break
            if match is None or len(tail) < longest:
                continue
            if len(tail) > longest:
                longest, found = len(tail), {}
            above = Path(absolute[: match.start()] or "/")
            at_home = above == surroundings.home
            if client.id in found and (place.scope == "project") is at_home:
                continue
            project = place.scope == "project"
            found[client.id] = Config(
                path=path,
                client=client,
                scope=place.scope,
                folder=above if project else surroundings.project,
                bare=place.bare,
            )
    return tuple(found.values())


def _tails(path: str, catalogue: Catalogue, surroundings: Surroundings) -> Iterator[str]:
    """A path of the catalogue from the home or project folder on, or the whole of it; also with
    the variable's value here."""
    usual = _VARIABLE.sub(lambda match: catalogue.variables[match[1]], path)
    variable = _VARIABLE.match(path)
    if variable and (value := surroundings.variables.get(variable[1])):
        yield Path(value).as_posix() + path[variable.end() :]
    yield usual.removeprefix("~/")


def _ends_with(tail: str, absolute: str) -> re.Match[str] | None:
    last = tail.rpartition("/")[2]
    # Most files have another name, and making a pattern takes a tenth of a millisecond.
    if "*" not in last and not absolute.endswith(last):
        return None
    return _pattern(tail).search(absolute)


@cache
def _pattern(tail: str) -> re.Pattern[str]:
    escaped = re.escape(tail).replace(r"\*\*/", r"(?:[^/]+/)*").replace(r"\*", r"[^/]*")
    return re.compile(rf"^{escaped}$" if _ABSOLUTE.match(tail) else rf"(?:^|/){escaped}$")
