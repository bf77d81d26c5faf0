"""Whether a server has a sensible number of tools."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.coherence.scorecard import Measure
from analyzer.model import Tool

RICH_PARAMS = 4
"""A single tool with so many parameters is a whole job."""


def read_size(tools: Sequence[Tool]) -> tuple[Measure, ...]:
    count = len(tools)
    rich = 0.0
    if count == 1:
        properties = (tools[0].input_schema or {}).get("properties")
        rich = float(isinstance(properties, dict) and len(properties) >= RICH_PARAMS)
    return (
        Measure("count", count, {"count": str(count)}),
        Measure("single", rich),
    )
