"""The older transport over HTTP, met where Streamable HTTP is refused; and what servers want."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from analyzer.model import Server, SourceFailure
from analyzer.sources import SourceOptions, read_launch, read_target
from analyzer.sources.authorization import describe_authorization, describe_variables
from analyzer.sources.challenges import read_challenge
from analyzer.sources.http_answers import status_reason
from analyzer.sources.launch import Launch
from analyzer.sources.redact import Redactor
from tests.servers.http_server import serving
from tests.servers.sse_server import MIB, Legacy, serving_legacy
from tests.servers.stdio_server import TOOL

SECRET = "canary-55dd"
HEADERS = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture
def legacy() -> Iterator[Legacy]:
    with serving_legacy() as server:
        yield server


def read(
    url: str, *, timeout: float = 20.0, headers: dict[str, str] | None = None
) -> Server | SourceFailure:
    options = SourceOptions(timeout=timeout, headers=HEADERS if headers is None else headers)
    (answer,) = read_target(url, options)
    assert SECRET not in repr(answer)
    return answer


def failed(url: str, **options: Any) -> SourceFailure:
    answer = read(url, **options)
    assert isinstance(answer, SourceFailure), answer
    assert answer.message.isprintable()
    return answer


@pytest.mark.parametrize("refusal", [400, 404, 405])
@pytest.mark.parametrize("behaviour", ["sse", "absolute", "asks-its-client", "slow-to-confirm"])
def test_a_server_of_the_older_transport(legacy: Legacy, refusal: int, behaviour: str) -> None:
    legacy.refusal = refusal
    server = read(legacy.url(f"/{behaviour}?key={SECRET}"))
    assert isinstance(server, Server), server
    assert (server.name, server.protocol_version) == ("Tiny Server", "2025-11-25")
    assert [tool.raw for tool in server.tools] == [TOOL]
    assert server.origin.kind == "http"
    assert server.origin.locator == legacy.url(f"/{behaviour}?key=***")
    assert server.origin.authorization == "bearer token"
    for _, headers in legacy.seen:
        assert headers["Authorization"] == f"Bearer {SECRET}"


def test_a_list_larger_than_any_buffer(legacy: Legacy) -> None:
    legacy.padding = "x" * 8 * MIB
    server = read(legacy.url("/slow-to-confirm"))
    assert isinstance(server, Server), server
    assert server.tools[0].description == legacy.padding


@pytest.mark.parametrize("status", [403, 406, 415, 500])
def test_other_refusals_are_not_asked_again(legacy: Legacy, status: int) -> None:
    legacy.refusal = status
    assert f"({status}" in failed(legacy.url("/sse")).message
    assert "GET" not in [what for what, _ in legacy.seen]


@pytest.mark.parametrize(
    ("behaviour", "stage", "message"),
    [
        ("nothing", "connect", "this path does not take MCP messages by POST (405)"),
        ("page", "connect", "this path does not take MCP messages by POST (405)"),
        ("no-endpoint", "connect", "this path does not take MCP messages by POST (405)"),
        ("wrong-endpoint", "connect", "this path does not take MCP messages by POST (405)"),
        ("guarded", "connect", "does not accept the Authorization header given (401); it wants"),
        (
            "elsewhere",
            "connect",
            "wants its messages sent to http://127.0.0.1:9/messages?key=***, another origin",
        ),
        ("refuses-messages", "connect", "the server failed (500 Internal Server Error)"),
        ("ends", "list", "the event stream ended before the server answered"),
        ("floods", "parse", "the server sent more than 64 MiB"),
    ],
)
def test_misbehaviour_is_one_line_with_its_stage(
    legacy: Legacy, behaviour: str, stage: str, message: str
) -> None:
    failure = failed(legacy.url(f"/{behaviour}"))
    assert message in failure.message
    assert failure.stage == stage


def test_a_stream_without_endpoint_leaves_time_for_nothing_else(legacy: Legacy) -> None:
    failure = failed(legacy.url("/silent"), timeout=1.0)
    assert "by POST (405)" in failure.message


@pytest.mark.parametrize("transport", ["sse", "http"])
def test_a_config_may_name_either_transport_for_both(legacy: Legacy, transport: Any) -> None:
    with serving() as newer:
        for url, first in ((legacy.url("/sse"), "GET"), (newer.url("/json"), None)):
            launch = Launch(alias="Mine", transport=transport, url=url)
            server = read_launch(launch, SourceOptions(timeout=20.0))
            assert isinstance(server, Server), server
            assert (server.id, len(server.tools)) == ("mine", 1)
            if first and transport == "sse":
                assert legacy.seen[0][0] == first


CHALLENGE = (
    'Bearer realm="notes", error="invalid_token", scope="notes.read notes.write", '
    'resource_metadata="https://notes.example/.well-known/oauth-protected-resource"'
)
ENTRA = 'Bearer authorization_uri="https://login.example/tenant/oauth2", error=invalid_token'


@pytest.mark.parametrize(
    ("status", "authorized", "header", "message"),
    [
        (
            401,
            False,
            CHALLENGE,
            'the server wants OAuth authorization (401): a token with the scopes "notes.read '
            'notes.write", from whom '
            "https://notes.example/.well-known/oauth-protected-resource names; "
            "give it with --header 'Authorization: Bearer TOKEN'",
        ),
        (
            401,
            False,
            ENTRA,
            "the server wants OAuth authorization (401): "
            "a token of https://login.example/tenant/oauth2; "
            "give it with --header 'Authorization: Bearer TOKEN'",
        ),
        (
            401,
            True,
            ENTRA,
            "the server does not accept the Authorization header given (401: invalid_token); "
            "it wants a token of https://login.example/tenant/oauth2",
        ),
        (
            403,
            True,
            'Bearer error="insufficient_scope", scope="notes.admin"',
            'the server forbids the access (403): it wants the scopes "notes.admin"',
        ),
        (
            401,
            False,
            'Basic realm="x"',
            "the server wants authorization (401); "
            "give --header 'Authorization: Bearer TOKEN' with a token of yours",
        ),
    ],
)
def test_what_a_server_wants_is_one_line(
    status: int, authorized: bool, header: str, message: str
) -> None:
    challenge = read_challenge(header, Redactor([]))
    assert status_reason(status, "", authorized=authorized, challenge=challenge) == message


def test_a_hostile_challenge_is_safe_to_show() -> None:
    header = f'Bearer scope="\x1b[2J\\"{SECRET} {"x" * 10_000}", error="a\nb'
    challenge = read_challenge(header, Redactor([SECRET]))
    assert challenge.scope == ""
    header = f'Bearer scope="\x1b[2J\\"{SECRET}", issuer="https://a.example/?t=1"'
    challenge = read_challenge(header, Redactor([SECRET]))
    assert challenge.scope == '\\x1b[2J"***'
    assert challenge.issuer == "https://a.example/?t=***"


def test_a_protected_server_is_not_followed(legacy: Legacy) -> None:
    """The document that a challenge names is on another server, which sees no request."""
    with serving() as loopback:
        loopback.challenge = f'Bearer resource_metadata="{legacy.url("/metadata")}"'
        failure = failed(loopback.url("/401"), headers={})
        assert f"a token, from whom {legacy.url('/metadata')} names" in failure.message
    assert legacy.seen == []


def token(claims: Any) -> str:
    parts = ({"alg": "none"}, claims)
    coded = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts]
    return ".".join([*coded, "signature"])


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "no credentials"),
        (HEADERS, "bearer token"),
        ({"authorization": f"bearer {SECRET}"}, "bearer token"),
        ({"Authorization": f"Basic {SECRET}"}, "basic credentials"),
        ({"Authorization": SECRET}, "header Authorization"),
        ({"X-Key": SECRET, "X-Region": "eu"}, "header X-Key, header X-Region"),
        (
            {"Authorization": f"Bearer {token({'scope': 'a b', 'sub': SECRET})}"},
            "bearer token with the scopes a b",
        ),
        (
            {"Authorization": f"Bearer {token({'scp': ['a', 'b', 7]})}"},
            "bearer token with the scopes a b",
        ),
        ({"Authorization": f"Bearer {token([1])}"}, "bearer token"),
        ({"Authorization": "Bearer a.b.c"}, "bearer token"),
        ({"Authorization": f"Bearer {token({'scope': {'a': 1}})}"}, "bearer token"),
    ],
)
def test_as_whom_a_server_was_asked(headers: dict[str, str], said: str) -> None:
    assert describe_authorization("https://a.example/mcp", headers) == said


def test_credentials_in_a_url_and_variables_are_named() -> None:
    said = describe_authorization(f"https://ann:{SECRET}@a.example/mcp", {})
    assert said == "credentials in the URL"
    assert describe_variables({"B": SECRET, "A": ""}) == "variables A, B"
    assert describe_variables({}) is None
