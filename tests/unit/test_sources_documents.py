"""The shapes of JSON that hold tool definitions, and what is said of those that do not."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.model import Annotations, Origin, Server, SourceFailure
from analyzer.sources import SourceOptions, read_target

TOOL = {"name": "echo", "description": "Say it again.", "inputSchema": {"type": "object"}}
OPTIONS = SourceOptions()


def read_text(text: str | bytes) -> tuple[Server | SourceFailure, ...]:
    data = text.encode() if isinstance(text, str) else text
    return read_target("-", OPTIONS, io.BytesIO(data))


def served(document: Any) -> Server:
    (server,) = read_text(json.dumps(document))
    assert isinstance(server, Server), server
    return server


def failed(document: Any) -> SourceFailure:
    (failure,) = read_text(json.dumps(document))
    assert isinstance(failure, SourceFailure), failure
    assert failure.message.isprintable()
    return failure


@pytest.mark.parametrize(
    "document",
    [
        {"tools": [TOOL]},
        {"tools": [TOOL], "nextCursor": None},
        {"jsonrpc": "2.0", "id": 1, "result": {"tools": [TOOL]}},
        {"result": {"tools": [TOOL], "ttlMs": 0}},
        [TOOL],
        TOOL,
        {"server": {}, "tools": [TOOL]},
        {"server": None, "tools": [TOOL]},
        [{"tools": [TOOL]}],
    ],
)
def test_every_shape_is_read(document: Any) -> None:
    server = served(document)
    (tool,) = server.tools
    assert tool.name == "echo"
    assert tool.description == "Say it again."
    assert tool.input_schema == {"type": "object"}
    assert tool.raw == TOOL
    assert server.name.startswith("stdin")
    assert server.origin.kind == "stdin"
    assert server.raw["tools"] == [TOOL]
    assert server.findings == ()


@pytest.mark.parametrize("listed", [False, True])
def test_a_name_beside_the_tools_is_the_servers(listed: bool) -> None:
    document = {"name": "Notes", "version": "1.2", "license": "MIT", "tools": [TOOL]}
    server = served([document] if listed else document)
    assert (server.name, server.version, server.id) == ("Notes", "1.2", "notes")
    assert [tool.name for tool in server.tools] == ["echo"]
    assert served({"name": 7, "tools": [TOOL]}).name == "stdin"
    said = {"server": {"name": "Own"}, "name": "Directory", "tools": [TOOL]}
    assert served(said).name == "Own"


def test_what_the_document_says_of_the_server() -> None:
    info = {
        "name": "My Server / é",
        "title": "Mine",
        "version": "2.0",
        "protocolVersion": "2025-11-25",
        "instructions": "Be careful.",
    }
    server = served({"server": info, "tools": []})
    assert (server.id, server.name) == ("my-server", "My Server / é")
    assert (server.title, server.version) == ("Mine", "2.0")
    assert (server.protocol_version, server.instructions) == ("2025-11-25", "Be careful.")
    assert server.raw == {"server": info, "tools": []}


@pytest.mark.parametrize(
    "document", [[], {"tools": []}, {"tools": None}, {"result": {"tools": None}}]
)
def test_an_empty_list_is_a_server_without_tools(document: Any) -> None:
    assert served(document).tools == ()


def test_a_tool_without_an_input_schema_is_no_failure() -> None:
    (tool,) = served(
        [
            {"name": "a"},
        ]
    ).tools
    assert tool.input_schema is None
    assert tool.annotations == Annotations()


def test_a_null_equals_an_absence() -> None:
    members = ("title", "description", "inputSchema", "outputSchema", "annotations")
    server = served([{"name": "a", **dict.fromkeys(members)}])
    (tool,) = server.tools
    assert (tool.title, tool.description, tool.input_schema, tool.output_schema) == (None,) * 4
    absent = served([{"name": "a"}])
    assert [finding.rule_id for finding in server.findings] == ["source.partial-definition"]
    assert server.findings == absent.findings


def test_annotations_are_read_as_declared() -> None:
    hints = {"title": "T", "readOnlyHint": True, "destructiveHint": False, "openWorldHint": None}
    (tool,) = served([{**TOOL, "annotations": hints}]).tools
    assert tool.annotations == Annotations(title="T", read_only=True, destructive=False)


def test_tools_keep_their_order() -> None:
    names = [f"tool{number}" for number in (3, 1, 2, 10)]
    assert [tool.name for tool in served([{"name": name} for name in names]).tools] == names


def test_a_list_known_to_be_cut_is_never_taken_for_whole() -> None:
    (finding,) = served({"tools": [TOOL], "nextCursor": "2"}).findings
    assert finding.rule_id == "source.more-pages"


def test_json_lines_hold_a_server_a_line() -> None:
    lines = [
        {"server": {"name": "one"}, "tools": [TOOL]},
        {"jsonrpc": "2.0", "id": 1, "result": {"tools": []}},
        [TOOL, {"name": "line\u2028separator"}],
    ]
    text = "\r\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n"
    servers = read_text("\ufeff" + text)
    assert [server.name for server in servers if isinstance(server, Server)] == [
        "one",
        "stdin-3",
        "stdin-5",
    ]
    assert len(servers) == 3


def test_a_broken_line_fails_alone() -> None:
    good = json.dumps({"tools": [TOOL]})
    first, second, third = read_text(f'{good}\n{{"tools": [\n{good}\n')
    assert isinstance(first, Server)
    assert isinstance(third, Server)
    assert second == SourceFailure(
        target="-:2",
        stage="parse",
        message="line 2 of JSON Lines: column 12: the JSON ends too early; the document is cut off",
    )


def test_a_broken_first_line_of_a_jsonl_file_fails_alone(tmp_path: Path) -> None:
    path = tmp_path / "servers.jsonl"
    path.write_text("nonsense\n" + json.dumps({"tools": [TOOL]}) + "\n")
    first, second = read_target(str(path), OPTIONS)
    assert isinstance(first, SourceFailure)
    assert first.target == f"{path}:1"
    assert isinstance(second, Server)
    assert second.name == "servers-2"


def test_a_jsonl_file_may_hold_one_document_over_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "server.jsonl"
    path.write_text(json.dumps({"tools": [TOOL]}, indent=1))
    (server,) = read_target(str(path), OPTIONS)
    assert isinstance(server, Server)
    assert server.name == "server"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "no tool definitions in it: an empty object; expected a tools/list result"),
        ({"a": 1, "b\x1b": 2}, 'no tool definitions in it: an object with "a", "b\\x1b"'),
        ({"mcpServers": {"a": {"command": "x"}}}, 'an object with "mcpServers"'),
        ({"name": "x", "version": "1", "dependencies": {}}, 'an object with "name", "version"'),
        ({"tools": {"a": {}}}, '"tools" is an object, not an array'),
        ({"result": "all"}, "no tool definitions in it"),
        ({"jsonrpc": "2.0", "result": {}}, "no tool definitions in it"),
        (
            {"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "Method\nnot found"}},
            'the response is an error: "Method not found" (code -32601)',
        ),
        ({"error": {"code": "x"}}, "the response is an error: no message"),
        (3, "a number, not tool definitions"),
        (True, "a boolean, not tool definitions"),
        ("tools", "a string, not tool definitions"),
        (None, "null, not tool definitions"),
    ],
)
def test_json_without_definitions_is_a_failure(document: Any, message: str) -> None:
    failure = failed(document)
    assert failure.target == "-"
    assert failure.stage == "parse"
    assert message in failure.message


@pytest.mark.parametrize("data", [b"", b"\x00", b"\xff\xfe{", b'{"tools":', b"[" * 5000, b"[NaN]"])
def test_what_is_not_json_is_one_failure(data: bytes) -> None:
    (failure,) = read_text(data)
    assert isinstance(failure, SourceFailure)
    assert failure.stage == "parse"


def test_digests_do_not_depend_on_the_order_of_members() -> None:
    one = served({"server": {"name": "a", "version": "1"}, "tools": [TOOL]})
    turned = dict(reversed(TOOL.items()))
    two = served({"tools": [turned], "server": {"version": "1", "name": "a"}})
    assert one.tools[0].digest == two.tools[0].digest
    assert one.origin.digest == two.origin.digest
    assert len(one.origin.digest or "") == 64
    assert one.origin == Origin(kind="stdin", locator="-", digest=one.origin.digest)
