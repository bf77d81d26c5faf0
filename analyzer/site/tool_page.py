"""The context of the page of a tool."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.model import (
    ActionVerdict,
    Contribution,
    Dimension,
    Json,
    Judgement,
    Param,
    RiskCategory,
    ServerAssessment,
    Tool,
    ToolAssessment,
    Trait,
)
from analyzer.policy import build_tool_policy, policy_consequence, render_policy
from analyzer.schema import flatten_params
from analyzer.site.call import render_call
from analyzer.site.evidence import Places, Spans, build_spans
from analyzer.site.highlight import highlight, visible_json
from analyzer.site.overview import finding_view, percent, server_findings
from analyzer.site.tool_set import build_look_alikes
from analyzer.site.views import (
    ActionView,
    DimensionView,
    Frame,
    Hint,
    ParamView,
    PolicyView,
    RuleView,
    SchemaView,
    ToolPage,
    ToolRow,
    TraitView,
)
from analyzer.taxonomy import taxonomy

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./:-]*")
_MOST_RULES = 8
"""Rules shown for each dimension."""
_LIMITS = (
    "format",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "const",
    "examples",
)


def build_places(assessment: ServerAssessment) -> dict[str, Places]:
    """What the pointers into each tool mean, by the tool's name."""
    return {
        tool.name: Places(
            assessment.server,
            tool,
            flatten_params(tool.raw),
            flatten_params(tool.raw, "outputSchema"),
        )
        for tool in assessment.server.tools
    }


def build_tool_page(
    assessment: ServerAssessment,
    item: ToolAssessment,
    frame: Frame,
    row: ToolRow,
    hrefs: Mapping[str, str],
    places: Places,
) -> ToolPage:
    """``row`` is the tool's own; ``hrefs`` are the pages of all tools of the server by name."""
    tool, risk = item.tool, item.risk
    text = taxonomy().categories[risk.category]
    findings = [f for f in server_findings(assessment) if f.subject == tool.name]
    rules = [(f"rule-{n}", rule) for n, rule in enumerate(risk.contributions, 1)]
    marked = [(f"finding-{n}", finding) for n, finding in enumerate(findings, 1)]
    traits = [(f"trait-{n}", trait) for n, trait in enumerate(risk.traits, 1)]
    spans = build_spans(risk.evidence, rules, marked, traits)
    inputs = _schema(tool, "inputSchema", "in", spans)
    title_at = "/title" if isinstance(tool.raw.get("title"), str) else "/annotations/title"
    return ToolPage(
        frame=frame,
        server=assessment.server,
        server_href=row.server_href,
        server_name=row.server,
        assessment=item,
        percent=row.percent,
        tokens=row.tokens,
        look_alikes=build_look_alikes(assessment.coherence, hrefs, tool.name),
        meaning=text.meaning,
        what=text.what,
        advice=text.advice,
        categories=tuple(c.value for c in RiskCategory),
        name=highlight(tool.name, spans.get("/name", ())),
        title=highlight(tool.title or tool.annotations.title or "", spans.get(title_at, ())),
        description=highlight(tool.description or "", spans.get("/description", ())),
        hints=build_hints(tool),
        clash=_clash(tool, risk.category),
        proofs=places.proofs(risk.evidence, rules),
        rules=tuple(_risk_rule(anchor, rule, places) for anchor, rule in rules),
        traits=tuple(_trait(anchor, trait, inputs, places) for anchor, trait in traits),
        actions=tuple(_action(action, places) for action in risk.actions),
        findings=tuple(finding_view(f, places) for f in findings),
        policy=_policy(assessment, item),
        call=visible_json(render_call(tool)),
        inputs=inputs,
        outputs=_schema(tool, "outputSchema", "out", spans),
        dimensions=_dimensions(item, places),
        blocked=json.dumps({"version": "1", "default": "allow", "hide": [tool.name]}, indent=2),
        plain_name=_PLAIN.fullmatch(tool.name) is not None,
    )


def build_hints(tool: Tool) -> tuple[Hint, ...]:
    """The four hints with what a client must assume where they are not declared.

    Defaults are the protocol's: not read-only, destructive, not idempotent, open world. Whether a
    tool is destructive or idempotent has no meaning for one that is read-only.
    """
    said = tool.annotations
    reads = said.read_only is True

    def hint(name: str, label: str, declared: bool | None, default: bool, moot: bool) -> Hint:
        effective = None if moot else default if declared is None else declared
        return Hint(name=name, label=label, declared=declared, effective=effective)

    return (
        hint("readOnlyHint", "read-only", said.read_only, False, False),
        hint("destructiveHint", "destructive", said.destructive, True, reads),
        hint("idempotentHint", "idempotent", said.idempotent, False, reads),
        hint("openWorldHint", "open world", said.open_world, True, False),
    )


def _clash(tool: Tool, category: RiskCategory) -> str:
    said = tool.annotations
    if said.read_only is True and category is not RiskCategory.READ:
        return f"The server declares it read-only; the definition reads as {category.value}."
    if said.destructive is False and category is RiskCategory.DESTRUCTIVE:
        return "The server declares it not destructive; the definition reads as Destructive."
    return ""


