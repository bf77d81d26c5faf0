"""The MCP registry's ``server.json`` -> how the server that it names is started or reached.

Source: docs/reference/server-json of modelcontextprotocol/registry, from 2025-07-09
(``registry_type``) to 2025-12-11 (``registryType``).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from analyzer.model import Json
from analyzer.sources.launch import EntryError, Launch, Transport
from analyzer.sources.limits import limits
from analyzer.sources.quoting import printable

# Letters, digits and what package names, versions, image references and their digests hold: never
# a leading dash, which a command would take for an option.
_REFERENCE = re.compile(r"[A-Za-z0-9@][A-Za-z0-9@._/:+-]*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_VARIABLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.-]*)\}")
# A named argument with none of these stands for itself.
_FLAG_HAS_NOT = frozenset({"format", "value", "variables", "valueHint", "choices"})
_RUNTIMES = {"npm": "npx", "pypi": "uvx", "oci": "docker", "nuget": "dnx"}


def is_registry_entry(document: Json) -> bool:
    """Whether a document is a ``server.json``, or a registry's answer with one or several."""
    return bool(_entries(document))


def _entries(document: Json) -> list[Mapping[str, Json]]:
    if not isinstance(document, Mapping):
        return []
    rows = document.get("servers")
    rows = rows if isinstance(rows, list) else [document]
    # The registry's answers wrap each entry, and tell of it beside it.
    found = [row.get("server", row) if isinstance(row, Mapping) else row for row in rows]
    entries = [row for row in found if isinstance(row, Mapping) and _names_server(row)]
    return entries if len(entries) == len(rows) else []


def _names_server(entry: Mapping[str, Json]) -> bool:
    if not isinstance(entry.get("name"), str) or "tools" in entry:
        return False
    return any(
        isinstance(rows := entry.get(key), list) and rows and _is_row(rows[0])
        for key in ("packages", "remotes")
    )


def _is_row(row: Json) -> bool:
    keys = {"registryType", "registry_type", "registry_name", "transport_type", "url"}
    return isinstance(row, Mapping) and not keys.isdisjoint(row)


def advise(document: Json) -> str:
    """One line for a ``server.json``: that it lists no tools, and how to scan what it names."""
    entries = _entries(document)
    if len(entries) > 1:
        return f"it names {len(entries)} servers of a registry and lists no tools; scan one of them"
    commands = []
    for launch in _launches(entries[0]):
        if isinstance(launch, Launch):
            shown = f"toolmark scan {'' if launch.url else '-- '}{launch.shown}"
            needs = ", ".join(name for name, text in launch.env.items() if text == f"${{{name}}}")
            needs = f" (with --env for {needs})" if needs else ""
            commands.append(printable(shown + needs, 2 * limits().quote_chars))
    if not commands:
        reasons = "; ".join(str(one) for one in _launches(entries[0]))
        return f"a registry's server.json: it lists no tools, and {reasons}"
    said = " or ".join(commands[:3])
    return f"a registry's server.json: it lists no tools; ask the server with --start, or {said}"


def build_registry_launch(document: Json, path: str | None) -> Launch:
    """The first launch of a ``server.json`` that this machine has a runtime for, packages before
    remotes; ``path`` is where commands are looked for. Raises EntryError where there is none."""
    entries = _entries(document)
    if len(entries) != 1:
        raise EntryError(f"it names {len(entries)} servers; --start takes one")
    reasons: list[str] = []
    for launch in _launches(entries[0]):
        if isinstance(launch, EntryError):
            reasons.append(str(launch))
        elif launch.argv and shutil.which(launch.argv[0], path=path) is None:
            reasons.append(f"{launch.argv[0]} is not installed here")
        else:
            return launch
    raise EntryError(f"nothing that it names can be started: {'; '.join(dict.fromkeys(reasons))}")


def _launches(entry: Mapping[str, Json]) -> Iterator[Launch | EntryError]:
    alias = printable(entry["name"].rpartition("/")[2], limits().quote_chars)
    for key, build in (("packages", _package), ("remotes", _remote)):
        rows = entry.get(key)
        for row in rows if isinstance(rows, list) else ():
            try:
                yield build(_spelt(row), alias)
            except EntryError as error:
                yield error


def _spelt(row: Json) -> Mapping[str, Json]:
    """The row with the member names of the first versions as later ones spell them."""
    if not isinstance(row, Mapping):
        raise EntryError("an entry is not an object")
    return {
        re.sub(r"_([a-z])", lambda match: match[1].upper(), str(name)): value
        for name, value in row.items()
    }


@dataclass(slots=True)
class _Inputs:
    """What the user has to say, or may: ``${input:NAME}`` and the defaults."""

    defaults: dict[str, str] = field(default_factory=dict)

    def value(self, row: Mapping[str, Json], name: str) -> str | None:
        """The text of an argument, variable or header; None where it is left out."""
        value = row.get("value")
        if isinstance(value, str):
            if row.get("isRequired") is False and _is_open(row.get("variables")):
                return None
            return self._template(value, row.get("variables"))
        default = row.get("default")
        if isinstance(default, str | int | float):
            self.defaults[name] = _plain(default)
        elif row.get("isRequired") is not True:
            return None
        return f"${{input:{name}}}"

    def _template(self, text: str, variables: Json) -> str:
        known = variables if isinstance(variables, Mapping) else {}
        for name, variable in known.items():
            default = variable.get("default") if isinstance(variable, Mapping) else None
            if isinstance(default, str | int | float):
                self.defaults[str(name)] = _plain(default)
        return _VARIABLE.sub(
            lambda match: f"${{input:{match[1]}}}" if match[1] in known else match[0], text
        )


