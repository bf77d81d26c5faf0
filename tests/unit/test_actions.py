"""Verdicts on the operations of a tool that one parameter selects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.actions import judge_actions, raise_to_worst, worst_action
from analyzer.actions.derived import string_at
from analyzer.features import Features
from analyzer.model import ActionVerdict, Evidence, RiskCategory, Tool
from analyzer.risk import judge_risk
from analyzer.rulebook import load_rulebook
from tests.builders import build_assessment, build_tool


def tool_with(
    name: str, description: str, properties: dict[str, Any], required: tuple[str, ...] = ()
) -> Tool:
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return build_tool(name, description, inputSchema=schema)


def judged(tool: Tool) -> tuple[ActionVerdict, ...]:
    rulebook = load_rulebook()
    return judge_actions(rulebook, rulebook.read(Features(tool)))


def categories(tool: Tool) -> dict[str, str]:
    return {action.value: action.category.value for action in judged(tool)}


CRUD = {"list": "Read", "get": "Read", "create": "Write", "delete": "Destructive"}


def test_an_enum_of_verbs_selects_the_operation() -> None:
    actions = {"type": "string", "enum": list(CRUD)}
    tool = tool_with("manage_notes", "Work with notes.", {"action": actions}, ("action",))
    assert categories(tool) == CRUD
    assert {action.param for action in judged(tool)} == {"action"}


@pytest.mark.parametrize("union", ["anyOf", "oneOf"])
def test_a_union_of_constants_does_too(union: str) -> None:
    parts = [{"const": value} for value in CRUD]
    tool = tool_with("notes", "Work with notes.", {"operation": {union: parts}})
    assert categories(tool) == CRUD
    assert judged(tool)[3].evidence[0] == Evidence(
        rule_id="actions.value",
        field=f"/inputSchema/properties/operation/{union}/3/const",
        quote="delete",
        end=6,
    )


@pytest.mark.parametrize(
    "about",
    [
        "One of: list, get, create, delete",
        "list|get|create|delete",
        "What to do: 'list', 'get', 'create' or 'delete'.",
        "What to do:\n- `list`: all notes\n- `get`: one\n- `create`: a new one\n- `delete`: one",
    ],
)
def test_a_list_in_the_parameters_description_does_too(about: str) -> None:
    action = {"type": "string", "description": about}
    assert categories(tool_with("notes", "Work with notes.", {"action": action})) == CRUD


@pytest.mark.parametrize(
    "description",
    [
        "Work with notes. Actions: list, get, create, delete",
        "Work with notes.\n\nArgs:\n    action: One of 'list', 'get', 'create', 'delete'",
        "Work with notes.\n- list: all of them\n- get - one\n- create: a new one\n- delete: one",
    ],
)
def test_a_list_in_the_tools_description_does_too(description: str) -> None:
    tool = tool_with("notes", description, {"action": {"type": "string"}})
    assert categories(tool) == CRUD


def test_requests_told_apart_by_a_constant_are_judged_each() -> None:
    branches = [
        {
            "type": "object",
            "description": "Show a note.",
            "properties": {"type": {"const": "get"}, "id": {"type": "string"}},
        },
        {"$ref": "#/$defs/Gone"},
    ]
    schema = {
        "type": "object",
        "properties": {"request": {"oneOf": branches}},
        "$defs": {
            "Gone": {
                "type": "object",
                "description": "Permanently delete a note.",
                "properties": {"type": {"const": "delete"}, "id": {"type": "string"}},
            }
        },
    }
    tool = build_tool("notes", "Work with notes.", inputSchema=schema)
    assert categories(tool) == {"get": "Read", "delete": "Destructive"}
    assert {action.param for action in judged(tool)} == {"request.type"}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("format", ["json", "csv", "markdown"]),
        ("sort", ["asc", "desc"]),
        ("status", ["open", "closed", "deleted"]),
        ("mode", ["soft", "mixed", "hard"]),
        ("type", ["event", "person"]),
        ("type", ["issue", "comment", "review"]),
        ("type", ["call", "put"]),
        ("action", ["north", "south"]),
        ("event", ["create", "delete", "push"]),
        ("action", ["pass", "block", "reject"]),
    ],
)
def test_formats_orders_and_states_select_nothing(name: str, values: list[str]) -> None:
    tool = tool_with("list_things", "List things.", {name: {"type": "string", "enum": values}})
    assert judged(tool) == ()


@pytest.mark.parametrize("optional", [False, True])
def test_a_list_of_operations_has_a_verdict_a_value(optional: bool) -> None:
    actions: Any = {"type": "array", "items": {"enum": ["list", "create", "delete"]}}
    if optional:
        actions = {"anyOf": [actions, {"type": "null"}]}
    found = judged(tool_with("notes", "Work with notes.", {"actions": actions}))
    assert [a.category for a in found] == [
        RiskCategory.READ,
        RiskCategory.WRITE,
        RiskCategory.DESTRUCTIVE,
    ]
    assert {a.param for a in found} == {"actions[]"}
    assert judged(tool_with("list_events", "Lists events.", {"actions": actions})) == ()


def test_verbs_may_tell_what_is_looked_up() -> None:
    kinds = {"type": {"type": "string", "enum": ["create", "delete"]}}
    assert judged(tool_with("get_events", "Get events to create or delete things.", kinds)) == ()
    assert judged(tool_with("change_things", "Create or delete things.", kinds)) != ()


def test_an_object_s_own_action_selects_nothing() -> None:
    rule = {"type": "object", "properties": {"action": {"enum": ["allow", "block", "log"]}}}
    properties = {"name": {"type": "string"}, "rules": {"type": "array", "items": rule}}
    assert judged(tool_with("update_firewall", "Update the firewall.", properties)) == ()


def test_what_is_said_of_a_value_alone_counts() -> None:
    about = "vanish: permanently deletes the note, show: shows the note"
    action = {"enum": ["vanish", "show"], "description": about}
    tool = tool_with("notes", "Work with notes.", {"action": action})
    vanish = judged(tool)[0]
    assert vanish.category is RiskCategory.DESTRUCTIVE
    assert any("deletes" in e.quote for e in vanish.evidence)


def test_what_is_quoted_is_what_was_sent() -> None:
    values = ["createTable", "DeleteTable", "updateRows", "INSERT_ROWS", "listTables"]
    tool = tool_with("datatable", "Manage data tables.", {"action": {"enum": values}})
    for action in judged(tool):
        for evidence in action.evidence:
            sent = string_at(tool, evidence.field)
            assert evidence.quote == sent[evidence.start : evidence.end]


@pytest.mark.parametrize("values", [5, True, "delete", {"delete": 1}, None, [None, 5, {}, []]])
def test_values_of_a_wrong_type_select_nothing(values: Any) -> None:
    action = {"type": "string", "enum": values}
    assert judged(tool_with("manage_notes", "Manage notes.", {"action": action})) == ()


def test_words_that_no_rule_knows_are_judged_with_little_confidence() -> None:
    action = {"enum": ["list", "get", "frobnicate"]}
    tool = tool_with("notes", "Work with notes.", {"action": action})
    assert [a.confidence <= 0.5 for a in judged(tool)] == [False, False, True]


def test_requests_of_http_are_told_apart() -> None:
    method = {"enum": ["GET", "POST", "DELETE"]}
    tool = tool_with("call_api", "Send a request to the service.", {"method": method})
    assert categories(tool) == {"GET": "Read", "POST": "Execute", "DELETE": "Destructive"}
    worst = worst_action(judged(tool))
    assert worst is not None
    assert worst.value == "DELETE"


def test_what_a_request_to_any_address_deletes_that_address_decides() -> None:
    given = {"method": {"enum": ["GET", "POST", "DELETE"]}, "url": {"type": "string"}}
    tool = tool_with("call_api", "Send a request to any address.", given)
    assert categories(tool) == {"GET": "Read", "POST": "Execute", "DELETE": "Execute"}


@pytest.mark.parametrize(
    ("name", "about"), [("create_probe", ""), ("site", "Method of the request of the monitor")]
)
def test_the_method_of_a_request_that_is_kept_is_no_operation(name: str, about: str) -> None:
    method = {"enum": ["GET", "POST", "DELETE"], "description": about}
    assert judged(tool_with(name, "A site and its state.", {"method": method})) == ()


def test_what_is_asked_for_is_read() -> None:
    values = {"operation": {"enum": ["status", "history", "undo", "restart"]}}
    found = categories(tool_with("rollout", "Manage the rollout of a resource.", values))
    assert found == {"status": "Read", "history": "Read", "undo": "Execute", "restart": "Execute"}


def test_a_word_that_is_not_known_is_no_read_where_others_change_things() -> None:
    values = {"action": {"enum": ["get", "create", "delete", "frobnicate"]}}
    assert categories(tool_with("manage_notes", "Manage notes.", values))["frobnicate"] == "Write"


def test_to_watch_a_subscription_is_to_subscribe() -> None:
    values = {"action": {"enum": ["ignore", "watch", "delete"]}}
    tool = tool_with("manage_thread_subscription", "Manage a subscription.", values)
    assert categories(tool)["watch"] == "Write"


def action(value: str, category: RiskCategory, confidence: float = 0.9) -> ActionVerdict:
    evidence = (Evidence(rule_id="actions.value", field="/x", quote=value, end=len(value)),)
    return ActionVerdict(
        param="action", value=value, category=category, confidence=confidence, evidence=evidence
    )


def test_the_tool_is_as_bad_as_its_worst_operation() -> None:
    verdict = build_assessment().risk
    actions = [action("get", RiskCategory.READ), action("delete", RiskCategory.DESTRUCTIVE)]
    raised = raise_to_worst(verdict, actions)
    assert raised.category is RiskCategory.DESTRUCTIVE
    assert raised.actions == tuple(actions)
    assert raised.evidence[0].quote == "delete"
    assert "“delete” of action" in raised.rationale
    assert "Read: get" in raised.rationale
    assert raised.runner_up is not None
    assert raised.runner_up.category is RiskCategory.READ


def test_operations_that_the_schema_gives_say_all() -> None:
    values = {"action": {"enum": ["get_deploy", "list_deploys"]}}
    tool = tool_with("deploy-reader", "Deploys.", values)
    verdict = build_assessment(tool, RiskCategory.EXECUTE).risk
    assert raise_to_worst(verdict, judged(tool)).category is RiskCategory.READ


def test_a_tool_that_examines_is_told_what_to_examine() -> None:
    action = {"enum": ["read", "update", "delete"]}
    tool = tool_with("check_permission", "Check a permission.", {"operation": action})
    assert judged(tool) == ()


def test_a_doubtful_operation_does_not_speak_for_the_tool() -> None:
    verdict = build_assessment().risk
    doubtful = action("delete", RiskCategory.DESTRUCTIVE, 0.4)
    assert raise_to_worst(verdict, [doubtful]).category is RiskCategory.READ


def test_a_milder_operation_does_not_excuse_the_tool() -> None:
    verdict = build_assessment(category=RiskCategory.FINANCIAL).risk
    raised = raise_to_worst(verdict, [action("get", RiskCategory.READ)])
    assert raised.category is RiskCategory.FINANCIAL


def test_evidence_stands_where_it_says_in_real_definitions(shared_data: Path) -> None:
    count = 0
    for line in (shared_data / "dev.jsonl").read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)["tool"]
        tool = Tool(name=raw["name"], description=raw.get("description"), raw=raw)
        for verdict in judged(tool):
            count += 1
            for item in verdict.evidence:
                assert string_at(tool, item.field)[item.start : item.end] == item.quote
    assert count > 10


def test_raising_does_not_hurt_agreement_on_real_definitions(shared_data: Path) -> None:
    rulebook = load_rulebook()
    before = after = 0
    for line in (shared_data / "dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        raw = row["tool"]
        tool = Tool(name=raw["name"], description=raw.get("description"), raw=raw)
        reading = rulebook.read(Features(tool, row["siblings"]))
        actions = judge_actions(rulebook, reading)
        if actions:
            verdict = judge_risk(rulebook, reading)
            raised = raise_to_worst(verdict, actions)
            before += verdict.category.value in (row["risk"], row["alt"])
            after += raised.category.value in (row["risk"], row["alt"])
    assert after >= before
