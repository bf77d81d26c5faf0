"""Servers of Claude Code's plugins, and those of a project that its settings switch off."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from analyzer.model import SkippedServer, SourceFailure
from analyzer.sources.clients import Surroundings, find_configs, load_catalogue
from analyzer.sources.configs import read_config, recognise
from analyzer.sources.launch import Launch, merge_launches

Result = Launch | SkippedServer | SourceFailure
CACHE = "user/.claude/plugins/cache/market/tool/1.0.0"


@pytest.fixture
def here(tmp_path: Path) -> Surroundings:
    for name in ("user", "shop"):
        (tmp_path / name).mkdir()
    return Surroundings(system="linux", home=tmp_path / "user", project=tmp_path / "shop")


def put(folder: Path, path: str, document: Any) -> Path:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(document), encoding="utf-8")
    return target


def found(here: Surroundings) -> list[Result]:
    configs = find_configs(load_catalogue(), here)
    return [one for config in configs for one in read_config(config, here)]


def aliases(results: Sequence[Result]) -> list[str]:
    return [one.alias for one in results if isinstance(one, Launch)]


def test_a_manifest_declares_servers_and_means_its_plugins_folder(
    tmp_path: Path, here: Surroundings
) -> None:
    entry = {"command": "${CLAUDE_PLUGIN_ROOT}/serve", "cwd": "data", "env": {"A": "1"}}
    manifest = {"name": "tool", "mcpServers": {"db": entry}}
    path = put(tmp_path, f"{CACHE}/.claude-plugin/plugin.json", manifest)
    (launch,) = found(here)
    assert isinstance(launch, Launch)
    root = str(tmp_path / CACHE)
    assert launch.argv == (f"{root}/serve",)
    assert launch.cwd == f"{root}/data"
    assert launch.env == {"CLAUDE_PLUGIN_ROOT": root, "A": "1"}
    (use,) = launch.uses
    assert (use.client, use.scope, use.path) == ("claude-code", "plugin", str(path))


@pytest.mark.parametrize("value", ["./servers.json", ["./servers.json"]])
@pytest.mark.parametrize("bare", [False, True])
def test_a_manifest_names_a_file_of_servers(
    tmp_path: Path, here: Surroundings, value: Any, bare: bool
) -> None:
    put(tmp_path, f"{CACHE}/.claude-plugin/plugin.json", {"name": "tool", "mcpServers": value})
    servers = {"db": {"command": "${CLAUDE_PLUGIN_ROOT}/serve"}}
    put(tmp_path, f"{CACHE}/servers.json", servers if bare else {"mcpServers": servers})
    (launch,) = found(here)
    assert isinstance(launch, Launch)
    assert launch.argv == (f"{tmp_path / CACHE}/serve",)


def test_a_file_that_is_found_and_named_counts_once(tmp_path: Path, here: Surroundings) -> None:
    put(tmp_path, f"{CACHE}/.claude-plugin/plugin.json", {"mcpServers": "./.mcp.json"})
    put(tmp_path, f"{CACHE}/.mcp.json", {"db": {"command": "${CLAUDE_PLUGIN_ROOT}/serve"}})
    launches = [one for one in found(here) if isinstance(one, Launch)]
    (merged,) = merge_launches(launches)
    assert len(launches) == 2
    assert len(merged.uses) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../../../../../../secret.json", "it names a file of servers outside its own folder"),
        ("/etc/hostname", "it names a file of servers outside its own folder"),
        ("./gone.json", "no such file or folder"),
        ("./.claude-plugin/plugin.json", "the entry is not an object"),
    ],
)
def test_a_manifest_names_what_it_should_not(
    tmp_path: Path, here: Surroundings, name: str, message: str
) -> None:
    manifest = {"mcpServers": [name], "author": {"name": "x"}}
    put(tmp_path, f"{CACHE}/.claude-plugin/plugin.json", manifest)
    results = found(here)
    assert any(isinstance(r, SourceFailure) and message in r.message for r in results), results
    assert aliases(results) == []


def test_a_manifest_named_by_path_in_a_folder_of_its_author(
    tmp_path: Path, here: Surroundings
) -> None:
    manifest = {"mcpServers": {"db": {"command": "${CLAUDE_PLUGIN_ROOT}/serve"}}}
    path = put(tmp_path, "mine/tool/.claude-plugin/plugin.json", manifest)
    (config,) = recognise(path, load_catalogue(), here)
    (launch,) = read_config(config, here)
    assert isinstance(launch, Launch)
    assert launch.argv == (f"{tmp_path}/mine/tool/serve",)


@pytest.mark.parametrize(
    "path",
    [
        "shop/.claude/settings.local.json",
        "shop/.claude/settings.json",
        "user/.claude/settings.json",
        "user/.claude.json",
    ],
)
def test_settings_switch_off_servers_of_the_project(
    tmp_path: Path, here: Surroundings, path: str
) -> None:
    servers = {name: {"command": name} for name in ("on", "off", "new")}
    put(tmp_path, "shop/.mcp.json", {"mcpServers": servers})
    lists = {"enabledMcpjsonServers": ["on", "off"], "disabledMcpjsonServers": ["off", 7]}
    where = {"projects": {str(here.project): lists}} if path.endswith(".claude.json") else lists
    put(tmp_path, path, where)
    results = [
        result
        for result in found(here)
        if not isinstance(result, SourceFailure)
        and (result.uses if isinstance(result, Launch) else result.clients)[0].client
        == "claude-code"
    ]
    # What nobody has decided on yet is what is worth a look.
    assert aliases(results) == ["on", "new"]
    (skipped,) = [one for one in results if isinstance(one, SkippedServer)]
    assert (skipped.name, skipped.reason) == ("off", "disabled")


def test_settings_of_another_project_or_broken_ones_switch_nothing_off(
    tmp_path: Path, here: Surroundings
) -> None:
    put(tmp_path, "shop/.mcp.json", {"mcpServers": {"a": {"command": "a"}}})
    lists = {"disabledMcpjsonServers": ["a"]}
    put(tmp_path, "user/.claude.json", {"projects": {"/elsewhere": lists}})
    (tmp_path / "shop/.claude").mkdir()
    (tmp_path / "shop/.claude/settings.json").write_text('{"disabledMcpjsonServers": ["a"')
    assert set(aliases(found(here))) == {"a"}


def test_settings_switch_off_no_servers_of_the_user(tmp_path: Path, here: Surroundings) -> None:
    mine = {"mcpServers": {"a": {"command": "a"}}, "disabledMcpjsonServers": ["a"]}
    put(tmp_path, "user/.claude.json", mine)
    put(tmp_path, "user/.claude/settings.json", {"disabledMcpjsonServers": ["a"]})
    assert aliases(found(here)) == ["a"]
