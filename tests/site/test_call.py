"""The ready tools/call request: required arguments, each of its type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from analyzer.model import Tool
from analyzer.site.call import build_call


def arguments(schema: Any) -> Any:
    call = build_call(Tool(name="t", raw={"name": "t", "inputSchema": schema}))
    assert (call["jsonrpc"], call["method"], call["params"]["name"]) == ("2.0", "tools/call", "t")
    return call["params"]["arguments"]


def argument(schema: Any, **root: Any) -> Any:
    return arguments({"properties": {"x": schema}, "required": ["x"], **root})["x"]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "<x>"),
        ({"type": "string", "format": "date"}, "2026-01-31"),
        ({"type": "integer"}, 1),
        ({"type": "integer", "minimum": 10}, 10),
        ({"type": "integer", "exclusiveMinimum": 5.0}, 6),
        ({"type": "number", "maximum": 0.5}, 0.5),
        ({"type": "integer", "minimum": 10**400}, 10**400),
        ({"type": "number", "exclusiveMaximum": True, "maximum": True}, 1),
        ({"type": "boolean"}, False),
        ({"type": "null"}, None),
        ({"type": ["null", "integer"]}, 1),
        ({"type": "array", "items": {"type": "string"}}, []),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1}, ["<x>"]),
        ({"type": "string", "default": "d", "enum": ["a"]}, "d"),
        ({"default": None, "enum": ["a", "b"]}, "a"),
        ({"const": 7}, 7),
        ({"examples": [23]}, 23),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 1),
        ({"properties": {"y": {"type": "integer"}, "z": {}}, "required": ["y"]}, {"y": 1}),
        ({"$ref": "#/$defs/deep"}, {"me": {}}),
        ({"$ref": "https://example.com/schema"}, "<x>"),
        (True, "<x>"),
        ({}, "<x>"),
    ],
)
def test_placeholder_has_the_type_of_its_schema(schema: Any, value: Any) -> None:
    deep = {"type": "object", "properties": {"me": {"type": "object"}}, "required": ["me"]}
    assert argument(schema, **{"$defs": {"deep": deep}}) == value


def test_optional_parameters_are_left_out() -> None:
    assert arguments({"properties": {"a": {}, "b": {}}, "required": ["b", "missing", 3]}) == {
        "b": "<b>"
    }


@pytest.mark.parametrize("schema", [None, [], "x", {"properties": []}, {"required": {"a": 1}}])
def test_odd_schemas_give_no_arguments(schema: Any) -> None:
    assert arguments(schema) == {}


def test_cycles_end() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/n"}}, "required": ["next"]}
    json.dumps(argument({"$ref": "#/$defs/n"}, **{"$defs": {"n": node}}))
    assert argument({"$ref": "#/properties/x"}) == "<x>"


def test_most_templates_of_real_tools_are_valid_calls(shared_data: Path) -> None:
    valid = total = 0
    for path in sorted((shared_data / "servers").glob("*.json"))[::7]:
        for raw in json.loads(path.read_bytes())["tools"]:
            schema = raw.get("inputSchema")
            if isinstance(schema, dict):
                call = build_call(Tool(name=raw["name"], raw=raw))
                total += 1
                valid += Draft202012Validator(schema).is_valid(call["params"]["arguments"])
    assert total > 100
    assert valid / total > 0.95
