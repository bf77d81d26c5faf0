"""What only a process of its own can show: codes, signals, pipes, locale, the way in."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer import __version__
from analyzer.cli.app import COMMANDS, group
from tests.cli.conftest import Toolmark, command_line


def test_version_and_help(process: Toolmark) -> None:
    assert process("--version").out == f"toolmark {__version__}\n"
    done = process("--help")
    assert done.code == 0
    for command in COMMANDS:
        assert f"  {command}  " in done.out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_helps(process: Toolmark, command: str) -> None:
    done = process(command, "--help")
    assert done.code == 0
    # The line in the list of commands is the first line of the command's own help.
    assert COMMANDS[command] in done.out


def test_the_installed_script(notes: Path) -> None:
    script = shutil.which("toolmark", path=str(Path(sys.executable).parent))
    if script is None:
        pytest.skip("the package is not installed in this environment")
    done = subprocess.run([script, "scan", notes], capture_output=True, check=False, timeout=60)
    assert done.returncode == 0
    assert b"delete_note" in done.stdout


def test_codes_reach_the_shell(process: Toolmark, notes: Path) -> None:
    assert process("scan", notes, "--fail-on", "critical").code == 1
    assert process("scan", notes, "--format", "yaml").code == 2
    assert process("scan", notes, "gone.json").code == 4


def test_a_reader_that_leaves_early_is_no_error(notes: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    for arguments in (["scan", notes], ["scan", notes, "--format", "json"], ["--help"]):
        done = subprocess.run(
            command_line(arguments), stdout=writer, stderr=subprocess.PIPE, check=False, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, b"")
    os.close(writer)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_one_line(notes: Path) -> None:
    for arguments in (["scan", notes], ["scan", notes, "--format", "json"]):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                command_line(arguments), stdout=full, stderr=subprocess.PIPE, check=False
            )
        assert done.returncode == 2
        assert done.stderr.startswith(b"toolmark: standard output: cannot be written: ")
        assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="closes streams with a shell")
@pytest.mark.parametrize(
    ("arguments", "closed", "code", "out", "err"),
    [
        (["scan", "notes.json"], ">&-", 2, "", "standard output: cannot be written"),
        (["policy", "notes.json", "-o", "policy.json"], ">&-", 0, "", ""),
        (["scan", "-"], "<&-", 2, "", "empty"),
        # Errors are no part of the result.
        (["scan", "gone.json"], "2>&-", 2, "", ""),
    ],
)
def test_streams_may_be_closed(
    notes: Path, arguments: list[str], closed: str, code: int, out: str, err: str
) -> None:
    notes.rename(notes.with_name("notes.json"))
    done = subprocess.run(
        f"{shlex.join(command_line(arguments))} {closed}",
        shell=True,
        capture_output=True,
        check=False,
        cwd=notes.parent,
        text=True,
    )
    assert (done.returncode, done.stdout) == (code, out)
    assert err in done.stderr
    assert done.stderr.count("\n") == bool(err)


def test_json_is_utf8_whatever_the_locale(process: Toolmark, tmp_path: Path) -> None:
    path = tmp_path / "cjk.json"
    path.write_text('{"tools": [{"name": "消す", "description": "\\ud800"}]}', encoding="utf-8")
    for locale in ("C", "C.UTF-8"):
        settings = {"LC_ALL": locale, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
        done = process("scan", path, "--format", "json", **settings)
        assert done.code == 0
        assert '"消す"' in done.out
        assert "消す" in process("scan", path, **settings).out


def test_the_same_bytes_for_any_hash_seed(process: Toolmark, notes: Path) -> None:
    outputs = {
        process("scan", notes, "--format", "json", PYTHONHASHSEED=seed).out for seed in ("1", "2")
    }
    assert len(outputs) == 1


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_ends_the_server_too(tmp_path: Path, number: int, code: int) -> None:
    pid_file = tmp_path / "pid"
    script = tmp_path / "slow.py"
    script.write_text(
        "import os, sys, time\n"
        "open(sys.argv[1] + '.new', 'w').write(str(os.getpid()))\n"
        "os.rename(sys.argv[1] + '.new', sys.argv[1])\n"
        "time.sleep(60)\n"
    )
    server = [sys.executable, str(script), str(pid_file)]
    running = subprocess.Popen(
        command_line(["scan", "--timeout", "50", "--", *server]),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while not pid_file.exists():
        assert running.poll() is None
    running.send_signal(number)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == code
    assert b"Traceback" not in errors
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def test_a_bug_is_one_line_and_not_a_verdict(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from analyzer.cli import app

    def break_down(*arguments: object) -> None:
        raise RuntimeError("two\nlines \x1b[31m")

    monkeypatch.setattr(group, "invoke", break_down)
    assert app.run(["scan", "x"]) == 2
    err = capfd.readouterr().err
    assert err.count("\n") == 1
    assert "a bug in Toolmark: RuntimeError: two lines \\x1b[31m" in err
    monkeypatch.setenv("TOOLMARK_DEBUG", "1")
    assert app.run(["scan", "x"]) == 2
    assert "Traceback" in capfd.readouterr().err


def test_a_server_gets_the_harmless_part_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from analyzer.cli.options import inherited_env

    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
    monkeypatch.setenv("LC_TIME", "C")
    given = inherited_env()
    assert given["PATH"] == os.environ["PATH"]
    assert given["LC_TIME"] == "C"
    assert "s3cret" not in given.values()


@pytest.mark.skipif(os.name == "nt", reason="terminals of POSIX")
@pytest.mark.parametrize(
    ("options", "environment", "coloured"),
    [
        ([], {}, True),
        (["--no-color"], {}, False),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"TERM": "dumb"}, False),
    ],
)
def test_on_a_terminal_there_is_colour_and_what_to_do_next(
    notes: Path, options: list[str], environment: dict[str, str], coloured: bool
) -> None:
    ours, theirs = os.openpty()
    settings = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    done = subprocess.run(
        command_line(["scan", notes, *options]),
        stdout=theirs,
        stderr=subprocess.PIPE,
        env={**settings, "TERM": "xterm", "COLUMNS": "80", **environment},
        check=False,
        timeout=60,
    )
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "delete_note" in shown
    assert ("\x1b[" in shown) == coloured
    assert b"toolmark explain" in done.stderr
    assert b"--tool delete_note" in done.stderr
