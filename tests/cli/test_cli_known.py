"""``toolmark known`` lists the catalogue, ``--known`` starts from it after a yes."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Toolmark
from tests.servers import stdio_server

CANARY = "canary-31ff"


@pytest.fixture
def npx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In place of npx: notes its arguments and a variable, then serves."""
    script = tmp_path / "bin" / "npx"
    script.parent.mkdir()
    server = shlex.join([sys.executable, stdio_server.__file__, "older"])
    note = shlex.quote(str(tmp_path / "note"))
    script.write_text(f'#!/bin/sh\necho "$@ $NOTION_TOKEN" >> {note}\nexec {server}\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "note"


def test_the_list_is_a_table(toolmark: Toolmark) -> None:
    done = toolmark("known", "--tag", "reference", "server-every")
    assert done.code == 0
    assert "npx -y @modelcontextprotocol/server-everything" in done.out
    assert done.out.endswith("1 server; toolmark scan --known ID starts one, after a yes\n")


def test_the_list_is_json(toolmark: Toolmark) -> None:
    servers = toolmark("known", "--format", "json").json["servers"]
    assert len(servers) >= 60
    by_id = {server["id"]: server for server in servers}
    assert by_id["notion"]["env"] == {"NOTION_TOKEN": "placeholder"}
    assert by_id["deepwiki"]["transport"] == "http"
    assert by_id["everything"]["launch"][0] == "npx"


def test_nothing_fits(toolmark: Toolmark) -> None:
    done = toolmark("known", "no-such-thing")
    assert (done.code, done.out) == (3, "")
    assert "no known server fits" in done.err
    assert toolmark("known", "--format", "json", "no-such-thing").json == {"servers": []}


def test_a_known_server_is_started_after_a_yes(toolmark: Toolmark, npx: Path) -> None:
    refused = toolmark("scan", "--known", "notion", "--known", "memory")
    assert refused.code == 2
    assert refused.err.count("not started: it needs your yes") == 2
    assert not npx.exists()
    done = toolmark("scan", "--known", "notion", "--known", "memory", "--yes", "--format", "json")
    assert done.code == 0, done.err
    assert [server["id"] for server in done.json["servers"]] == ["notion", "memory"]
    assert done.json["servers"][0]["origin"]["authorization"] == "variables NOTION_TOKEN"
    assert sorted(npx.read_text().splitlines()) == [
        "-y @modelcontextprotocol/server-memory ",
        "-y @notionhq/notion-mcp-server placeholder",
    ]


def test_a_token_of_the_users_goes_to_it(toolmark: Toolmark, npx: Path) -> None:
    token = f"NOTION_TOKEN={CANARY}"
    done = toolmark("scan", "--known", "notion", "--yes", "--env", token, "--format", "json")
    assert npx.read_text() == f"-y @notionhq/notion-mcp-server {CANARY}\n"
    assert CANARY not in done.out + done.err


def test_dry_run_and_wrong_names(toolmark: Toolmark, npx: Path) -> None:
    shown = toolmark("scan", "--known", "deepwiki", "--known", "memory", "--dry-run").out
    assert "would be contacted: deepwiki: https://mcp.deepwiki.com/mcp" in shown
    assert "would be started: memory: npx -y @modelcontextprotocol/server-memory" in shown
    wrong = toolmark("scan", "--known", "memori")
    assert wrong.code == 2
    assert "no known server is called 'memori'; close: memory" in wrong.err
    assert not npx.exists()
