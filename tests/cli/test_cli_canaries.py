"""Secrets handed in come out nowhere: not in results, errors, saved files or reports, whatever a
server does with them. What it writes into its own definitions is its own statement."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Done, Toolmark

ROOT = Path(__file__).parents[2]
KINDS = (
    "env", "flag", "equals", "assignment", "dsn", "token", "placeholder", "input", "default",
    "file", "header", "user", "query", "path", "variable", "typed-env", "typed-header",
)  # fmt: skip
CANARIES = {kind: f"canary0{number:02d}x7f3a9c41d2e8b6f0" for number, kind in enumerate(KINDS)}
C = CANARIES
FORMATS = ("terminal", "json", "markdown")


class _Telling(BaseHTTPRequestHandler):
    """Tells what it was asked with: in an error, a redirect, a content type, a status."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: pytest shows standard error."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        told = " ".join([self.path, *self.headers.values()])
        data = json.dumps(
            {"jsonrpc": "2.0", "id": body.get("id"), "error": {"code": -32000, "message": told}}
        ).encode()
        how = self.path.split("/")[1]
        place = f"http://other.example{self.path}" if how == "redirect" else None
        self.send_response({"redirect": 307, "status": 500}.get(how, 200), told[-60:])
        self.send_header("Content-Type", told[-60:] if how == "type" else "application/json")
        if place:
            self.send_header("Location", place)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def _served() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Telling)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def arguments() -> list[str]:
    return [
        *("--api-key", C["flag"], f"--secret={C['equals']}", f"DB_PASS={C['assignment']}"),
        *(f"postgres://me:{C['dsn']}@db/x", f"ghp_{C['token']}", "${FROM_SHELL}"),
        *("--region", "${input:asked}", "${input:preset}"),
    ]


def local(how: str, number: int, spelling: str) -> dict[str, Any]:
    script = ["-m", "tests.servers.telling_server", how, str(number), spelling]
    return {
        "type": "stdio",
        "command": sys.executable,
        "args": [*script, *arguments()],
        "env": {"PLAIN": C["env"], "PYTHONPATH": str(ROOT), "SHELL_COPY": "${FROM_SHELL}"},
        "envFile": "${workspaceFolder}/.env",
    }


def remote(how: str, port: int) -> dict[str, Any]:
    place = f"127.0.0.1:{port}/{how}/{C['path']}?k={C['query']}"
    return {
        "type": "http",
        "url": f"http://me:{C['user']}@{place}",
        "headers": {"Authorization": f"Bearer {C['header']}", "X-Shell": "${FROM_SHELL}"},
    }


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    """A config of VS Code with a secret in every place there is for one, and servers that tell."""
    project = tmp_path / "shop"
    (project / ".vscode").mkdir(parents=True)
    (project / ".env").write_text(f"FROM_FILE={C['file']}\n")
    servers: dict[str, Any] = {}
    for how in ("stderr", "stdout", "error", "banner"):
        for number in range(13):
            spelling = ("plain", "json", "repr", "percent")[number % 4]
            servers[f"{how}-{number}"] = local(how, number, spelling)
    servers["bad-command"] = {**local("x", 0, "plain"), "command": "no-such-command"}
    servers["bad-argument"] = {**local("x", 0, "plain"), "args": [f"--key={C['flag']}", {}]}
    servers["nul"] = {**local("x", 0, "plain"), "args": [*arguments(), "\0"]}
    servers["off"] = {**local("x", 0, "plain"), "disabled": True}
    servers["missing"] = {**local("x", 0, "plain"), "cwd": "${NOT_SET}"}
    servers["bad-header"] = {"url": "http://127.0.0.1:9/", "headers": {"A\n": C["header"]}}
    servers["bad-url"] = {"url": f"http://me:{C['user']}@[::1/?k={C['query']}"}
    inputs = [{"id": "preset", "type": "promptString", "default": C["default"]}]
    with _served() as port:
        for how in ("error", "redirect", "type", "status"):
            servers[f"remote-{how}"] = remote(how, port)
        servers["refused"] = {**remote("x", port), "url": remote("x", 9)["url"]}
        path = project / ".vscode" / "mcp.json"
        path.write_text(json.dumps({"inputs": inputs, "servers": servers}))
        yield path


def keep(config: Path, *ends: str) -> int:
    """Leave only the servers whose names end so; how many of them work."""
    document = json.loads(config.read_text())
    names = [name for name in document["servers"] if name.split("-")[1:] in [[end] for end in ends]]
    document["servers"] = {name: document["servers"][name] for name in names}
    config.write_text(json.dumps(document))
    return sum(name.startswith("banner") for name in names)


