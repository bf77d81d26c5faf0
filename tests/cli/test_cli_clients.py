"""Configs of clients as targets: consent, several servers at once, what is skipped and shared."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Toolmark
from tests.servers.http_server import Loopback, serving

SERVER = Path(__file__).parents[1] / "servers" / "stdio_server.py"
pytestmark = pytest.mark.skipif(os.name == "nt", reason="commands of POSIX")


def tiny(behaviour: str, **members: Any) -> dict[str, Any]:
    return {"command": sys.executable, "args": [str(SERVER), behaviour], **members}


def marking(path: Path) -> dict[str, Any]:
    """A server that leaves a mark as soon as it is started."""
    code = "import pathlib, sys; pathlib.Path(sys.argv[1]).touch()"
    return {"command": sys.executable, "args": ["-c", code, str(path)]}


def write_config(path: Path, servers: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"mcpServers": servers}), encoding="utf-8")
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder beside an empty project, which is the current folder."""
    for name in ("user", "shop"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path / "user"


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with serving() as server:
        yield server


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A port to which nobody should connect."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        yield listener


def url_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"


def test_a_folder_says_how_to_scan_the_configs_in_it_and_starts_nothing(
    toolmark: Toolmark, home: Path, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    folder = tmp_path / "shop" / "our project"
    tools = folder / "tools.json"
    write_config(folder / ".mcp.json", {"a": marking(mark), "b": marking(mark)})
    write_config(folder / ".cursor" / "mcp.json", {"a": marking(mark)})
    (folder / ".vscode").mkdir()
    (folder / ".vscode" / "mcp.json").write_text('{"servers": {"c": {"command": "x"}}} // ours')
    (folder / ".vscode" / "settings.json").write_text('{"editor.fontSize": 12,}')
    (folder / ".codex").mkdir()
    (folder / ".codex" / "config.toml").write_text('[mcp_servers.d]\ncommand = "x"')
    tools.write_text('{"tools": [{"name": "list_notes", "description": "List the notes."}]}')
    done = toolmark("scan", "our project", "--yes", "--format", "json")
    assert done.code == 0
    assert [server["name"] for server in done.json["servers"]] == ["tools"]
    assert {(one["name"], one["reason"]) for one in done.json["skipped"]} == {
        (name, "in-folder") for name in "abcd"
    }
    assert done.err.splitlines() == [
        f"our project/{path}: a client's config with {servers}; a folder is read for definitions "
        f"alone. To scan {them}: toolmark scan 'our project/{path}'"
        for path, servers, them in (
            (".codex/config.toml", "1 server", "it"),
            (".cursor/mcp.json", "1 server", "it"),
            (".mcp.json", "2 servers", "them"),
            (".vscode/mcp.json", "1 server", "it"),
        )
    ]
    assert not mark.exists()
    tools.unlink()
    assert toolmark("scan", "our project").code == 3
    for path in (".mcp.json", ".cursor/mcp.json", ".vscode/mcp.json", ".vscode/settings.json"):
        (folder / path).unlink()
    done = toolmark("scan", "our project")
    assert done.code == 3
    assert done.err.startswith("our project/.codex/config.toml: a client's config with 1 server;")


def test_a_broken_config_in_a_folder_is_a_failure(
    toolmark: Toolmark, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "shop" / ".cursor").mkdir()
    (tmp_path / "shop" / ".cursor" / "mcp.json").write_text('{"mcpServers": {')
    write_config(tmp_path / "shop" / ".mcp.json", {"a": {"command": 5}})
    done = toolmark("scan", ".", "--format", "json")
    assert done.code == 2
    assert [failure["target"] for failure in done.json["failures"]] == [
        ".cursor/mcp.json",
        ".mcp.json#a",
    ]


def test_nine_servers_of_which_two_are_broken(toolmark: Toolmark, home: Path) -> None:
    good = ["slow", "older", "newer", "pages", "banner", "unknown-members", "malformed-entries"]
    servers: dict[str, Any] = {name: tiny(name) for name in good}
    servers["crashes"] = tiny("crash-at-start", env={"SECRET_TOKEN": "s3cret-canary"})
    servers["missing"] = {"command": "no-such-command-anywhere"}
    path = write_config(home / ".cursor" / "mcp.json", dict(sorted(servers.items())))
    done = toolmark("scan", path, "--yes", "--format", "json")
    assert done.code == 4
    found = done.json["servers"]
    # In the order of the config, though the first to be asked is not the first to answer.
    assert [server["id"] for server in found] == sorted(good)
    assert all(server["tools"] for server in found)
    crashed, missing = done.json["failures"]
    assert crashed["target"] == f"{path}#crashes"
    assert crashed["stage"] == "start"
    assert "exit code 3" in crashed["message"]
    assert missing["target"] == f"{path}#missing"
    assert "command not found" in missing["message"]
    use = {"client": "cursor", "path": str(path), "scope": "user"}
    assert [server["clients"] for server in found] == [[{**use, "alias": n}] for n in sorted(good)]


def test_without_a_terminal_nothing_is_started_or_contacted(
    process: Toolmark, home: Path, tmp_path: Path, listening: socket.socket
) -> None:
    mark = tmp_path / "mark"
    servers = {"local": marking(mark), "remote": {"url": url_of(listening)}}
    path = write_config(home / ".cursor" / "mcp.json", servers)
    for command in (["scan"], ["explain"], ["policy"], ["report", "-o", str(tmp_path / "out")]):
        done = process(*command, path, HOME=str(home))
        assert done.code == 2
        assert f"{path}#local: not started: it needs your yes" in done.err
        assert f"{path}#remote: not contacted: it needs your yes" in done.err
    as_json = process("scan", path, "--format", "json", HOME=str(home))
    assert [failure["stage"] for failure in as_json.json["failures"]] == ["start", "connect"]
    dry = process("scan", "--clients", "--dry-run", HOME=str(home))
    assert dry.code == 0
    first, second = dry.out.splitlines()
    assert first.startswith(f"would be started: local: {sys.executable} -c ")
    assert second == f"would be contacted: remote: {url_of(listening)} [in cursor (user)]"
    assert not mark.exists()
    with pytest.raises(BlockingIOError):
        listening.accept()
    # The same is seen where it does happen.
    process("scan", path, "--yes", "--timeout", "2", HOME=str(home))
    assert mark.exists()
    listening.accept()[0].close()


def test_a_command_or_url_that_is_typed_needs_no_yes(
    toolmark: Toolmark, loopback: Loopback
) -> None:
    assert toolmark("scan", loopback.url("/json")).code == 0
    assert toolmark("scan", "--", sys.executable, SERVER, "older").code == 0
    dry = toolmark("scan", loopback.url("/json?key=s3cret"), "--dry-run", "--", "srv", "--key", "k")
    assert dry.code == 0
    assert dry.out.splitlines() == [
        f"would be contacted: {loopback.url('/json?key=***')}",
        "would be started: srv --key ***",
    ]


def test_all_clients_of_a_machine_with_shared_servers_merged(
    toolmark: Toolmark, home: Path, tmp_path: Path
) -> None:
    write_config(home / ".cursor" / "mcp.json", {"one": tiny("older"), "two": tiny("newer")})
    write_config(home / ".kiro" / "settings" / "mcp.json", {"uno": tiny("older")})
    write_config(tmp_path / "shop" / ".mcp.json", {"Mine!": tiny("older", env={"A": "1"})})
    done = toolmark("scan", "--clients", "--yes", "--format", "json")
    assert done.code == 0
    shared = {
        server["id"]: [(use["client"], use["alias"], use["scope"]) for use in server["clients"]]
        for server in done.json["servers"]
    }
    assert shared == {
        "mine": [("claude-code", "Mine!", "project"), ("copilot-cli", "Mine!", "project")],
        "one": [("cursor", "one", "user"), ("kiro", "uno", "user")],
        "two": [("cursor", "two", "user")],
    }
    shown = toolmark("scan", "--clients", "--yes")
    assert "one Tiny" in shown.out
    assert "in cursor (user), kiro (user) as uno" in shown.out
    markdown = toolmark("scan", "--clients", "--yes", "--format", "markdown")
    assert "in `cursor (user), kiro (user) as uno`" in markdown.out
    folder = tmp_path / "policies"
    assert toolmark("policy", "--clients", "--yes", "-o", folder).code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["mine.json", "one.json", "two.json"]


def test_what_is_switched_off_or_built_in_is_said(toolmark: Toolmark, home: Path) -> None:
    path = home / ".config" / "zed" / "settings.json"
    path.parent.mkdir(parents=True)
    servers = {
        "off": tiny("older", enabled=False),
        "extension": {"source": "extension", "settings": {}},
        "on": tiny("older"),
    }
    path.write_text(json.dumps({"context_servers": servers}) + "// a comment")
    done = toolmark("scan", path, "--yes", "--format", "json")
    assert done.code == 0
    skipped = [(one["name"], one["reason"]) for one in done.json["skipped"]]
    assert skipped == [("off", "disabled"), ("extension", "built-in")]
    assert done.json["skipped"][0]["clients"][0]["client"] == "zed"
    assert "skipped off, in zed (user): it is switched off in the config" in done.err
    assert "skipped extension, in zed (user): it is a part of the client" in done.err
    markdown = toolmark("scan", path, "--yes", "--format", "markdown")
    assert "- `off` (disabled): `zed (user)`" in markdown.out
    dry = toolmark("scan", path, "--dry-run")
    assert "would be skipped (disabled): off" in dry.out


def test_placeholders_are_filled_and_what_is_missing_is_named(
    toolmark: Toolmark, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "environment"
    code = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"
    entry = {
        "command": sys.executable,
        "args": ["-c", code, "${OUT}"],
        "env": {"TOKEN": "${env:MY_TOKEN}", "WORD": "${input:word}", "AS": "${REGION:-eu}"},
    }
    path = write_config(home / ".cursor" / "mcp.json", {"env": entry})
    monkeypatch.setenv("MY_TOKEN", "t0p-s3cret")
    monkeypatch.setenv("OTHER_SECRET", "not for you")
    done = toolmark("scan", path, "--yes")
    assert done.code == 2
    wanted = "its config wants the variable OUT, the input word (--input word=VALUE)"
    assert f"{path}#env: {wanted}" in done.err
    assert not out.exists()
    toolmark("scan", path, "--yes", "--env", f"OUT={out}", "--input", "word=w0rd")
    seen = json.loads(out.read_text())
    assert (seen["TOKEN"], seen["WORD"], seen["AS"]) == ("t0p-s3cret", "w0rd", "eu")
    # What the user gives on the command line is for his own command, and for placeholders.
    assert {"OUT", "OTHER_SECRET", "MY_TOKEN"}.isdisjoint(seen)


def test_headers_of_configs_and_of_the_command_line_go_their_own_ways(
    toolmark: Toolmark, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "t0p-s3cret")
    headers = {"X-Config": "Bearer ${TOKEN}"}
    config = {"remote": {"url": loopback.url("/json"), "headers": headers}}
    path = write_config(home / ".cursor" / "mcp.json", config)
    typed = ["--header", "Authorization: Bearer $TOKEN", "--header", "X-Cost: $$5"]
    done = toolmark("scan", path, loopback.url("/sse"), "--yes", "--jobs", "1", *typed)
    assert done.code == 0
    sent = [headers for _, headers in loopback.seen]
    ours = [headers for headers in sent if "X-Config" in headers]
    others = [headers for headers in sent if "X-Config" not in headers]
    assert ours
    assert {headers["X-Config"] for headers in ours} == {"Bearer t0p-s3cret"}
    assert not any("Authorization" in headers for headers in ours)
    assert {headers["Authorization"] for headers in others} == {"Bearer t0p-s3cret"}
    assert {headers["X-Cost"] for headers in others} == {"$5"}
    assert "s3cret" not in done.out + done.err


def test_a_header_with_a_variable_that_is_not_set(toolmark: Toolmark) -> None:
    header = "Authorization: Bearer s3cret ${NO_SUCH_VARIABLE}"
    done = toolmark("scan", "https://127.0.0.1:1/", "--header", header)
    assert done.code == 2
    assert "the variable NO_SUCH_VARIABLE is not set" in done.err
    assert "s3cret" not in done.err


def test_a_machine_without_configs_and_a_config_without_servers(
    toolmark: Toolmark, home: Path
) -> None:
    done = toolmark("scan", "--clients")
    assert done.code == 2
    assert "no config of an MCP client was found" in done.err
    path = write_config(home / ".cursor" / "mcp.json", {})
    empty = toolmark("scan", path)
    assert empty.code == 3
    assert f"{path}: names no servers" in empty.err


def test_a_file_that_two_clients_read_fails_once(
    toolmark: Toolmark, home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "shop" / ".mcp.json"
    path.write_text('{"mcpServers": {"bad": {}, "off": {"command": "x", "disabled": true}}}')
    done = toolmark("scan", "--clients", "--format", "json")
    assert done.code == 2
    assert [failure["target"] for failure in done.json["failures"]] == [f"{path}#bad"]
    (skipped,) = done.json["skipped"]
    assert [use["client"] for use in skipped["clients"]] == ["claude-code", "copilot-cli"]


def test_a_yes_is_asked_with_all_that_it_gives(
    toolmark: Toolmark, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUD_KEY", "s3cret")
    servers = {
        "local": {"command": "ls", "env": {"LD_PRELOAD": "s3cret.so"}, "cwd": "/srv"},
        "remote": {"url": "https://h.example/mcp", "headers": {"X": "${CLOUD_KEY}"}},
    }
    path = write_config(tmp_path / "shop" / ".cursor" / "mcp.json", servers)
    done = toolmark("scan", path, "--dry-run")
    assert done.out.splitlines() == [
        "would be started: local: ls [in cursor (project); sets LD_PRELOAD; runs in /srv]",
        "would be contacted: remote: https://h.example/mcp "
        "[in cursor (project); sends X; takes your CLOUD_KEY]",
    ]
