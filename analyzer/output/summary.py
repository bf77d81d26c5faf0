"""Counts, order and words that every report shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from analyzer.model import (
    Access,
    ClientUse,
    ContextCost,
    RiskCategory,
    Scan,
    ServerAssessment,
    Severity,
    Tier,
    ToolAssessment,
)
from analyzer.output.visible import visible
from analyzer.records import dataclass
from analyzer.taxonomy import taxonomy

By = Literal["server", "access", "category", "tier"]
"""How tools are grouped."""


_WEAK = 3
"""A coherence score up to which it is said where only what is weak is said."""
_NAMED = 3
"""Clients named at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A tool with the server it stands on."""

    server: ServerAssessment
    item: ToolAssessment


def placed(assessments: Iterable[ServerAssessment]) -> list[Placed]:
    """All tools with their servers, in the order given."""
    return [Placed(server=server, item=item) for server in assessments for item in server.tools]


def shared_names(assessments: Iterable[ServerAssessment]) -> frozenset[str]:
    """The names that more servers than one have: their ids tell these apart."""
    names = [assessment.server.name for assessment in assessments]
    counts = Counter(map(visible, names))
    return frozenset(name for name in names if counts[visible(name)] > 1)


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


def set_facts(assessment: ServerAssessment) -> list[str]:
    """What all of a server's tools cost, and what an agent has trouble with among them; a clause
    each, without a word of the server's."""
    points = []
    if context := assessment.context:
        points.append(f"{number(context.tokens, 'token')} of context")
    if coherence := assessment.coherence:
        for dimension, words in taxonomy().coherence.items():
            if (score := coherence.scores[dimension]) <= _WEAK:
                points.append(f"{words.title.lower()} {score}/5")
        if pairs := len(coherence.look_alikes):
            points.append(number(pairs, "look-alike pair"))
        if gaps := sum(gap.essential for gap in coherence.missing):
            points.append(f"{number(gaps, 'essential operation')} missing")
    if context and (over := passed_limits(context)):
        more = f" and {len(over) - _NAMED} more" if len(over) > _NAMED else ""
        points.append(f"past limits of {', '.join(over[:_NAMED])}{more}")
    return points


def passed_limits(context: ContextCost) -> list[str]:
    """The clients of whose limits one at least is passed."""
    return list(dict.fromkeys(limit.client for limit in context.limits if limit.left < 0))


def number(count: int, noun: str) -> str:
    """``1 tool``, ``2,000 tools``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def counted(values: Iterable[str], known: Iterable[str]) -> dict[str, int]:
    """How often each known value occurs, in the order of ``known``, zeros included."""
    counts = Counter(values)
    return {str(value): counts[value] for value in known}


def _badness(tool: Placed) -> tuple[int, float, str, str]:
    item = tool.item
    return (-item.risk.category.rank, item.quality.tdqs, item.tool.name, tool.server.server.id)


def client_names(clients: Sequence[ClientUse]) -> str:
    """The clients whose configs name a server, with the scope; the alias where it is not the first
    one's."""
    return ", ".join(
        use.where + (f" as {use.alias}" if use.alias != clients[0].alias else "") for use in clients
    )
