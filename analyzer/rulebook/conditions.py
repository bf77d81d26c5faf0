"""Conditions of rules: YAML to compiled predicates that answer with evidence.

A condition is one of

    zone: name            match: [patterns]   unless: [patterns]
    param: [patterns]     types: [...]  text: [patterns]  required: true  unless: [patterns]
                          unless_text: [patterns]  formats: [...]  enum: false  depth: n
    category: [Write, ...]
    hint: readOnlyHint    is: true
    fact: params.count    gte: n  lte: n
    missing: description
    all: [...]   any: [...]   none: [...]

``zone`` holds where a pattern matches that no ``unless`` pattern covers. ``param`` holds for a
parameter whose name matches and, where given, whose JSON types and description do too; ``unless``
bars names that cover the match, ``unless_text`` descriptions; ``enum`` tells whether its values are
given, ``depth`` how far in it may lie. ``category`` is that of the verdict, for rules read after
it. ``fact`` is a named number of facts/. Each answers with its evidence, or None where it does not
hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analyzer.errors import RuleError
from analyzer.features import HINTS, ZONES
from analyzer.model import Evidence, Param, RiskCategory
from analyzer.rulebook.action import DERIVED, JOINED
from analyzer.rulebook.facts import FACTS
from analyzer.rulebook.index import PatternIndex
from analyzer.rulebook.reading import HINTS_FACTS, TITLED, Reading
from analyzer.text import Segment

Answer = list[Evidence] | None
Trigger = tuple[str, int]
Condition = Callable[[Reading], Answer]
"""Answers a list of evidence (may be empty, for ``none``) where it holds, else None."""


def compile_condition(data: Any, index: PatternIndex, where: str) -> Condition:
    """The predicate for a condition. Raises RuleError naming the place in the file."""
    if not isinstance(data, dict):
        raise RuleError(f"{where}: a condition is a mapping, not {type(data).__name__}")
    for key, build in _KINDS.items():
        if key in data:
            known = {key, *_OPTIONS[key]}
            unknown = sorted(set(data) - known)
            if unknown:
                raise RuleError(f"{where}: unknown member {unknown[0]!r}; known: {sorted(known)}")
            return build(data, index, where)
    raise RuleError(f"{where}: no kind of condition; give one of {', '.join(_KINDS)}")


def triggers(data: Mapping[str, Any], index: PatternIndex, where: str) -> set[Trigger] | None:
    """Pattern groups (with their zones) of which one must match for the condition to hold; None
    where it may hold without a match. Lets an evaluation pass over most rules unasked."""
    if "zone" in data:
        return {(data["zone"], index.add(data["zone"], data["match"], where))}
    if "param" in data:
        if data["param"]:
            return {("params", index.add("params", data["param"], where))}
        if data.get("text"):
            return {("param_texts", index.add("param_texts", data["text"], where))}
        return None
    if "all" in data:
        parts = [triggers(part, index, where) for part in data["all"]]
        return next((part for part in parts if part is not None), None)
    if "any" in data:
        found: set[Trigger] = set()
        for part in data["any"]:
            inner = triggers(part, index, where)
            if inner is None:
                return None
            found |= inner
        return found
    return None


def heeds_annotations(data: Mapping[str, Any]) -> bool:
    """Whether the answer may change once the declared annotations, a title among them, are unseen,
    or once there is a verdict."""
    if "hint" in data or "category" in data:
        return True
    if "zone" in data:
        return data["zone"] in TITLED
    if "fact" in data:
        return bool(data["fact"].startswith(HINTS_FACTS))
    return any(heeds_annotations(p) for key in ("all", "any", "none") for p in data.get(key, ()))


def _zone(data: Mapping[str, Any], index: PatternIndex, where: str) -> Condition:
    zone = data["zone"]
    if zone not in ZONES and zone not in DERIVED and zone not in JOINED:
        known = ", ".join(sorted((*ZONES, *DERIVED, *JOINED)))
        raise RuleError(f"{where}: no zone {zone!r}; known: {known}")
    wanted = index.add(zone, data["match"], where)
    barred = index.add(zone, data.get("unless", []), where) if data.get("unless") else None

    def holds(reading: Reading) -> Answer:
        hits = reading.hits(zone, wanted)
        if hits and barred is not None:
            bars = reading.hits(zone, barred)
            hits = [h for h in hits if not any(_covers(b, h) for b in bars)]
        return [reading.quote(*h) for h in hits] or None

    return holds


def _covers(bar: tuple[Segment, int, int], hit: tuple[Segment, int, int]) -> bool:
    return bar[0] is hit[0] and bar[1] <= hit[1] and bar[2] >= hit[2]


def _param(data: Mapping[str, Any], index: PatternIndex, where: str) -> Condition:
    names = index.add("params", data["param"], where) if data["param"] else None
    barred = index.add("params", data["unless"], where) if data.get("unless") else None
    texts = index.add("param_texts", data["text"], where) if data.get("text") else None
    spoilt = index.add("param_texts", data["unless_text"], where) if "unless_text" in data else None
    fits = _fits(data)

    def holds(reading: Reading) -> Answer:
        named = None
        if names is not None:
            bars = reading.hits("params", barred) if barred is not None else ()
            named = {
                h[0].pointer
                for h in reading.hits("params", names)
                if not any(_covers(bar, h) for bar in bars)
            }
        spans: dict[str, tuple[Segment, int, int]] = {}
        for hit in reading.hits("param_texts", texts) if texts is not None else ():
            spans.setdefault(hit[0].pointer.removesuffix("/description"), hit)
        if (names is not None and not named) or (texts is not None and not spans):
            return None
        bad = reading.hits("param_texts", spoilt) if spoilt is not None else ()
        spoilt_ones = {hit[0].pointer.removesuffix("/description") for hit in bad}
        found = []
        for param in reading.features.params:
            if (
                (named is None or param.pointer in named)
                and (texts is None or param.pointer in spans)
                and param.pointer not in spoilt_ones
                and fits(param)
            ):
                span = spans.get(param.pointer)
                found.append(reading.quote(*span) if span else reading.place(param.pointer))
        return found or None

    return holds


def _fits(data: Mapping[str, Any]) -> Callable[[Param], bool]:
    """Whether a parameter's schema is as a ``param`` condition wants it."""
    types = frozenset(data.get("types", ()))
    formats = frozenset(data.get("formats", ()))
    required, enum, depth = data.get("required"), data.get("enum"), data.get("depth")

    def fits(param: Param) -> bool:
        return (
            (not types or not types.isdisjoint(param.types))
            and (not formats or param.format in formats)
            and (required is None or param.required == required)
            and (enum is None or bool(param.enum) == enum)
            and (depth is None or param.depth <= depth)
        )

    return fits


