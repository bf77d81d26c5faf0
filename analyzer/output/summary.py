"""Counts, order and the server-level numbers that every report shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from analyzer.model import (
    Access,
    ClientUse,
    RiskCategory,
    Scan,
    ServerAssessment,
    Severity,
    Tier,
    ToolAssessment,
)
from analyzer.taxonomy import taxonomy

By = Literal["server", "access", "category", "tier"]
"""How tools are grouped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerQuality:
    """The TDQS specification's numbers for a server's definitions, 1.0 to 5.0, one decimal."""

    mean: float
    lowest: float
    total: float
    """60 % mean and 40 % lowest: one bad definition spoils the choice among all."""
    tier: Tier
    """Of ``total``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A tool with the server it stands on."""

    server: ServerAssessment
    item: ToolAssessment


def server_quality(tools: Sequence[ToolAssessment]) -> ServerQuality | None:
    """None where there are no tools. Rounded half up in integers, as the specification does."""
    if not tools:
        return None
    tenths = [round(item.quality.tdqs * 10) for item in tools]
    count, total, lowest = len(tenths), sum(tenths), min(tenths)
    quality = _half_up(6 * total + 4 * count * lowest, 10 * count)
    return ServerQuality(
        mean=_half_up(total, count) / 10,
        lowest=lowest / 10,
        total=quality / 10,
        tier=tier_of(quality / 10),
    )


def tier_of(total: float) -> Tier:
    """The letter of a total."""
    bounds = taxonomy().tiers.items()
    return next((tier for tier, lowest in bounds if total >= lowest), Tier.F)


def placed(assessments: Iterable[ServerAssessment]) -> list[Placed]:
    """All tools with their servers, in the order given."""
    return [Placed(server=server, item=item) for server in assessments for item in server.tools]


def worst_first(tools: Iterable[Placed]) -> list[Placed]:
    """The most severe category first, then the lowest total, then by name."""
    return sorted(tools, key=_badness)


def grouped(scan: Scan, by: By) -> Iterator[tuple[str, list[Placed]]]:
    """The groups of all servers' tools that hold any, worst first: title and tools."""
    tools = worst_first(placed(scan.assessments))
    if by == "server":
        for assessment in scan.assessments:
            if members := [tool for tool in tools if tool.server is assessment]:
                yield assessment.server.id, members
        return
    keys: dict[By, tuple[Sequence[str], Callable[[Placed], str]]] = {
        "access": (list(Access)[::-1], lambda tool: tool.item.risk.access),
        "category": (list(RiskCategory)[::-1], lambda tool: tool.item.risk.category),
        "tier": (list(Tier)[::-1], lambda tool: tool.item.quality.tier),
    }
    values, key = keys[by]
    for value in values:
        if members := [tool for tool in tools if key(tool) == value]:
            yield (f"Tier {value}" if by == "tier" else str(value)), members


def critical_count(tools: Iterable[ToolAssessment]) -> int:
    return sum(item.risk.severity is Severity.CRITICAL for item in tools)


def number(count: int, noun: str) -> str:
    """``1 tool``, ``2 tools``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def counted(values: Iterable[str], known: Iterable[str]) -> dict[str, int]:
    """How often each known value occurs, in the order of ``known``, zeros included."""
    counts = Counter(values)
    return {str(value): counts[value] for value in known}


def _badness(tool: Placed) -> tuple[int, float, str, str]:
    item = tool.item
    return (-item.risk.category.rank, item.quality.tdqs, item.tool.name, tool.server.server.id)


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def client_names(clients: Sequence[ClientUse]) -> str:
    """The clients whose configs name a server, by id, with the scope; the alias where it is not
    the first one's."""
    return ", ".join(
        f"{use.client} ({use.scope})"
        + (f" as {use.alias}" if use.alias != clients[0].alias else "")
        for use in clients
    )
