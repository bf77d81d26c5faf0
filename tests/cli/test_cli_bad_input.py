"""What goes wrong: one clear line, the right exit code, nothing half-written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Done, Toolmark, write_server


def one_line(done: Done, *words: str) -> bool:
    lines = done.err.splitlines()
    return len(lines) == 1 and all(word in lines[0] for word in words)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "gone.json"),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", "binary"),
        (b'{"tools": [{"name": "a"', "cut off"),
        (b"", "empty"),
        (b"[1, 2", "cut off"),
    ],
)
def test_what_cannot_be_read_is_a_failure_in_one_line(
    toolmark: Toolmark, tmp_path: Path, content: bytes | None, word: str
) -> None:
    path = tmp_path / "gone.json"
    if content is not None:
        path.write_bytes(content)
    done = toolmark("scan", path)
    assert (done.code, done.out) == (2, "")
    assert one_line(done, str(path), word)
    as_json = toolmark("scan", path, "--format", "json")
    assert as_json.code == 2
    assert as_json.json["servers"] == []
    assert len(as_json.json["failures"]) == 1


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["scan"], "name a target"),
        (["scan", "--"], "after --"),
        (["scan", "x", "--format", "yaml"], "'yaml' is not one of"),
        (["scan", "x", "--by", "colour"], "'colour' is not one of"),
        (["scan", "x", "--fail-on", "bad"], "'bad' is not one of"),
        (["scan", "x", "--fail-under", "E"], "'E' is not one of"),
        (["scan", "x", "--fail-under", "F"], "'F' is not one of"),
        (["scan", "x", "--timeout", "soon"], "'soon' is not a valid"),
        (["scan", "x", "--timeout", "0"], "range"),
        (["scan", "x", "--timeout", "nan"], "seconds"),
        (["scan", "x", "--cwd", "no-such-folder"], "does not exist"),
        (["scan", "-", "-"], "only once"),
        (["scan", ""], "a target is empty"),
        (["scan", "x", "--frobnicate"], "--frobnicate"),
        (["scan", "x", "--tool"], "requires an argument"),
        (["report", "x"], "--output"),
        (["frobnicate"], "the commands are scan, explain"),
        (["--frobnicate"], "--frobnicate"),
        (["demo", "--", "npx"], "starts its own server"),
    ],
)
def test_wrong_usage_is_one_line(toolmark: Toolmark, arguments: list[str], word: str) -> None:
    done = toolmark(*arguments)
    assert (done.code, done.out) == (2, "")
    assert one_line(done, "toolmark", word)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--env", "TOKEN s3cret"),
        ("--env", "=s3cret"),
        ("--header", "s3cret"),
        ("--header", ":s3cret"),
    ],
)
def test_a_malformed_secret_is_not_repeated(toolmark: Toolmark, option: str, value: str) -> None:
    done = toolmark("scan", "x", option, value)
    assert done.code == 2
    assert one_line(done, option)
    assert "s3cret" not in done.err


def test_nothing_typed_shows_the_help_and_is_wrong_usage(toolmark: Toolmark) -> None:
    done = toolmark()
    assert (done.code, done.out) == (2, "")
    assert "Usage: toolmark" in done.err


@pytest.mark.parametrize(
    ("command", "place"),
    [
        ("scan", "no-such-folder/out.json"),
        ("scan", "."),
        ("explain", "no-such-folder/out.json"),
        ("explain", "."),
        ("policy", "no-such-folder/out.json"),
    ],
)
def test_unwritable_output(
    toolmark: Toolmark, notes: Path, tmp_path: Path, command: str, place: str
) -> None:
    done = toolmark(command, notes, "--tool", "delete_note", "-o", tmp_path / place)
    assert (done.code, done.out) == (2, "")
    assert one_line(done, "cannot be written")
    assert list(tmp_path.iterdir()) == [notes]


def test_a_report_over_a_file_is_refused(toolmark: Toolmark, notes: Path) -> None:
    before = notes.read_bytes()
    done = toolmark("report", notes, "-o", notes)
    assert done.code == 2
    assert one_line(done, "is a file")
    assert notes.read_bytes() == before


def test_a_command_that_is_not_there(toolmark: Toolmark) -> None:
    done = toolmark("scan", "--format", "json", "--", "no-such-command-anywhere")
    assert done.code == 2
    (failure,) = done.json["failures"]
    assert failure["stage"] == "start"
    assert one_line(done, "no-such-command-anywhere")


def test_a_url_that_nobody_answers(toolmark: Toolmark) -> None:
    # Port 9 of the loopback: reserved, and nothing listens there.
    done = toolmark("scan", "http://127.0.0.1:9/mcp", "--timeout", "10", "--format", "json")
    assert done.code == 2
    (failure,) = done.json["failures"]
    assert failure["stage"] == "connect"
    assert one_line(done, "http://127.0.0.1:9/mcp")


def test_a_failure_does_not_hide_what_could_be_read(toolmark: Toolmark, notes: Path) -> None:
    done = toolmark("scan", notes.parent / "gone.json", notes)
    assert done.code == 4
    assert "delete_note" in done.out
    assert one_line(done, "gone.json")


@pytest.mark.parametrize("command", ["explain", "policy", "report"])
def test_every_command_tells_nothing_read_from_no_tools(
    toolmark: Toolmark, tmp_path: Path, command: str
) -> None:
    out = ["-o", tmp_path / "out"]
    assert toolmark(command, tmp_path / "gone.json", *out).code == 2
    empty = write_server(tmp_path / "empty.json", tools=[])
    done = toolmark(command, empty, *out)
    assert (done.code, done.out) == (3, "")
    assert one_line(done, "no tools found")


def test_a_wrong_source_date_is_said(
    toolmark: Toolmark, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    done = toolmark("scan", notes)
    assert done.code == 2
    assert one_line(done, "SOURCE_DATE_EPOCH")