def _hint(data: Mapping[str, Any], index: PatternIndex, where: str) -> Condition:
    name, wanted = data["hint"], data.get("is")
    if name not in HINTS or not (wanted is None or isinstance(wanted, bool)):
        raise RuleError(f"{where}: hint is one of {', '.join(HINTS)}, and is: true, false or null")

    def holds(reading: Reading) -> Answer:
        if reading.features.hint(name) is not wanted:
            return None
        pointer = f"/annotations/{name}"
        if wanted is None:
            return [reading.place(pointer)]
        quote = "true" if wanted else "false"
        return [
            Evidence(rule_id=reading.rule_id, field=pointer, quote=quote, start=0, end=len(quote))
        ]

    return holds


def _fact(data: Mapping[str, Any], index: PatternIndex, where: str) -> Condition:
    name = data["fact"]
    if name not in FACTS:
        raise RuleError(f"{where}: no fact {name!r}; known: {', '.join(sorted(FACTS))}")
    fact = FACTS[name]
    low, high = data.get("gte", float("-inf")), data.get("lte", float("inf"))

    def holds(reading: Reading) -> Answer:
        value = reading.fact(name)
        return [reading.place(fact.pointer)] if low <= value <= high else None

    return holds


def _missing(data: Mapping[str, Any], index: PatternIndex, where: str) -> Condition:
    member = data["missing"]

    def holds(reading: Reading) -> Answer:
        value = reading.features.tool.raw.get(member)
        absent = not value or (isinstance(value, str) and not value.strip())
        return [reading.place(f"/{member}")] if absent else None

    return holds


def _category(data: Mapping[str, Any], index: PatternIndex, where: str) -> Condition:
    try:
        wanted = frozenset(RiskCategory(name) for name in data["category"])
    except ValueError as error:
        raise RuleError(f"{where}: {error}; known: {', '.join(RiskCategory)}") from None

    def holds(reading: Reading) -> Answer:
        return [] if reading.category in wanted else None

    return holds


def _parts(key: str, data: Mapping[str, Any], index: PatternIndex, where: str) -> list[Condition]:
    if not isinstance(data[key], list) or not data[key]:
        raise RuleError(f"{where}/{key}: give a list of conditions")
    return [compile_condition(d, index, f"{where}/{key}/{n}") for n, d in enumerate(data[key])]


def _all(data: Mapping[str, Any], index: PatternIndex, where: str) -> Condition:
    parts = _parts("all", data, index, where)

    def holds(reading: Reading) -> Answer:
        found: list[Evidence] = []
        for part in parts:
            answer = part(reading)
            if answer is None:
                return None
            found += answer
        return found

    return holds


def _any(data: Mapping[str, Any], index: PatternIndex, where: str) -> Condition:
    parts = _parts("any", data, index, where)

    def holds(reading: Reading) -> Answer:
        answers = [a for part in parts if (a := part(reading)) is not None]
        return [e for answer in answers for e in answer] if answers else None

    return holds


def _none(data: Mapping[str, Any], index: PatternIndex, where: str) -> Condition:
    parts = _parts("none", data, index, where)

    def holds(reading: Reading) -> Answer:
        return None if any(part(reading) is not None for part in parts) else []

    return holds


_KINDS: dict[str, Callable[[Mapping[str, Any], PatternIndex, str], Condition]] = {
    "zone": _zone,
    "param": _param,
    "category": _category,
    "hint": _hint,
    "fact": _fact,
    "missing": _missing,
    "all": _all,
    "any": _any,
    "none": _none,
}
_OPTIONS = {
    "zone": ("match", "unless"),
    "param": (
        "types",
        "text",
        "required",
        "unless",
        "unless_text",
        "formats",
        "enum",
        "depth",
    ),
    "category": (),
    "hint": ("is",),
    "fact": ("gte", "lte"),
    "missing": (),
    "all": (),
    "any": (),
    "none": (),
}
