"""One server as a client's config names it: how it is started or reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import Literal

from analyzer.model import ClientUse, Json
from analyzer.records import dataclass
from analyzer.sources.redact import redact_command, redact_url

Transport = Literal["stdio", "http", "sse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How a client starts or reaches a server. Values of ``env`` and ``headers`` are secrets."""

    alias: str
    """The name under which its client knows the server; policies need it."""
    transport: Transport
    argv: tuple[str, ...] = field(default=(), repr=False)
    url: str = field(default="", repr=False)
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    passed: tuple[str, ...] = ()
    """Variables of the caller that the server gets where they are set."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cwd: str | None = None
    """Folder in which it is started; None is the caller's own."""
    uses: tuple[ClientUse, ...] = ()
    """The clients that share it, in the order in which they were found."""
    defaults: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the config says for ``${input:id}`` where the user says nothing, by id."""
    dollar: bool = False
    """Whether its client takes ``$NAME`` for a variable."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Values that were filled in, besides those of ``env`` and ``headers``."""
    taken: tuple[str, ...] = ()
    """Names of the caller's variables and inputs that were filled in or passed on."""
    masked: str = ""
    """What ``shown`` was before values were filled in."""
    fills_variables: bool = True
    """Whether ``${NAME}`` means a variable of the caller. What strangers wrote gets none."""
    bundle: Path | None = None
    """The bundle that is unpacked first; ``<bundle>`` stands for the folder."""

    @property
    def shown(self) -> str:
        """The command or URL without its secrets, in one line; placeholders as in the config."""
        if self.masked:
            return self.masked
        return redact_url(self.url) if self.url else redact_command(self.argv)

    @property
    def key(self) -> tuple[object, ...]:
        """The same for launches that start or reach the same server in the same way."""
        texts = (*self.argv, self.url, *self.env.values(), *self.headers.values())
        asks = any("${input:" in text for text in texts)
        return (
            self.transport,
            self.argv,
            self.url,
            tuple(sorted(self.env.items())),
            self.passed,
            tuple(sorted(self.headers.items())),
            tuple(sorted(self.defaults.items())) if asks else (),
            self.cwd,
            self.bundle,
        )

    @property
    def label(self) -> str:
        """What failures call it: its bundle, else the file of its first client and its alias."""
        if self.bundle is not None:
            return str(self.bundle)
        return f"{self.uses[0].path}#{self.alias}" if self.uses else self.alias


class EntryError(ValueError):
    """An entry of a config that names no server; the message says what is wrong with it."""


def build_launch(
    alias: str,
    entry: Json,
    *,
    use: ClientUse,
    plain_url: Transport = "http",
    inputs: Mapping[str, str] | None = None,
    dollar: bool = False,
) -> Launch:
    """The launch that an entry describes; ``plain_url`` says for what its client takes a bare
    ``url``, ``inputs`` holds the defaults of the config's inputs.

    The spellings of all clients are read alike: ``command`` as text, list or object, ``cmd``;
    ``env``, ``envs`` or ``environment``; ``url``, ``httpUrl``, ``serverUrl`` or ``uri``;
    ``headers`` or ``http_headers``. Raises EntryError.
    """
    if not isinstance(entry, dict):
        raise EntryError("the entry is not an object")
    entry = _flattened(entry)
    argv = _argv(entry)
    url, transport = _url(entry, plain_url)
    if not argv and not url:
        raise EntryError("the entry names neither a command nor a URL")
    env = _texts(entry, "env", "envs", "environment")
    # Goose keeps their values elsewhere and names the variables.
    env.update((name, f"${{{name}}}") for name in _names(entry, "env_keys") if name not in env)
    cwd = entry.get("cwd")
    if cwd is not None and not isinstance(cwd, str):
        raise EntryError("cwd is not text")
    return Launch(
        alias=alias,
        transport="stdio" if argv else transport,
        argv=argv,
        url="" if argv else url,
        env=env,
        passed=_names(entry, "env_vars"),
        headers=_headers(entry),
        cwd=cwd or None,
        uses=(use,),
        defaults=inputs or {},
        dollar=dollar,
    )


def _flattened(entry: Mapping[str, Json]) -> dict[str, Json]:
    """The entry with what some clients nest in it: ``config``, ``command: {path, args, env}``,
    ``requestOptions: {headers}``."""
    flat = dict(entry)
    for key in ("config", "requestOptions"):
        if isinstance(inner := flat.get(key), dict):
            flat.update(inner)
    command = flat.get("command")
    if isinstance(command, dict):
        flat.update(command)
        flat["command"] = command.get("path", command.get("command"))
    return flat


def _argv(entry: Mapping[str, Json]) -> tuple[str, ...]:
    command = entry.get("command")
    if command is None:
        command = entry.get("cmd")
    if command in (None, "", []):
        return ()
    arguments = entry.get("args")
    if arguments is not None and not isinstance(arguments, list):
        raise EntryError("args is not a list")
    row = [*(command if isinstance(command, list) else [command]), *(arguments or [])]
    texts = [_text(part) for part in row]
    if not isinstance(row[0], str) or not row[0]:
        raise EntryError("the command is not text")
    if None in texts:
        raise EntryError("an argument of the command is not text")
    return tuple(text for text in texts if text is not None)


def _url(entry: Mapping[str, Json], plain_url: Transport) -> tuple[str, Transport]:
    kind = str(entry.get("type", entry.get("transport", ""))).lower().replace("_", "-")
    for key in ("httpUrl", "serverUrl", "url", "uri"):
        value = entry.get(key)
        if isinstance(value, str) and value:
            if not value.lower().startswith(("http://", "https://", "$", "{")):
                raise EntryError(f"{key} is no http or https URL")
            if kind and kind != "remote":
                return value, "sse" if kind == "sse" else "http"
            return value, "http" if key == "httpUrl" else plain_url
    return "", "http"


def _text(value: Json) -> str | None:
    """A scalar as a client passes it on; None for what is no text."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None


def _texts(entry: Mapping[str, Json], *keys: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key in keys:
        values = entry.get(key)
        if values is None:
            continue
        if not isinstance(values, dict):
            raise EntryError(f"{key} is not an object")
        for name, value in values.items():
            text = _text(value)
            if text is None and value is not None:
                raise EntryError(f"a value of {key} is not text")
            if text is not None:
                found[str(name)] = text
    return found


def _names(entry: Mapping[str, Json], key: str) -> tuple[str, ...]:
    names = entry.get(key)
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


def _headers(entry: Mapping[str, Json]) -> dict[str, str]:
    headers = _texts(entry, "headers", "http_headers")
    # Codex names variables instead of writing their values.
    variables = _texts(entry, "env_http_headers")
    headers.update((name, f"${{{variable}}}") for name, variable in variables.items())
    if isinstance(token := entry.get("bearer_token_env_var"), str):
        headers["Authorization"] = f"Bearer ${{{token}}}"
    return headers


def merge_launches(launches: Sequence[Launch]) -> tuple[Launch, ...]:
    """Equal launches made one, with all the clients that use it; the first one's alias stays."""
    merged: dict[tuple[object, ...], Launch] = {}
    for launch in launches:
        known = merged.get(launch.key)
        uses = launch.uses if known is None else (*known.uses, *launch.uses)
        merged[launch.key] = replace(known or launch, uses=tuple(dict.fromkeys(uses)))
    return tuple(merged.values())
