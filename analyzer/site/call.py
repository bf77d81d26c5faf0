"""A ready ``tools/call`` request for a tool: every required argument, with a value of its type."""

from __future__ import annotations

import json
from collections.abc import Mapping

from analyzer.model import Json, Tool

MAX_DEPTH = 6
MAX_MEMBERS = 2000
"""Objects nested deeper, or beyond so many members in all, are given as ``{}``: references to
objects that refer on multiply without end."""

_FORMATS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "PT1H",
    "email": "user@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def build_call(tool: Tool) -> dict[str, Json]:
    """The JSON-RPC request; its arguments are placeholders to be replaced, not advice."""
    schema = tool.raw.get("inputSchema")
    root: Mapping[str, Json] = schema if isinstance(schema, dict) else {}
    arguments = _object(root, _Filling(root), 0)
    return {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": tool.name, "arguments": arguments},
    }


def render_call(tool: Tool) -> str:
    """``build_call`` as JSON, two spaces a level."""
    return json.dumps(build_call(tool), ensure_ascii=False, indent=2)


class _Filling:
    """The whole schema, and how many members may still be filled in."""

    def __init__(self, root: Mapping[str, Json]) -> None:
        self.root = root
        self.left = MAX_MEMBERS


def _resolve(schema: Json, root: Mapping[str, Json]) -> Mapping[str, Json]:
    """``schema`` with local references followed and the first real alternative taken."""
    merged: dict[str, Json] = {}
    for _ in range(MAX_DEPTH):
        if not isinstance(schema, dict):
            break
        merged = {**schema, **{k: v for k, v in merged.items() if k != "$ref"}}
        reference = schema.get("$ref")
        if isinstance(reference, str):
            schema = _at(root, reference)
            continue
        for keyword in ("anyOf", "oneOf", "allOf"):
            options = schema.get(keyword)
            if "type" not in merged and isinstance(options, list):
                real = [o for o in options if isinstance(o, dict) and o.get("type") != "null"]
                schema = real[0] if real else None
                break
        else:
            break
    merged.pop("$ref", None)
    return merged


def _at(root: Mapping[str, Json], reference: str) -> Json:
    if not reference.startswith("#/"):
        return None
    found: Json = root
    for part in reference[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _object(schema: Mapping[str, Json], filling: _Filling, depth: int) -> dict[str, Json]:
    members, required = schema.get("properties"), schema.get("required")
    if not isinstance(members, dict) or not isinstance(required, list) or depth >= MAX_DEPTH:
        return {}
    asked = {name for name in required if isinstance(name, str)}
    wanted = [name for name in members if name in asked]
    filling.left -= len(wanted)
    if filling.left < 0:
        return {}
    return {name: _value(name, members[name], filling, depth + 1) for name in wanted}


def _value(name: str, given: Json, filling: _Filling, depth: int) -> Json:
    schema = _resolve(given, filling.root)
    if "const" in schema:
        return schema["const"]
    if schema.get("default") is not None:
        return schema["default"]
    for keyword in ("enum", "examples"):
        choices = schema.get(keyword)
        if isinstance(choices, list) and choices:
            return choices[0]
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), None)
    if kind == "object" or (kind is None and "properties" in schema):
        return _object(schema, filling, depth)
    if kind == "array":
        least = schema.get("minItems")
        wanted = isinstance(least, int) and least > 0 and depth < MAX_DEPTH
        return [_value(name, schema.get("items"), filling, depth + 1)] if wanted else []
    if kind == "boolean":
        return False
    if kind in ("integer", "number"):
        return _number(schema, kind)
    if kind == "null":
        return None
    return _FORMATS.get(str(schema.get("format")), f"<{name}>")


def _number(schema: Mapping[str, Json], kind: str) -> int | float:
    """1, or the bound nearest to it where 1 is not allowed."""
    step = 1 if kind == "integer" else 0.5
    low = [_bound(schema, "minimum", 0), _bound(schema, "exclusiveMinimum", step)]
    high = [_bound(schema, "maximum", 0), _bound(schema, "exclusiveMaximum", -step)]
    value = max([1, *(b for b in low if b is not None)])
    value = min([value, *(b for b in high if b is not None)])
    whole = kind == "integer" and isinstance(value, float) and value.is_integer()
    return int(value) if whole else value


def _bound(schema: Mapping[str, Json], keyword: str, step: float) -> int | float | None:
    value = schema.get(keyword)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value + step if step else value
