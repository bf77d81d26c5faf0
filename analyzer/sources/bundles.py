"""Bundles of MCP servers (``.mcpb``, formerly ``.dxt``): what the manifest says, and how the server
inside is started.

Source: MANIFEST.md of modelcontextprotocol/mcpb, versions 0.1 to 0.4.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path, PurePosixPath

from analyzer.errors import SourceError
from analyzer.jsonio import JsonError, decode_json
from analyzer.model import Json, Origin, Server, SourceFailure
from analyzer.records import dataclass
from analyzer.sources.archive import Archive, open_archive
from analyzer.sources.files import reason
from analyzer.sources.launch import Launch
from analyzer.sources.limits import limits
from analyzer.sources.manifests import build_manifest_server, is_manifest
from analyzer.sources.quoting import printable

MANIFEST = "manifest.json"
_DIRNAME = "${__dirname}"
_FOLDER = "<bundle>"
"""Stands for the temporary folder until there is one, and where a command is shown."""
_SETTING = re.compile(r"\$\{user_config\.([A-Za-z0-9_.-]+)\}")
_PLACE = re.compile(r"\$\{(__dirname|HOME|DESKTOP|DOCUMENTS|DOWNLOADS|pathSeparator|/)\}")


def read_bundle(path: Path, target: str) -> Server | SourceFailure:
    """The server of a bundle as its manifest tells of it; nothing is unpacked, nothing started."""
    origin = Origin(kind="file", locator=path.as_posix())
    try:
        manifest = _load_manifest(path)
        return build_manifest_server(manifest, fallback=path.stem or "bundle", origin=origin)
    except SourceError as error:
        return SourceFailure(target=target, stage=error.stage, message=str(error))
    except (OSError, ValueError) as error:
        return SourceFailure(target=target, stage="open", message=reason(error))


def _load_manifest(path: Path) -> Mapping[str, Json]:
    with open_archive(path) as archive:
        return _manifest_in(archive)


def _manifest_in(archive: Archive) -> Mapping[str, Json]:
    if MANIFEST not in archive:
        raise SourceError("parse", f"there is no {MANIFEST} at the top of the bundle")
    data = archive.read(MANIFEST, limits().document_bytes)
    try:
        manifest = decode_json(data, max_depth=limits().document_depth)
    except JsonError as error:
        raise SourceError("parse", f"{MANIFEST} in the bundle: {error}") from None
    if not is_manifest(manifest):
        raise SourceError("parse", f"{MANIFEST} in the bundle is no manifest of an MCP server")
    known: Mapping[str, Json] = manifest
    return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What a bundle finds on the machine where it is started."""

    home: Path
    path: str | None = field(default=None, repr=False)
    """Where commands are looked for, as in the variable PATH."""
    platform: str = sys.platform


def build_bundle_launch(path: Path, machine: Machine) -> Launch:
    """How the server of a bundle is started, with ``<bundle>`` for its folder: see ``unpacked``.

    Settings of the user (``${user_config.NAME}``) become inputs of that name, with the manifest's
    defaults. Raises SourceError that says what is missing here, OSError.
    """
    with open_archive(path) as archive:
        manifest = _manifest_in(archive)
        server = manifest["server"]
        _check_platform(manifest, machine)
        config = _config(server, machine)
        argv = _argv(server, config)
        settings = _settings(manifest, machine)
        command = _command(argv[0], archive, machine)
        name = manifest.get("name")
        env = {key: _filled(text, settings, machine) for key, text in _env(config).items()}
        return Launch(
            alias=printable(name, limits().quote_chars) if isinstance(name, str) else path.stem,
            transport="stdio",
            argv=(command, *_arguments(argv[1:], settings, machine)),
            env={key: text for key, text in env.items() if text is not None},
            cwd=_FOLDER,
            bundle=path,
            fills_variables=False,
            defaults={key: row[0] for key, row in settings.defaults.items() if len(row) == 1},
        )


def _check_platform(manifest: Mapping[str, Json], machine: Machine) -> None:
    compatibility = manifest.get("compatibility")
    platforms = compatibility.get("platforms") if isinstance(compatibility, Mapping) else None
    if isinstance(platforms, list) and platforms and machine.platform not in platforms:
        named = ", ".join(printable(str(one), 20) for one in platforms[:4])
        raise SourceError("start", f"the bundle is for {named}, not for {machine.platform}")


def _config(server: Mapping[str, Json], machine: Machine) -> Mapping[str, Json]:
    """``mcp_config`` with what it says of this platform."""
    config = server.get("mcp_config")
    config = config if isinstance(config, Mapping) else {}
    overrides = config.get("platform_overrides")
    own = overrides.get(machine.platform) if isinstance(overrides, Mapping) else None
    if not isinstance(own, Mapping):
        return config
    env = {**_env(config), **_env(own)}
    return {**config, **own, "env": env}


