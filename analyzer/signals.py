"""The deterministic stages of the Tool Definition Quality Score (TDQS specification 1.2).

Context signals (stage 1), hard gates (stage 2), the weighted total, tiers, smells, the roll-up of
a server and the shadow prefilter. The numbers equal those of the reference implementation (the
Python package ``tdqs``); a test holds every field and hash to it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence

from analyzer.jsjson import stable_json_bytes
from analyzer.model import (
    ContextSignals,
    Dimension,
    Json,
    ServerRollUp,
    ShadowCandidate,
    Tool,
)
from analyzer.records import dataclass
from analyzer.subtree import required_subtree
from analyzer.taxonomy import taxonomy, tier_of

NO_DESCRIPTION = "No Description"
TAUTOLOGICAL_DESCRIPTION = "Tautological Description"
ANNOTATION_CONTRADICTION = "Annotation Contradiction"

TAUTOLOGY_CAP = 2
"""The highest purpose clarity of a description that only restates the name or the title."""

SMELL_BELOW = 3
"""The specification's minimum viable score of a dimension."""

# What String.prototype.trim removes; str.strip() takes the C0 separators and leaves the BOM.
_JS_WHITESPACE = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HardGates:
    """Stage 2: defects that fix or cap scores whatever the text may earn."""

    flags: tuple[str, ...] = ()
    short_circuit: bool = False
    """Nothing to judge: every dimension scores 1."""


def context_signals(tool: Tool, *, ignore_annotations: bool = False) -> ContextSignals:
    """Stage 1: the structural facts of a definition. ``definition_bytes`` counts UTF-8 bytes.

    With ``ignore_annotations`` the definition is taken as one without any, in the hash too.
    """
    inputs = scoring_inputs(tool, ignore_annotations=ignore_annotations)
    serialized = stable_json_bytes(inputs)
    schema: Mapping[str, Json] = inputs["inputSchema"] or {}
    params = schema.get("properties")
    params = params if isinstance(params, dict) else {}
    described, with_enums, nested = _count_params(params)
    required = schema.get("required")
    subtree = required_subtree(schema)
    hints: Mapping[str, Json] = inputs["annotations"] or {}
    return ContextSignals(
        destructive=_hint(hints, "destructiveHint"),
        idempotent=_hint(hints, "idempotentHint"),
        open_world=_hint(hints, "openWorldHint"),
        read_only=_hint(hints, "readOnlyHint"),
        definition_bytes=len(serialized),
        has_annotations=bool(hints),
        has_nested_objects=nested,
        has_output_schema=bool(inputs["outputSchema"]),
        input_hash=hashlib.sha256(serialized).hexdigest()[:16],
        invocation_cost=subtree.invocation_cost,
        param_count=len(params),
        params_with_descriptions=described,
        params_with_enums=with_enums,
        required_field_count=subtree.fields,
        required_param_count=len(required) if isinstance(required, list) else 0,
        schema_depth=subtree.depth,
        # In floating point, as the specification's JavaScript does it: a tie may fall to either
        # side, and the published coverage is the one that is compared.
        schema_description_coverage=(
            _round_half_up(described / len(params) * 100) if params else 100
        ),
        title_is_meaningful=_title_is_meaningful(inputs["title"], inputs["name"]),
        union_choice_count=subtree.unions,
    )


def scoring_inputs(tool: Tool, *, ignore_annotations: bool = False) -> dict[str, Json]:
    """The six members that are scored and hashed, as the server sent them.

    Both spellings of a schema's key are read, the camelCase one first, as the reference
    implementation reads them; a member of a wrong type counts as absent.
    """
    inputs = _members(tool)
    if ignore_annotations:
        inputs["annotations"] = None
    return inputs


def hard_gates(tool: Tool) -> HardGates:
    """Stage 2: no description, or one that is exactly the name or the title."""
    description = (tool.description or "").strip(_JS_WHITESPACE)
    if not description:
        return HardGates(flags=(NO_DESCRIPTION,), short_circuit=True)
    names = (tool.name, tool.title)
    if description.lower() in [n.lower().strip(_JS_WHITESPACE) for n in names if n is not None]:
        return HardGates(flags=(TAUTOLOGICAL_DESCRIPTION,))
    return HardGates()


def tdqs_total(scores: Mapping[Dimension, int]) -> float:
    """The weighted sum of the six scores, rounded half up to one decimal in integer arithmetic."""
    dimensions = taxonomy().dimensions
    return _round1(sum(dimensions[d].weight * scores[d] for d in Dimension), 100)


def smells(scores: Mapping[Dimension, int]) -> tuple[Dimension, ...]:
    """The dimensions below the minimum viable score."""
    return tuple(d for d in Dimension if scores[d] < SMELL_BELOW)


