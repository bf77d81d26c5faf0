"""What a server's surface leaves out: work usual in its field, and ends that lead nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.coherence.domains import FoundDomain, find_domains, read_tools
from analyzer.coherence.names import Name, singular
from analyzer.coherence.rules import CoherenceRules, Vocabulary
from analyzer.coherence.scorecard import Measure, listed
from analyzer.model import MissingOperation, Tool
from analyzer.records import dataclass

TERSE_CHARS = 60
SMALL_TOOLS = 3
_CHANGES = ("create", "update", "delete")
_READS = ("get", "list", "search")


@dataclass(frozen=True, slots=True)
class Surface:
    fields: tuple[str, ...]
    """What the tools are about, most signs first; empty where that is not known."""
    missing: tuple[MissingOperation, ...]
    measures: tuple[Measure, ...]


def read_surface(tools: Sequence[Tool], names: Sequence[Name], rules: CoherenceRules) -> Surface:
    """``tools`` is not empty and stands in the order of ``names``."""
    found = find_domains(read_tools(tools, names, rules.vocabulary), rules.domains)
    lifecycle = _lifecycle_gaps(names, rules.vocabulary)
    unread = [f"{gap.operation} {gap.resource}" for gap in lifecycle]
    return Surface(
        fields=tuple(entry.domain.name for entry in found),
        missing=(*_domain_gaps(found), *lifecycle),
        measures=(
            *_domain_measures(found, len(tools)),
            *_text_measures(tools, found),
            *_shape_measures(tools, names, rules),
            Measure("dead_ends", float(bool(unread)), {"gaps": listed(unread)}),
            _whole_lifecycles(names),
        ),
    )


def _domain_gaps(found: Sequence[FoundDomain]) -> tuple[MissingOperation, ...]:
    return tuple(
        MissingOperation(resource=entry.domain.name, operation=need.what, essential=need.essential)
        for entry in found
        for need in sorted(entry.missing, key=lambda need: not need.essential)
    )


def _domain_measures(found: Sequence[FoundDomain], count: int) -> tuple[Measure, ...]:
    """Shares are weighted by how much of the server each field is."""
    whole = sum(entry.share for entry in found)
    essential = [need.what for entry in found for need in entry.missing if need.essential]
    optional = [need.what for entry in found for need in entry.missing if not need.essential]
    facts = {
        "fields": listed([entry.domain.name for entry in found]),
        "essential": listed(essential),
        "optional": listed(optional),
    }
    complete = lacking = bare = 0.0
    for entry in found:
        share = entry.share / whole
        needs = entry.domain.needs
        short = sum(need.essential for need in entry.missing)
        extra = [need for need in needs if not need.essential]
        complete += share * (not entry.missing)
        lacking += share * bool(short)
        bare += share * bool(extra and len(entry.missing) - short == len(extra))
    return (
        Measure("complete", complete if count > 1 else 0.0, facts),
        Measure("essential", lacking, facts),
        Measure("essential_small", lacking if count <= SMALL_TOOLS else 0.0, facts),
        Measure("no_extras", bare, facts),
        Measure("optional", float(bool(optional)), facts),
    )


def _text_measures(tools: Sequence[Tool], found: Sequence[FoundDomain]) -> tuple[Measure, ...]:
    """Where the names alone show a complete surface, short descriptions take nothing from it."""
    complete = bool(found) and not any(entry.missing for entry in found)
    lengths = {tool.name: len((tool.description or "").strip()) for tool in tools}
    silent = [name for name, length in lengths.items() if not length]
    terse = [name for name, length in lengths.items() if length < TERSE_CHARS]
    return (
        Measure("undescribed", len(silent) / len(tools), {"names": listed(silent)}),
        Measure("terse", 0.0 if complete else len(terse) / len(tools), {"names": listed(terse)}),
    )


def _shape_measures(
    tools: Sequence[Tool], names: Sequence[Name], rules: CoherenceRules
) -> tuple[Measure, ...]:
    operations = {name.operation for name in names}
    changes = operations & set(_CHANGES)
    finds = "search" in operations or any(name.lists for name in names)
    words = rules.vocabulary
    free = [
        name.text
        for tool, name in zip(tools, names, strict=True)
        if name.verb in words.runners
        and (not name.resource or name.resource[-1] in words.free_forms)
        and _takes(tool, words.free_forms)
    ]
    return (
        Measure("free_form", float(bool(free)), {"names": listed(free)}),
        Measure(
            "find_and_read",
            float(not changes and finds and "get" in operations and len(tools) >= 3),
        ),
        Measure("broad", float(len(tools)), {"count": str(len(tools))}),
    )


def _takes(tool: Tool, params: frozenset[str]) -> bool:
    properties = (tool.input_schema or {}).get("properties")
    return isinstance(properties, dict) and any(name.lower() in params for name in properties)


def _whole_lifecycles(names: Sequence[Name]) -> Measure:
    """How many things can be created, read, changed and deleted."""
    done: dict[str, set[str]] = {}
    for name in names:
        if name.operation and name.resource:
            operation = "read" if name.operation in _READS else name.operation
            done.setdefault(name.resource[-1], set()).add(operation)
    whole = [thing for thing, operations in done.items() if operations >= {"read", *_CHANGES}]
    return Measure("lifecycles", float(len(whole)), {"things": listed(whole)})


def _lifecycle_gaps(names: Sequence[Name], vocabulary: Vocabulary) -> tuple[MissingOperation, ...]:
    """Things that can be created and not read again or deleted, by what the names say."""
    done: dict[str, set[str | None]] = {}
    for name in names:
        for word in {*name.resource, *(singular(w) for w in name.words if w != name.verb)}:
            done.setdefault(word, set()).add(name.operation)
    gaps = []
    for name in names:
        if name.verb not in vocabulary.creators or not name.resource:
            continue
        resource = name.resource[-1]
        # A tool whose name says nothing of its operation may do any of them.
        others = done[resource] - {"create"}
        if None in others:
            continue
        if not others & set(_READS):
            gaps.append(MissingOperation(resource=resource, operation="read", essential=False))
        if "delete" not in others:
            gaps.append(MissingOperation(resource=resource, operation="delete", essential=False))
    return tuple(dict.fromkeys(gaps))