def _risk_rule(anchor: str, rule: Contribution, places: Places) -> RuleView:
    return RuleView(
        anchor=anchor,
        rule_id=rule.rule_id,
        title=rule.title,
        points=tuple(rule.points.get(c.value) for c in RiskCategory),
        evidence=places.views(rule.evidence),
    )


def _trait(anchor: str, trait: Trait, inputs: SchemaView, places: Places) -> TraitView:
    anchors = {p.path: p.anchor for p in reversed(inputs.params)}
    return TraitView(
        anchor=anchor,
        title=trait.title,
        params=tuple((anchors.get(path, ""), path) for path in trait.params),
        evidence=places.views(e for e in trait.evidence if e.quote),
    )


def _action(action: ActionVerdict, places: Places) -> ActionView:
    return ActionView(
        param=action.param,
        value=action.value,
        category=action.category.value,
        severity=action.severity.value,
        percent=percent(action.confidence),
        evidence=places.views(e for e in action.proof if e.quote),
    )


def _dimensions(item: ToolAssessment, places: Places) -> tuple[DimensionView, ...]:
    quality = item.quality
    verdict = quality.judge
    return tuple(
        DimensionView(
            key=dimension.value,
            title=text.title,
            score=quality.scores[dimension],
            weight=text.weight,
            question=text.question,
            rationale=quality.rationales[dimension],
            why=text.why,
            rules=_quality_rules(dimension, quality.contributions.get(dimension, ()), places),
            smaller=max(0, len(quality.contributions.get(dimension, ())) - _MOST_RULES),
            judged=(verdict.scores[dimension], verdict.rationales[dimension])
            if isinstance(verdict, Judgement)
            else None,
        )
        for dimension, text in taxonomy().dimensions.items()
    )


def _quality_rules(
    dimension: Dimension, rules: Sequence[Contribution], places: Places
) -> tuple[RuleView, ...]:
    """The rules that weighed most: a score is the sum of many small ones."""
    key = dimension.value
    heaviest = sorted(rules, key=lambda r: -abs(r.points.get(key, 0.0)))
    return tuple(
        RuleView(
            anchor=f"{dimension.value}-{number}",
            rule_id=rule.rule_id,
            title=rule.title,
            points=(rule.points.get(dimension.value),),
            evidence=places.views(rule.evidence),
        )
        for number, rule in enumerate(heaviest[:_MOST_RULES], 1)
    )


def _policy(assessment: ServerAssessment, item: ToolAssessment) -> PolicyView:
    name = item.tool.name
    document = build_tool_policy(assessment, name)
    entry: Mapping[str, Any] = document["tools"].get(name, {})
    limit = entry["limits"][0] if entry.get("limits") else {}
    deny = entry["deny_if"][0] if entry.get("deny_if") else {}
    hidden = name in document.get("hide", ())
    effect = "hide" if hidden else "deny" if deny else "limit" if limit else "allow"
    return PolicyView(
        document=render_policy(document).rstrip("\n"),
        consequence=policy_consequence(item.risk, name),
        effect=effect,
        most=limit.get("max", 0),
        window=limit.get("window", ""),
        reason=deny.get("on_deny", ""),
        default=document["default"],
    )


def _schema(tool: Tool, member: str, prefix: str, spans: Spans) -> SchemaView:
    schema = tool.raw.get(member)
    params = flatten_params(tool.raw, member)
    return SchemaView(
        given=isinstance(schema, dict),
        params=tuple(_param(f"{prefix}-{n}", p, spans) for n, p in enumerate(params, 1)),
        document=visible_json(_json(schema, indent=2)) if schema is not None else "",
        required=_count_required(params),
    )


def _count_required(params: Sequence[Param]) -> int:
    """Parameters that every call must give: required, and all that hold them too.

    What stands in a list does not count, since the list may be empty.
    """
    must: dict[int, bool] = {0: True}
    paths = {0: ""}
    number = 0
    for param in params:
        outer = param.depth - 1
        in_list = param.path.startswith(f"{paths[outer]}[]") if outer else False
        must[param.depth] = param.required and must[outer] and not in_list
        paths[param.depth] = param.path
        number += must[param.depth]
    return number


def _param(anchor: str, param: Param, spans: Spans) -> ParamView:
    limits = [(k, param.schema[k]) for k in _LIMITS if k in param.schema]
    if param.format and "format" not in param.schema:
        limits.insert(0, ("format", param.format))
    return ParamView(
        anchor=anchor,
        path=param.path,
        types=" | ".join(param.types),
        required=param.required,
        depth=param.depth,
        description=highlight(
            param.description or "", spans.get(f"{param.pointer}/description", ())
        ),
        default=visible_json(_json(param.default)) if param.has_default else "",
        enum=tuple(visible_json(_json(value)) for value in param.enum),
        limits=tuple((key, visible_json(_json(value))) for key, value in limits),
    )


def _json(value: Json, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)
