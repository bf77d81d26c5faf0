"""Real processes over stdio: what is read, what each misbehaviour gives, that nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analyzer.model import Server, SourceFailure
from analyzer.sources import SourceOptions, read_command, read_target, write_saved
from tests.servers.stdio_server import TOOL

SCRIPT = Path(__file__).parents[1] / "servers" / "stdio_server.py"
SECRET = "canary-5f1c"


def command(behaviour: str) -> list[str]:
    return [sys.executable, str(SCRIPT), behaviour]


def read(
    behaviour: str, *, timeout: float = 20.0, env: dict[str, str] | None = None
) -> Server | SourceFailure:
    options = SourceOptions(
        timeout=timeout,
        env={"SECRET_TOKEN": SECRET, **(env or {})},
        inherited_env={"PATH": os.environ["PATH"]},
        now="2026-01-02T03:04:05Z",
    )
    answer = read_command(command(behaviour), options)
    # A secret handed in comes out nowhere, the definitions themselves aside.
    assert SECRET not in repr(answer)
    assert SECRET not in repr(options)
    return answer


def served(behaviour: str, *, timeout: float = 20.0) -> Server:
    answer = read(behaviour, timeout=timeout)
    assert isinstance(answer, Server), answer
    return answer


def failed(behaviour: str, *, timeout: float = 20.0) -> SourceFailure:
    answer = read(behaviour, timeout=timeout)
    assert isinstance(answer, SourceFailure), answer
    assert answer.message.isprintable()
    return answer


def is_running(pid: int) -> bool:
    """Whether a process runs; a zombie that nobody reaps does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def pids_in(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()]


def test_a_server_of_the_older_era() -> None:
    server = served("older")
    assert (server.id, server.name, server.title) == ("tiny-server", "Tiny Server", "Tiny")
    assert (server.version, server.protocol_version) == ("1.2", "2025-11-25")
    assert server.instructions == "Be gentle."
    assert [tool.name for tool in server.tools] == ["echo"]
    assert server.tools[0].raw == TOOL
    assert server.origin.kind == "stdio"
    assert server.origin.retrieved_at == "2026-01-02T03:04:05Z"
    assert server.origin.locator.endswith("stdio_server.py older")
    assert server.findings == ()


@pytest.mark.parametrize("behaviour", ["newer", "slow-newer"])
def test_a_server_of_the_newer_era(behaviour: str) -> None:
    # With 4 s in all, the first probe of the slow one is given up after 1 s.
    server = served(behaviour, timeout=4.0)
    assert (server.name, server.version, server.protocol_version) == ("Newer", "9", "2026-07-28")
    assert [tool.name for tool in server.tools] == ["echo"]


@pytest.mark.parametrize(
    "behaviour",
    [
        "slow",
        "silent-on-discover",
        "discovers-older-versions",
        "ends-at-discover",
        "asks-its-client",
        "answers-in-batch",
        "flood-on-stderr",
        "leaves-a-serving-child",
    ],
)
def test_servers_that_are_odd_but_answer(behaviour: str) -> None:
    server = served(behaviour, timeout=6.0)
    assert [tool.raw for tool in server.tools] == [TOOL]
    assert server.protocol_version == "2025-11-25"


def test_the_bundled_demo_server() -> None:
    options = SourceOptions(inherited_env={"PATH": os.environ["PATH"]})
    server = read_command([sys.executable, "-m", "analyzer.demo.server"], options)
    assert isinstance(server, Server), server
    assert server.protocol_version == "2026-07-28"
    assert len(server.tools) == 12
    assert server.findings == ()


def test_pages_are_followed_to_the_end() -> None:
    names = [tool.name for tool in served("pages").tools]
    assert names == [f"tool_{page}_{number}" for page in range(3) for number in range(2)]


def test_what_the_server_sent_is_kept_member_for_member(tmp_path: Path) -> None:
    server = served("unknown-members")
    (tool,) = server.tools
    assert tool.raw["x-vendor"] == {"b": [1.0, 1e2, None], "a": "\ud800"}
    assert tool.raw["inputSchema"]["properties"]["q"]["x-mcp-header"] == "bad header\n"
    (path,) = write_saved([server], tmp_path)
    (again,) = read_target(str(path), SourceOptions())
    assert isinstance(again, Server)
    assert again.tools == server.tools
    assert (again.name, again.version, again.protocol_version, again.instructions) == (
        server.name,
        server.version,
        server.protocol_version,
        server.instructions,
    )


def test_malformed_entries_are_findings_and_the_others_go_on() -> None:
    server = served("malformed-entries")
    assert [tool.name for tool in server.tools] == ["echo", "b"]
    assert [finding.evidence[0].field for finding in server.findings] == [
        "/tools/1",
        "/tools/2/name",
        "/tools/3/inputSchema",
    ]


def test_a_banner_is_a_finding_with_its_secrets_masked() -> None:
    (finding,) = served("banner").findings
    assert finding.rule_id == "source.stray-output"
    assert "listening, token ***" in finding.message
    assert finding.message.isprintable()
    (evidence,) = finding.evidence
    assert evidence.quote.startswith("Tiny Server \x1b[1mv1.2")


@pytest.mark.parametrize("behaviour", ["no-tools", "null-list"])
def test_servers_without_tools(behaviour: str) -> None:
    assert served(behaviour).tools == ()


