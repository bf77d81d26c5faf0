"""Labelled tool definitions: reading them, grouping them by server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from analyzer.errors import SourceError
from analyzer.jsonio import decode_json
from analyzer.model import Origin, RiskCategory, Tool
from analyzer.records import dataclass
from analyzer.schemas import load_schema
from analyzer.sources.definitions import build_server
from analyzer.sources.quoting import printable

_DEPTH = 400
LEAST_SERVERS = 50
"""With fewer, cross-validated figures say nothing."""
_SHOWN = 120
"""The most characters of a reason that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One labelled tool (``analyzer/schemas/label.schema.json``)."""

    where: str
    """File and line."""
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

    def with_risk(self) -> Labels:
        """These labels. Raises SourceError where a row has no category or servers are too few."""
        return self._with(lambda row: row.risk is not None, "risk", "has no category")

    def with_scores(self) -> Labels:
        """These labels. Raises SourceError where a row lacks a score or servers are too few."""
        return self._with(
            lambda row: bool(row.scores) and None not in row.scores, "q", "lacks scores"
        )

    def _with(self, has: Callable[[Label], bool], member: str, lack: str) -> Labels:
        missing = [row.where for row in self.rows if not has(row)]
        if missing:
            more = f", and {len(missing) - 1} more" if missing[1:] else ""
            raise SourceError("parse", f'{missing[0]}: the tool {lack}; give it "{member}"{more}')
        if self.servers < LEAST_SERVERS:
            few = "1 server" if self.servers == 1 else f"{self.servers} servers"
            raise SourceError(
                "parse", f"the labels are of {few}; give tools of {LEAST_SERVERS} or more"
            )
        return self

    def folds(self, count: int) -> tuple[int, ...]:
        """The fold of each row. A server's tools share a fold, which its name alone decides."""
        return tuple(
            int(hashlib.sha256(row.server.encode("utf-8", "surrogatepass")).hexdigest(), 16) % count
            for row in self.rows
        )


def read_labels(paths: Sequence[Path]) -> Labels:
    """Labelled tools from JSON Lines. Raises SourceError naming the file and the line."""
    check = Draft202012Validator(load_schema("label"))
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
                rows.append(_label(line, f"{path}:{number}", check))
    if not rows:
        raise SourceError("parse", "there are no labelled tools; give a JSON Lines file of them")
    return Labels(rows=tuple(rows), digest=digest.hexdigest())


def _label(line: bytes, where: str, check: Draft202012Validator) -> Label:
    try:
        row = decode_json(line, max_depth=_DEPTH)
    except ValueError as error:
        raise SourceError("parse", f"{where}: {error}") from None
    wrong = best_match(check.iter_errors(row))
    if wrong is not None:
        place = "" if wrong.json_path == "$" else f"{wrong.json_path[2:]}: "
        reason = printable(wrong.message, _SHOWN)
        raise SourceError("parse", f"{where}: not a labelled tool: {place}{reason}")
    tools = build_server(
        None, [row["tool"]], fallback="labelled", origin=Origin(kind="file", locator="")
    ).tools
    if not tools:
        raise SourceError("parse", f"{where}: the tool cannot be read, as it is nested too deep")
    return Label(
        where=where,
        server=row["server"],
        siblings=tuple(row.get("siblings") or ()),
        tool=tools[0],
        risk=_category(row.get("risk")),
        also=_category(row.get("alt")),
        scores=tuple(row.get("q") or ()),
        judges=row.get("judges") or 1,
        contradicts=bool(row.get("contradicts")),
        published=bool(row.get("published")),
    )


def _category(value: str | None) -> RiskCategory | None:
    return RiskCategory(value) if value else None
