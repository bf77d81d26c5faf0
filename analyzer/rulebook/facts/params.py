"""Numbers about the parameters: how many, how well explained, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer import text
from analyzer.features import Features
from analyzer.model import Json, Param
from analyzer.rulebook.facts.mentions import (
    bare_params,
    described_params,
    listed_params,
    mentioned_params,
    schema_stems,
)
from analyzer.rulebook.facts.words import Words, content, name_stems, parts, size, stem

ABOUT: dict[str, tuple[str, str]] = {
    "params.count": ("/inputSchema/properties", "outermost parameters"),
    "params.all": ("/inputSchema/properties", "parameters, nested ones too"),
    "params.nested": ("/inputSchema/properties", "nested parameters"),
    "params.depth": ("/inputSchema/properties", "levels of nesting"),
    "params.required": (
        "/inputSchema/required",
        "outermost parameters that every call must give",
    ),
    "params.optional": ("/inputSchema/required", "outermost parameters that a call may leave out"),
    "params.described": (
        "/inputSchema/properties",
        "share of outermost parameters with a description",
    ),
    "params.coverage": (
        "/inputSchema/properties",
        "schema description coverage of the TDQS, 0 to 1; 1 without parameters",
    ),
    "params.depth_described": (
        "/inputSchema/properties",
        "share of all parameters, nested ones too, with a description",
    ),
    "params.text": (
        "/inputSchema/properties",
        "meaningful words a parameter in the schema's descriptions, beyond its name",
    ),
    "params.restated": (
        "/inputSchema/properties",
        "share of the schema's parameter descriptions that only restate the name",
    ),
    "params.enums": ("/inputSchema/properties", "share of outermost parameters with listed values"),
    "params.defaults": ("/inputSchema/properties", "share of outermost parameters with a default"),
    "params.bounds": (
        "/inputSchema/properties",
        "share of outermost parameters with a bound, pattern or format",
    ),
    "params.obvious": (
        "/inputSchema/properties",
        "share of outermost parameters whose names say all",
    ),
    "params.cryptic": (
        "/inputSchema/properties",
        "outermost parameters whose names say little (one or two letters, data, value, args)",
    ),
    "params.open": (
        "/inputSchema/properties",
        "parameters that are objects without described members",
    ),
    "params.named": ("/description", "outermost parameters that the description names exactly"),
    "params.mentioned": (
        "/description",
        "share of outermost parameters whose words the description holds",
    ),
    "params.listed": (
        "/description",
        "share of outermost parameters that the description explains in a list of its own",
    ),
    "params.listed_words": (
        "/description",
        "meaningful words a listed parameter gets, beyond its name",
    ),
    "params.echoed": (
        "/inputSchema/properties",
        "share of outermost parameters of whose schema's words the description holds half",
    ),
    "params.unexplained": (
        "/inputSchema/properties",
        "outermost parameters explained neither in the schema nor in the description",
    ),
    "params.explained": (
        "/inputSchema/properties",
        "share of outermost parameters explained in the schema or the description",
    ),
    "params.touched": (
        "/inputSchema/properties",
        "share of outermost parameters explained, or mentioned in the description",
    ),
    "params.untouched": (
        "/inputSchema/properties",
        "outermost parameters neither explained nor mentioned anywhere",
    ),
    "params.obscure": (
        "/inputSchema/properties",
        "parameters explained nowhere whose names do not say all and that list no values",
    ),
    "params.phantom": (
        "/description",
        "names explained in the description's list that the schema does not have",
    ),
    "output.schema": ("/outputSchema", "output schemas given"),
    "output.described": ("/outputSchema/properties", "members of the output that are described"),
    "hints.count": ("/annotations", "hints declared"),
    "hints.safe": ("/annotations/readOnlyHint", "hints that declare it read-only"),
    "hints.changes": ("/annotations/readOnlyHint", "hints that declare it not read-only"),
}

_BOUNDS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "multipleOf",
)


def measure(features: Features, words: Words) -> Mapping[str, float]:
    """The numbers of :data:`ABOUT` for one tool."""
    top, every = features.top_params, features.params
    count = len(top) or 1
    listed, phantom = listed_params(features)
    mentioned = mentioned_params(features)
    exact = frozenset(features.prose.words)
    dull = words("q_stop")
    obvious = words("q_obvious")
    cryptic = words("q_cryptic")
    bare = bare_params(features)
    untouched = [p for p in bare if p.name not in mentioned]
    return {
        "params.count": len(top),
        "params.untouched": len(untouched),
        "params.obscure": sum(_last(p.name) not in obvious and not p.enum for p in untouched),
        "params.all": len(every),
        "params.nested": len(every) - len([p for p in every if p.depth == 1]),
        "params.depth": max((p.depth for p in every), default=0),
        "params.required": sum(p.required for p in top),
        "params.optional": sum(not p.required for p in top),
        "params.described": len(described_params(features)) / count if top else 1.0,
        "params.coverage": _coverage(features.tool.raw.get("inputSchema")),
        "params.depth_described": (
            sum(bool((p.description or "").strip()) for p in every) / len(every) if every else 1.0
        ),
        **_schema_text(top, dull),
        "params.enums": sum(bool(p.enum) or "boolean" in p.types for p in top) / count,
        "params.defaults": sum(p.has_default for p in top) / count,
        "params.bounds": sum(any(k in p.schema for k in _BOUNDS) for p in top) / count,
        "params.obvious": sum(_last(p.name) in obvious for p in top) / count,
        "params.cryptic": sum(len(p.name) < 3 or p.name.lower() in cryptic for p in top),
        "params.open": sum("object" in p.types and not p.schema.get("properties") for p in every),
        "params.named": sum(p.name.lower() in exact for p in top),
        "params.mentioned": sum(p.name in mentioned for p in top) / count if top else 1.0,
        "params.listed": len(listed) / count if top else 0.0,
        "params.listed_words": _listed_words(features, listed, dull),
        "params.echoed": _echoed(features, words) / count,
        "params.unexplained": len(bare),
        "params.explained": (len(top) - len(bare)) / count if top else 1.0,
        "params.touched": (len(top) - len(untouched)) / count if top else 1.0,
        "params.phantom": len(phantom),
        **_outside(features),
    }


def _echoed(features: Features, words: Words) -> int:
    """How many parameters' descriptions the tool's description says too."""
    told = frozenset(content(features.prose, words("q_stop")))
    stems = schema_stems(features, words)
    given = (stems.get(p.pointer, frozenset()) for p in features.top_params)
    return sum(bool(held) and 2 * len(held & told) >= len(held) for held in given)


def _outside(features: Features) -> dict[str, float]:
    output = features.tool.raw.get("outputSchema")
    hints = features.annotations
    given = (hints.read_only, hints.destructive, hints.idempotent, hints.open_world)
    return {
        "output.schema": float(isinstance(output, dict) and bool(output)),
        "output.described": len(features.zone("output_texts")),
        "hints.count": sum(hint is not None for hint in given),
        "hints.safe": float(hints.read_only is True),
        "hints.changes": float(hints.read_only is False),
    }


def _last(name: str) -> str:
    words = text.name_words(name)
    return words[-1] if words else ""


def _coverage(schema: Json) -> float:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict) or not properties:
        return 1.0
    said = sum(
        1
        for member in properties.values()
        if isinstance(member, dict)
        and isinstance(member.get("description"), str)
        and member["description"]
    )
    return said / len(properties)


def _schema_text(top: Sequence[Param], dull: frozenset[str]) -> dict[str, float]:
    total, restated, described = 0.0, 0, 0
    for param in top:
        if not (param.description or "").strip():
            continue
        described += 1
        own = set(name_stems(param.name))
        stems = {
            s
            for w in (param.description or "").lower().split()
            if (bare := w.strip(".,:;()'\"`")) and bare not in dull
            for s in parts(bare)
        }
        fresh = size(stems - own)
        total += min(fresh, 25)
        restated += fresh < 2
    return {
        "params.text": total / len(top) if top else 0.0,
        "params.restated": restated / described if described else 0.0,
    }


def _listed_words(
    features: Features, listed: Mapping[str, tuple[int, int]], dull: frozenset[str]
) -> float:
    """Meaningful words a parameter gets on average in the description's list."""
    total = 0.0
    for name, (start, end) in listed.items():
        own = set(name_stems(name))
        line = text.prose("", features.description[start:end])
        total += min(size({stem(w) for w in line.words if w not in dull} - own), 25)
    return total / len(listed) if listed else 0.0