@pytest.mark.parametrize(
    ("behaviour", "stage", "message"),
    [
        (
            "crash-at-start",
            "start",
            'exit code 3 before it answered; its last words: "\\x1b[31mErr',
        ),
        ("killed-at-start", "start", "the server was ended by SIGKILL"),
        ("leaves-a-silent-child", "start", "the server ended with exit code 5 before it answered"),
        ("closed-stdout", "start", "the server closed its standard output"),
        ("crashes-in-list", "list", 'exit code 3 before it answered; its last words: "KeyError'),
        ("flood-without-newline", "parse", "the server sent more than 32 MiB in one line"),
        ("flood-with-messages", "parse", "the server sent more than 64 MiB"),
        ("flood-with-lines", "parse", "more than 10,000 lines that are no messages"),
        ("broken-json", "parse", "the server sent a broken message: line 1, column 5"),
        ("wrong-json", "parse", "tools/list was answered with a string, not an object"),
        ("no-list", "parse", '"tools" is an object'),
        ("number-as-cursor", "parse", "nextCursor is a number"),
        ("refuses-list", "list", 'an error: "no access with ***\\x1b[2J" (code -32000)'),
        ("endless-pages", "list", "the list has more than 1,000 pages"),
        ("endless-tools", "list", "the list has more than 50,000 tools"),
        ("cursor-loop", "list", "the list never ends: page 2 leads back to an earlier one"),
    ],
)
def test_misbehaviour_is_one_line_with_its_stage(behaviour: str, stage: str, message: str) -> None:
    failure = failed(behaviour)
    assert message in failure.message
    assert failure.stage == stage


@pytest.mark.parametrize(
    ("behaviour", "stage", "message"),
    [
        ("hangs", "connect", "no answer to initialize within 1.5 s (--timeout)"),
        ("floods-without-reading", "connect", "no answer to initialize within 1.5 s"),
        ("hangs-in-list", "list", "no answer to tools/list within 1.5 s (--timeout)"),
    ],
)
def test_a_server_that_hangs_costs_no_more_than_the_timeout(
    behaviour: str, stage: str, message: str
) -> None:
    failure = failed(behaviour, timeout=1.5)
    assert message in failure.message
    assert failure.stage == stage


@pytest.mark.parametrize(
    "behaviour",
    ["ignores-sigterm", "ignores-everything", "grandchild", "detached-grandchild"],
)
def test_no_process_is_left_behind(behaviour: str, tmp_path: Path) -> None:
    if behaviour == "detached-grandchild" and not Path("/proc/self/environ").exists():
        pytest.skip("a process that left its group is found by /proc alone")
    path = tmp_path / "pids"
    answer = read(behaviour, timeout=2.0, env={"PID_FILE": str(path)})
    assert isinstance(answer, SourceFailure) == (behaviour == "ignores-everything")
    pids = pids_in(path)
    assert pids
    assert not [pid for pid in pids if is_running(pid)]


@pytest.mark.parametrize("number", [signal.SIGINT])
def test_no_process_is_left_behind_by_an_interrupt(number: signal.Signals, tmp_path: Path) -> None:
    path = tmp_path / "pids"
    code = (
        "import sys\n"
        "from analyzer.sources import SourceOptions, read_command\n"
        "env = {'PID_FILE': sys.argv[1]}\n"
        "read_command(sys.argv[2:], SourceOptions(timeout=60, env=env))\n"
    )
    scan = subprocess.Popen(
        [sys.executable, "-c", code, str(path), *command("ignores-everything")],
        stderr=subprocess.PIPE,
        cwd=SCRIPT.parents[2],
    )
    try:
        end = time.monotonic() + 20
        while not (path.exists() and path.read_text().endswith("\n")) and time.monotonic() < end:
            time.sleep(0.02)
        scan.send_signal(number)
        _, errors = scan.communicate(timeout=20)
    finally:
        scan.kill()
        scan.wait()
    assert b"KeyboardInterrupt" in errors
    assert not [pid for pid in pids_in(path) if is_running(pid)]


def test_a_command_that_is_not_there() -> None:
    failure = read_command(["no-such-command-here", "--token", "abc"], SourceOptions())
    assert failure == SourceFailure(
        target="no-such-command-here --token ***",
        stage="start",
        message="command not found; install it, or give its whole path",
    )


def test_a_command_that_is_no_program(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("notes")
    failure = read_command([str(path)], SourceOptions())
    assert isinstance(failure, SourceFailure)
    assert (failure.stage, failure.message) == ("start", "the command is not an executable file")
    path.chmod(0o755)
    failure = read_command([str(path)], SourceOptions())
    assert isinstance(failure, SourceFailure)
    assert failure.stage == "start"
    assert "cannot be started: exec format error" in failure.message


def test_a_working_directory_that_is_not_there(tmp_path: Path) -> None:
    options = SourceOptions(cwd=tmp_path / "gone")
    failure = read_command(command("older"), options)
    assert isinstance(failure, SourceFailure)
    assert failure.stage == "start"
    assert "gone' is no folder" in failure.message


@pytest.mark.parametrize("argv", [["a\0b"], []])
def test_a_command_that_cannot_be_passed_on(argv: list[str]) -> None:
    failure = read_command(argv, SourceOptions())
    assert isinstance(failure, SourceFailure)
    assert failure.stage == "start"


def test_the_environment_is_what_was_handed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_CALLER", "x")
    code = "import os; raise SystemExit(' '.join(sorted(os.environ)))"
    options = SourceOptions(env={"A": "1"}, inherited_env={"B": "2", "LC_ALL": "C.UTF-8"})
    failure = read_command([sys.executable, "-c", code], options)
    assert isinstance(failure, SourceFailure)
    assert 'its last words: "A B LC_ALL TOOLMARK_SCAN"' in failure.message


def test_a_secret_that_is_also_an_argument_is_masked() -> None:
    options = SourceOptions(env={"KEY": SECRET})
    failure = read_command(["no-such-command-here", f"at:{SECRET}"], options)
    assert isinstance(failure, SourceFailure)
    assert failure.target == "no-such-command-here at:***"
