"""A registry's server.json names a server and no tools; Docker's lists name arguments their way."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from analyzer.model import Server, SourceFailure
from analyzer.sources import SourceOptions, read_target
from analyzer.sources.launch import EntryError, Launch
from analyzer.sources.registry import build_registry_launch, is_registry_entry

NPM = {"registryType": "npm", "identifier": "@example/notes", "version": "1.2.3"}
REMOTE = {"type": "streamable-http", "url": "https://notes.example/mcp"}


def entry(**members: Any) -> dict[str, Any]:
    return {"name": "io.example/notes", "description": "Notes.", "version": "1.2.3", **members}


def read(tmp_path: Path, document: Any) -> Server | SourceFailure:
    path = tmp_path / "server.json"
    path.write_text(json.dumps(document))
    (answer,) = read_target(str(path), SourceOptions())
    return answer


def advice(tmp_path: Path, document: Any) -> str:
    answer = read(tmp_path, document)
    assert isinstance(answer, SourceFailure)
    assert answer.stage == "parse"
    assert answer.message.isprintable()
    return answer.message


@pytest.fixture
def runtimes(tmp_path: Path) -> str:
    """A PATH on which every runtime is found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("npx", "uvx", "docker", "dnx"):
        (folder / name).write_text("")
        (folder / name).chmod(0o755)
    return str(folder)


@pytest.mark.parametrize(
    ("members", "command"),
    [
        ({"packages": [NPM]}, "toolmark scan -- npx -y @example/notes@1.2.3"),
        ({"remotes": [REMOTE]}, "toolmark scan https://notes.example/mcp"),
        (
            {"packages": [NPM], "remotes": [REMOTE]},
            "@example/notes@1.2.3 or toolmark scan https://notes.example/mcp",
        ),
        (
            {"packages": [{"registry_type": "pypi", "identifier": "notes-mcp", "version": "2"}]},
            "toolmark scan -- uvx notes-mcp@2",
        ),
        (
            {
                "packages": [
                    {
                        **NPM,
                        "environmentVariables": [
                            {"name": "NOTES_KEY", "isRequired": True, "isSecret": True},
                            {"name": "NOTES_COLOR"},
                        ],
                    }
                ]
            },
            "npx -y @example/notes@1.2.3 (with --env for NOTES_KEY)",
        ),
    ],
)
def test_advice_names_the_command(tmp_path: Path, members: dict[str, Any], command: str) -> None:
    said = advice(tmp_path, entry(**members))
    assert said.startswith("a registry's server.json: it lists no tools; ask the server with")
    assert command in said
    wrapped = {"server": entry(**members), "_meta": {"io.modelcontextprotocol.registry": {}}}
    assert advice(tmp_path, wrapped) == said


def test_a_list_of_entries(tmp_path: Path) -> None:
    document = {"servers": [{"server": entry(packages=[NPM])}] * 3, "metadata": {"count": 3}}
    assert "it names 3 servers of a registry and lists no tools" in advice(tmp_path, document)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        (
            {"packages": [{"registryType": "mcpb", "identifier": "https://notes.example/n.mcpb"}]},
            "its bundle has to be downloaded and scanned: https://notes.example/n.mcpb",
        ),
        (
            {"packages": [{**NPM, "transport": {"type": "sse", "url": "http://localhost"}}]},
            "its package serves over HTTP",
        ),
        ({"packages": [{**NPM, "identifier": "--eval=evil"}]}, "not one that can be passed on"),
        ({"packages": [{**NPM, "identifier": "a b"}]}, "not one that can be passed on"),
        ({"packages": [{**NPM, "version": "1 && x"}]}, "not one that can be passed on"),
        (
            {"packages": [{**NPM, "environmentVariables": [{"name": "A=B", "value": "x"}]}]},
            "not one that can be passed on",
        ),
        ({"packages": [{**NPM, "registryType": "gem\x1b"}]}, '"gem\\x1b" are not known here'),
        ({"remotes": [{"type": "sse", "url": "file:///etc/passwd"}]}, "no http or https URL"),
    ],
)
def test_what_cannot_be_started_is_said(
    tmp_path: Path, members: dict[str, Any], reason: str
) -> None:
    document = entry(**members)
    assert reason in advice(tmp_path, document)
    with pytest.raises(EntryError):
        build_registry_launch(document, os.defpath)


def launch_of(runtimes: str, **members: Any) -> Launch:
    return build_registry_launch(entry(**members), runtimes)


def test_packages_come_before_remotes_where_their_runtime_is_there(runtimes: str) -> None:
    launch = launch_of(runtimes, packages=[NPM], remotes=[REMOTE])
    assert launch.argv == ("npx", "-y", "@example/notes@1.2.3")
    assert (launch.alias, launch.fills_variables) == ("notes", False)
    there = build_registry_launch(entry(packages=[NPM], remotes=[REMOTE]), "")
    assert (there.url, there.transport) == ("https://notes.example/mcp", "http")
    with pytest.raises(EntryError, match="npx is not installed here"):
        build_registry_launch(entry(packages=[NPM]), "")


