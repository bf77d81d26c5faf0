"""What the user named -> steps: what is known at once, and what has to be started or contacted."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.cli.console import say
from analyzer.cli.options import Asked
from analyzer.errors import UsageError
from analyzer.model import Server, SkippedServer, SourceFailure, Stage
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.sources.clients import Config, Surroundings, System
    from analyzer.sources.launch import Launch
    from analyzer.sources.stopping import Stop

Result = Server | SourceFailure | SkippedServer

_SYSTEMS: dict[str, System] = {"darwin": "macos", "win32": "windows"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One target, or one server of a config."""

    label: str
    """What a failure calls it."""
    done: tuple[Result, ...] = ()
    read: Callable[[Stop], tuple[Result, ...]] | None = None
    """Starts or contacts a server; None where ``done`` says all."""
    shown: str = ""
    """The command or URL, secrets masked."""
    stage: Stage = "start"
    launch: Launch | None = None
    """What a file, not the user himself, wants to have started or contacted."""

    def failed(self, message: str) -> SourceFailure:
        return SourceFailure(target=self.label, stage=self.stage, message=message)


def plan(asked: Asked) -> tuple[Step, ...]:
    """The steps in the order of the targets; a server that several configs share stands once,
    where it was named first. Files are read here; nothing is started or contacted."""
    steps: list[Step | Launch] = []
    for target in asked.targets:
        steps += _target(target, asked)
    if asked.clients:
        steps += _all_clients()
    if asked.known:
        steps += _known(asked)
    if asked.command:
        steps.append(_command(asked.command, asked))
    return tuple(_merged(steps, asked))


def _target(target: str, asked: Asked) -> Iterator[Step | Launch]:
    from analyzer.sources import read_target

    if target.lower().startswith(("http://", "https://")):
        yield _url(target, asked)
        return
    if target != "-" and Path(target).is_file():
        from analyzer.sources.clients import load_catalogue
        from analyzer.sources.configs import recognise
        from analyzer.sources.launch import Launch

        surroundings = _surroundings()
        if configs := recognise(Path(target), load_catalogue(), surroundings):
            yield from _servers(configs, surroundings, target)
            return
        if asked.start and (found := _startable(target, surroundings)) is not None:
            yield found if isinstance(found, Launch) else Step(label=target, done=(found,))
            return
    stdin = sys.stdin.buffer if target == "-" else None
    results = read_target(target, asked.source_options(), stdin)
    if target != "-" and Path(target).is_dir():
        from analyzer.sources.clients import load_catalogue
        from analyzer.sources.folder_configs import set_configs_aside

        rest = set_configs_aside(results, Path(target), load_catalogue(), _surroundings())
        yield Step(label=target, done=rest)
        return
    yield Step(label=target, done=results)


def _startable(target: str, surroundings: Surroundings) -> Launch | SourceFailure | None:
    from analyzer.sources.startable import find_startable

    path = surroundings.variables.get("PATH")
    return find_startable(Path(target), target, surroundings.home, path)


def _url(url: str, asked: Asked) -> Step:
    from analyzer.sources import read_target
    from analyzer.sources.redact import redact_url

    def read(stop: Stop) -> tuple[Result, ...]:
        return read_target(url, asked.source_options(stop))

    shown = redact_url(url)
    return Step(label=shown, read=read, shown=shown, stage="connect")


def _command(argv: tuple[str, ...], asked: Asked) -> Step:
    from analyzer.sources import read_command
    from analyzer.sources.redact import redact_command

    def read(stop: Stop) -> tuple[Result, ...]:
        return (read_command(argv, asked.source_options(stop)),)

    shown = redact_command(argv)
    return Step(label=shown, read=read, shown=shown)


def _surroundings() -> Surroundings:
    from analyzer.sources.clients import Surroundings

    return Surroundings(
        system=_SYSTEMS.get(sys.platform, "linux"),
        home=Path.home(),
        project=Path.cwd(),
        variables=os.environ,
    )


def _all_clients() -> Iterator[Step | Launch]:
    from analyzer.sources.clients import find_configs, load_catalogue

    surroundings = _surroundings()
    configs = find_configs(load_catalogue(), surroundings)
    if not configs:
        raise UsageError("no config of an MCP client was found in your home or this folder")
    yield from _servers(configs, surroundings, "--clients")


def _known(asked: Asked) -> Iterator[Launch]:
    from analyzer.sources.known import build_known_launch, find_known

    for server_id in asked.known:
        yield build_known_launch(find_known(server_id), asked.headers)


def _servers(
    configs: Iterable[Config], surroundings: Surroundings, target: str
) -> Iterator[Step | Launch]:
    from analyzer.sources.configs import read_config
    from analyzer.sources.launch import Launch

    # A file that several clients read says the same for each of them: a failure is said once.
    failures: set[SourceFailure] = set()
    skipped: dict[tuple[str, str], SkippedServer] = {}
    empty = True
    for config in configs:
        for result in read_config(config, surroundings):
            empty = False
            if isinstance(result, Launch):
                yield result
            elif isinstance(result, SkippedServer):
                key = (result.clients[0].path, result.name)
                known = skipped.setdefault(key, result)
                clients = dict.fromkeys((*known.clients, *result.clients))
                skipped[key] = replace(known, clients=tuple(clients))
            elif result not in failures:
                failures.add(result)
                yield Step(label=result.target, done=(result,))
    if empty:
        say(f"{target}: names no servers")
    yield from (Step(label=one.name, done=(one,)) for one in skipped.values())


def _merged(steps: list[Step | Launch], asked: Asked) -> Iterator[Step]:
    from analyzer.sources.launch import merge_launches

    launches = [step for step in steps if not isinstance(step, Step)]
    merged = {launch.key: launch for launch in merge_launches(launches)}
    for step in steps:
        if isinstance(step, Step):
            yield step
        elif (launch := merged.pop(step.key, None)) is not None:
            yield _launch(launch, asked)


def _launch(launch: Launch, asked: Asked) -> Step:
    from analyzer.sources import read_launch
    from analyzer.sources.placeholders import Values, fill_in

    stage: Stage = "connect" if launch.url else "start"
    variables = {**os.environ, **asked.env} if launch.fills_variables else asked.env
    filled, missing = fill_in(launch, Values(variables=variables, inputs=asked.inputs))
    step = Step(label=launch.label, shown=launch.shown, stage=stage)
    if missing:
        who = "its config" if launch.uses else "it"
        return replace(step, done=(step.failed(f"{who} wants {', '.join(missing)}"),))

    def read(stop: Stop) -> tuple[Result, ...]:
        return (read_launch(filled, asked.source_options(stop)),)

    return replace(step, read=read, launch=filled)
