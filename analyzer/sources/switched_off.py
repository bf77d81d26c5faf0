"""Servers of a project's config that its client was told elsewhere to leave alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from analyzer.errors import SourceError
from analyzer.sources.clients import Config, Surroundings
from analyzer.sources.config_files import load_document
from analyzer.sources.members import find_members


def load_switched_off(config: Config, surroundings: Surroundings) -> frozenset[str]:
    """The aliases that are switched off for a project's config, by the lists that the catalogue
    names; a file of settings that cannot be read holds none."""
    if config.scope != "project":
        return frozenset()
    return frozenset(
        alias
        for path, member in config.client.disabled_in.items()
        for alias in _listed(_place(path, config.folder, surroundings.home), member, config.folder)
    )


def _place(path: str, project: Path, home: Path) -> Path:
    return home / path[2:] if path.startswith("~/") else project / path


def _listed(path: Path, member: str, project: Path) -> Iterator[str]:
    try:
        document = load_document(path, "jsonc")
    except SourceError:
        return
    for keys, _, value in find_members(document, member):
        if keys[0] == "projects" and Path(keys[1]) != project:
            continue
        if isinstance(value, list):
            yield from (alias for alias in value if isinstance(alias, str))
