"""The published schema of policies: what it accepts and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from analyzer.errors import OutputError
from analyzer.policy import validate_policy
from analyzer.schemas import load_schema

CONDITION = {"path": "args.amount", "op": "gt", "value": 100}
FULL: dict[str, Any] = {
    "version": "1",
    "default": "allow",
    "hide": ["*"],
    "all_tools": {
        "limits": [{"counter": "all", "window": "day", "max": 1000, "scope": "grant"}],
    },
    "tools": {
        "pay": {
            "require": [{"path": "args.note", "op": "exists"}],
            "deny_if": [{"conditions": [CONDITION], "on_deny": "Too much."}],
        },
        "look": {"require": [{"path": "args.kind", "op": "in", "value": ["a", "b"]}]},
    },
}


def policy(**changes: Any) -> dict[str, Any]:
    return {"version": "1", "default": "deny", "tools": {}, **changes}


def denying(**condition: Any) -> dict[str, Any]:
    return policy(tools={"x": {"deny_if": [{"conditions": [condition], "on_deny": "No."}]}})


def test_the_schema_is_a_schema() -> None:
    for name in ("scan", "explain", "policy"):
        schema = load_schema(name)
        Draft202012Validator.check_schema(schema)
        assert schema["$id"] == f"urn:toolmark:schema:{name}:1"
        assert schema["version"].startswith("1.")


def test_every_member_of_the_format_is_accepted() -> None:
    validate_policy(FULL)


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"version": "1", "default": "deny"}, r"\$: 'tools' is a required property"),
        (policy(version="2"), r"\$\.version"),
        (policy(default="maybe"), r"\$\.default"),
        (policy(hide="x"), r"\$\.hide"),
        (policy(hide=["x", "x"]), r"\$\.hide"),
        (policy(surprise=1), r"'surprise' was unexpected"),
        (policy(tools={"": {}}), r"\$\.tools"),
        (policy(tools={"x": {"limit": []}}), r"\$\.tools\.x"),
        (policy(tools={"x": {"limits": [{"counter": "c"}]}}), r"\$\.tools\.x\.limits\[0\]"),
        (denying(path="amount", op="eq", value=1), r"conditions\[0\]\.path"),
        (denying(path="args.amount", op="is", value=1), r"conditions\[0\]\.op"),
        (denying(path="args.amount", op="eq"), r"'value' is a required property"),
        (denying(path="args.kind", op="in", value="a"), r"conditions\[0\]\.value"),
        (denying(path="args.kind", op="exists", value="a"), r"conditions\[0\]\.value"),
    ],
)
def test_what_breaks_the_format_is_refused_with_its_place(
    document: dict[str, Any], place: str
) -> None:
    with pytest.raises(OutputError, match=place):
        validate_policy(document)