def _is_open(variables: Json) -> bool:
    """Whether a variable of a template has no value unless the user gives one."""
    known = variables.values() if isinstance(variables, Mapping) else ()
    return any(not isinstance(one, Mapping) or one.get("default") is None for one in known)


def _plain(value: str | int | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _rows(row: Mapping[str, Json], key: str) -> Iterator[Mapping[str, Json]]:
    rows = row.get(key)
    for one in rows if isinstance(rows, list) else ():
        yield _spelt(one)


def _package(row: Mapping[str, Json], alias: str) -> Launch:
    kind = str(row.get("registryType", row.get("registryName", ""))).lower()
    transport = row.get("transport")
    speaks = transport.get("type", "stdio") if isinstance(transport, Mapping) else "stdio"
    if speaks != "stdio":
        raise EntryError("its package serves over HTTP: start it yourself and scan its URL")
    identifier = _reference(row.get("identifier", row.get("name")), "identifier")
    if kind == "mcpb" or identifier.endswith(".mcpb"):
        raise EntryError(f"its bundle has to be downloaded and scanned: {identifier}")
    if kind not in _RUNTIMES:
        raise EntryError(f'packages of "{printable(kind, 20)}" are not known here')
    version = _reference(row["version"], "version") if row.get("version") else ""
    inputs = _Inputs()
    env, passed = _variables(row, inputs)
    before = tuple(_arguments(row, "runtimeArguments", inputs))
    after = tuple(_arguments(row, "packageArguments", inputs))
    return Launch(
        alias=alias,
        transport="stdio",
        argv=(*_command(kind, identifier, version, before, (*env, *passed)), *after),
        env=env,
        passed=passed,
        defaults=inputs.defaults,
        fills_variables=False,
    )


def _variables(row: Mapping[str, Json], inputs: _Inputs) -> tuple[dict[str, str], tuple[str, ...]]:
    """The environment of a package, and the variables that it may get besides."""
    env: dict[str, str] = {}
    passed: list[str] = []
    for one in _rows(row, "environmentVariables"):
        name = one.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise EntryError("a variable that it names is not one that can be passed on")
        if isinstance(one.get("value"), str):
            env[name] = inputs.value(one, name) or ""
        elif isinstance(default := one.get("default"), str | int | float) and default != "":
            env[name] = f"${{{name}:-{_plain(default).replace('}', '')}}}"
        elif one.get("isRequired") is True:
            env[name] = f"${{{name}}}"
        else:
            passed.append(name)
    return env, tuple(passed)


def _command(
    kind: str, identifier: str, version: str, before: tuple[str, ...], env: tuple[str, ...]
) -> tuple[str, ...]:
    runtime = _RUNTIMES[kind]
    if kind == "oci":
        # Newer versions write the tag into the identifier.
        tagged = ":" in identifier.rpartition("/")[2] or "@" in identifier
        image = identifier if tagged or not version else f"{identifier}:{version}"
        passed = [part for name in env for part in ("-e", name)]
        # Some entries spell out the whole command, image and all.
        ours = {"run", "-i", "--rm", image, image.rpartition(":")[0]}
        before = tuple(part for part in before if part not in ours)
        return (runtime, "run", "-i", "--rm", *passed, *before, image)
    package = f"{identifier}@{version}" if version else identifier
    if identifier in before:
        before = tuple(package if part == identifier else part for part in before)
        return (runtime, *(("-y",) if kind == "npm" and "-y" not in before else ()), *before)
    if kind == "npm":
        return (runtime, *(("-y",) if "-y" not in before else ()), *before, package)
    if kind == "nuget":
        return (runtime, package, *(before or ("--yes",)), "--")
    return (runtime, *before, package)


def _arguments(row: Mapping[str, Json], key: str, inputs: _Inputs) -> Iterator[str]:
    for one in _rows(row, key):
        name = one.get("name")
        named = one.get("type") == "named" and isinstance(name, str)
        hint = one.get("valueHint", name)
        value = inputs.value(one, str(hint).lstrip("-") if hint else "argument")
        if named and one.get("format") == "boolean" and "variables" not in one:
            if _plain(one.get("value", one.get("default", ""))) == "true":
                yield str(name)
        elif not named:
            if value is not None:
                yield value
        elif value is not None:
            yield from (str(name), value)
        elif key == "runtimeArguments" and _FLAG_HAS_NOT.isdisjoint(one):
            yield str(name)


def _reference(value: Json, what: str) -> str:
    if not isinstance(value, str) or not _REFERENCE.fullmatch(value):
        raise EntryError(f"the {what} of its package is not one that can be passed on")
    return value


def _remote(row: Mapping[str, Json], alias: str) -> Launch:
    inputs = _Inputs()
    url = inputs.value({"value": row.get("url"), "variables": row.get("variables")}, "url")
    if url is None or not url.startswith(("https://", "http://")):
        raise EntryError("the URL of its remote is no http or https URL")
    kind = row.get("type", row.get("transportType"))
    transport: Transport = "sse" if kind == "sse" else "http"
    headers = {
        name: text
        for one in _rows(row, "headers")
        if isinstance(name := one.get("name"), str)
        and (text := inputs.value(one, name)) is not None
    }
    return Launch(
        alias=alias,
        transport=transport,
        url=url,
        headers=headers,
        defaults=inputs.defaults,
        fills_variables=False,
    )
