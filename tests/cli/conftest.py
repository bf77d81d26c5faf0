"""Runs of the command line: in this process for speed, or as users do it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from analyzer.cli.app import run


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Toolmark = Callable[..., Done]


@pytest.fixture
def toolmark(capfdbinary: pytest.CaptureFixture[bytes]) -> Toolmark:
    """Runs the command line in this process."""

    def call(*arguments: object) -> Done:
        capfdbinary.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return Done(code=code, out=out.decode(), err=err.decode())

    return call


@pytest.fixture
def process() -> Toolmark:
    """Runs ``python -m analyzer`` as a process of its own, its output piped."""

    # The caller's terminal and taste must not show.
    inherited = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}

    def call(*arguments: object, stdin: bytes = b"", **environment: str) -> Done:
        done = subprocess.run(
            command_line(arguments),
            input=stdin,
            capture_output=True,
            env={**inherited, **environment},
            timeout=60,
            check=False,
        )
        return Done(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())

    return call


def command_line(arguments: Sequence[object]) -> list[str]:
    return [sys.executable, "-m", "analyzer", *map(str, arguments)]


TOOLS = [
    {"name": "list_notes", "description": "List all notes.", "inputSchema": {"type": "object"}},
    {
        "name": "delete_note",
        "description": "Permanently deletes a note. This cannot be undone.",
        "inputSchema": {
            "type": "object",
            "properties": {"id": {"type": "string", "description": "Which note."}},
            "required": ["id"],
        },
    },
]


def write_server(path: Path, name: str = "Notes", tools: Sequence[object] = TOOLS) -> Path:
    document = {"server": {"name": name, "version": "1.0"}, "tools": tools}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A file of two tools: one that reads and one that deletes."""
    return write_server(tmp_path / "notes.json")
