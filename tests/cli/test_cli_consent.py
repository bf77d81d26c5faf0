"""Questions on a real terminal, and what each answer leads to."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import command_line
from tests.cli.test_cli_clients import marking, tiny, write_config
from tests.servers.llm_server import running

pty = pytest.importorskip("pty", reason="terminals of POSIX")


def answer(path: Path, typed: str, *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and what the terminal showed, for what was typed at it."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        command_line(["scan", path, *arguments]),
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    os.write(ours, typed.encode())
    out, _ = running.communicate(timeout=60)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:
        pass  # Its other end is closed: all is read.
    os.close(ours)
    return running.returncode, out.decode(), shown.decode()


@pytest.mark.parametrize(
    ("typed", "started", "declined"),
    [
        ("y\ny\ny\n", "abc", ""),
        ("n\ny\nn\n", "b", "ac"),
        ("\nn\ny\n", "c", "ab"),
        ("a\n", "abc", ""),
        ("n\na\n", "bc", "a"),
        ("q\n", "", "abc"),
        ("y\nquit\n", "a", "bc"),
        ("what?\nyes\nn\nn\n", "a", "bc"),
    ],
)
def test_each_is_started_after_its_yes_alone(
    tmp_path: Path, typed: str, started: str, declined: str
) -> None:
    servers = {name: marking(tmp_path / f"mark-{name}") for name in "abc"}
    path = write_config(tmp_path / "mcp.json", servers)
    _, out, shown = answer(path, typed, "--format", "json")
    marks = "".join(sorted(mark.name[-1] for mark in tmp_path.glob("mark-*")))
    assert marks == started
    document = json.loads(out)
    assert "".join(one["name"] for one in document["skipped"]) == declined
    assert {one["reason"] for one in document["skipped"]} <= {"declined"}
    assert [failure["target"][-1] for failure in document["failures"]] == list(started)
    assert "3 servers to start or contact:" in shown
    assert f"Start a: {servers['a']['command']} -c" in shown


def test_declined_servers_are_no_failures(tmp_path: Path) -> None:
    path = write_config(tmp_path / "mcp.json", {"a": tiny("older"), "b": tiny("newer")})
    code, out, shown = answer(path, "y\nn\n", "--format", "json")
    assert code == 0
    assert [server["id"] for server in json.loads(out)["servers"]] == ["a"]
    assert "skipped b, in mcp.json (client config): you said no" in shown


def test_ctrl_c_at_a_question_starts_nothing(tmp_path: Path) -> None:
    path = write_config(tmp_path / "mcp.json", {name: marking(tmp_path / name) for name in "ab"})
    code, out, shown = answer(path, "y\n\x04")
    assert (code, out) == (130, "")
    assert "interrupted" in shown
    assert not (tmp_path / "a").exists()


def test_judging_shows_progress_on_a_terminal_too(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLMARK_JUDGE_KEY", "sk-test-0123456789abcdef")
    with running() as endpoint:
        options = ["--judge-model", "stub-1", "--judge-url", endpoint.url]
        options += ["--judge-cache", str(tmp_path / "cache"), "--format", "json"]
        code, out, shown = answer(notes, "", "--judge", *options)
    assert code == 0
    # Two tools, and the set that they are.
    assert "3/3" in shown
    assert "\x1b" not in out


def test_progress_is_shown_on_a_terminal_and_goes(tmp_path: Path) -> None:
    path = write_config(tmp_path / "mcp.json", {"a": tiny("older"), "b": tiny("newer")})
    code, out, shown = answer(path, "", "--yes", "--format", "json")
    assert code == 0
    assert "2/2" in shown
    assert "\x1b" not in out
