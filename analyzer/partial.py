"""Verdicts on tools of which only name and description are known (``rules/partial.yaml``)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from analyzer.model import RiskVerdict, Tool
from analyzer.records import dataclass
from analyzer.rulefiles import read_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialRule:
    confidence: float
    """Factor, 0 to 1."""
    says: str


@cache
def load_partial_rule() -> PartialRule:
    """The bundled rule; read once."""
    return PartialRule(**read_rules("partial.yaml"))


def lower_if_partial(tool: Tool, risk: RiskVerdict) -> RiskVerdict:
    """The verdict, less sure and saying why where the tool has no input schema."""
    if tool.input_schema is not None:
        return risk
    rule = load_partial_rule()
    runner_up = risk.runner_up
    return replace(
        risk,
        confidence=round(risk.confidence * rule.confidence, 4),
        runner_up=runner_up
        and replace(runner_up, margin=round(runner_up.margin * rule.confidence, 4)),
        rationale=f"{risk.rationale} {rule.says}",
    )
