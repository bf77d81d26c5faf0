"""``toolmark scan``: formats, choices, thresholds and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from analyzer.schemas import load_schema
from tests.cli.conftest import TOOLS, Toolmark, write_server

SCHEMA = Draft202012Validator(load_schema("scan"))


def test_json_holds_to_the_schema_and_repeats(toolmark: Toolmark, notes: Path) -> None:
    first = toolmark("scan", notes, "--format", "json")
    assert first.code == 0
    assert first.err == ""
    SCHEMA.validate(first.json)
    (server,) = first.json["servers"]
    assert server["name"] == "Notes"
    assert [tool["name"] for tool in server["tools"]] == ["list_notes", "delete_note"]
    assert [tool["risk"]["category"] for tool in server["tools"]] == ["Read", "Destructive"]
    assert toolmark("scan", notes, "--format", "json").out == first.out


def test_servers_stand_in_the_order_of_the_targets(toolmark: Toolmark, tmp_path: Path) -> None:
    b, a = write_server(tmp_path / "b.json", "Same"), write_server(tmp_path / "a.json", "Same")
    servers = toolmark("scan", b, a, "--format", "json").json["servers"]
    assert [server["origin"]["locator"] for server in servers] == [str(b), str(a)]
    assert len({server["id"] for server in servers}) == 2


def test_standard_input(process: Toolmark) -> None:
    done = process("scan", "-", "--format", "json", stdin=json.dumps(TOOLS).encode())
    assert done.code == 0
    assert done.json["servers"][0]["origin"]["kind"] == "stdin"


def test_the_terminal_format_is_plain_and_wide_when_piped(process: Toolmark, notes: Path) -> None:
    done = process("scan", notes)
    assert done.code == 0
    assert done.err == ""
    assert "\x1b" not in done.out
    assert max(map(len, done.out.splitlines())) == 120
    assert max(map(len, process("scan", notes, COLUMNS="80").out.splitlines())) == 80


def test_markdown(toolmark: Toolmark, notes: Path) -> None:
    done = toolmark("scan", notes, "--format", "markdown")
    assert done.code == 0
    assert done.out.startswith("# Toolmark\n")
    assert "`delete_note`" in done.out


@pytest.mark.parametrize(
    ("by", "heading"),
    [("access", "Write: 1 tool"), ("category", "Destructive: 1 tool"), ("tier", "Tier ")],
)
def test_grouping(toolmark: Toolmark, notes: Path, by: str, heading: str) -> None:
    assert heading in toolmark("scan", notes, "--by", by).out


@pytest.mark.parametrize("format_", ["json", "markdown", "terminal"])
def test_output_goes_to_the_file_alone(
    toolmark: Toolmark, notes: Path, tmp_path: Path, format_: str
) -> None:
    printed = toolmark("scan", notes, "--format", format_)
    done = toolmark("scan", notes, "--format", format_, "-o", tmp_path / "out")
    assert (done.code, done.out) == (0, "")
    assert (tmp_path / "out").read_bytes().decode() == printed.out


@pytest.mark.parametrize(
    ("option", "level", "code"),
    [
        ("--fail-on", "destructive", 1),
        ("--fail-on", "Execute", 1),
        ("--fail-on", "FINANCIAL", 0),
        ("--fail-on", "critical", 1),
        ("--fail-on", "low", 1),
        ("--fail-under", "a", 1),
        ("--fail-under", "D", 0),
    ],
)
def test_thresholds(toolmark: Toolmark, notes: Path, option: str, level: str, code: int) -> None:
    done = toolmark("scan", notes, option, level, "--format", "json")
    assert done.code == code
    assert done.json["servers"]
    assert done.err.startswith(option) == bool(code)


def test_a_threshold_names_the_tools(toolmark: Toolmark, notes: Path) -> None:
    done = toolmark("scan", notes, "--fail-on", "destructive")
    assert done.err == "--fail-on Destructive: reached by 1 tool: delete_note\n"


def test_one_tool_is_judged_as_among_its_siblings(toolmark: Toolmark, notes: Path) -> None:
    whole = toolmark("scan", notes, "--format", "json").json["servers"][0]["tools"]
    one = toolmark("scan", notes, "--tool", "delete_note", "--format", "json")
    assert one.code == 0
    assert one.json["servers"][0]["tools"] == [whole[1]]
    assert toolmark("scan", notes, "--tool", "list_notes", "--fail-on", "critical").code == 0


def test_an_unknown_tool_where_there_is_but_one(toolmark: Toolmark, tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text('{"tools": [{"name": "echo"}]}')
    done = toolmark("scan", path, "--tool", "frobnicate")
    assert done.code == 2
    assert done.err == "toolmark: no tool is called 'frobnicate'; the only one is echo\n"


def test_an_unknown_tool_names_the_closest(toolmark: Toolmark, notes: Path) -> None:
    done = toolmark("scan", notes, "--tool", "delete_notes")
    assert (done.code, done.out) == (2, "")
    assert (
        done.err == "toolmark: no tool is called 'delete_notes'; close: delete_note, list_notes\n"
    )


def test_annotations_can_be_left_out(toolmark: Toolmark, tmp_path: Path) -> None:
    hinted = [{**tool, "annotations": {"readOnlyHint": True}} for tool in TOOLS]
    path = write_server(tmp_path / "hinted.json", tools=hinted)
    bare = write_server(tmp_path / "bare.json")

    def verdicts(*arguments: object) -> list[object]:
        tools = toolmark("scan", *arguments, "--format", "json").json["servers"][0]["tools"]
        return [(tool["risk"], tool["quality"]) for tool in tools]

    assert verdicts(path, "--ignore-annotations") == verdicts(bare)
    assert verdicts(path) != verdicts(bare)


def test_saved_servers_can_be_scanned_again(
    toolmark: Toolmark, notes: Path, tmp_path: Path
) -> None:
    done = toolmark("scan", notes, "--save", tmp_path / "saved", "--format", "json")
    assert done.code == 0
    (saved,) = (tmp_path / "saved").iterdir()
    assert str(saved) in done.err
    again = toolmark("scan", saved, "--format", "json").json["servers"][0]
    assert again["tools"] == done.json["servers"][0]["tools"]


def test_no_tools_is_a_code_of_its_own(toolmark: Toolmark, tmp_path: Path) -> None:
    path = write_server(tmp_path / "empty.json", tools=[])
    done = toolmark("scan", path, "--format", "json", "--fail-on", "low")
    assert done.code == 3
    SCHEMA.validate(done.json)


def test_some_failed_wins_over_a_threshold(toolmark: Toolmark, notes: Path) -> None:
    done = toolmark(
        "scan", notes.parent / "gone.json", notes, "--fail-on", "low", "--format", "json"
    )
    assert done.code == 4
    SCHEMA.validate(done.json)
    (failure,) = done.json["failures"]
    assert failure["target"].endswith("gone.json")
    assert failure["stage"] == "open"
    assert len(done.json["servers"]) == 1


def test_hostile_definitions_do_nothing_to_the_terminal(toolmark: Toolmark, tmp_path: Path) -> None:
    text = "\x1b[2J\x9b31m\u202e\x07[bold]|`<b>@octocat"
    tool = {"name": text, "description": text, "inputSchema": {"type": "object"}}
    path = write_server(tmp_path / "hostile.json", text, [tool])
    for format_ in ("terminal", "markdown", "json"):
        done = toolmark("scan", path, "--format", format_)
        assert done.code == 0
        for raw in ("\x1b", "\x9b", "\u202e", "\x07"):
            assert raw not in done.out + done.err
