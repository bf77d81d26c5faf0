"""Labelled tool definitions: reading them, grouping them by server."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from analyzer.errors import SourceError
from analyzer.jsonio import decode_json
from analyzer.model import Json, Origin, RiskCategory, Tool
from analyzer.records import dataclass
from analyzer.sources.definitions import build_server

_DEPTH = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One labelled tool."""

    server: str
    siblings: tuple[str, ...]
    tool: Tool
    risk: RiskCategory | None
    also: RiskCategory | None
    """A second category that counts as right, where the case is truly borderline."""
    scores: tuple[float | None, ...]
    """purpose, usage, behaviour, parameters, conciseness, completeness; empty where unknown."""
    judges: int
    contradicts: bool
    """Whether the text contradicts the annotations."""
    published: bool
    """Whether a catalogue published the scores: the scale that the others are meant to be on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    rows: tuple[Label, ...]
    digest: str
    """SHA-256 (hex) of the files' bytes, one after the other."""

    @property
    def servers(self) -> int:
        return len({row.server for row in self.rows})

    def folds(self, count: int) -> tuple[int, ...]:
        """The fold of each row. A server's tools share a fold, which its name alone decides."""
        return tuple(
            int(hashlib.sha256(row.server.encode()).hexdigest(), 16) % count for row in self.rows
        )


def read_labels(paths: Sequence[Path]) -> Labels:
    """Labelled tools from JSON Lines. Raises SourceError naming the file and the line."""
    rows = []
    digest = hashlib.sha256()
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise SourceError("open", f"{path}: cannot be read: {error.strerror}") from None
        digest.update(content)
        for number, line in enumerate(content.splitlines(), 1):
            if line.strip():
                rows.append(_label(line, f"{path}:{number}"))
    if not rows:
        raise SourceError("parse", "there are no labelled tools; give a JSON Lines file of them")
    return Labels(rows=tuple(rows), digest=digest.hexdigest())


def _label(line: bytes, where: str) -> Label:
    try:
        row = decode_json(line, max_depth=_DEPTH)
        tools = build_server(
            None, [row["tool"]], fallback="labelled", origin=Origin(kind="file", locator="")
        ).tools
        return Label(
            server=str(row["server"]),
            siblings=tuple(row.get("siblings") or ()),
            tool=tools[0],
            risk=_category(row.get("risk")),
            also=_category(row.get("alt")),
            scores=tuple(row.get("q") or ()),
            judges=int(row.get("judges") or 1),
            contradicts=bool(row.get("contradicts")),
            published=bool(row.get("published")),
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise SourceError("parse", f"{where}: not a labelled tool: {error!r}") from None


def _category(value: Json) -> RiskCategory | None:
    return RiskCategory(value) if value else None
