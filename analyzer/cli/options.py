"""The options that commands with targets share, and what they were set to."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.sources import SourceOptions
    from analyzer.sources.stopping import Stop

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# What a started server gets of the caller's environment: enough to find and run programs, nothing
# that is likely to hold a secret.
_HARMLESS = re.compile(
    r"HOME|LOGNAME|PATH|SHELL|TERM|USER|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|XDG_\w+"
    r"|SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE"
    r"|APPDATA|COMSPEC|HOMEDRIVE|HOMEPATH|LOCALAPPDATA|PATHEXT|PROCESSOR_ARCHITECTURE"
    r"|PROGRAMFILES|SYSTEMDRIVE|SYSTEMROOT|USERNAME|USERPROFILE|WINDIR",
    re.IGNORECASE,
)

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user wants to have read, and how."""

    targets: tuple[str, ...]
    """Files, folders, ``-`` and URLs, in order; the command, if any, comes last."""
    command: tuple[str, ...] | None
    tool: str | None
    ignore_annotations: bool
    timeout: float
    env: Mapping[str, str] = field(repr=False)
    cwd: Path | None
    headers: Mapping[str, str] = field(repr=False)
    clients: bool = False
    """Whether the configs of all clients on this machine are targets too."""
    known: tuple[str, ...] = ()
    """Ids of well-known servers that are targets too."""
    inputs: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Values for ``${input:id}`` in configs, by id."""
    start: bool = False
    """Whether the servers of bundles and of a registry's entries are to be started."""
    yes: bool = False
    dry_run: bool = False
    jobs: int | None = None
    total_timeout: float | None = None

    def source_options(self, stop: Stop | None = None) -> SourceOptions:
        from analyzer.cli.console import current_time
        from analyzer.sources import SourceOptions
        from analyzer.sources.stopping import Stop

        return SourceOptions(
            timeout=self.timeout,
            env=self.env,
            cwd=self.cwd,
            headers=self.headers,
            now=current_time(),
            inherited_env=inherited_env(),
            stop=Stop() if stop is None else stop,
        )


def inherited_env() -> dict[str, str]:
    """The harmless part of the caller's environment."""
    return {name: value for name, value in os.environ.items() if _HARMLESS.fullmatch(name)}


