"""What was read: servers, their tools and parameters, and evidence in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import PurePath
from typing import Literal

from analyzer.model.kinds import Json, Level, OriginKind, Place, Stage
from analyzer.records import dataclass

Scope = Literal["user", "project", "managed", "plugin", "file"]
"""Whom a client's config is for; ``file`` where it lies in no place of which that is known."""

OTHER_CLIENT = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a server's definitions were read. ``locator`` has its secrets redacted already."""

    kind: OriginKind
    locator: str
    retrieved_at: str | None = None
    """RFC 3339, for live servers only: a file scanned twice gives the same bytes."""
    digest: str | None = None
    """SHA-256 (hex) of the canonical JSON of what was read."""
    authorization: str | None = None
    """As whom a live server was asked, never a secret: its list may differ by that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientUse:
    """A client whose config names a server, and the name under which it does."""

    client: str
    """Id in ``catalog/clients.yaml``; OTHER_CLIENT where the file does not tell."""
    alias: str
    path: str
    """The config file."""
    scope: Scope

    @property
    def where(self) -> str:
        """``cursor (project)``; ``servers.json (client config)`` for a file in no known place."""
        if self.scope != "file":
            return f"{self.client} ({self.scope})"
        kind = "client" if self.client == OTHER_CLIENT else self.client
        return f"{PurePath(self.path).name} ({kind} config)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """The four hints as declared. None means not said; defaults are not filled in."""

    title: str | None = None
    read_only: bool | None = None
    destructive: bool | None = None
    idempotent: bool | None = None
    open_world: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One tool definition. ``raw`` is exactly what the server sent; evidence points into it."""

    name: str
    title: str | None = None
    description: str | None = None
    input_schema: Mapping[str, Json] | None = None
    output_schema: Mapping[str, Json] | None = None
    annotations: Annotations = Annotations()
    raw: Mapping[str, Json] = field(default_factory=dict)
    digest: str = ""
    """SHA-256 (hex) of the canonical JSON of ``raw``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One parameter, flattened through ``$ref``, ``anyOf`` and nesting."""

    name: str
    path: str
    """Dotted path in the arguments: ``filter.tags[].name``."""
    pointer: str
    """JSON pointer of its schema in the definition."""
    types: tuple[str, ...] = ()
    description: str | None = None
    required: bool = False
    enum: tuple[Json, ...] = ()
    default: Json = None
    has_default: bool = False
    format: str | None = None
    depth: int = 1
    schema: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words that prove a statement.

    ``quote`` is exactly the slice ``start:end`` (code points) of the string at ``field``, a JSON
    pointer into ``where``. For a declared hint the quote is its JSON (``true``). An absence is
    evidence too: the pointer of the missing member, an empty quote, 0, 0.
    """

    rule_id: str
    field: str
    quote: str = ""
    start: int = 0
    end: int = 0
    where: Place = "tool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a reader should know about a tool or server. Its identity is
    (rule_id, subject, evidence field, quote), which does not move when text around it moves."""

    rule_id: str
    subject: str
    """The tool's name, or the server's id."""
    message: str
    level: Level
    evidence: tuple[Evidence, ...]
    fix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    id: str
    """Stable, safe in file names, unique within a scan."""
    name: str
    title: str | None = None
    version: str | None = None
    protocol_version: str | None = None
    instructions: str | None = None
    origin: Origin
    tools: tuple[Tool, ...] = ()
    clients: tuple[ClientUse, ...] = ()
    """The client configs in which it was found; policies are written for these names."""
    findings: tuple[Finding, ...] = ()
    """What was wrong with entries that could not be taken as tools."""
    raw: Mapping[str, Json] = field(default_factory=dict)
    """What was read, as ``{"server": {...}, "tools": [...]}`` with every entry of the list as
    it was sent, malformed ones too; evidence with ``where="server"`` points into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFailure:
    """A target that could not be read; part of the result, never a pass."""

    target: str
    stage: Stage
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedServer:
    """A server that a client's config names and that was left alone on purpose."""

    name: str
    """The alias under which its client knows it."""
    target: str
    """Its command or URL, secrets masked; empty where it has none."""
    reason: Literal["disabled", "built-in", "declined", "in-folder"]
    """Switched off in the config; part of the client itself; the user said no; the user named a
    folder that holds the config, not the config."""
    clients: tuple[ClientUse, ...] = ()
