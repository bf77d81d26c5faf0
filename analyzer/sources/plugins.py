"""Plugins of clients: the folder of one, and the files of servers that its manifest names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from analyzer.model import Json
from analyzer.sources.clients import Config
from analyzer.sources.launch import EntryError
from analyzer.sources.members import find_members


def plugin_folder(config: Config) -> Path | None:
    """The folder of the plugin that a config belongs to; a manifest lies one below, in a hidden
    one. None for a config of another kind."""
    if config.scope != "plugin":
        return None
    if config.plugin is not None:
        return config.plugin
    parent = config.path.absolute().parent
    return parent.parent if parent.name.startswith(".") else parent


def named_configs(document: Mapping[str, Json], config: Config) -> Iterator[Config | EntryError]:
    """The files that stand, by their paths from the plugin's folder, where entries may stand."""
    folder = plugin_folder(config)
    # A file that a manifest names is read for its entries alone.
    if folder is None or config.plugin is not None:
        return
    for path in config.client.servers:
        for _, _, value in find_members(document, path):
            for name in value if isinstance(value, list) else [value]:
                if isinstance(name, str):
                    yield _named(name, folder, config)


def _named(name: str, folder: Path, config: Config) -> Config | EntryError:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        return EntryError("it names a file of servers outside its own folder")
    return replace(config, path=path, plugin=folder, bare=True)
