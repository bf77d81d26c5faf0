"""Malformed entries become findings on their server; the other tools go on."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.jsonio import Json
from analyzer.model import Level, Origin, Server
from analyzer.sources.definitions import build_server
from analyzer.sources.ids import slug, unique_ids

GOOD = {"name": "good", "inputSchema": {"type": "object"}}
ORIGIN = Origin(kind="stdin", locator="-")


def build(*entries: Json, info: Json = None) -> Server:
    return build_server(info, entries, fallback="test server", origin=ORIGIN)


def at(document: Json, pointer: str) -> Json:
    """The value at a pointer; None where it is absent."""
    for part in pointer.split("/")[1:]:
        if isinstance(document, list):
            document = document[int(part)]
        elif isinstance(document, dict):
            document = document.get(part.replace("~1", "/").replace("~0", "~"))
    return document


def nested(depth: int) -> dict[str, Any]:
    return {"properties": nested(depth - 1)} if depth else {}


@pytest.mark.parametrize(
    ("entry", "field", "message"),
    [
        (None, "", "tool 2 is null, not an object and is left out"),
        ("delete_all", "", "tool 2 is a string, not an object and is left out"),
        ([GOOD], "", "tool 2 is an array, not an object and is left out"),
        ({}, "/name", "tool 2 has no name and is left out"),
        ({"name": None}, "/name", "tool 2 has no name and is left out"),
        ({"name": ""}, "/name", "tool 2 has an empty name and is left out"),
        ({"name": 5}, "/name", "tool 2 has a number as its name and is left out"),
        ({"name": ["a"]}, "/name", "tool 2 has an array as its name and is left out"),
        (GOOD, "/name", 'tool 2 repeats the name "good" of tool 1 and is left out'),
        ({"name": "deep", "x": nested(120)}, "", 'tool 2 ("deep") is nested more than 100 deep'),
    ],
)
def test_an_entry_that_is_no_tool_is_left_out(entry: Json, field: str, message: str) -> None:
    server = build(GOOD, entry, {**GOOD, "name": "last"})
    assert [tool.name for tool in server.tools] == ["good", "last"]
    (finding,) = server.findings
    assert message in finding.message
    assert finding.level is Level.WARNING
    (evidence,) = finding.evidence
    assert (evidence.where, evidence.field) == ("server", f"/tools/1{field}")
    assert server.raw["tools"][1] is entry


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("title", 1, "title is a number, not a string"),
        ("description", ["a"], "description is an array, not a string"),
        ("description", True, "description is a boolean, not a string"),
        ("inputSchema", "none", "inputSchema is a string, not an object"),
        ("inputSchema", [], "inputSchema is an array, not an object"),
        ("inputSchema", True, "inputSchema is a boolean, not an object"),
        ("outputSchema", 0, "outputSchema is a number, not an object"),
        ("annotations", [], "annotations is an array, not an object"),
    ],
)
def test_a_member_of_a_wrong_type_counts_as_absent(member: str, value: Json, message: str) -> None:
    entry = {**GOOD, "name": "odd", member: value}
    server = build(entry, GOOD)
    assert [tool.name for tool in server.tools] == ["odd", "good"]
    assert server.tools[0].raw == entry
    without = build({name: entry[name] for name in entry if name != member}).tools[0]
    assert server.tools[0].description == without.description
    assert server.tools[0].input_schema == without.input_schema
    assert server.tools[0].annotations == without.annotations
    (finding,) = server.findings
    assert (finding.rule_id, finding.subject) == ("source.malformed-tool", "odd")
    assert message in finding.message
    assert finding.evidence[0].field == f"/tools/0/{member}"


@pytest.mark.parametrize("hint", ["readOnlyHint", "destructiveHint", "idempotentHint", "title"])
def test_a_hint_of_a_wrong_type_counts_as_not_said(hint: str) -> None:
    server = build({**GOOD, "name": "odd", "annotations": {hint: 1, "openWorldHint": False}})
    assert server.tools[0].annotations.open_world is False
    assert server.tools[0].annotations.read_only is None
    (finding,) = server.findings
    assert finding.evidence[0].field == f"/tools/0/annotations/{hint}"


@pytest.mark.parametrize("schema", [{}, {"inputSchema": None}])
def test_tools_without_a_schema_are_named_once(schema: dict[str, None]) -> None:
    server = build(GOOD, {"name": "odd", **schema}, {"name": "more", "description": "x"})
    assert [tool.name for tool in server.tools] == ["good", "odd", "more"]
    (finding,) = server.findings
    assert (finding.rule_id, finding.subject) == ("source.partial-definition", "test-server")
    assert finding.message.startswith("2 of 3 tools have no inputSchema")
    (evidence,) = finding.evidence
    assert (evidence.where, evidence.field) == ("server", "/tools/1/inputSchema")
    (finding,) = build(GOOD, {"name": "odd", **schema}).findings
    assert finding.message.startswith("1 of 2 tools has no inputSchema: what it takes is not known")


@pytest.mark.parametrize("member", ["name", "title", "version", "protocolVersion", "instructions"])
def test_what_a_server_says_of_itself_may_be_malformed_too(member: str) -> None:
    server = build(GOOD, info={member: 7})
    assert server.name == "test server"
    assert server.version is None
    (finding,) = server.findings
    assert (finding.rule_id, finding.subject) == ("source.malformed-server", "test-server")
    assert finding.evidence[0].field == f"/server/{member}"


def test_a_server_member_that_is_no_object() -> None:
    server = build(GOOD, info="me")
    assert server.name == "test server"
    (finding,) = server.findings
    assert finding.message.startswith("server is a string, not an object")
    assert finding.evidence[0].quote == "me"


def test_evidence_quotes_what_stands_at_its_place() -> None:
    entries: list[Json] = ["x" * 500, {"name": "a", "inputSchema": "y" * 500}, {"name": "a"}, 3]
    server = build(*entries, info={"version": ["1"]})
    assert len(server.findings) == 5
    for finding in server.findings:
        for evidence in finding.evidence:
            value = at(server.raw, evidence.field)
            if evidence.quote:
                assert value[evidence.start : evidence.end] == evidence.quote
            else:
                assert (evidence.start, evidence.end) == (0, 0)
                assert not isinstance(value, str)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GitHub MCP Server", "github-mcp-server"),
        ("@scope/pkg@1.0", "scope-pkg-1.0"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", "server"),
        ("éé", "server"),
        ("\x1b[31m\n", "31m"),
        ("a" * 200, "a" * 64),
        (".hidden_", "hidden"),
    ],
)
def test_ids_are_safe_in_file_names(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_ids_are_made_unique_in_order_and_findings_follow() -> None:
    servers = [build(3, info={"name": name}) for name in ("a", "a", "a-2", "b", "A")]
    unique = unique_ids(servers)
    assert [server.id for server in unique] == ["a", "a-2", "a-2-2", "b", "a-3"]
    assert [server.findings[0].subject for server in unique] == [server.id for server in unique]
    assert unique[0] is servers[0]