def run(process: Toolmark, *words: object, **environment: str) -> Done:
    given = [
        *("--input", f"asked={C['input']}", "--env", f"TYPED={C['typed-env']}"),
        *("--header", f"X-Typed: {C['typed-header']}", "--header", "X-Var: $FROM_SHELL"),
    ]
    values = {"FROM_SHELL": C["placeholder"], "NOT_ASKED_FOR": C["variable"], **environment}
    return process(*words, *given, **values)


def told(text: str) -> list[str]:
    """The kinds of canaries that a text holds, however they are written."""
    return [kind for kind, value in C.items() if value in text or value[8:] in text]


@pytest.mark.parametrize("format_", FORMATS)
def test_scans_of_servers_that_tell(
    process: Toolmark, config: Path, tmp_path: Path, format_: str
) -> None:
    saved = tmp_path / "saved"
    banners = 13 if format_ == "json" else keep(config, "0", "3", "command", "redirect")
    done = run(
        process,
        *("scan", config, "--yes", "--format", format_, "--save", saved, "--timeout", "20"),
        TOOLMARK_DEBUG="1",
    )
    assert done.code == 4, done.err
    assert told(done.out) == []
    assert told(done.err) == []
    files = list(saved.iterdir())
    assert len(files) == banners
    assert told("".join(path.read_text() for path in files)) == []
    if format_ == "json":
        document = json.loads(done.out)
        assert len(document["servers"]) == 13
        messages = {f["target"].rpartition("#")[2]: f["message"] for f in document["failures"]}
        # They did tell, and it was masked.
        assert all("***" in text for name, text in messages.items() if name.startswith("stderr"))
        assert "***" in messages["remote-error"]
        assert messages["missing"] == "its config wants the variable NOT_SET"


@pytest.mark.parametrize("format_", FORMATS)
def test_scans_without_a_yes(process: Toolmark, config: Path, format_: str) -> None:
    for words in (["--dry-run"], []):
        done = run(process, "scan", config, "--format", format_, *words, TOOLMARK_DEBUG="1")
        assert done.code == (0 if words else 2)
        assert "stderr-0" in done.out + done.err
        assert told(done.out) == []
        assert told(done.err) == []


def test_policies_explanations_and_reports(process: Toolmark, config: Path, tmp_path: Path) -> None:
    assert keep(config, "3", "error") == 1
    for words in (
        ["explain", config, "--tool", "echo"],
        ["explain", config, "--tool", "echo", "--format", "json"],
        ["policy", config, "-o", tmp_path / "policies"],
        ["report", config, "-o", tmp_path / "report"],
    ):
        done = run(process, *words, "--yes")
        assert done.code == 4, done.err
        assert told(done.out + done.err) == []
    written = [path for name in ("policies", "report") for path in (tmp_path / name).rglob("*")]
    texts = [path.read_bytes().decode("utf-8", "replace") for path in written if path.is_file()]
    assert len(texts) > 4
    assert told("".join(texts)) == []


def test_commands_and_urls_that_are_typed(process: Toolmark, config: Path) -> None:
    url = json.loads(config.read_text())["servers"]["remote-error"]["url"]
    done = run(process, "scan", url)
    assert done.code == 2
    assert "***" in done.err
    assert told(done.out + done.err) == []
    done = process(
        *("scan", "--env", f"PYTHONPATH={ROOT}", "--env", f"KEY={C['typed-env']}", "--"),
        *(sys.executable, "-m", "tests.servers.telling_server", "stderr", "99", "plain"),
        *(text for text in arguments() if "${" not in text),
    )
    assert done.code == 2
    assert "cannot start with ***" in done.err
    assert told(done.out + done.err) == []


def test_a_secret_in_a_definition_stays_and_is_a_finding(process: Toolmark, config: Path) -> None:
    servers = {"tells": local("tool", 99, "plain"), "plain": local("banner", 0, "plain")}
    config.write_text(
        json.dumps({"inputs": [{"id": "preset", "default": "x"}], "servers": servers})
    )
    done = run(process, "scan", config, "--yes", "--format", "json")
    tells, plain = done.json["servers"]
    (finding,) = [one for one in tells["findings"] if one["rule"] == "source.told-secret"]
    assert finding["evidence"][0]["field"] == "/tools/0"
    assert told(json.dumps(tells["findings"])) == []
    assert "source.told-secret" not in [one["rule"] for one in plain["findings"]]
