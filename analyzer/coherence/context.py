"""What definitions cost in a model's context, and how much of the clients' limits they take."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from analyzer.coherence.rules import ContextRules
from analyzer.model import ContextCost, Json, LimitUse, Tool


def context_cost(tools: Sequence[Tool], rules: ContextRules) -> ContextCost:
    """Estimated tokens of what clients show a model: name, description and input schema as compact
    JSON. The estimate and its measured error are in ``rules/coherence/context.yaml``."""
    by_tool = tuple(estimate_tokens(_shown(tool), rules.token_weights) for tool in tools)
    used = {
        "tools": len(tools),
        "tokens": sum(by_tool),
        "name_chars": max((len(tool.name) for tool in tools), default=0),
    }
    return ContextCost(
        tokens=sum(by_tool),
        by_tool=by_tool,
        limits=tuple(
            LimitUse(
                client=limit.client,
                counts=limit.counts,
                at_most=limit.at_most,
                used=used[limit.counts],
                hard=limit.hard,
                note=limit.note,
            )
            for limit in rules.limits
        ),
    )


def estimate_tokens(text: bytes, weights: Mapping[str, float]) -> int:
    """Tokens of UTF-8 text from counts of its bytes by class; at least 1."""
    classes = text.translate(_CLASSES)
    total = sum(weight * classes.count(_PATTERNS[name]) for name, weight in weights.items())
    return max(1, round(total))


def _shown(tool: Tool) -> bytes:
    shown: dict[str, Json] = {"name": tool.name}
    if tool.description is not None:
        shown["description"] = tool.description
    shown["inputSchema"] = tool.input_schema or {"type": "object"}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def _class_of(byte: int) -> str:
    if byte >= 0x80:
        return "c" if byte < 0xC0 else "2" if byte < 0xE0 else "3" if byte < 0xF0 else "4"
    character = chr(byte)
    if character.isalpha():
        return "a" if character.islower() else "A"
    if character.isdigit():
        return "0"
    return {" ": " ", "\t": " ", "\r": " ", "\n": "/", "_": "_"}.get(character, "p")


_CLASSES = bytes(ord(_class_of(byte)) for byte in range(256))
# Compact JSON escapes line ends, so that "/" stands for none there and is not counted.
_PATTERNS = {
    "letter": b"a",
    "digit": b"0",
    "space": b" ",
    "space_pair": b"  ",
    "underscore": b"_",
    "sign": b"p",
    "sign_pair": b"pp",
    "camel": b"aA",
    "capitals": b"AA",
    "two_bytes": b"2",
    "three_bytes": b"3",
    "four_bytes": b"4",
}