def roll_up(totals: Sequence[float], coherence_scores: Sequence[int]) -> ServerRollUp:
    """A server's numbers from its tools' totals and its four coherence scores.

    Raises ValueError where there is no total.
    """
    if not totals:
        raise ValueError("a roll-up needs at least one scored tool")
    tenths = [_round_half_up(total * 10) for total in totals]
    count = len(tenths)
    description_quality = _round1(6 * sum(tenths) + 4 * count * min(tenths), 100 * count)
    coherence = coherence_total(coherence_scores)
    score = _round1(
        7 * _round_half_up(description_quality * 10) + 3 * _round_half_up(coherence * 10), 100
    )
    return ServerRollUp(
        mean_tdqs=_round1(sum(tenths), 10 * count),
        min_tdqs=min(tenths) / 10,
        description_quality=description_quality,
        coherence=coherence,
        score=score,
        tier=tier_of(score),
    )


def coherence_total(coherence_scores: Sequence[int]) -> float:
    """The mean of the four coherence scores, one decimal."""
    return _round1(sum(coherence_scores), len(coherence_scores))


def shadow_candidates(costs: Iterable[tuple[str, int]]) -> tuple[ShadowCandidate, ...]:
    """Tools that a much cheaper sibling may shadow: (name, invocation cost) pairs in, at most one
    candidate a tool out, in the order given.

    A sibling qualifies when the tool costs at least twice as much and at least 4 more; the dearest
    qualifying sibling is taken, and of equals the first by UTF-16 code units.
    """
    costed = list(costs)
    by_cost: dict[int, list[str]] = {}
    for name, cost in costed:
        by_cost.setdefault(cost, []).append(name)
    ranked = [
        (cost, sorted(set(names), key=lambda n: n.encode("utf-16-be", "surrogatepass"))[:2])
        for cost, names in sorted(by_cost.items(), reverse=True)
    ]
    found = []
    for name, cost in costed:
        limit = min(cost // 2, cost - 4)
        sibling = next(
            (
                (other, lower)
                for lower, names in ranked
                if lower <= limit
                for other in names
                if other != name
            ),
            None,
        )
        if sibling is not None:
            found.append(
                ShadowCandidate(
                    tool=name,
                    invocation_cost=cost,
                    cheaper_sibling=sibling[0],
                    cheaper_sibling_invocation_cost=sibling[1],
                )
            )
    return tuple(found)


def _members(tool: Tool) -> dict[str, Json]:
    raw = tool.raw
    if not raw:
        return {
            "annotations": _declared_hints(tool),
            "description": tool.description,
            "inputSchema": tool.input_schema,
            "name": tool.name,
            "outputSchema": tool.output_schema,
            "title": tool.title,
        }
    return {
        "annotations": _typed(raw.get("annotations"), dict),
        "description": _typed(raw.get("description"), str),
        "inputSchema": _typed(raw.get("inputSchema", raw.get("input_schema")), dict),
        "name": tool.name,
        "outputSchema": _typed(raw.get("outputSchema", raw.get("output_schema")), dict),
        "title": _typed(raw.get("title"), str),
    }


def _typed(value: Json, kind: type) -> Json:
    return value if isinstance(value, kind) else None


def _declared_hints(tool: Tool) -> dict[str, Json] | None:
    declared = tool.annotations
    hints = {
        "title": declared.title,
        "readOnlyHint": declared.read_only,
        "destructiveHint": declared.destructive,
        "idempotentHint": declared.idempotent,
        "openWorldHint": declared.open_world,
    }
    return {name: value for name, value in hints.items() if value is not None} or None


def _hint(annotations: Mapping[str, Json], name: str) -> bool | None:
    value = annotations.get(name)
    return value if isinstance(value, bool) else None


def _count_params(params: Mapping[str, Json]) -> tuple[int, int, bool]:
    """Top-level parameters with a description (white space counts), with an enum, any object."""
    described = with_enums = 0
    nested = False
    for schema in params.values():
        if not isinstance(schema, dict):
            continue
        description = schema.get("description")
        if isinstance(description, str) and description:
            described += 1
        if isinstance(schema.get("enum"), list):
            with_enums += 1
        if schema.get("type") == "object":
            nested = True
    return described, with_enums, nested


def _title_is_meaningful(title: str | None, name: str) -> bool:
    return title is not None and title != name and _utf16_length(title) > _utf16_length(name)


def _utf16_length(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _round_half_up(value: float) -> int:
    return math.floor(value + 0.5)


def _round1(numerator: int, denominator: int) -> float:
    """The quotient rounded half up to one decimal, in integers: no tie is lost to a float."""
    return ((20 * numerator + denominator) // (2 * denominator)) / 10
