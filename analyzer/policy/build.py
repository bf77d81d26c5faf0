"""Verdicts to policy documents. Pure: the tables are in ``rules/policy.yaml``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from analyzer.errors import UsageError
from analyzer.model import RiskCategory, RiskVerdict, ServerAssessment
from analyzer.policy.defaults import CategoryRule, policy_defaults

Document = dict[str, Any]

_VERSION = "1"


def build_tool_policy(assessment: ServerAssessment, tool: str) -> Document:
    """The document for one tool; all other tools of the server are denied by default.

    Raises UsageError where the server has no tool of that name.
    """
    rules = _rules(assessment, policy_defaults().tool)
    if tool not in rules:
        raise UsageError(f"{assessment.server.id} has no tool {tool!r}")
    return _document({tool: rules[tool]}, _counters(rules))


def build_server_policy(assessment: ServerAssessment) -> Document:
    """The document for all tools of a server, sorted by name: a server that lists the same tools
    in another order gives the same bytes."""
    rules = _rules(assessment, policy_defaults().server)
    return _document({name: rules[name] for name in sorted(rules)}, _counters(rules))


def policy_consequence(risk: RiskVerdict, tool: str) -> str:
    """What the document of ``build_tool_policy`` means for the tool, in a sentence for people, and
    why where the verdict alone does not say."""
    defaults = policy_defaults()
    category = ruling_category(risk, defaults.tool)
    said = defaults.tool[category].consequence.replace("{tool}", tool)
    if category is risk.category:
        return said
    return f"{said} {defaults.careful.because.replace('{category}', category)}"


def careful_tools(assessment: ServerAssessment, *, alone: bool) -> tuple[str, ...]:
    """The tools that have the rule of a more severe category than their own; ``alone`` for the
    document of one tool."""
    table = policy_defaults().tool if alone else policy_defaults().server
    return tuple(
        item.tool.name
        for item in assessment.tools
        if ruling_category(item.risk, table) is not item.risk.category
    )


def ruling_category(risk: RiskVerdict, table: Mapping[RiskCategory, CategoryRule]) -> RiskCategory:
    """The category whose rule holds: that of the verdict, or a more severe one whose rule is
    stricter, where the verdict is not sure and that one likely enough."""
    careful, other = policy_defaults().careful, risk.runner_up
    if other is None or risk.confidence >= careful.below:
        return risk.category
    probability = risk.confidence - other.margin
    graver = other.category.rank > risk.category.rank and probability >= careful.likely
    if graver and table[other.category].strictness > table[risk.category].strictness:
        return other.category
    return risk.category


def _rules(
    assessment: ServerAssessment, table: Mapping[RiskCategory, CategoryRule]
) -> dict[str, CategoryRule]:
    """Each name's rule; the strictest where a server uses a name twice."""
    rules: dict[str, CategoryRule] = {}
    for item in assessment.tools:
        rule = table[ruling_category(item.risk, table)]
        known = rules.get(item.tool.name, rule)
        rules[item.tool.name] = max(known, rule, key=lambda one: one.strictness)
    return rules


def _counters(names: Mapping[str, object]) -> dict[str, str]:
    """Each tool's counter: its name in lower case + ``_rate``, whatever characters it has.

    Two names that differ in case alone would share a counter, and so a limit, unseen: the second
    in sorted order gets ``_rate_2``, which no other name can have, since all others end in
    ``_rate``.
    """
    used: Counter[str] = Counter()
    counters: dict[str, str] = {}
    for name in sorted(names):
        counter = f"{name.lower()}_rate"
        used[counter] += 1
        counters[name] = counter if used[counter] == 1 else f"{counter}_{used[counter]}"
    return counters


def _document(rules: Mapping[str, CategoryRule], counters: Mapping[str, str]) -> Document:
    hidden = [name for name, rule in rules.items() if rule.rule == "hide"]
    document: Document = {"version": _VERSION, "default": "deny"}
    if hidden:
        document["hide"] = hidden
    document["tools"] = {
        name: _entry(rule, counters[name]) for name, rule in rules.items() if rule.rule != "hide"
    }
    return document


def _entry(rule: CategoryRule, counter: str) -> Document:
    if rule.rule == "deny":
        # An empty list of conditions always matches.
        return {"deny_if": [{"conditions": [], "on_deny": rule.reason}]}
    if rule.rule == "limit":
        limit = {"counter": counter, "window": rule.window, "max": rule.max, "scope": "grant"}
        return {"limits": [limit]}
    return {}
