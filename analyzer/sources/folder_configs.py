"""Configs of clients among the files of a folder that was to be read for definitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from analyzer.model import Server, SkippedServer, SourceFailure
from analyzer.sources.clients import Catalogue, Config, Surroundings, find_configs
from analyzer.sources.configs import read_config, recognise
from analyzer.sources.files import NO_FILES
from analyzer.sources.launch import Launch

Result = Server | SourceFailure | SkippedServer


def set_configs_aside(
    results: Sequence[Server | SourceFailure],
    folder: Path,
    catalogue: Catalogue,
    surroundings: Surroundings,
) -> tuple[Result, ...]:
    """What reading a folder gave, with skipped servers in place of the failures that client
    configs are where definitions are looked for. Nothing that a config names is started: whoever
    names a folder has not named the programs in it."""
    kept: list[Result] = []
    configs: list[Config] = []
    for result in results:
        found = _config(result, catalogue, surroundings)
        configs += found
        if not found:
            kept.append(result)
    configs += _of_other_formats(folder, catalogue, surroundings)
    skipped = tuple(_skipped(configs, surroundings))
    if skipped:
        kept = [one for one in kept if not _is_empty(one)]
    return (*kept, *skipped)


def _is_empty(result: Result) -> bool:
    return isinstance(result, SourceFailure) and result.message == NO_FILES


def _config(
    result: Server | SourceFailure, catalogue: Catalogue, surroundings: Surroundings
) -> tuple[Config, ...]:
    if not isinstance(result, SourceFailure) or result.stage != "parse":
        return ()
    return recognise(Path(result.target), catalogue, surroundings)


def _of_other_formats(
    folder: Path, catalogue: Catalogue, surroundings: Surroundings
) -> Iterator[Config]:
    """The project's configs that are no JSON, and so were not read."""
    there = find_configs(catalogue, replace(surroundings, project=folder))
    paths = [config.path for config in there if config.path.is_relative_to(folder)]
    for path in dict.fromkeys(path for path in paths if path.suffix.lower() != ".json"):
        yield from recognise(path, catalogue, surroundings)


def _skipped(configs: Sequence[Config], surroundings: Surroundings) -> Iterator[Result]:
    """Each entry once, with all the clients that read its file."""
    servers: dict[tuple[str, str], SkippedServer] = {}
    failures: dict[SourceFailure, None] = {}
    for config in configs:
        for result in read_config(config, surroundings):
            if isinstance(result, SourceFailure):
                failures[result] = None
                continue
            skipped = _unnamed(result) if isinstance(result, Launch) else result
            (use,) = skipped.clients
            known = servers.get((use.path, use.alias))
            uses = skipped.clients if known is None else (*known.clients, use)
            servers[use.path, use.alias] = replace(known or skipped, clients=uses)
    yield from failures
    yield from servers.values()


def _unnamed(launch: Launch) -> SkippedServer:
    return SkippedServer(
        name=launch.alias, target=launch.shown, reason="in-folder", clients=launch.uses
    )
