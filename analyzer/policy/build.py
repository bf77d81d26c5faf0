"""Verdicts to policy documents. Pure: the tables are in ``rules/policy.yaml``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from analyzer.errors import UsageError
from analyzer.model import RiskCategory, ServerAssessment
from analyzer.policy.defaults import CategoryRule, policy_defaults

Document = dict[str, Any]

_VERSION = "1"


def build_tool_policy(assessment: ServerAssessment, tool: str) -> Document:
    """The document for one tool; all other tools of the server are denied by default.

    Raises UsageError where the server has no tool of that name.
    """
    categories = _categories(assessment)
    if tool not in categories:
        raise UsageError(f"{assessment.server.id} has no tool {tool!r}")
    rules = {tool: policy_defaults().tool[categories[tool]]}
    return _document(rules, _counters(categories))


def build_server_policy(assessment: ServerAssessment) -> Document:
    """The document for all tools of a server, sorted by name: a server that lists the same tools
    in another order gives the same bytes."""
    categories = _categories(assessment)
    table = policy_defaults().server
    rules = {name: table[categories[name]] for name in sorted(categories)}
    return _document(rules, _counters(categories))


def policy_consequence(category: RiskCategory, tool: str) -> str:
    """One sentence for people: what the document of ``build_tool_policy`` means for the tool."""
    return policy_defaults().tool[category].consequence.replace("{tool}", tool)


def _categories(assessment: ServerAssessment) -> dict[str, RiskCategory]:
    """Each name's category; the most severe where a server uses a name twice."""
    worst: dict[str, RiskCategory] = {}
    for item in assessment.tools:
        known = worst.get(item.tool.name, RiskCategory.READ)
        worst[item.tool.name] = max(known, item.risk.category, key=lambda category: category.rank)
    return worst


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
