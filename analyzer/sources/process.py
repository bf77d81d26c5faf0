"""The end of a started server: its process, all that it started, and nothing else."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import IO, Protocol

from analyzer.sources.limits import limits

# A server's children that leave its process group keep its environment: on Linux the value of
# this variable finds them.
COOKIE = "TOOLMARK_SCAN"
_PROC = Path("/proc")
_POLL = 0.01
_SWEEPS = 5


class RunningProcess(Protocol):
    """What is needed of ``subprocess.Popen``, which one module alone may use."""

    pid: int
    stdin: IO[bytes] | None
    stdout: IO[bytes] | None
    stderr: IO[bytes] | None

    def poll(self) -> int | None: ...

    def wait(self) -> int: ...

    def kill(self) -> None: ...


def end_process(process: RunningProcess, cookie: str, *, at_once: bool = False) -> None:
    """End a server that was started in a session of its own, and all that it started.

    The order is the protocol's: standard input is closed, then SIGTERM, then SIGKILL, each after
    its time in the limits; ``at_once`` goes straight to SIGKILL. Returns when all are gone.
    """
    try:
        if process.stdin is not None:
            # The server may have closed its end: nothing of ours is left to be flushed.
            with contextlib.suppress(OSError):
                process.stdin.close()
        if not at_once:
            exit_code(process, limits().exit_seconds)
            if _signal_group(process, signal.SIGTERM):
                _wait_group(process, limits().terminate_seconds)
    finally:
        _kill_all(process, cookie)


def exit_code(process: RunningProcess, seconds: float) -> int | None:
    """The code with which a process ended; None where it still runs after so many seconds."""
    end = time.monotonic() + seconds
    while (code := process.poll()) is None and time.monotonic() < end:
        time.sleep(_POLL)
    return code


if sys.platform == "win32":

    def _signal_group(process: RunningProcess, number: int) -> bool:
        """Windows has no signal that asks a tree to end: the caller has ended it already."""
        return False

    def _wait_group(process: RunningProcess, seconds: float) -> None:
        """Nothing was asked, so there is nothing to wait for."""

    def _kill_all(process: RunningProcess, cookie: str) -> None:
        process.kill()
        process.wait()

else:

    def _signal_group(process: RunningProcess, number: int) -> bool:
        """Signal the server's process group; False where it is gone.

        The group's number is the leader's, whether or not the leader still lives.
        """
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return False
        except PermissionError:
            # Zombies, or members of another user: what may be signalled was.
            return True
        return True

    def _wait_group(process: RunningProcess, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            process.poll()
            if not _group_runs(process.pid):
                return
            time.sleep(_POLL)

    def _group_runs(group: int) -> bool:
        """Whether the group has a member that is no zombie: where nobody reaps orphans, as in
        some containers, a group of zombies never goes away."""
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        if not _PROC.joinpath("self/stat").exists():
            return True
        return any(_stat(pid)[1:] == (group, True) for pid in _pids())

    def _kill_all(process: RunningProcess, cookie: str) -> None:
        _signal_group(process, signal.SIGKILL)
        for _ in range(_SWEEPS):
            strays = [pid for pid in _pids() if _has_cookie(pid, cookie)]
            for pid in strays:
                _kill(pid)
            if not strays:
                break
            time.sleep(_POLL)
        process.wait()

    def _kill(pid: int) -> None:
        # It may have ended by itself, or run as somebody else by now.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)

    def _pids() -> list[int]:
        if not _PROC.is_dir():
            return []
        return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdecimal()]

    def _stat(pid: int) -> tuple[int, int, bool]:
        """Process, its group, and whether it runs (is no zombie)."""
        try:
            text = _PROC.joinpath(str(pid), "stat").read_text("utf-8", "replace")
        except OSError:
            return pid, -1, False
        # The name stands in parentheses and may hold anything.
        state, _, group = text.rpartition(")")[2].split()[:3]
        return pid, int(group), state not in ("Z", "X")

    def _has_cookie(pid: int, cookie: str) -> bool:
        try:
            environment = _PROC.joinpath(str(pid), "environ").read_bytes()
        except OSError:
            return False
        return f"{COOKIE}={cookie}".encode() in environment.split(b"\0")
