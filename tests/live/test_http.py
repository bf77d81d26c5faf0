"""Real Streamable HTTP on the loopback: what is read, and what each misbehaviour gives."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from analyzer.model import Server, SourceFailure
from analyzer.sources import SourceOptions, read_target
from tests.servers.http_server import SESSION, Loopback, serving
from tests.servers.stdio_server import TOOL

SECRET = "canary-77aa"


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with serving() as server:
        yield server


def read(
    url: str, *, timeout: float = 20.0, headers: dict[str, str] | None = None
) -> Server | SourceFailure:
    given = {"Authorization": f"Bearer {SECRET}"} if headers is None else headers
    options = SourceOptions(timeout=timeout, headers=given, now="2026-01-02T03:04:05Z")
    (answer,) = read_target(url, options)
    assert SECRET not in repr(answer)
    assert SECRET not in repr(options)
    return answer


def served(url: str, *, timeout: float = 20.0) -> Server:
    answer = read(url, timeout=timeout)
    assert isinstance(answer, Server), answer
    return answer


def failed(url: str, *, timeout: float = 20.0) -> SourceFailure:
    answer = read(url, timeout=timeout)
    assert isinstance(answer, SourceFailure), answer
    assert answer.message.isprintable()
    return answer


@pytest.mark.parametrize(
    "behaviour", ["json", "sse", "session", "error-in-404", "moved", "compressed"]
)
def test_a_server_of_the_older_era(loopback: Loopback, behaviour: str) -> None:
    server = served(loopback.url(f"/{behaviour}?key={SECRET}"))
    assert (server.name, server.version, server.protocol_version) == (
        "Tiny Server",
        "1.2",
        "2025-11-25",
    )
    assert [tool.raw for tool in server.tools] == [TOOL]
    assert server.origin.kind == "http"
    assert server.origin.locator == loopback.url(f"/{behaviour}?key=***")
    assert server.origin.retrieved_at == "2026-01-02T03:04:05Z"


def test_a_server_of_the_newer_era(loopback: Loopback) -> None:
    server = served(loopback.url("/newer"))
    assert (server.name, server.protocol_version) == ("Newer", "2026-07-28")
    assert [tool.raw for tool in server.tools] == [TOOL]
    assert [what for what, _ in loopback.seen] == ["server/discover", "tools/list"]


def test_a_server_silent_on_discover(loopback: Loopback) -> None:
    assert served(loopback.url("/silent-on-discover"), timeout=3.0).tools[0].name == "echo"


def test_a_server_that_pings_before_it_answers(loopback: Loopback) -> None:
    assert served(loopback.url("/asks-its-client")).tools[0].name == "echo"


def test_a_session_is_ended(loopback: Loopback) -> None:
    served(loopback.url("/session"))
    what, headers = loopback.seen[-1]
    assert what == "DELETE"
    assert headers["Mcp-Session-Id"] == SESSION


def test_headers_go_with_every_request(loopback: Loopback) -> None:
    served(loopback.url("/session"))
    assert len(loopback.seen) == 5
    for _, headers in loopback.seen:
        assert headers["Authorization"] == f"Bearer {SECRET}"


def test_headers_go_to_no_other_origin(loopback: Loopback) -> None:
    with serving() as other:
        loopback.elsewhere = other.url("/json?state=abc")
        failure = failed(loopback.url("/moved-away"))
        assert failure.stage == "connect"
        assert f"redirects to {other.url('/json?state=***')}, another origin" in failure.message
        assert other.seen == []


def test_the_environments_proxy_is_not_used(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert served(loopback.url("/json")).name == "Tiny Server"


def test_the_bundled_demo_server() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "analyzer.demo.server", "--http", "0"],
        stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"]},
    ) as process:
        try:
            assert process.stderr is not None
            url = process.stderr.readline().decode().split()[-1]
            server = served(url)
        finally:
            process.terminate()
    assert server.protocol_version == "2026-07-28"
    assert len(server.tools) == 12


@pytest.mark.parametrize(
    ("path", "stage", "message"),
    [
        ("/401", "connect", "the server does not accept the Authorization header given (401)"),
        ("/403", "connect", "the server forbids the access (403)"),
        ("/404", "connect", "there is no MCP endpoint at this path (404)"),
        ("/405", "connect", "this path does not take MCP messages by POST (405)"),
        ("/418", "connect", "the server refused the request (418 I'm a Teapot)"),
        ("/501", "connect", "this path does not take MCP messages by POST (501)"),
        ("/repeats-in-phrase", "connect", "the server refused the request (400 bad ***)"),
        ("/429", "connect", "too many requests (429)"),
        ("/500", "connect", "the server failed (500 Internal Server Error)"),
        ("/202", "parse", "the server took the request and sent no answer (202)"),
        ("/html", "parse", "the server answered with a web page, not with MCP"),
        ("/text", "parse", "the server answered with text/plain\\x1b (200), not with JSON"),
        ("/broken-json", "parse", "a broken message: line 1, column 25: the JSON ends too early"),
        ("/other-json", "parse", "initialize was answered with JSON that is no answer to it"),
        ("/sse-ends", "connect", "the event stream ended before the server answered"),
        ("/huge-json", "parse", "the server sent more than 32 MiB in one answer"),
        ("/compressed-bomb", "parse", "the server sent more than 32 MiB in one answer"),
        ("/huge-event", "parse", "the server sent more than 32 MiB in one event"),
        ("/endless-events", "parse", "the server sent more than 64 MiB"),
        ("/moves-on", "connect", "the server redirects more than 5 times"),
        ("/refuses-list", "list", 'answered with an error: "not with ***" (code -32000)'),
        ("/forbids-list", "list", "the server forbids the access (403)"),
        ("/drops-list", "list", "127.0.0.1 does not speak HTTP, or ended the connection"),
    ],
)
def test_misbehaviour_is_one_line_with_its_stage(
    loopback: Loopback, path: str, stage: str, message: str
) -> None:
    failure = failed(loopback.url(path))
    assert message in failure.message
    assert failure.stage == stage


def test_a_server_that_wants_a_token(loopback: Loopback) -> None:
    failure = read(loopback.url("/401"), headers={})
    assert isinstance(failure, SourceFailure)
    assert "--header 'Authorization: Bearer TOKEN'" in failure.message


@pytest.mark.parametrize("behaviour", ["hangs", "drips"])
def test_a_server_that_hangs_costs_no_more_than_the_timeout(
    loopback: Loopback, behaviour: str
) -> None:
    failure = failed(loopback.url(f"/{behaviour}"), timeout=1.0)
    assert failure.stage == "connect"
    assert failure.message == "no answer to initialize within 1 s (--timeout)"


def test_a_port_without_a_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    failure = failed(f"http://127.0.0.1:{port}/mcp")
    assert failure.stage == "connect"
    assert "127.0.0.1 refuses the connection" in failure.message


def test_a_server_without_tls(loopback: Loopback) -> None:
    failure = failed(loopback.url("/json").replace("http:", "https:"))
    assert failure.stage == "connect"
    assert failure.message.startswith("no secure connection to 127.0.0.1")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://", "the URL names no host"),
        ("http://127.0.0.1:99999/", "there is no port 99999"),
        ("http://[::1/", "not a valid URL"),
        ("http://no-such-host.invalid/mcp", "the host no-such-host.invalid is not known"),
        (f"http://{'a' * 70}.invalid/", "is not known"),
    ],
)
def test_a_url_that_leads_nowhere(url: str, message: str) -> None:
    failure = failed(url)
    assert failure.stage == "connect"
    assert message in failure.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Key", f"{SECRET}\n"),
        ("X-Key", f"{SECRET} "),
        ("X-Key", f"{SECRET}é"),
        ("X Key", SECRET),
    ],
)
def test_a_header_that_http_does_not_allow(loopback: Loopback, name: str, value: str) -> None:
    failure = read(loopback.url("/json"), headers={name: value})
    assert isinstance(failure, SourceFailure)
    assert re.fullmatch(f'the header "{name}" holds what HTTP does not allow', failure.message)
    assert loopback.seen == []


def test_the_library_writes_no_secret_to_the_callers_log(
    loopback: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        served(loopback.url(f"/json?key={SECRET}"))
    assert SECRET not in caplog.text
