"""Several servers at once: time, interruption, and that nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Toolmark, command_line
from tests.cli.test_cli_clients import tiny, write_config
from tests.live.test_stdio import is_running, pids_in
from tests.servers.http_server import Loopback, serving

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with serving() as server:
        yield server


def stubborn(folder: Path, *names: str) -> dict[str, Any]:
    """Servers that answer nothing and end at no signal but the last."""
    return {
        name: tiny("ignores-everything", env={"PID_FILE": str(folder / f"pid-{name}")})
        for name in names
    }


def marked(folder: Path) -> dict[str, Any]:
    """A server that answers, and leaves a mark when it has ended."""
    server = tiny("older")
    line = f'"{server["command"]}" "{server["args"][0]}" older; touch "{folder / "done"}"'
    return {"command": "/bin/sh", "args": ["-c", line]}


def wait_for(*paths: Path) -> None:
    end = time.monotonic() + 60
    while not all(path.exists() and path.stat().st_size >= 0 for path in paths):
        assert time.monotonic() < end, [path for path in paths if not path.exists()]
        time.sleep(0.02)


def wait_for_pids(folder: Path, *names: str) -> list[int]:
    paths = [folder / f"pid-{name}" for name in names]
    wait_for(*paths)
    while not all(path.read_text().endswith("\n") for path in paths):
        time.sleep(0.02)
    return [pid for path in paths for pid in pids_in(path)]


def start(path: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command_line(["scan", path, "--yes", "--timeout", "120", *arguments]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_ctrl_c_prints_what_is_done_and_leaves_nothing(tmp_path: Path, loopback: Loopback) -> None:
    servers = {
        **stubborn(tmp_path, "a", "b"),
        "quick": marked(tmp_path),
        "remote": {"url": loopback.url("/hangs")},
        "waits": tiny("older"),
    }
    path = write_config(tmp_path / "mcp.json", servers)
    running = start(path, "--jobs", "4", "--format", "json")
    pids = wait_for_pids(tmp_path, "a", "b")
    wait_for(tmp_path / "done")
    running.send_signal(signal.SIGINT)
    out, errors = running.communicate(timeout=60)
    assert running.returncode == 130
    document = json.loads(out)
    assert "quick" in [server["id"] for server in document["servers"]]
    failures = {one["target"].rpartition("#")[2]: one for one in document["failures"]}
    assert {"a", "b", "remote"} <= set(failures)
    assert {one["message"] for one in failures.values()} == {"interrupted"}
    assert failures["remote"]["stage"] == "connect"
    assert b"Traceback" not in errors
    assert b"interrupted; this is what was done by then" in errors
    assert not [pid for pid in pids if is_running(pid)]


@pytest.mark.parametrize("command", ["policy", "report"])
def test_ctrl_c_makes_no_policy_and_no_report_of_a_part(tmp_path: Path, command: str) -> None:
    servers = {**stubborn(tmp_path, "a"), "quick": marked(tmp_path)}
    path = write_config(tmp_path / "mcp.json", servers)
    target = tmp_path / "out"
    running = subprocess.Popen(
        command_line([command, path, "--yes", "--timeout", "120", "-o", target]),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    pids = wait_for_pids(tmp_path, "a")
    wait_for(tmp_path / "done")
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate(timeout=60)
    assert (running.returncode, out) == (130, b"")
    assert not target.exists()
    assert not [pid for pid in pids if is_running(pid)]


def test_a_termination_ends_all_servers(tmp_path: Path) -> None:
    path = write_config(tmp_path / "mcp.json", stubborn(tmp_path, "a", "b", "c"))
    running = start(path)
    pids = wait_for_pids(tmp_path, "a", "b", "c")
    running.send_signal(signal.SIGTERM)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 143
    assert b"Traceback" not in errors
    assert not [pid for pid in pids if is_running(pid)]


@pytest.mark.parametrize("limit", ["--timeout", "--total-timeout"])
def test_a_time_that_is_over_leaves_nothing(toolmark: Toolmark, tmp_path: Path, limit: str) -> None:
    servers = {**stubborn(tmp_path, "a", "b"), "quick": tiny("older")}
    path = write_config(tmp_path / "mcp.json", servers)
    done = toolmark("scan", path, "--yes", "--format", "json", limit, "6")
    assert done.code == 4
    assert [server["id"] for server in done.json["servers"]] == ["quick"]
    messages = {failure["message"] for failure in done.json["failures"]}
    if limit == "--total-timeout":
        assert messages == {"not done within 6 s (--total-timeout)"}
    else:
        assert messages == {"no answer to initialize within 6 s (--timeout)"}
    pids = [pid for name in "ab" for pid in pids_in(tmp_path / f"pid-{name}")]
    assert len(pids) >= 2
    assert not [pid for pid in pids if is_running(pid)]


def test_what_never_had_its_turn_is_a_failure_too(toolmark: Toolmark, tmp_path: Path) -> None:
    path = write_config(tmp_path / "mcp.json", stubborn(tmp_path, "a", "b"))
    done = toolmark("scan", path, "--yes", "--format", "json", "--jobs", "1", *_total("4"))
    assert done.code == 2
    assert len(done.json["failures"]) == 2
    assert (tmp_path / "pid-a").exists()
    assert not (tmp_path / "pid-b").exists()


def _total(seconds: str) -> list[str]:
    return ["--total-timeout", seconds]


def test_nothing_is_left_after_success_and_failure(toolmark: Toolmark, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    env = {"PID_FILE": str(pids)}
    servers = {
        "child": tiny("grandchild", env=env),
        "detached": tiny("detached-grandchild", env=env),
        "stubborn": tiny("ignores-sigterm", env=env),
        "crash": tiny("crash-at-start", env={"SECRET_TOKEN": "x" * 9}),
    }
    done = toolmark("scan", write_config(tmp_path / "mcp.json", servers), "--yes")
    assert done.code == 4
    assert len(pids_in(pids)) >= 5
    assert not [pid for pid in pids_in(pids) if is_running(pid)]


def test_jobs_bound_how_many_run_at_once(toolmark: Toolmark, tmp_path: Path) -> None:
    code = (
        "import os, pathlib, sys, time\n"
        "here = pathlib.Path(sys.argv[1])\n"
        "mine = here / f'run-{os.getpid()}'\n"
        "mine.touch()\n"
        "time.sleep(0.3)\n"
        "(here / f'count-{os.getpid()}').write_text(str(len(list(here.glob('run-*')))))\n"
        "mine.unlink()\n"
    )
    entry = {"command": sys.executable, "args": ["-c", code]}
    servers = {n: {**entry, "args": [*entry["args"], str(tmp_path), n]} for n in "abcdef"}
    path = write_config(tmp_path / "mcp.json", servers)
    for jobs in (1, 3):
        toolmark("scan", path, "--yes", "--jobs", jobs, "--timeout", "20")
        counts = [int(count.read_text()) for count in tmp_path.glob("count-*")]
        assert len(counts) >= 6
        assert max(counts) <= jobs
        for count in tmp_path.glob("count-*"):
            count.unlink()
    assert toolmark("scan", path, "--jobs", "0").code == 2
