"""Tools and their scores, for the tests of quality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.features import Features
from analyzer.model import Dimension, Origin, QualityScore, Tool
from analyzer.quality import score_quality
from analyzer.rulebook import load_rulebook
from analyzer.sources.definitions import build_server


def read_tool(
    description: str | None,
    *,
    name: str = "ship_parcel",
    params: Mapping[str, Any] | None = None,
    required: Sequence[str] = (),
    **members: Any,
) -> Tool:
    """A tool as it is read from a definition. ``params`` gives schemas, or descriptions."""
    raw: dict[str, Any] = {"name": name}
    if description is not None:
        raw["description"] = description
    raw["inputSchema"] = {
        "type": "object",
        "properties": {
            key: value if isinstance(value, dict) else {"type": "string", "description": value}
            for key, value in (params or {}).items()
        },
        "required": list(required),
    }
    raw.update(members)
    origin = Origin(kind="file", locator="")
    return build_server(None, [raw], fallback="test", origin=origin).tools[0]


def score(tool: Tool, siblings: Sequence[str] = ()) -> QualityScore:
    rulebook = load_rulebook()
    return score_quality(rulebook, rulebook.read(Features(tool, siblings)))


def exact_total(found: QualityScore) -> float:
    """The weighted total before rounding."""
    weights = (25, 20, 20, 15, 10, 10)
    pairs = zip(weights, (found.scores[d] for d in Dimension), strict=True)
    return sum(w * s for w, s in pairs) / 100