def target_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Targets, ``--tool`` and the options of live servers; the function gets ``asked: Asked``.

    It stands next to the function: decorators above it add the command's own options.
    """

    def gather(context: click.Context, /, **values: Any) -> Any:
        asked = Asked(
            targets=values.pop("targets"),
            command=context.obj,
            tool=values.pop("tool"),
            ignore_annotations=values.pop("ignore_annotations"),
            timeout=values.pop("timeout"),
            env=dict(values.pop("env")),
            cwd=values.pop("cwd"),
            headers=dict(values.pop("header")),
            clients=values.pop("clients"),
            known=values.pop("known"),
            inputs=dict(values.pop("input")),
            start=values.pop("start"),
            yes=values.pop("yes"),
            dry_run=values.pop("dry_run"),
            jobs=values.pop("jobs"),
            total_timeout=values.pop("total_timeout"),
        )
        _require_targets(asked)
        return function(asked=asked, **values)

    gathering: Callable[..., Any] = update_wrapper(click.pass_context(gather), function)
    for decorate in reversed(_OPTIONS):
        gathering = decorate(gathering)
    return gathering


def _require_targets(asked: Asked) -> None:
    if asked.command == ():
        raise click.UsageError("after -- comes the command that starts a server")
    if not (asked.targets or asked.command or asked.clients or asked.known):
        raise click.UsageError(
            "name a target: a file, a folder, - for standard input, a URL, -- and a command, "
            "--clients or --known"
        )
    if "" in asked.targets:
        # As with a variable that is not set; the current folder would be read instead.
        raise click.UsageError("a target is empty; . names the current folder")
    if asked.targets.count("-") > 1:
        raise click.UsageError("standard input (-) can be read only once")


def _pairs(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> Any:
    """KEY=VALUE; a value is never repeated in an error, it may be a secret."""
    pairs = []
    for number, entry in enumerate(given, 1):
        key, mark, value = entry.partition("=")
        if not mark or not key or "\0" in entry:
            raise click.BadParameter(f"number {number} is not of the form {parameter.metavar}")
        pairs.append((key, value))
    return pairs


def _headers(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> Any:
    """NAME: VALUE, with ``$NAME`` and ``${NAME}`` in it taken from the environment; a value is
    never repeated in an error, it may be a secret."""
    pairs = []
    for number, entry in enumerate(given, 1):
        name, mark, value = entry.partition(":")
        name, value = name.strip(), value.strip()
        if not mark or not _HEADER_NAME.fullmatch(name) or re.search(r"[\r\n\0]", value):
            raise click.BadParameter(f"number {number} is not of the form 'NAME: VALUE'")
        pairs.append((name, _expanded(value)))
    return pairs


def _expanded(value: str) -> str:
    if "$" not in value:
        return value
    from analyzer.sources.placeholders import expand_variables

    filled, missing = expand_variables(value, os.environ)
    if missing:
        raise click.BadParameter(f"the variable {missing[0]} is not set")
    return filled


class Seconds(click.FloatRange):
    """A finite number of seconds above zero."""

    name = "seconds"

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True, max=86400)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number = float(super().convert(value, param, ctx))
        if number != number:
            self.fail("it is not a number of seconds", param, ctx)
        return number


FOLDER = click.Path(file_okay=False, path_type=Path)

output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the result to this file instead of standard output.",
)
no_color_option = click.option(
    "--no-color", is_flag=True, help="No colours; the variable NO_COLOR does the same."
)

_OPTIONS: tuple[Decorator, ...] = (
    click.argument("targets", nargs=-1, metavar="[TARGET]... [-- COMMAND...]"),
    click.option("--tool", metavar="NAME", help="Only the tool of this name."),
    click.option(
        "--ignore-annotations",
        is_flag=True,
        help="Judge as if the server had declared no hints (readOnlyHint and so on).",
    ),
    click.option(
        "--env",
        multiple=True,
        metavar="KEY=VALUE",
        callback=_pairs,
        help="Variable for the started server; may be repeated.",
    ),
    click.option(
        "--cwd",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        metavar="DIR",
        help="Folder in which the server is started.",
    ),
    click.option(
        "--header",
        multiple=True,
        metavar="'NAME: VALUE'",
        callback=_headers,
        help="HTTP header for URLs, such as 'Authorization: Bearer $TOKEN', with variables of the "
        "environment filled in; may be repeated.",
    ),
    click.option(
        "--clients",
        is_flag=True,
        help="All servers in the configs of MCP clients on this machine and in the project of the "
        "current folder.",
    ),
    click.option(
        "--known",
        multiple=True,
        metavar="ID",
        help="A well-known server, as toolmark known lists them; may be repeated.",
    ),
    click.option(
        "--start",
        is_flag=True,
        help="Ask the server itself where a target is a bundle or a registry's server.json: it is "
        "started in a temporary folder, or contacted.",
    ),
    click.option(
        "--yes",
        "-y",
        is_flag=True,
        help="Start or contact the servers that configs, --start and --known name without asking.",
    ),
    click.option(
        "--dry-run",
        is_flag=True,
        help="Show what would be started or contacted, and do nothing.",
    ),
    click.option(
        "--input",
        multiple=True,
        metavar="ID=VALUE",
        callback=_pairs,
        help="Value for ${input:ID} in a config, or for a setting of a bundle; may be repeated.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(1, 64),
        metavar="N",
        help="Live servers read at once; 4 by default, or as many as there are.",
    ),
    click.option(
        "--timeout",
        type=Seconds(),
        default=30.0,
        show_default=True,
        metavar="SECONDS",
        help="Time for one live server, from start to last answer.",
    ),
    click.option(
        "--total-timeout",
        type=Seconds(),
        metavar="SECONDS",
        help="Time for all live servers together; those not done by then are failures.",
    ),
)
