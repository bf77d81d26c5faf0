"""Config files of MCP clients -> the servers that they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from analyzer.errors import SourceError
from analyzer.model import OTHER_CLIENT, ClientUse, Json, Scope, SkippedServer, SourceFailure
from analyzer.records import dataclass
from analyzer.sources.clients import (
    Catalogue,
    Client,
    Config,
    Surroundings,
    configs_at,
)
from analyzer.sources.config_files import SUFFIXES, load_document, load_variables
from analyzer.sources.launch import EntryError, Launch, build_launch
from analyzer.sources.limits import limits
from analyzer.sources.members import find_members, split_path
from analyzer.sources.placeholders import fill_places
from analyzer.sources.plugins import named_configs, plugin_folder
from analyzer.sources.quoting import printable
from analyzer.sources.switched_off import load_switched_off

# Members that are common enough to mean something else: what is in them has to look like entries.
_COMMON = frozenset({"servers", "mcp", "extensions"})
_LAUNCHING = frozenset({"command", "cmd", "url", "httpUrl", "serverUrl", "uri"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Entries that stand together, by alias, and the object that holds them."""

    path: str
    """As the catalogue writes it."""
    entries: tuple[tuple[str, Json], ...]
    holder: Mapping[str, Json]
    project: str | None = None
    """The project that they are for, where the file names several."""
    off: frozenset[str] = frozenset()
    """Aliases that another file switches off."""


def recognise(path: Path, catalogue: Catalogue, surroundings: Surroundings) -> tuple[Config, ...]:
    """What client config a file is: by its path, else by its shape; none where it is something
    else. TOML and YAML are taken for configs whatever they hold."""
    if found := configs_at(path, catalogue, surroundings):
        return found
    format_ = SUFFIXES.get(path.suffix.lower(), "json")
    is_json = format_ in ("json", "jsonc")
    if is_json and not _may_be_config(path, catalogue):
        return ()
    try:
        document = load_document(path, "jsonc" if is_json else format_)
    except SourceError:
        document = None
    matching = [client for client in catalogue.clients if _has_servers(document, client)]
    if not matching and is_json:
        return ()
    known = matching[0] if len(matching) == 1 else _nobody(catalogue)
    config = Config(path=path, client=known, scope="file", folder=surroundings.project)
    return (config,)


def _may_be_config(path: Path, catalogue: Catalogue) -> bool:
    """Whether a file names a member that holds servers, and holds no tools: a quick look, so that
    definitions are not decoded twice."""
    try:
        with path.open("rb") as stream:
            data = stream.read(limits().document_bytes)
    except (OSError, ValueError):
        return False
    if b'"inputSchema"' in data:
        return False
    steps = (split_path(member)[-1] for client in catalogue.clients for member in client.servers)
    return any(f'"{step}"'.encode() in data for step in dict.fromkeys(steps))


def _nobody(catalogue: Catalogue) -> Client:
    """Any client, of which is known no more than where all of them keep their servers."""
    members = dict.fromkeys(member for client in catalogue.clients for member in client.servers)
    unsure = tuple(member for member in members if member not in _COMMON)
    return Client(id=OTHER_CLIENT, title="another client", format="jsonc", servers=unsure)


def _has_servers(document: Json, client: Client) -> bool:
    if not isinstance(document, Mapping):
        return False
    return any(
        group.path not in _COMMON or any(_launches(entry) for _, entry in group.entries)
        for group in _groups(document, client)
    )


def _launches(entry: Json) -> bool:
    if not isinstance(entry, Mapping):
        return False
    inner = entry.get("config")
    return not _LAUNCHING.isdisjoint({*entry, *(inner if isinstance(inner, Mapping) else ())})


def read_config(
    config: Config, surroundings: Surroundings
) -> tuple[Launch | SkippedServer | SourceFailure, ...]:
    """The servers of a config in their order, with placeholders for places filled in and others
    not. A broken entry is a failure, and the others go on."""
    format_ = SUFFIXES.get(config.path.suffix.lower(), config.client.format)
    # Where the name says JSON, the client says whether comments are allowed in it.
    lenient = format_ == "json" and config.client.format != "json"
    try:
        document = load_document(config.path, "jsonc" if lenient else format_)
    except SourceError as error:
        return (SourceFailure(target=str(config.path), stage=error.stage, message=str(error)),)
    if not isinstance(document, Mapping):
        message = "not a client's config: there is no object at its top"
        return (SourceFailure(target=str(config.path), stage="parse", message=message),)
    named = tuple(_named(document, config, surroundings))
    groups = list(_groups(document, config.client))
    if not groups and config.bare:
        groups = [_Group(path="", entries=_entries(document), holder={})]
    if not groups and config.client.id == OTHER_CLIENT:
        message = "no member of it holds MCP servers as the known clients keep them"
        return (SourceFailure(target=str(config.path), stage="parse", message=message),)
    off = load_switched_off(config, surroundings)
    return named + tuple(
        _server(alias, entry, replace(group, off=off), config, surroundings)
        for group in groups
        for alias, entry in group.entries
        if not (named and isinstance(entry, str))
    )


