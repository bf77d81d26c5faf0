"""``--start``: the server of a bundle or of a registry's entry is asked itself."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bundles import manifest, write_bundle
from tests.cli.conftest import Toolmark
from tests.servers import stdio_server
from tests.servers.http_server import serving

CANARY = "canary-99cc"
# Notes where it runs and what it was given, then serves.
MAIN = """
import json, os, runpy, sys
from pathlib import Path
names = ("KEY", "PAST", "OTHER_TOKEN")
note = {"cwd": os.getcwd(), "argv": sys.argv[1:], **{name: os.environ.get(name) for name in names}}
Path(os.environ["NOTE"]).write_text(json.dumps(note))
if os.environ.get("KEY") == "fails":
    print("it", os.environ["KEY"], file=sys.stderr)
    raise SystemExit(3)
runpy.run_path(str(Path(__file__).with_name("tiny.py")), run_name="__main__")
"""


class Bundle:
    """A bundle that serves, and the note that it leaves outside when it is started."""

    def __init__(self, folder: Path, **members: Any) -> None:
        self.note = folder / "note.json"
        config = {
            "command": sys.executable,
            "args": ["${__dirname}/server/main.py", "older", "--key=${user_config.key}"],
            "env": {"KEY": "${user_config.key}", "NOTE": str(self.note), "PAST": "${X:-past}"},
        }
        settings = {"key": {"type": "string", "sensitive": True, "required": True}}
        server = {"type": "python", "entry_point": "server/main.py", "mcp_config": config}
        document = manifest(**{"server": server, "user_config": settings, **members})
        tiny = Path(stdio_server.__file__).read_text(encoding="utf-8")
        files = [("server/main.py", MAIN), ("server/tiny.py", tiny)]
        self.path = write_bundle(folder / "notes.mcpb", document, files)

    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.note.read_text())
        return told


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary folders."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def bundle(tmp_path: Path, temporary: Path) -> Bundle:
    return Bundle(tmp_path)


def test_a_bundle_is_started_in_a_temporary_folder(
    toolmark: Toolmark, bundle: Bundle, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHER_TOKEN", CANARY)
    monkeypatch.setenv("X", CANARY)
    done = toolmark(
        *("scan", bundle.path, "--start", "--yes", "--input", f"key={CANARY}", "--format", "json")
    )
    assert done.code == 0, done.err
    (server,) = done.json["servers"]
    assert (server["id"], server["name"]) == ("notes", "Tiny Server")
    assert [tool["name"] for tool in server["tools"]] == ["echo"]
    assert CANARY not in done.out + done.err
    told = bundle.told()
    assert Path(told["cwd"]).parent == temporary
    assert told["argv"] == ["older", f"--key={CANARY}"]
    assert (told["KEY"], told["PAST"], told["OTHER_TOKEN"]) == (CANARY, "past", None)
    assert list(temporary.iterdir()) == []


def test_a_bundle_is_not_started_unasked(toolmark: Toolmark, bundle: Bundle) -> None:
    done = toolmark("scan", bundle.path, "--format", "json")
    assert done.code == 0
    assert [tool["name"] for tool in done.json["servers"][0]["tools"]] == [
        "list_notes",
        "delete_note",
    ]
    assert not bundle.note.exists()


def test_a_bundle_is_not_started_without_a_yes(
    process: Toolmark, bundle: Bundle, temporary: Path
) -> None:
    done = process("scan", str(bundle.path), "--start", "--input", "key=a", "--format", "json")
    assert done.code == 2
    (failure,) = done.json["failures"]
    assert failure["target"] == str(bundle.path)
    assert "not started: it needs your yes" in failure["message"]
    assert not bundle.note.exists()
    assert list(temporary.iterdir()) == []


def test_dry_run_shows_the_command(toolmark: Toolmark, bundle: Bundle) -> None:
    done = toolmark("scan", bundle.path, "--start", "--dry-run", "--input", f"key={CANARY}")
    assert done.code == 0
    python = shlex.quote(sys.executable)
    assert f"would be started: notes: {python} '<bundle>/server/main.py' older" in done.out
    assert CANARY not in done.out + done.err
    assert not bundle.note.exists()


def test_a_setting_without_a_value(toolmark: Toolmark, bundle: Bundle) -> None:
    done = toolmark("scan", bundle.path, "--start", "--yes")
    assert done.code == 2
    assert f"{bundle.path}: it wants the input key (--input key=VALUE)" in done.err
    assert not bundle.note.exists()


def test_a_bundle_whose_server_fails(toolmark: Toolmark, bundle: Bundle, temporary: Path) -> None:
    done = toolmark("scan", bundle.path, "--start", "--yes", "--input", "key=fails")
    assert done.code == 2
    assert str(bundle.path) in done.err
    assert 'ended with exit code 3 before it answered; its last words: "it ***"' in done.err
    assert list(temporary.iterdir()) == []


def test_a_bundle_that_cannot_be_started_here(toolmark: Toolmark, tmp_path: Path) -> None:
    bundle = Bundle(tmp_path, compatibility={"platforms": ["amiga"]})
    done = toolmark("scan", bundle.path, "--start", "--yes")
    assert done.code == 2
    assert f"{bundle.path}: the bundle is for amiga, not for {sys.platform}" in done.err


def test_the_remote_of_a_registry_entry_is_contacted_after_a_yes(
    toolmark: Toolmark, tmp_path: Path
) -> None:
    with serving() as loopback:
        remote = {
            "type": "streamable-http",
            "url": loopback.url("/json"),
            "headers": [{"name": "X-Key", "isRequired": True, "isSecret": True}],
        }
        entry = {"name": "io.example/tiny", "version": "1", "remotes": [remote]}
        path = tmp_path / "server.json"
        path.write_text(json.dumps(entry))
        refused = toolmark("scan", path, "--start", "--input", f"X-Key={CANARY}")
        assert "not contacted: it needs your yes" in refused.err
        assert loopback.seen == []
        arguments = ("scan", path, "--start", "--yes", "--input", f"X-Key={CANARY}")
        done = toolmark(*arguments, "--format", "json")
        assert done.code == 0, done.err
        assert done.json["servers"][0]["id"] == "tiny"
        assert {headers["X-Key"] for _, headers in loopback.seen} == {CANARY}
        assert CANARY not in done.out + done.err + refused.err


def test_a_registry_entry_without_start_says_what_to_do(toolmark: Toolmark, tmp_path: Path) -> None:
    path = tmp_path / "server.json"
    package = {"registryType": "npm", "identifier": "@example/notes", "version": "1.2.3"}
    path.write_text(json.dumps({"name": "io.example/notes", "packages": [package]}))
    done = toolmark("scan", path)
    assert done.code == 2
    assert "toolmark scan -- npx -y @example/notes@1.2.3" in done.err


def test_the_package_of_a_registry_entry_is_started(
    toolmark: Toolmark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = shlex.join([sys.executable, stdio_server.__file__, "older"])
    npx = tmp_path / "bin" / "npx"
    npx.parent.mkdir()
    npx.write_text(f'#!/bin/sh\necho "$@ $KEY" > {tmp_path}/note\nexec {server}\n')
    npx.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npx.parent}{os.pathsep}{os.environ['PATH']}")
    package = {
        "registryType": "npm",
        "identifier": "@example/notes",
        "environmentVariables": [{"name": "KEY", "isRequired": True}],
    }
    path = tmp_path / "server.json"
    path.write_text(json.dumps({"name": "io.example/notes", "packages": [package]}))
    monkeypatch.setenv("KEY", "not for strangers")
    wants = toolmark("scan", path, "--start", "--yes")
    assert "it wants the variable KEY" in wants.err
    done = toolmark("scan", path, "--start", "--yes", "--env", f"KEY={CANARY}", "--format", "json")
    assert done.code == 0, done.err
    assert (tmp_path / "note").read_text() == f"-y @example/notes {CANARY}\n"
    assert CANARY not in done.out + done.err
