"""Each client's config, in its real shape, found where the client keeps it on each system."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from analyzer.model import Scope
from analyzer.resources import bundled
from analyzer.sources.clients import Surroundings, System, find_configs, load_catalogue
from analyzer.sources.configs import read_config, recognise
from analyzer.sources.launch import Launch

FIXTURES = Path(__file__).parents[1] / "clients"
SYSTEMS: tuple[System, ...] = ("linux", "macos", "windows")
CODE = {
    "linux": "~/.config/Code/User",
    "macos": "~/Library/Application Support/Code/User",
    "windows": "~/AppData/Roaming/Code/User",
}
CLINE = "globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json"
# Written down from the clients' documentation, not from the catalogue. One path is that of all
# three systems; without ~ it lies in the project.
PLACES: tuple[tuple[str, Scope, str | tuple[str, ...]], ...] = (
    (
        "claude-desktop",
        "user",
        (
            "~/.config/Claude/claude_desktop_config.json",
            "~/Library/Application Support/Claude/claude_desktop_config.json",
            "~/AppData/Roaming/Claude/claude_desktop_config.json",
        ),
    ),
    ("claude-code", "user", "~/.claude.json"),
    ("claude-code", "project", ".mcp.json"),
    ("claude-code", "plugin", "~/.claude/plugins/cache/market/tool/1.0.0/.mcp.json"),
    ("claude-code", "plugin", "~/.claude/plugins/cache/market/tool/2/.claude-plugin/plugin.json"),
    ("claude-code", "plugin", ".claude-plugin/plugin.json"),
    (
        "claude-code",
        "managed",
        (
            "/etc/claude-code/managed-mcp.json",
            "/Library/Application Support/ClaudeCode/managed-mcp.json",
            "C:/Program Files/ClaudeCode/managed-mcp.json",
        ),
    ),
    ("cursor", "user", "~/.cursor/mcp.json"),
    ("cursor", "project", ".cursor/mcp.json"),
    ("vscode", "user", tuple(f"{CODE[system]}/mcp.json" for system in SYSTEMS)),
    ("vscode", "project", ".vscode/mcp.json"),
    ("windsurf", "user", "~/.codeium/windsurf/mcp_config.json"),
    ("gemini-cli", "user", "~/.gemini/settings.json"),
    ("gemini-cli", "project", ".gemini/settings.json"),
    ("antigravity", "user", "~/.gemini/antigravity/mcp_config.json"),
    ("codex", "user", "~/.codex/config.toml"),
    ("codex", "project", ".codex/config.toml"),
    ("copilot-cli", "user", "~/.copilot/mcp-config.json"),
    ("copilot-cli", "project", ".github/mcp.json"),
    (
        "zed",
        "user",
        (
            "~/.config/zed/settings.json",
            "~/.config/zed/settings.json",
            "~/AppData/Roaming/Zed/settings.json",
        ),
    ),
    ("zed", "project", ".zed/settings.json"),
    (
        "goose",
        "user",
        (
            "~/.config/goose/config.yaml",
            "~/.config/goose/config.yaml",
            "~/AppData/Roaming/Block/goose/config/config.yaml",
        ),
    ),
    ("continue", "user", "~/.continue/config.yaml"),
    ("continue", "project", ".continue/mcpServers/mine.yaml"),
    ("cline", "user", tuple(f"{CODE[system]}/{CLINE}" for system in SYSTEMS)),
    ("amazon-q", "user", "~/.aws/amazonq/mcp.json"),
    ("amazon-q", "project", ".amazonq/mcp.json"),
    ("kiro", "user", "~/.kiro/settings/mcp.json"),
    ("kiro", "project", ".kiro/settings/mcp.json"),
    ("opencode", "user", "~/.config/opencode/opencode.json"),
    ("opencode", "project", "opencode.json"),
    ("amp", "user", "~/.config/amp/settings.json"),
    ("amp", "project", ".amp/settings.json"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    surroundings: Surroundings
    """Of the system that is asked for, all folders in a temporary one."""

    def place(self, path: str) -> Path:
        near = self.surroundings
        if path.startswith("~/AppData/Roaming/"):
            return Path(near.variables["APPDATA"]) / path.removeprefix("~/AppData/Roaming/")
        if path.startswith("~/"):
            return near.home / path[2:]
        if path.startswith("C:/Program Files/"):
            return Path(near.variables["PROGRAMFILES"]) / path.removeprefix("C:/Program Files/")
        return (near.root if path.startswith("/") else near.project) / path.lstrip("/")

    def put(self, path: str, fixture: str) -> Path:
        (source,) = FIXTURES.glob(f"{fixture}.*")
        target = self.place(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
        return target


def machine(system: System, folder: Path) -> Machine:
    for name in ("user", "shop"):
        (folder / name).mkdir()
    windows = {"APPDATA": folder / "roaming", "PROGRAMFILES": folder / "programs"}
    surroundings = Surroundings(
        system=system,
        home=folder / "user",
        project=folder / "shop",
        variables={k: str(v) for k, v in windows.items()} if system == "windows" else {},
        root=folder / "root",
    )
    return Machine(surroundings=surroundings)


def path_on(system: System, paths: str | tuple[str, ...]) -> str:
    return paths if isinstance(paths, str) else paths[SYSTEMS.index(system)]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(("client", "scope", "paths"), PLACES, ids=lambda value: str(value)[:30])
def test_each_config_is_found_where_its_client_keeps_it(
    tmp_path: Path, system: System, client: str, scope: Scope, paths: str | tuple[str, ...]
) -> None:
    here = machine(system, tmp_path)
    path = here.put(path_on(system, paths), client)
    found = [
        config
        for config in find_configs(load_catalogue(), here.surroundings)
        if config.client.id == client
    ]
    assert [(config.path, config.scope) for config in found] == [(path, scope)]
    results = read_config(found[0], here.surroundings)
    launches = [result for result in results if isinstance(result, Launch)]
    assert launches
    assert {launch.uses[0].client for launch in launches} == {client}
    by_path = recognise(path, load_catalogue(), here.surroundings)
    if scope != "managed":
        assert client in {config.client.id for config in by_path}


def test_every_client_of_the_catalogue_is_tested() -> None:
    assert {client for client, _, _ in PLACES} == {c.id for c in load_catalogue().clients}
    assert {path.stem for path in FIXTURES.iterdir()} == {c.id for c in load_catalogue().clients}


def test_all_of_a_machine_at_once_and_nothing_of_another_system(tmp_path: Path) -> None:
    here = machine("macos", tmp_path)
    for client, _, paths in PLACES:
        here.put(path_on("macos", paths), client)
    here.put("/etc/claude-code/managed-mcp.json", "claude-code")
    configs = find_configs(load_catalogue(), here.surroundings)
    found = {(config.client.id, config.scope) for config in configs}
    # The Copilot CLI reads the project's .mcp.json too.
    assert found == {(client, scope) for client, scope, _ in PLACES}
    assert not [config for config in configs if "etc" in config.path.parts]
    aliases = [config.client.id for config in configs]
    order = [client.id for client in load_catalogue().clients]
    assert aliases == sorted(aliases, key=order.index)


def test_variables_move_configs(tmp_path: Path) -> None:
    variables = {"CODEX_HOME": str(tmp_path / "elsewhere"), "XDG_CONFIG_HOME": str(tmp_path / "x")}
    home, project = tmp_path / "user", tmp_path / "shop"
    here = Surroundings(system="linux", home=home, project=project, variables=variables)
    for path in ("elsewhere/config.toml", "x/goose/config.yaml", "user/.codex/config.toml"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text("")
    found = [config.client.id for config in find_configs(load_catalogue(), here)]
    assert found == ["codex", "goose"]


def test_the_catalogue_follows_its_schema() -> None:
    schema = json.loads((bundled("catalog") / "clients.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    document = yaml.safe_load((bundled("catalog") / "clients.yaml").read_text("utf-8"))
    errors = [e.message for e in Draft202012Validator(schema).iter_errors(document)]
    assert errors == []
    ids = [client["id"] for client in document["clients"]]
    assert len(ids) == len(set(ids))
    document["clients"][0]["paths"] = []
    assert not Draft202012Validator(schema).is_valid(document)


def test_the_document_names_every_client() -> None:
    page = (Path(__file__).parents[2] / "docs" / "clients.md").read_text("utf-8")
    rows = {(c.title, c.id) for c in load_catalogue().clients}
    assert {row for row in rows if f"| {row[0]} | `{row[1]}` |" not in page} == set()