def _named(
    document: Mapping[str, Json], config: Config, surroundings: Surroundings
) -> Iterator[Launch | SkippedServer | SourceFailure]:
    """The servers of the files that a plugin's manifest names."""
    for found in named_configs(document, config):
        if isinstance(found, Config):
            yield from read_config(found, surroundings)
        else:
            yield SourceFailure(target=str(config.path), stage="parse", message=str(found))


def _server(
    alias: str, entry: Json, group: _Group, config: Config, surroundings: Surroundings
) -> Launch | SkippedServer | SourceFailure:
    scope: Scope = config.scope if group.project is None else "project"
    folder = config.folder if group.project is None else Path(group.project)
    alias = printable(alias, limits().quote_chars)
    use = ClientUse(client=config.client.id, alias=alias, path=str(config.path), scope=scope)
    try:
        if _is_built_in(entry, config.client):
            return SkippedServer(name=alias, target="", reason="built-in", clients=(use,))
        launch = build_launch(
            alias,
            entry,
            use=use,
            plain_url=config.client.plain_url,
            inputs=_defaults(group.holder),
            dollar=config.client.dollar,
        )
        root = plugin_folder(config)
        launch = fill_places(launch, {**_places(folder, surroundings), **_root(config, root)})
        if _is_disabled(alias, entry, group, config.client):
            return SkippedServer(name=alias, target=launch.shown, reason="disabled", clients=(use,))
        env = {**_root(config, root), **_env_file(entry, folder, surroundings), **launch.env}
        launch = replace(launch, env=env)
        return replace(launch, cwd=_cwd(launch, scope, root or folder, surroundings))
    except EntryError as error:
        target = f"{config.path}#{alias}"
        return SourceFailure(target=target, stage="parse", message=str(error))


def _is_built_in(entry: Json, client: Client) -> bool:
    if not isinstance(entry, Mapping) or _launches(entry):
        return False
    return any(entry.get(member) in values for member, values in client.built_in.items())


def _is_disabled(alias: str, entry: Mapping[str, Json], group: _Group, client: Client) -> bool:
    if entry.get("disabled") is True or entry.get("enabled") is False or alias in group.off:
        return True
    listed = [value for path in client.disabled for _, _, value in find_members(group.holder, path)]
    return any(isinstance(row, list) and alias in row for row in listed)


def _root(config: Config, root: Path | None) -> dict[str, str]:
    """A plugin's folder, under the name that its client has for it."""
    return (
        {}
        if root is None or not config.client.plugin_root
        else {config.client.plugin_root: str(root)}
    )


def _places(folder: Path, surroundings: Surroundings) -> dict[str, str]:
    separator = "\\" if surroundings.system == "windows" else "/"
    return {
        "workspaceFolder": str(folder),
        "workspaceFolderBasename": folder.name,
        "userHome": str(surroundings.home),
        "pathSeparator": separator,
        "/": separator,
    }


def _cwd(launch: Launch, scope: Scope, folder: Path, surroundings: Surroundings) -> str | None:
    """Where a server is started: where its entry says, else the project that it is for."""
    if launch.cwd is not None:
        return str(folder / launch.cwd)
    return str(folder) if scope == "project" and folder != surroundings.project else None


def _defaults(holder: Mapping[str, Json]) -> dict[str, str]:
    """What ``inputs`` beside the entries say for the case that nobody answers, by id."""
    inputs = holder.get("inputs")
    rows = [row for row in inputs if isinstance(row, Mapping)] if isinstance(inputs, list) else []
    return {
        row["id"]: row["default"]
        for row in rows
        if isinstance(row.get("id"), str) and isinstance(row.get("default"), str)
    }


def _env_file(
    entry: Mapping[str, Json], folder: Path, surroundings: Surroundings
) -> dict[str, str]:
    name = entry.get("envFile")
    if not isinstance(name, str):
        return {}
    for key, value in _places(folder, surroundings).items():
        name = name.replace(f"${{{key}}}", value)
    try:
        return load_variables(folder / name)
    except SourceError as error:
        raise EntryError(f"its envFile cannot be read: {error}") from None


def _groups(document: Mapping[str, Json], client: Client) -> Iterator[_Group]:
    for path in client.servers:
        for keys, holder, value in find_members(document, path):
            if isinstance(value, Mapping | list):
                project = str(keys[1]) if keys[:1] == ("projects",) and len(keys) > 1 else None
                yield _Group(path=path, entries=_entries(value), holder=holder, project=project)


def _entries(value: Json) -> tuple[tuple[str, Json], ...]:
    if isinstance(value, Mapping):
        return tuple((str(alias), entry) for alias, entry in value.items())
    return tuple((_name(entry, number), entry) for number, entry in enumerate(value, 1))


def _name(entry: Json, number: int) -> str:
    name = entry.get("name") if isinstance(entry, Mapping) else None
    return name if isinstance(name, str) and name else f"entry {number}"
