"""What the configs of all clients say, and what is broken in them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.model import SkippedServer, SourceFailure
from analyzer.sources.clients import Surroundings, load_catalogue
from analyzer.sources.configs import read_config, recognise
from analyzer.sources.launch import Launch

FIXTURES = Path(__file__).parents[1] / "clients"


def read(name: str, folder: Path) -> dict[str, Launch | SkippedServer | SourceFailure]:
    """The results for a fixture, by alias or target."""
    (path,) = FIXTURES.glob(f"{name}.*")
    here = Surroundings(system="linux", home=folder / "user", project=folder)
    (client,) = (client for client in load_catalogue().clients if client.id == name)
    found = recognise(path, load_catalogue(), here)[0]
    results = read_config(replace(found, client=client), here)
    return {
        result.alias if isinstance(result, Launch) else getattr(result, "name", str(result)): result
        for result in results
    }


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (
            "claude-desktop",
            {"filesystem": "npx -y @modelcontextprotocol/server-filesystem Desktop"},
        ),
        (
            "claude-code",
            {
                "sentry": "http https://mcp.example.com/mcp",
                "db": "uvx db-server",
                "old": "disabled",
            },
        ),
        (
            "vscode",
            {"github": "http https://api.example.com/mcp/", "local": "/bin/server --region"},
        ),
        ("windsurf", {"search": "http https://search.example.com/mcp"}),
        (
            "gemini-cli",
            {
                "python": "python -m tools",
                "stream": "http https://stream.example.com/mcp",
                "events": "sse https://events.example.com/sse",
                "off": "disabled",
            },
        ),
        ("antigravity", {"maps": "http https://maps.example.com/mcp"}),
        (
            "codex",
            {
                "docs": "npx -y docs-server",
                "figma": "http https://figma.example.com/mcp",
                "off": "disabled",
            },
        ),
        (
            "copilot-cli",
            {
                "playwright": "npx @playwright/mcp@latest",
                "context": "sse https://context.example.com/sse",
            },
        ),
        (
            "zed",
            {
                "custom": "some-command arg-1",
                "nested": "older-command --stdio",
                "mcp-server-linear": "built-in",
                "remote": "http https://zed.example.com/mcp",
            },
        ),
        ("goose", {"developer": "built-in", "fetch": "uvx mcp-server-fetch", "web": "disabled"}),
        (
            "continue",
            {
                "sqlite": "npx -y mcp-sqlite 8080",
                "hosted": "http https://continue.example.com/mcp",
            },
        ),
        ("cline", {"weather": "node build/index.js", "sleeping": "disabled"}),
        ("amazon-q", {"aws-docs": "uvx awslabs.aws-documentation-mcp-server@latest"}),
        ("kiro", {"fetch": "uvx mcp-server-fetch", "off": "disabled"}),
        (
            "opencode",
            {
                "local": "bun x my-mcp-command",
                "jira": "http https://jira.example.com/mcp",
                "off": "disabled",
            },
        ),
        (
            "amp",
            {
                "semgrep": "http https://semgrep.example.com/mcp",
                "playwright": "npx -y @playwright/mcp@latest --headless",
            },
        ),
    ],
)
def test_the_shapes_of_all_clients(tmp_path: Path, client: str, expected: dict[str, str]) -> None:
    said = {}
    for alias, result in read(client, tmp_path).items():
        if isinstance(result, Launch):
            command = " ".join(result.argv)
            said[alias] = f"{result.transport} {result.url}" if result.url else command
        else:
            assert isinstance(result, SkippedServer), result
            said[alias] = result.reason
    assert list(said) == list(expected)
    for alias, text in expected.items():
        assert text in said[alias]


def test_what_configs_say_of_environment_headers_and_folders(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# comment\nexport A='one two'\nB=3\n")
    launches: dict[str, Launch] = {}
    for client in ("cursor", "codex", "goose", "continue", "gemini-cli", "vscode", "opencode"):
        for alias, result in read(client, tmp_path).items():
            if isinstance(result, Launch):
                launches[f"{client}/{alias}"] = result
    assert launches["cursor/files"].argv[-1] == str(tmp_path)
    assert launches["cursor/files"].env == {"A": "one two", "B": "3"}
    assert launches["codex/docs"].env == {"DOCS_MODE": "full"}
    assert launches["codex/docs"].passed == ("DOCS_HOME",)
    figma = {"X-Region": "eu", "Authorization": "Bearer ${FIGMA_TOKEN}"}
    assert launches["codex/figma"].headers == figma
    assert launches["goose/fetch"].env == {"FETCH_MODE": "quick", "FETCH_KEY": "${FETCH_KEY}"}
    assert launches["continue/hosted"].headers == {"Authorization": "Bearer abc"}
    assert launches["gemini-cli/python"].cwd == str(tmp_path / "server")
    assert launches["gemini-cli/python"].dollar
    assert launches["vscode/local"].defaults == {"region": "eu"}
    assert launches["opencode/jira"].headers == {"Authorization": "Bearer {env:JIRA_TOKEN}"}


def test_a_missing_env_file_is_a_failure_of_its_server_alone(tmp_path: Path) -> None:
    results = list(read("cursor", tmp_path).values())
    assert isinstance(results[0], SourceFailure)
    assert "envFile cannot be read: no such file" in results[0].message
    assert isinstance(results[1], Launch)


@pytest.mark.parametrize(
    ("name", "text", "client"),
    [
        ("mine.json", '{"mcpServers": {"a": {"command": "x"}}}', "other"),
        ("mine.json", '{"mcpServers": {}}', "other"),
        ("mine.json", '{"context_servers": {}} // zed', "zed"),
        ("mine.json", '{"servers": {"a": {"url": "https://h"}}}', "vscode"),
        ("mine.json", '{"mcp": {"a": {"command": ["x"]}}}', "opencode"),
        ("mine.json", '{"customizations": {"vscode": {"mcp": {"servers": {}}}}}', "vscode"),
        ("my.code-workspace", '{"settings": {"mcp": {"servers": {}}},}', "vscode"),
        ("mine.toml", '[mcp_servers.a]\ncommand = "x"', "codex"),
        ("mine.yml", "extensions: {a: {cmd: x}}", "goose"),
        ("mine.yml", "a: b", "other"),
        ("mine.json", '{"servers": {"a": {"port": 80}}}', None),
        ("mine.json", '{"tools": [{"name": "mcp", "inputSchema": {"mcpServers": 1}}]}', None),
        ("mine.json", '{"extensions": ["a"]}', None),
        ("mine.json", '{"mcpServers": {', None),
        ("mine.json", "[]", None),
    ],
)
def test_a_file_elsewhere_is_known_by_its_shape(
    tmp_path: Path, name: str, text: str, client: str | None
) -> None:
    (tmp_path / name).write_text(text)
    here = Surroundings(system="linux", home=tmp_path / "user", project=tmp_path)
    found = recognise(tmp_path / name, load_catalogue(), here)
    assert [config.client.id for config in found] == ([client] if client else [])


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (".cursor/mcp.json", '{"mcpServers": {', "line 1, column 17: the JSON ends too early"),
        (".mcp.json", "{} // no comments here", "line 1, column 4: more text after the end"),
        (".cursor/mcp.json", '{"a": s3cret}', "line 1, column 7: not valid JSON"),
        (".cursor/mcp.json", "[1]", "no object at its top"),
        (".cursor/mcp.json", "\0", "binary data"),
        ("a/.codex/config.toml", 'key = "s3cret', "not valid TOML"),
        ("a/.codex/config.toml", "s3cret", "not valid TOML"),
        ("a/goose.yaml", "a: [s3cret", "not valid YAML"),
        ("a/goose.yaml", "a: *s3cret", "line 1, column 4: not valid YAML"),
        ("a/goose.yaml", "a: !!python/object:s3cret {}", "line 1, column 4: not valid YAML"),
        ("a/goose.yaml", "a: b", "no member of it holds MCP servers"),
    ],
)
def test_a_broken_file_is_one_line_that_quotes_nothing(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(text)
    here = Surroundings(system="linux", home=tmp_path / "user", project=tmp_path)
    config = recognise(path, load_catalogue(), here)[0]
    (failure,) = read_config(config, here)
    assert isinstance(failure, SourceFailure)
    assert failure.target == str(path)
    assert message in failure.message
    assert "s3cret" not in failure.message


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("npx", "not an object"),
        ({}, "neither a command nor a URL"),
        ({"command": ""}, "neither a command nor a URL"),
        ({"command": "x", "args": "-y"}, "args is not a list"),
        ({"command": "x", "args": [{"s3cret": 1}]}, "an argument of the command is not text"),
        ({"command": 5}, "the command is not text"),
        ({"command": 0}, "the command is not text"),
        ({"command": False}, "the command is not text"),
        ({"command": [5, "x"]}, "the command is not text"),
        ({"command": {"path": 5}}, "the command is not text"),
        ({"command": "x", "env": ["s3cret"]}, "env is not an object"),
        ({"command": "x", "env": {"A": ["s3cret"]}}, "a value of env is not text"),
        ({"command": "x", "cwd": 7}, "cwd is not text"),
        ({"url": "ftp://s3cret"}, "url is no http or https URL"),
        ({"url": "https://h", "headers": "s3cret"}, "headers is not an object"),
    ],
)
def test_a_broken_entry_is_one_line_and_the_others_go_on(
    tmp_path: Path, entry: object, message: str
) -> None:
    path = tmp_path / ".cursor" / "mcp.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"mcpServers": {"bad": entry, "good": {"command": "x"}}}))
    here = Surroundings(system="linux", home=tmp_path / "user", project=tmp_path)
    (config,) = recognise(path, load_catalogue(), here)
    bad, good = read_config(config, here)
    assert isinstance(bad, SourceFailure)
    assert (bad.target, bad.stage) == (f"{path}#bad", "parse")
    assert message in bad.message
    assert "s3cret" not in bad.message
    assert isinstance(good, Launch)
