"""No secret of a command line, a URL or a header is shown."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from analyzer.sources.quoting import printable
from analyzer.sources.redact import (
    Redactor,
    redact_command,
    redact_url,
    secrets_in_command,
    secrets_in_url,
)

SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    ("argv", "shown"),
    [
        (["npx", "-y", "@scope/server@1.2.3"], "npx -y @scope/server@1.2.3"),
        (["server", "--token", SECRET, "--port", "80"], "server --token *** --port 80"),
        (["server", f"--api-key={SECRET}"], "server --api-key=***"),
        (["server", "--apiKey", SECRET], "server --apiKey ***"),
        (["server", "--password", SECRET], "server --password ***"),
        (["server", "-H", f"Authorization: Bearer {SECRET}"], "server -H ***"),
        (["server", f"X-Api-Key: {SECRET}"], "server ***"),
        (["docker", "run", "-e", f"A_B={SECRET}", "img"], "docker run -e A_B=*** img"),
        (["env", f"lower={SECRET}", "x"], "env lower=*** x"),
        (["pg", f"postgres://me:{SECRET}@host:5432/db"], "pg postgres://***@host:5432/db"),
        (["s", f"--url=https://h/x?key={SECRET}&b=1"], "s '--url=https://h/x?key=***&b=***'"),
        (["s", "ghp_0123456789abcdefghij"], "s ***"),
        (["s", "sk-proj-abcdefghijklmnop1234"], "s ***"),
        (["s", "0123456789abcdef0123456789abcdef"], "s ***"),
        (["sh", "-c", f"server --token {SECRET}"], "sh -c ***"),
        (["s", "two words", "it's"], "s 'two words' 'it'\"'\"'s'"),
        ([], ""),
    ],
)
def test_command_lines(argv: list[str], shown: str) -> None:
    assert redact_command(argv) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.com/mcp", "https://example.com/mcp"),
        ("https://EXAMPLE.com:8443/a/b/", "https://example.com:8443/a/b/"),
        (f"https://me:{SECRET}@h/x", "https://***@h/x"),
        (f"https://{SECRET}@h/x", "https://***@h/x"),
        (f"https://h/x?key={SECRET}&flag", "https://h/x?key=***&***"),
        (f"https://h/x#{SECRET}", "https://h/x"),
        ("https://h/s/Zk3v9QmX1LpT7wYb2NcR5dHa/mcp", "https://h/s/***/mcp"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("http://[::1/x", "***"),
        ("http://h:port/x", "***"),
    ],
)
def test_urls(url: str, shown: str) -> None:
    assert redact_url(url) == shown


def test_secrets_that_a_server_repeats_are_masked() -> None:
    redact = Redactor([f"Bearer {SECRET}", "abc", f"{SECRET}-longer"])
    assert redact(f"bad token {SECRET}-longer or {SECRET}, abc") == "bad token *** or ***, abc"
    assert redact(f"see https://h/?t={SECRET}") == "see https://h/?t=***"
    assert redact("GET https://me:pw@h/x failed") == "GET https://***@h/x failed"


def test_the_secrets_in_a_url() -> None:
    key = "0123456789abcdef0123456789abcdef"
    secrets = secrets_in_url(f"https://me:p%40w@h/x/{key}?a=1%202&b=&c#end")
    assert {"me", "p%40w", "p@w", "1%202", "1 2", "c", key, "end", "bWU6cEB3"} <= set(secrets)
    assert "" not in secrets
    assert "x" not in secrets
    assert secrets_in_url("http://[::1") == ["http://[::1"]


def test_the_secrets_in_a_command() -> None:
    argv = ["npx", "-y", "srv", "--token", "t0p", "--api-key=k3y", "DSN=pg://u:pw@h", "-v"]
    assert set(secrets_in_command(argv)) >= {"t0p", "k3y", "pg://u:pw@h", "pw"}
    assert {"npx", "-y", "srv", "-v", "--token"}.isdisjoint(secrets_in_command(argv))


def test_a_secret_is_found_in_every_spelling() -> None:
    secret = 'p"w/d é'
    redact = Redactor([secret])
    for spelt in (secret, json.dumps(secret), quote(secret), quote(secret, safe=""), repr(secret)):
        assert redact(f"it is {spelt}!").strip("\"'") in (
            "it is ***!",
            'it is "***"!',
            "it is '***'!",
        )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\tb\r\n  c", "a b c"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\u202eright\u200b", "\\u202eright\\u200b"),
        ("\ud800", "\\ud800"),
        ("é 漢 🎉", "é 漢 🎉"),
        ("x" * 50, "x" * 19 + "…"),
    ],
)
def test_text_of_a_stranger_in_a_line_of_ours(text: str, shown: str) -> None:
    assert printable(text, 20) == shown
