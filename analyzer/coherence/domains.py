"""The fields that a server's tools are about, and what of the usual work they leave out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from analyzer import text
from analyzer.coherence.names import Name, singular
from analyzer.coherence.rules import Domain, Need, Vocabulary
from analyzer.model import Json, Tool
from analyzer.records import dataclass

MIN_SHARE = 0.3
"""A server is about a field when so many of its tools show signs of it."""
TOLD = 0.4
"""What a sign in the description counts against one in the name."""
ONE_SIGN_SHARE = 0.6
"""Where there is but one sign in names, so many tools must show it: a word has several meanings."""
MIN_OF_BEST = 0.4
"""...and at least this share of the field with most signs."""
MAX_DOMAINS = 3

_OPENING = re.compile(r"[^\n]{0,160}")
_WORD = re.compile(r"[A-Za-z0-9]+")
_SELECTORS = frozenset({"action", "operation", "command", "mode", "op", "method"})


@dataclass(frozen=True, slots=True)
class FoundDomain:
    domain: Domain
    share: float
    missing: tuple[Need, ...]

    @property
    def covered(self) -> float:
        """Weight of the needs that are met, essential ones counting double; 0 to 1."""
        whole = sum(need.weight for need in self.domain.needs)
        return 1 - sum(need.weight for need in self.missing) / whole


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of one tool that needs are held against."""

    named: frozenset[str]
    told: frozenset[str]
    does: frozenset[str]
    bare: bool
    """Whether the name says what is done and not to what."""


def read_tools(
    tools: Sequence[Tool], names: Sequence[Name], vocabulary: Vocabulary
) -> tuple[Reading, ...]:
    return tuple(_read(tool, name, vocabulary) for tool, name in zip(tools, names, strict=True))


def find_domains(readings: Sequence[Reading], domains: Iterable[Domain]) -> tuple[FoundDomain, ...]:
    """The fields of a server, the one with most signs first."""
    shares = []
    for domain in domains:
        named = [domain.signs & reading.named for reading in readings]
        told = [domain.told_signs & reading.told for reading in readings]
        hits = sum(1.0 if n else TOLD if t else 0.0 for n, t in zip(named, told, strict=True))
        share = hits / len(readings)
        if share < ONE_SIGN_SHARE and len(set().union(*named, *told)) < 2:
            continue
        shares.append((share, domain))
    if not shares:
        return ()
    shares.sort(key=lambda pair: (-pair[0], pair[1].name))
    best = shares[0][0]
    return tuple(
        FoundDomain(domain, share, _missing(domain, readings))
        for share, domain in shares[:MAX_DOMAINS]
        if share >= max(MIN_SHARE, MIN_OF_BEST * best)
    )


def _missing(domain: Domain, readings: Sequence[Reading]) -> tuple[Need, ...]:
    return tuple(
        need for need in domain.needs if not any(_meets(reading, need) for reading in readings)
    )


def _meets(reading: Reading, need: Need) -> bool:
    return (not need.how or not need.how.isdisjoint(reading.does)) and (
        not need.of
        or not need.of.isdisjoint(reading.named)
        or (reading.bare and not need.of.isdisjoint(reading.told))
    )


def _read(tool: Tool, name: Name, vocabulary: Vocabulary) -> Reading:
    words = {*name.prefix, *name.words}
    opening = _OPENING.match((tool.description or "").strip())
    told = [w.lower() for w in _WORD.findall(opening.group())] if opening else []
    acts = {*name.words, *(singular(w) for w in told[:1]), *_choices(tool.input_schema)}
    operations = {vocabulary.operations[w] for w in acts if w in vocabulary.operations}
    if "manage" in acts:
        operations |= {"create", "update", "delete"}
    if name.lists and name.operation == "get":
        acts -= {name.verb}
        operations = operations - {"get"} | {"list"}
    return Reading(
        named=frozenset({singular(w) for w in words} | words),
        told=frozenset(singular(w) for w in told),
        does=frozenset(acts | operations),
        bare=not name.resource,
    )


def _choices(schema: Mapping[str, Json] | None) -> set[str]:
    """The words of the operations that a parameter such as ``action`` selects."""
    properties = (schema or {}).get("properties")
    found: set[str] = set()
    if not isinstance(properties, dict):
        return found
    for name, param in properties.items():
        if name.lower() in _SELECTORS and isinstance(param, dict):
            values = param.get("enum")
            for value in values if isinstance(values, list) else ():
                if isinstance(value, str):
                    found.update(text.identifier("", value).words)
    return found
