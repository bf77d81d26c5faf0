"""``rules/policy.yaml`` as typed values: what a policy says of each category."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from analyzer.errors import RuleError
from analyzer.model import RiskCategory
from analyzer.records import dataclass
from analyzer.resources import bundled

Kind = Literal["allow", "limit", "deny", "hide"]
# The members that each kind of rule must have, besides ``rule`` and ``consequence``.
_MEMBERS: Mapping[str, frozenset[str]] = {
    "allow": frozenset(),
    "limit": frozenset({"window", "max"}),
    "deny": frozenset({"reason"}),
    "hide": frozenset(),
}

_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRule:
    rule: Kind
    consequence: str
    """What follows for people, with the placeholder ``{tool}``."""
    window: Literal["minute", "hour", "day"] = "minute"
    max: int = 0
    """Calls a window, for a limit."""
    reason: str = ""
    """What the agent is told, for a denial."""

    @property
    def strictness(self) -> tuple[int, float]:
        """Orders rules: what refuses above what limits, and fewer calls above more."""
        if self.rule == "limit":
            return 1, -self.max / _SECONDS[self.window]
        return (0, 0.0) if self.rule == "allow" else (2, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Careful:
    """When the rule of a more severe category holds."""

    below: float
    """The confidence of a verdict under which it may."""
    likely: float
    """The least probability of the more severe category."""
    because: str
    """For people, with the placeholder ``{category}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDefaults:
    careful: Careful
    tool: Mapping[RiskCategory, CategoryRule]
    """For a document about one tool."""
    server: Mapping[RiskCategory, CategoryRule]
    """For a document about a whole server."""


@cache
def policy_defaults() -> PolicyDefaults:
    """The bundled defaults; read once."""
    return load_defaults(bundled("rules") / "policy.yaml")


def load_defaults(path: Path) -> PolicyDefaults:
    """The defaults of a file. Raises RuleError, with the place, where it is wrong."""
    data = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    return PolicyDefaults(
        careful=Careful(**data["careful"]),
        tool=_table(data, "tool"),
        server=_table(data, "server"),
    )


def _table(data: Mapping[str, Any], name: str) -> dict[RiskCategory, CategoryRule]:
    table = data[name]
    if set(table) != {str(category) for category in RiskCategory}:
        raise RuleError(f"rules/policy.yaml: {name}: name each of the five categories once")
    return {RiskCategory(key): _rule(entry, f"{name}.{key}") for key, entry in table.items()}


def _rule(entry: Mapping[str, Any], place: str) -> CategoryRule:
    wanted = _MEMBERS.get(entry.get("rule", ""))
    if wanted is None:
        raise RuleError(f"rules/policy.yaml: {place}: rule is one of {', '.join(_MEMBERS)}")
    if set(entry) != wanted | {"rule", "consequence"}:
        members = ", ".join(sorted(wanted | {"consequence"}))
        raise RuleError(f"rules/policy.yaml: {place}: {entry['rule']} takes exactly {members}")
    return CategoryRule(**entry)
