"""The catalogue of well-known servers (``catalog/servers/*.yaml``), and how each is started."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from difflib import get_close_matches
from functools import cache
from typing import Literal

import yaml

from analyzer.errors import UsageError
from analyzer.records import dataclass
from analyzer.resources import bundled
from analyzer.sources.launch import Launch


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownServer:
    """One file of the catalogue; ``catalog/server.schema.json`` says what its members mean."""

    id: str
    title: str
    homepage: str
    source: str | None
    licence: str | None
    account: Literal["none", "use", "list"]
    tags: tuple[str, ...]
    package: str = ""
    launch: tuple[str, ...] = ()
    url: str = ""
    transport: Literal["http", "sse"] = "http"
    env: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@cache
def load_known() -> tuple[KnownServer, ...]:
    """All of the bundled catalogue, by id; read once."""
    folder = bundled("catalog") / "servers"
    return tuple(
        _known(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader))
        for path in sorted(folder.glob("*.yaml"), key=lambda path: path.stem)
    )


def _known(entry: Mapping[str, object]) -> KnownServer:
    rows = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
    return KnownServer(**{**entry, **rows})  # type: ignore[arg-type]


def find_known(server_id: str) -> KnownServer:
    """The server of that id. Raises UsageError, naming the closest."""
    known = {server.id: server for server in load_known()}
    if server_id in known:
        return known[server_id]
    close = get_close_matches(server_id, known, n=3, cutoff=0.5)
    hint = f"; close: {', '.join(close)}" if close else ""
    raise UsageError(f"no known server is called {server_id!r}{hint} (toolmark known lists them)")


def choose_known(words: Sequence[str], tags: Sequence[str]) -> tuple[KnownServer, ...]:
    """The servers that have all tags, and each word somewhere in what is said of them."""
    return tuple(
        server
        for server in load_known()
        if set(tags) <= set(server.tags) and all(word.lower() in _said(server) for word in words)
    )


def _said(server: KnownServer) -> str:
    parts = (server.id, server.title, server.package, server.url, server.note, *server.tags)
    return "\0".join(parts).lower()


def build_known_launch(server: KnownServer, headers: Mapping[str, str]) -> Launch:
    """How a known server is started or reached; ``headers`` go with a URL.

    Its variables may be given by the user; else they have the placeholders of the catalogue.
    """
    return Launch(
        alias=server.id,
        transport="stdio" if server.launch else server.transport,
        argv=server.launch,
        url=server.url,
        env={name: f"${{{name}:-{text}}}" for name, text in server.env.items() if text},
        passed=tuple(name for name, text in server.env.items() if not text),
        headers={} if server.launch else headers,
        fills_variables=False,
    )
