"""Declared hints against the definition: contradictions, proposals, stores and the patch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from analyzer.annotations import check_store, contradicts, judge_text, store_names
from analyzer.annotations.advice import effective
from analyzer.annotations.rules import annotation_rules
from analyzer.assess import assess_server
from analyzer.cli.annotate import STORES
from analyzer.features import HINTS, Features
from analyzer.model import (
    Annotations,
    Finding,
    Level,
    Origin,
    Scan,
    Server,
    ServerAssessment,
    Tool,
)
from analyzer.output.annotations import annotations_patch, changed_members, render_patch
from analyzer.risk import judge_risk
from analyzer.rulebook import load_rulebook
from analyzer.schemas import load_schema
from tests.builders import build_tool


def hinted_tool(name: str, description: str, *, title: str | None = None, **hints: bool) -> Tool:
    declared: dict[str, Any] = dict(hints)
    if title is not None:
        declared["title"] = title
    plain = build_tool(name, description, annotations=declared)
    values = {field: hints.get(hint) for hint, field in HINTS.items()}
    return Tool(
        name=plain.name,
        description=plain.description,
        input_schema=plain.input_schema,
        annotations=Annotations(title=title, **values),
        raw=plain.raw,
        digest=plain.digest,
    )


def assessed(*tools: Tool, ignore_annotations: bool = False) -> ServerAssessment:
    server = Server(
        id="shop",
        name="Shop",
        origin=Origin(kind="file", locator="shop.json"),
        tools=tools,
        raw={"server": {"name": "Shop"}, "tools": [tool.raw for tool in tools]},
    )
    return assess_server(server, load_rulebook(), ignore_annotations=ignore_annotations)


def findings(*tools: Tool) -> list[tuple[str, str, Level]]:
    return [
        (f.rule_id.removeprefix("annotations."), f.subject, f.level)
        for f in assessed(*tools).findings
    ]


def contradiction(tool: Tool) -> str | None:
    rulebook = load_rulebook()
    evidence = contradicts(rulebook, rulebook.read(Features(tool)))
    return evidence.quote if evidence else None


DELETE = "Permanently delete a note."
LIST = "List the notes of a board."


def test_a_delete_that_is_declared_read_only_is_an_error() -> None:
    tool = hinted_tool("delete_note", DELETE, readOnlyHint=True)
    assert findings(tool) == [("read-only-changes", "delete_note", Level.ERROR)]
    found = assessed(tool).findings[0]
    assert found.evidence[0].field == "/annotations/readOnlyHint"
    assert found.evidence[0].quote == "true"
    assert "delete" in found.evidence[1].quote.lower()
    assert contradiction(tool)


def test_a_purge_that_is_declared_not_destructive_is_an_error() -> None:
    tool = hinted_tool("purge_notes", "Purge all notes.", readOnlyHint=False, destructiveHint=False)
    assert findings(tool) == [("not-destructive-removes", "purge_notes", Level.ERROR)]
    assert contradiction(tool)


def test_a_read_that_is_declared_destructive_is_a_warning() -> None:
    tool = hinted_tool("list_notes", LIST, destructiveHint=True)
    assert findings(tool) == [("destructive-reads", "list_notes", Level.WARNING)]
    assert contradiction(tool)


def test_a_read_that_does_not_say_so_is_a_note_and_no_contradiction() -> None:
    tool = hinted_tool("list_notes", LIST, idempotentHint=True)
    assert findings(tool) == [("read-unmarked", "list_notes", Level.NOTE)]
    assert contradiction(tool) is None


def test_reads_without_any_hint_make_one_note_on_the_server() -> None:
    tools = [build_tool(f"list_{what}", f"List the {what}.") for what in ("notes", "boards")]
    assert findings(*tools) == [("read-unmarked", "shop", Level.NOTE)]
    note = assessed(*tools).findings[0]
    assert note.message == "2 of 2 tools only read and declare no hints: list_notes, list_boards"
    assert [(e.where, e.field) for e in note.evidence] == [
        ("server", "/tools/0/annotations"),
        ("server", "/tools/1/annotations"),
    ]


def test_the_note_on_one_tool_is_in_the_singular() -> None:
    reads, deletes = build_tool("list_notes", LIST), build_tool("delete_note", DELETE)
    (alone,) = assessed(reads).findings
    assert alone.message == "1 of 1 tool only reads and declares no hints: list_notes"
    (among,) = assessed(reads, deletes).findings
    assert among.message == "1 of 2 tools only reads and declares no hints: list_notes"


@pytest.mark.parametrize(
    "tool",
    [
        hinted_tool("list_notes", LIST, readOnlyHint=True),
        hinted_tool("delete_note", DELETE, readOnlyHint=False, destructiveHint=True),
        hinted_tool("add_note", "Add a note.", readOnlyHint=False, destructiveHint=False),
        build_tool("delete_note", DELETE),
    ],
    ids=["read", "delete", "add", "silent"],
)
def test_hints_that_fit_are_left_in_peace(tool: Tool) -> None:
    assert findings(tool) == []
    assert contradiction(tool) is None


def test_an_operation_that_deletes_contradicts_too() -> None:
    schema = {"type": "object", "properties": {"action": {"enum": ["list", "get", "delete"]}}}
    plain = build_tool("notes", "Work with notes.", inputSchema=schema)
    tool = Tool(
        name=plain.name,
        description=plain.description,
        annotations=Annotations(read_only=True),
        raw={**plain.raw, "annotations": {"readOnlyHint": True}},
    )
    assert findings(tool) == [("read-only-changes", "notes", Level.ERROR)]


def test_reading_without_hints_is_as_if_they_had_not_been_declared() -> None:
    rulebook = load_rulebook()
    tool = hinted_tool("delete_note", DELETE, title="Peek at a note", readOnlyHint=True)
    seen = rulebook.read(Features(tool))
    judge_risk(rulebook, seen)
    assert seen.fact("hints.count") == 1
    bare = build_tool("delete_note", DELETE)
    expected = judge_risk(rulebook, rulebook.read(Features(bare)))
    found = judge_text(rulebook, seen)
    assert (found.category, found.confidence) == (expected.category, expected.confidence)
    assert found.contributions == expected.contributions
    assert seen.without_annotations().fact("hints.count") == 0


def test_unseen_hints_make_no_findings_and_keep_nothing() -> None:
    tool = hinted_tool("delete_note", DELETE, readOnlyHint=True)
    blind = assessed(tool, ignore_annotations=True)
    assert blind.findings == ()
    advice = blind.tools[0].annotations
    assert advice is not None
    assert advice.proposed.read_only is False


def test_effective_values_are_the_specifications_defaults() -> None:
    assert effective(build_tool()) == Annotations(
        read_only=False, destructive=True, idempotent=False, open_world=True
    )
    tool = hinted_tool("list_notes", LIST, readOnlyHint=True, openWorldHint=False)
    assert effective(tool) == Annotations(read_only=True, open_world=False)


@pytest.mark.parametrize(
    ("name", "description", "read_only", "destructive", "idempotent"),
    [
        ("list_notes", LIST, True, False, None),
        ("delete_note", DELETE, False, True, True),
        ("create_note", "Create a note.", False, False, False),
        ("update_note", "Update a note.", False, True, None),
        ("send_email", "Send an email to a customer.", False, False, False),
        ("refund_payment", "Refund a payment.", False, True, False),
        ("note_write", "Create or update a note.", False, True, False),
    ],
)
def test_proposals_follow_the_verdict_and_the_verb(
    name: str, description: str, read_only: bool, destructive: bool, idempotent: bool | None
) -> None:
    advice = assessed(build_tool(name, description)).tools[0].annotations
    assert advice is not None
    assert advice.proposed.read_only is read_only
    assert advice.proposed.destructive is destructive
    assert advice.proposed.idempotent is idempotent
    assert advice.proposed.title == name.replace("_", " ").capitalize()
    assert all(reason.reason for reason in advice.reasons)


@pytest.mark.parametrize(
    ("description", "params", "open_world"),
    [
        ("Add a heading to a document.", ("file_path",), False),
        ("Add a heading to a file of a repository.", ("file_path",), True),
        ("Add a heading to a document.", ("owner", "repo", "file_path"), True),
        ("Add a heading to a document.", ("heading",), True),
    ],
)
def test_only_what_speaks_of_files_alone_is_proposed_to_be_closed(
    description: str, params: tuple[str, ...], open_world: bool
) -> None:
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in params}}
    tool = build_tool("add_heading", description, inputSchema=schema)
    advice = assessed(tool).tools[0].annotations
    assert advice is not None
    assert advice.proposed.open_world is open_world


def test_a_declared_value_is_kept_unless_the_text_speaks_clearly_against_it() -> None:
    kept = hinted_tool("update_note", "Update a note.", readOnlyHint=False, destructiveHint=False)
    advice = assessed(kept).tools[0].annotations
    assert advice is not None
    assert advice.proposed.destructive is False
    wrong = hinted_tool("delete_note", DELETE, readOnlyHint=True)
    advice = assessed(wrong).tools[0].annotations
    assert advice is not None
    assert (advice.proposed.read_only, advice.proposed.destructive) == (False, True)


def test_a_closed_tool_that_reaches_out_is_proposed_to_be_open() -> None:
    tool = hinted_tool(
        "web_search", "Search the web for pages.", readOnlyHint=True, openWorldHint=False
    )
    found = assessed(tool)
    assert [f.rule_id for f in found.findings] == ["annotations.closed-reaches-out"]
    advice = found.tools[0].annotations
    assert advice is not None
    assert advice.proposed.open_world is True


def test_every_reason_has_its_words_and_every_check_its_level() -> None:
    rules = annotation_rules()
    assert all(rules["proposals"]["reasons"].values())
    assert {Level(check["level"]) for check in rules["store_checks"].values()}
    assert store_names() == STORES


def checks(assessment: ServerAssessment, store: str) -> list[str]:
    return [f.rule_id.removeprefix(f"store.{store}.") for f in check_store(assessment, store)]


def test_a_bare_tool_is_ready_for_no_store() -> None:
    assert checks(assessed(build_tool("delete_note", DELETE)), "claude") == ["title", "hint"]


def test_stores_want_different_hints() -> None:
    ready = assessed(hinted_tool("list_notes", LIST, title="List notes", readOnlyHint=True))
    assert checks(ready, "claude") == []
    assert checks(ready, "chatgpt") == ["hint"]
    missing = check_store(ready, "chatgpt")[0]
    assert missing.message == "it does not declare destructiveHint and openWorldHint"


def test_names_and_mixed_tools_and_contradictions_are_seen() -> None:
    long = "list_" + "n" * 60
    assert checks(assessed(hinted_tool(long, LIST, title="x", readOnlyHint=True)), "claude") == [
        "name-length"
    ]
    odd = hinted_tool("list notes", LIST, title="x", readOnlyHint=True)
    assert checks(assessed(odd), "claude") == ["name-characters"]
    wrong = hinted_tool("delete_note", DELETE, title="x", readOnlyHint=True)
    assert checks(assessed(wrong), "claude") == ["behaviour"]
    schema = {"type": "object", "properties": {"action": {"enum": ["list", "delete"]}}}
    mixed = build_tool("notes", "Work with notes.", title="x", inputSchema=schema)
    assert checks(assessed(mixed), "claude") == ["hint", "mixed"]


def scan_of(assessment: ServerAssessment) -> Scan:
    return Scan(assessments=(assessment,), failures=(), rules_digest="0" * 64, tool_version="0.0.0")


def validator() -> Draft202012Validator:
    schemas = [load_schema("scan"), load_schema("annotate")]
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas
    )
    return Draft202012Validator(schemas[1], registry=registry)


def test_the_patch_fits_its_schema_and_names_what_changes() -> None:
    assessment = assessed(
        hinted_tool("delete_note", DELETE, title="Delete", readOnlyHint=True),
        build_tool("list_notes", LIST),
    )
    found: dict[str, tuple[Finding, ...]] = {"shop": check_store(assessment, "claude")}
    for store, checked in ((None, None), ("claude", found)):
        document = annotations_patch(scan_of(assessment), store=store, checked=checked)
        validator().validate(document)
    tools = document["servers"][0]["tools"]
    assert tools[0]["changed"] == changed_members(assessment.tools[0])
    assert "readOnlyHint" in tools[0]["changed"]
    assert "title" not in tools[0]["changed"]
    assert tools[1]["annotations"] == {
        "title": "List notes",
        "readOnlyHint": True,
        "destructiveHint": False,
        "openWorldHint": True,
    }
    assert document["servers"][0]["readiness"]["ready"] is False


def test_the_table_holds_hostile_names_in_code_spans() -> None:
    hostile = build_tool("list|<b>@all</b>\u202e", "List `things` | more.\n\n# Heading")
    text = render_patch(scan_of(assessed(hostile)))
    assert "\u202e" not in text
    assert "`list\\|<b>@all</b>\\u202e`" in text
    assert "\n# Heading" not in text


def test_contradictions_are_found_in_real_definitions(shared_data: Path) -> None:
    rulebook = load_rulebook()
    right = wrong = missed = 0
    for name in ("train.jsonl", "dev.jsonl"):
        for line in (shared_data / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            raw = row["tool"]
            given = raw.get("annotations") or {}
            if not any(isinstance(given.get(hint), bool) for hint in HINTS):
                continue
            values = {field: given.get(hint) for hint, field in HINTS.items()}
            tool = Tool(
                name=raw["name"],
                title=raw.get("title"),
                description=raw.get("description"),
                annotations=Annotations(**values),
                raw=raw,
            )
            reading = rulebook.read(Features(tool, row["siblings"]))
            found = contradicts(rulebook, reading) is not None
            right += found and bool(row["contradicts"])
            wrong += found and not row["contradicts"]
            missed += not found and bool(row["contradicts"])
    assert missed <= 2
    assert wrong <= 8
    assert right >= 12
