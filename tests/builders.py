"""Assessments built by hand, for the tests of what is made from them.

Each takes what the test is about and fills in the rest with plausible values.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from analyzer.model import (
    ActionVerdict,
    CoherenceDimension,
    CoherenceScore,
    ContextCost,
    ContextSignals,
    Contribution,
    Dimension,
    Evidence,
    Finding,
    LimitUse,
    LookAlike,
    MissingOperation,
    Origin,
    QualityScore,
    RiskCategory,
    RiskVerdict,
    RunnerUp,
    Scan,
    Server,
    ServerAssessment,
    ShadowCandidate,
    SourceFailure,
    Tier,
    Tool,
    ToolAssessment,
    Trait,
)
from analyzer.signals import roll_up

# Hundredths, as the TDQS specification gives them, in the order of ``Dimension``.
_WEIGHTS = (25, 20, 20, 15, 10, 10)
_LIMITS: tuple[tuple[str, Literal["tools", "tokens"], int, bool, str], ...] = (
    ("One client", "tools", 128, True, "a request with more is refused"),
    ("Another client", "tokens", 10_000, False, "tools are loaded on demand beyond"),
    ("A small client", "tools", 5, False, "for all servers together"),
)
_BOUNDS = ((Tier.A, 35), (Tier.B, 30), (Tier.C, 20), (Tier.D, 10))


def digest(document: object) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def build_tool(
    name: str = "list_items",
    description: str | None = "List the items of a basket.",
    **members: Any,
) -> Tool:
    """A tool whose raw definition holds its name, description, an empty schema and ``members``."""
    raw: dict[str, Any] = {"name": name}
    if description is not None:
        raw["description"] = description
    raw["inputSchema"] = {"type": "object", "properties": {}}
    raw.update(members)
    return Tool(
        name=name,
        title=raw.get("title"),
        description=description,
        input_schema=raw["inputSchema"],
        raw=raw,
        digest=digest(raw),
    )


def build_evidence(
    tool: Tool, quote: str, *, pointer: str = "/description", rule: str = "risk.test.words"
) -> Evidence:
    """The first place where ``quote`` stands in the string at ``pointer``; an absence for ""."""
    if not quote:
        return Evidence(rule_id=rule, field=pointer)
    text: Any = tool.raw
    for part in pointer[1:].split("/"):
        text = text[int(part)] if isinstance(text, list) else text[part]
    start = text.index(quote)
    return Evidence(rule_id=rule, field=pointer, quote=quote, start=start, end=start + len(quote))


def build_signals(**changes: Any) -> ContextSignals:
    values: dict[str, Any] = {
        "destructive": None,
        "idempotent": None,
        "open_world": None,
        "read_only": None,
        "definition_bytes": 120,
        "has_annotations": False,
        "has_nested_objects": False,
        "has_output_schema": False,
        "input_hash": "0123456789abcdef",
        "invocation_cost": 0,
        "param_count": 0,
        "params_with_descriptions": 0,
        "params_with_enums": 0,
        "required_field_count": 0,
        "required_param_count": 0,
        "schema_depth": 0,
        "schema_description_coverage": 100,
        "title_is_meaningful": False,
        "union_choice_count": 0,
    }
    return ContextSignals(**{**values, **changes})


def build_quality(scores: Sequence[int] = (4, 3, 3, 3, 5, 3), **changes: Any) -> QualityScore:
    """Six scores in the order of ``Dimension``; total and tier follow from them."""
    by_dimension = dict(zip(Dimension, scores, strict=True))
    tenths = (sum(w * s for w, s in zip(_WEIGHTS, scores, strict=True)) + 5) // 10
    values: dict[str, Any] = {
        "scores": by_dimension,
        "rationales": {d: f"The text earns {s} here." for d, s in by_dimension.items()},
        "tdqs": tenths / 10,
        "tier": next(tier for tier, bound in _BOUNDS if tenths >= bound),
        "smells": tuple(d for d, s in by_dimension.items() if s < 3),
        "flags": (),
        "signals": build_signals(),
    }
    return QualityScore(**{**values, **changes})


def build_assessment(
    tool: Tool | None = None,
    category: RiskCategory = RiskCategory.READ,
    *,
    quote: str = "",
    evidence: tuple[Evidence, ...] | None = None,
    confidence: float = 0.9,
    scores: Sequence[int] = (4, 3, 3, 3, 5, 3),
    rationale: str = "The words decide.",
    runner_up: RunnerUp | None = None,
    contributions: tuple[Contribution, ...] = (),
    traits: tuple[Trait, ...] = (),
    actions: tuple[ActionVerdict, ...] = (),
    quality: QualityScore | None = None,
) -> ToolAssessment:
    tool = tool or build_tool()
    return ToolAssessment(
        tool=tool,
        risk=RiskVerdict(
            category=category,
            confidence=confidence,
            runner_up=runner_up,
            rationale=rationale,
            evidence=evidence if evidence is not None else (build_evidence(tool, quote),),
            contributions=contributions,
            base=dict.fromkeys(RiskCategory, 0.0),
            traits=traits,
            actions=actions,
        ),
        quality=quality or build_quality(scores),
    )


def build_named(names: Mapping[str, RiskCategory]) -> tuple[ToolAssessment, ...]:
    """One assessed tool a name."""
    return tuple(build_assessment(build_tool(name), cat) for name, cat in names.items())


def build_coherence(
    assessments: Sequence[ToolAssessment], scores: Sequence[int] = (5, 4, 5, 3), **changes: Any
) -> CoherenceScore:
    """Four scores in the order of ``CoherenceDimension``; the roll-up follows from them."""
    by_dimension = dict(zip(CoherenceDimension, scores, strict=True))
    values: dict[str, Any] = {
        "scores": by_dimension,
        "rationales": {d: f"As a set they earn {s} here." for d, s in by_dimension.items()},
        "convention": "verb_noun",
        "deviants": (),
        "fields": (),
        "missing": (),
        "look_alikes": (),
        "shadow_candidates": (),
        "overall": roll_up([item.quality.tdqs for item in assessments], scores),
    }
    return CoherenceScore(**{**values, **changes})


def build_worded_coherence(assessments: Sequence[ToolAssessment], text: str) -> CoherenceScore:
    """One in which every word that comes from names and definitions is ``text``."""
    return build_coherence(
        assessments,
        rationales=dict.fromkeys(CoherenceDimension, text),
        deviants=(text,),
        fields=(text,),
        look_alikes=(LookAlike(tools=(text, text), likeness=0.9, by=(text,), apart=text),),
        missing=(MissingOperation(resource=text, operation=text, essential=True),),
        shadow_candidates=(
            ShadowCandidate(
                tool=text,
                invocation_cost=9,
                cheaper_sibling=text,
                cheaper_sibling_invocation_cost=1,
            ),
        ),
    )


def build_context(assessments: Sequence[ToolAssessment]) -> ContextCost:
    """A hundred tokens a tool, against three limits of which the last is soon passed."""
    used = {"tools": len(assessments), "tokens": 100 * len(assessments)}
    return ContextCost(
        tokens=used["tokens"],
        by_tool=(100,) * len(assessments),
        limits=tuple(
            LimitUse(
                client=client,
                counts=counts,
                at_most=at_most,
                used=used[counts],
                hard=hard,
                note=note,
            )
            for client, counts, at_most, hard, note in _LIMITS
        ),
    )


def build_server(
    assessments: Sequence[ToolAssessment] = (),
    *,
    name: str = "Corner Shop",
    id: str = "corner-shop",
    origin: Origin | None = None,
    findings: tuple[Finding, ...] = (),
    coherence: CoherenceScore | None = None,
    **members: Any,
) -> ServerAssessment:
    tools = tuple(a.tool for a in assessments)
    origin = origin or Origin(
        kind="file", locator="shop.json", digest=digest([t.raw for t in tools])
    )
    server = Server(id=id, name=name, origin=origin, tools=tools, **members)
    return ServerAssessment(
        server=server,
        tools=tuple(assessments),
        findings=findings,
        coherence=coherence or (build_coherence(assessments) if assessments else None),
        context=build_context(assessments),
    )


def build_scan(*servers: ServerAssessment, failures: Sequence[SourceFailure] = ()) -> Scan:
    return Scan(
        assessments=servers,
        failures=tuple(failures),
        rules_digest="0" * 64,
        tool_version="0.0.0",
    )


def build_shop() -> ServerAssessment:
    """A server with a tool of every category and every tier but F, of which two look alike."""
    parts = {"type": "string", "enum": ["one", "all"]}
    empty = build_tool(
        "empty_basket",
        "Permanently removes everything from the basket.",
        inputSchema={"type": "object", "properties": {"what": parts}},
    )
    choice = build_evidence(empty, "all", pointer="/inputSchema/properties/what/enum/1")
    buy = build_tool("buyNow", "Charge the saved card for the basket.", title="Buy now")
    run = build_tool("run_report", "Run a report. Takes a while.")
    note = build_tool("add_note", "Add a note to the basket.")
    look = build_tool("list_items", "List the items of a basket.")
    bare = build_tool("status", None)
    tools = [
        build_assessment(look, RiskCategory.READ, quote="List", scores=(5, 5, 4, 4, 5, 5)),
        build_assessment(bare, RiskCategory.READ, confidence=0.5, scores=(1, 1, 1, 3, 1, 1)),
        build_assessment(note, RiskCategory.WRITE, quote="Add a note", scores=(4, 3, 3, 3, 5, 3)),
        build_assessment(
            run, RiskCategory.EXECUTE, quote="Run a report", scores=(3, 2, 2, 3, 4, 2)
        ),
        build_assessment(
            empty,
            RiskCategory.DESTRUCTIVE,
            quote="Permanently removes",
            scores=(4, 2, 3, 3, 5, 2),
            runner_up=RunnerUp(category=RiskCategory.WRITE, margin=0.71),
            contributions=(
                Contribution(
                    rule_id="risk.destructive.removal",
                    title="Says that it removes for good",
                    evidence=(build_evidence(empty, "Permanently removes"),),
                    points={"Destructive": 2.5, "Read": -1.0},
                ),
            ),
            traits=(
                Trait(
                    id="bulk",
                    title="Acts on many at once",
                    evidence=(choice,),
                    params=("what",),
                ),
            ),
            actions=(
                ActionVerdict(
                    param="what",
                    value="one",
                    category=RiskCategory.WRITE,
                    confidence=0.7,
                    evidence=(build_evidence(empty, "removes"),),
                ),
                ActionVerdict(
                    param="what",
                    value="all",
                    category=RiskCategory.DESTRUCTIVE,
                    confidence=0.9,
                    evidence=(choice,),
                ),
            ),
        ),
        build_assessment(buy, RiskCategory.FINANCIAL, quote="Charge the saved card"),
    ]
    coherence = build_coherence(
        tools,
        (3, 4, 5, 3),
        fields=("shop",),
        look_alikes=(
            LookAlike(
                tools=("list_items", "status"),
                likeness=0.64,
                by=("both read the basket",),
                apart="Only one of them is described.",
            ),
        ),
        missing=(
            MissingOperation(resource="shop", operation="find products", essential=True),
            MissingOperation(resource="note", operation="delete", essential=False),
        ),
        shadow_candidates=(
            ShadowCandidate(
                tool="run_report",
                invocation_cost=9,
                cheaper_sibling="status",
                cheaper_sibling_invocation_cost=0,
            ),
        ),
    )
    return build_server(tools, version="1.2.0", coherence=coherence)