def test_arguments_variables_and_inputs(runtimes: str) -> None:
    package = {
        "registryType": "oci",
        "identifier": "ghcr.io/example/notes:1.2.3",
        "runtimeArguments": [
            {"type": "named", "name": "--init"},
            {
                "type": "named",
                "name": "--mount",
                "value": "type=bind,src={source},dst=/data",
                "variables": {"source": {"isRequired": True}},
            },
        ],
        "packageArguments": [
            {"type": "positional", "value": "serve"},
            {"type": "positional", "valueHint": "folder", "default": "/data"},
            {"type": "named", "name": "--level", "isRequired": True},
            {"type": "named", "name": "--color", "description": "left out"},
            {"type": "named", "name": "--raw", "value": "{brace}"},
        ],
        "environmentVariables": [
            {"name": "KEY", "isRequired": True},
            {"name": "X", "value": "1"},
            {"name": "Y", "default": "2"},
            {"name": "Z"},
        ],
    }
    launch = launch_of(runtimes, packages=[package])
    assert " ".join(launch.argv) == (
        "docker run -i --rm -e KEY -e X -e Y -e Z --init "
        "--mount type=bind,src=${input:source},dst=/data "
        "ghcr.io/example/notes:1.2.3 serve ${input:folder} --level ${input:level} --raw {brace}"
    )
    assert launch.env == {"KEY": "${KEY}", "X": "1", "Y": "${Y:-2}"}
    assert launch.passed == ("Z",)
    assert launch.defaults == {"folder": "/data"}


@pytest.mark.parametrize(
    ("package", "command"),
    [
        ({"registryType": "pypi", "identifier": "notes"}, "uvx notes"),
        (
            {
                "registryType": "pypi",
                "identifier": "notes",
                "version": "2",
                "runtimeArguments": [{"value": "notes"}, {"value": "mcp"}],
            },
            "uvx notes@2 mcp",
        ),
        (
            {"registryType": "oci", "identifier": "example/notes", "version": "2"},
            "docker run -i --rm example/notes:2",
        ),
        (
            {
                "registryType": "oci",
                "identifier": "ghcr.io/example/notes:2",
                "runtimeArguments": [
                    {"type": "positional", "value": "run"},
                    {"type": "named", "name": "-i", "value": "true", "format": "boolean"},
                    {"type": "named", "name": "--tty", "value": "false", "format": "boolean"},
                    {
                        "type": "named",
                        "name": "-e",
                        "value": "TOKEN={token}",
                        "isRequired": False,
                        "variables": {"token": {"isSecret": True}},
                    },
                    {"type": "positional", "value": "ghcr.io/example/notes"},
                ],
            },
            "docker run -i --rm ghcr.io/example/notes:2",
        ),
        ({"registryType": "nuget", "identifier": "Notes"}, "dnx Notes --yes --"),
        ({**NPM, "runtimeArguments": [{"value": "-y"}]}, "npx -y @example/notes@1.2.3"),
        (
            {"registry_name": "npm", "name": "notes", "version": "1"},
            "npx -y notes@1",
        ),
    ],
)
def test_commands_of_each_kind(runtimes: str, package: dict[str, Any], command: str) -> None:
    assert " ".join(launch_of(runtimes, packages=[package]).argv) == command


def test_a_remote_with_headers_and_variables(runtimes: str) -> None:
    remote = {
        "type": "sse",
        "url": "https://{tenant}.example/sse",
        "variables": {"tenant": {"default": "public"}},
        "headers": [
            {"name": "Authorization", "value": "Bearer {token}", "variables": {"token": {}}},
            {"name": "X-Key", "isRequired": True},
            {"name": "X-Region", "default": "eu"},
            {"name": "X-Trace"},
        ],
    }
    launch = launch_of(runtimes, remotes=[remote])
    assert (launch.url, launch.transport) == ("https://${input:tenant}.example/sse", "sse")
    assert launch.headers == {
        "Authorization": "Bearer ${input:token}",
        "X-Key": "${input:X-Key}",
        "X-Region": "${input:X-Region}",
    }
    assert launch.defaults == {"tenant": "public", "X-Region": "eu"}


@pytest.mark.parametrize(
    "document",
    [
        {"name": "a", "packages": ["b"]},
        {"name": "a", "packages": []},
        {"name": "a", "tools": [], "packages": [NPM]},
        {"packages": [NPM]},
        {"servers": {"a": {"command": "x"}}},
        {"name": "p", "version": "1", "dependencies": {}},
        [],
        None,
    ],
)
def test_other_documents_are_not_taken_for_entries(document: Any) -> None:
    assert not is_registry_entry(document)


def test_arguments_as_docker_lists_them(tmp_path: Path) -> None:
    rows = [
        {"name": "folder", "type": "string", "desc": "Where."},
        {"name": "tags", "type": "array", "items": {"type": "string"}, "optional": False},
    ]
    server = read(
        tmp_path,
        [
            {"name": "find", "description": "Finds.", "arguments": rows},
            {"name": "ping", "arguments": []},
        ],
    )
    assert isinstance(server, Server), server
    assert server.tools[0].input_schema == {
        "type": "object",
        "properties": {
            "folder": {"type": "string", "description": "Where."},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["tags"],
    }
    assert server.tools[1].input_schema == {"type": "object", "properties": {}}
    assert [finding.rule_id for finding in server.findings] == ["source.argument-lists"]


def test_arguments_of_another_shape_are_left_alone(tmp_path: Path) -> None:
    tools = [{"name": "find", "arguments": ["folder"]}, {"name": "ping", "inputSchema": {}}]
    server = read(tmp_path, tools)
    assert isinstance(server, Server), server
    assert [tool.raw for tool in server.tools] == tools
    assert [finding.rule_id for finding in server.findings] == ["source.partial-definition"]