def _env(config: Mapping[str, Json]) -> dict[str, str]:
    env = config.get("env")
    rows = env.items() if isinstance(env, Mapping) else ()
    return {str(key): _text(value) for key, value in rows if not isinstance(value, dict | list)}


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _argv(server: Mapping[str, Json], config: Mapping[str, Json]) -> list[str]:
    command, arguments = config.get("command"), config.get("args", [])
    if isinstance(command, str) and command and isinstance(arguments, list):
        return [command, *map(_text, arguments)]
    entry = server.get("entry_point")
    if not isinstance(entry, str) or not entry:
        raise SourceError("start", "the manifest says neither a command nor an entry point")
    entry = f"{_FOLDER}/{entry}"
    starts = {
        "node": ["node", entry],
        "python": ["python", entry],
        "uv": ["uv", "run", "--directory", _FOLDER, entry],
        "binary": [entry],
    }
    kind = server.get("type")
    if kind not in starts:
        raise SourceError("start", f'a server of type "{printable(str(kind), 30)}" is not known')
    return starts[kind]


def _command(command: str, archive: Archive, machine: Machine) -> str:
    """The program to start: one in the bundle, or a runtime of this machine."""
    command = command.replace(_DIRNAME, _FOLDER)
    inside = command.removeprefix(f"{_FOLDER}/")
    windows = machine.platform == "win32"
    for name in (inside, f"{inside}.exe") if windows else (inside,):
        if str(PurePosixPath(name)) in archive:
            return f"{_FOLDER}/{PurePosixPath(name)}"
    if command.startswith(_FOLDER):
        raise SourceError("start", f"the bundle does not hold its own command {_quoted(inside)}")
    for name in (command, "python3") if command == "python" else (command,):
        if shutil.which(name, path=machine.path) is not None:
            return name
    raise SourceError("start", f"the bundle needs {_quoted(command)}, which is not installed here")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    """What the manifest lets its user set."""

    defaults: Mapping[str, Sequence[str]]
    """Values where the user says nothing, several where several are allowed."""
    optional: frozenset[str]


def _settings(manifest: Mapping[str, Json], machine: Machine) -> _Settings:
    known = manifest.get("user_config")
    rows = known.items() if isinstance(known, Mapping) else ()
    defaults: dict[str, tuple[str, ...]] = {}
    optional = set()
    for key, setting in rows:
        if not isinstance(setting, Mapping):
            continue
        if setting.get("required") is not True:
            optional.add(str(key))
        value = setting.get("default")
        if value is not None and not isinstance(value, dict):
            texts = map(_text, value if isinstance(value, list) else [value])
            defaults[str(key)] = tuple(_placed(text, machine) for text in texts)
    return _Settings(defaults=defaults, optional=frozenset(optional))


def _arguments(arguments: Sequence[str], settings: _Settings, machine: Machine) -> Iterator[str]:
    for argument in arguments:
        alone = _SETTING.fullmatch(argument)
        if alone and len(values := settings.defaults.get(alone[1], ())) > 1:
            yield from values
        elif (text := _filled(argument, settings, machine)) is not None:
            yield text


def _filled(text: str, settings: _Settings, machine: Machine) -> str | None:
    """The text with settings made inputs; None where it is only a setting that may be left out."""
    alone = _SETTING.fullmatch(text)
    if alone and alone[1] in settings.optional and alone[1] not in settings.defaults:
        return None

    def setting(match: re.Match[str]) -> str:
        values = settings.defaults.get(match[1], ())
        return ",".join(values) if len(values) > 1 else f"${{input:{match[1]}}}"

    return _SETTING.sub(setting, _placed(text, machine))


def _placed(text: str, machine: Machine) -> str:
    separator = "\\" if machine.platform == "win32" else "/"
    places = {
        "__dirname": _FOLDER,
        "HOME": str(machine.home),
        "DESKTOP": str(machine.home / "Desktop"),
        "DOCUMENTS": str(machine.home / "Documents"),
        "DOWNLOADS": str(machine.home / "Downloads"),
        "pathSeparator": separator,
        "/": separator,
    }
    return _PLACE.sub(lambda match: places[match[1]], text)


@contextlib.contextmanager
def unpacked(launch: Launch) -> Iterator[Launch]:
    """The launch of a bundle with its files in a temporary folder, which is gone afterwards.

    Raises SourceError where the bundle is broken or the disk says no.
    """
    if launch.bundle is None:
        raise ValueError("the launch is not of a bundle")
    with tempfile.TemporaryDirectory(prefix="toolmark-", ignore_cleanup_errors=True) as folder:
        try:
            with open_archive(launch.bundle) as archive:
                archive.unpack(Path(folder))
        except OSError as error:
            raise SourceError("open", f"it cannot be unpacked: {reason(error)}") from None
        yield replace(
            launch,
            argv=tuple(part.replace(_FOLDER, folder) for part in launch.argv),
            env={key: text.replace(_FOLDER, folder) for key, text in launch.env.items()},
            cwd=folder,
            masked=launch.shown,
            bundle=None,
        )


def _quoted(text: str) -> str:
    return f'"{printable(text, limits().quote_chars)}"'
