"""A scan that was saved as JSON (``analyzer/schemas/scan.schema.json``), read back as far as it is
compared. Members that are not compared may be missing, so that scans of other versions compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from analyzer.errors import SourceError
from analyzer.jsonio import JsonError, decode_json
from analyzer.model import CoherenceDimension, Dimension, RiskCategory, Tier
from analyzer.records import dataclass
from analyzer.taxonomy import taxonomy

_MAX_DEPTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """1 to 5 by dimension, with rationales; of a tool, or of a server's tools as a set."""

    values: Mapping[str, int]
    rationales: Mapping[str, str]
    total: float
    tier: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A tool, or with an empty name a server's tools as a set."""

    server: str
    name: str
    offline: Scores
    judged: Scores | None
    model: str | None
    """That judged, or was to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTool:
    scored: Scored
    digest: str
    category: RiskCategory
    rationale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedScan:
    tool_version: str
    rules_digest: str
    servers: tuple[str, ...]
    tools: tuple[SavedTool, ...]
    sets: tuple[Scored, ...]


def read_saved_scan(data: bytes) -> SavedScan:
    """Raises SourceError, one line, for what is no result of ``toolmark scan --format json``."""
    try:
        document = decode_json(data, max_depth=_MAX_DEPTH)
    except JsonError as error:
        raise SourceError("parse", str(error)) from None
    try:
        return _scan(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # A KeyError's text is the member's name.
        raise SourceError(
            "parse", f"not a result of toolmark scan --format json ({_brief(error)})"
        ) from None


def _brief(error: Exception) -> str:
    text = str(error)[:80]
    return f"{text} is missing" if isinstance(error, KeyError) else text


def _scan(document: Any) -> SavedScan:
    tools: list[SavedTool] = []
    sets: list[Scored] = []
    major = _text(_object(document)["schema_version"]).partition(".")[0]
    if major != "1":
        raise ValueError(f"its schema_version is {major!r}, this Toolmark reads 1")
    ids = []
    for server in _list(document["servers"]):
        ids.append(_text(_object(server)["id"]))
        tools += [_tool(ids[-1], tool) for tool in _list(server["tools"])]
        if (coherence := server.get("coherence")) is not None:
            sets.append(_set(ids[-1], _object(coherence)))
    return SavedScan(
        tool_version=_text(document["tool_version"]),
        rules_digest=_text(document["rules_digest"]),
        servers=tuple(ids),
        tools=tuple(tools),
        sets=tuple(sets),
    )


def _tool(server: str, document: Any) -> SavedTool:
    quality, risk = _object(document)["quality"], document["risk"]
    judge: Any = _object(quality).get("judge")
    return SavedTool(
        scored=Scored(
            server=server,
            name=_text(document["name"]),
            offline=_scores(quality, Dimension, quality["tdqs"]),
            judged=_scores(judge, Dimension, judge["tdqs"]) if _is_judged(judge) else None,
            model=_text(judge["model"]) if judge is not None else None,
        ),
        digest=_text(document["digest"]),
        category=RiskCategory(_object(risk)["category"]),
        rationale=_text(risk["rationale"]),
    )


def _set(server: str, coherence: Mapping[str, Any]) -> Scored:
    judge: Any = coherence.get("judge")
    total = _object(coherence["overall"])["coherence"]
    return Scored(
        server=server,
        name="",
        offline=_scores(coherence, CoherenceDimension, total),
        judged=_scores(judge, CoherenceDimension, judge["total"]) if _is_judged(judge) else None,
        model=_text(judge["model"]) if judge is not None else None,
    )


def _is_judged(judge: Any) -> bool:
    return judge is not None and _object(judge)["status"] == "judged"


def _scores(document: Mapping[str, Any], dimensions: Iterable[StrEnum], total: Any) -> Scores:
    names = [str(d) for d in dimensions]
    values, rationales = _object(document["scores"]), _object(document["rationales"])
    if type(total) not in (int, float) or not 1 <= total <= 5:
        raise ValueError("a total is not between 1 and 5")
    for name in names:
        if type(values[name]) is not int or not 1 <= values[name] <= 5:
            raise ValueError(f"a score of {name} is not 1 to 5")
    return Scores(
        values={name: values[name] for name in names},
        rationales={name: _text(rationales[name]) for name in names},
        total=float(total),
        tier=next((t for t, lowest in taxonomy().tiers.items() if total >= lowest), Tier.F),
    )


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("an object is expected where there is none")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list is expected where there is none")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text is expected where there is none")
    return value
