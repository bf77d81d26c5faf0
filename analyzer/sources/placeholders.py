"""Values that clients fill in when they start a server, filled in here.

Forms: ``${NAME}``, ``${NAME:-default}``, ``${env:NAME}``, ``{env:NAME}``, ``${input:id}``,
``${{ secrets.NAME }}``, and ``$NAME`` where the client takes it for a variable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field, replace

from analyzer.records import dataclass
from analyzer.sources.launch import Launch

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_PLACEHOLDER = re.compile(
    r"\$\{(?:(?P<kind>env|input):)?(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)(?::-(?P<default>[^}]*))?\}"
    rf"|\{{env:(?P<braced>{_NAME})\}}"
    rf"|\$\{{\{{\s*(?:secrets|inputs)\.(?P<kept>{_NAME})\s*\}}\}}"
    rf"|\$(?P<plain>{_NAME})"
)
_PLACE = re.compile(r"\$\{([A-Za-z_]+|/)\}")
_VARIABLE = re.compile(rf"\$(?:\$|\{{(?P<braced>{_NAME})\}}|(?P<plain>{_NAME}))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What placeholders are filled with. All values may be secrets."""

    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    inputs: Mapping[str, str] = field(default_factory=dict, repr=False)


def fill_places(launch: Launch, places: Mapping[str, str]) -> Launch:
    """The launch with ``${workspaceFolder}``, ``${userHome}`` and their like filled in: places
    that are named as variables are, and are no secrets."""
    return _mapped(
        launch, lambda text: _PLACE.sub(lambda match: places.get(match[1], match[0]), text)
    )


def fill_in(launch: Launch, values: Values) -> tuple[Launch, tuple[str, ...]]:
    """The launch with its placeholders filled, and what could not be: names, never values.

    A variable that the entry itself sets may stand in an argument: the started program is to
    look it up, and the text is left as it is.
    """
    missing: list[str] = []
    filled: list[str] = []
    taken: list[str] = []

    def value(match: re.Match[str]) -> str:
        known = _value(match, launch, values)
        if known is None:
            # A bare dollar is as often text as a variable.
            if not match["plain"]:
                missing.append(_missing(match))
            return match[0]
        filled.append(known)
        if match["kind"] == "input" or _variable(match) in values.variables:
            taken.append(_variable(match))
        return known

    def text(text: str) -> str:
        return _PLACEHOLDER.sub(value, text)

    def argument(text: str) -> str:
        def own(match: re.Match[str]) -> str:
            name = match["name"] or match["plain"]
            return match[0] if not match["kind"] and name in launch.env else value(match)

        return _PLACEHOLDER.sub(own, text)

    whole = replace(_mapped(launch, text, argument), masked=launch.shown)
    passed = {name: values.variables[name] for name in launch.passed if name in values.variables}
    whole = replace(
        whole,
        env={**passed, **whole.env},
        secrets=tuple(dict.fromkeys(filled)),
        taken=tuple(dict.fromkeys((*taken, *passed))),
    )
    return whole, tuple(dict.fromkeys(missing))


def _mapped(
    launch: Launch, change: Callable[[str], str], argument: Callable[[str], str] | None = None
) -> Launch:
    return replace(
        launch,
        argv=tuple(map(argument or change, launch.argv)),
        url=change(launch.url),
        env={name: change(value) for name, value in launch.env.items()},
        headers={name: change(value) for name, value in launch.headers.items()},
        cwd=None if launch.cwd is None else change(launch.cwd),
    )


def _value(match: re.Match[str], launch: Launch, values: Values) -> str | None:
    name = _variable(match)
    if match["kind"] == "input":
        return values.inputs.get(name, launch.defaults.get(name))
    if match["plain"] and not launch.dollar:
        return None
    return values.variables.get(name, match["default"])


def _variable(match: re.Match[str]) -> str:
    return match["name"] or match["braced"] or match["kept"] or match["plain"]


def _missing(match: re.Match[str]) -> str:
    if match["kind"] == "input":
        return f"the input {match['name']} (--input {match['name']}=VALUE)"
    return f"the variable {_variable(match)}"


def expand_variables(text: str, variables: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """``text`` with ``$NAME`` and ``${NAME}`` filled in and ``$$`` made one dollar, and the names
    that are not set."""
    missing: list[str] = []

    def value(match: re.Match[str]) -> str:
        name = match["braced"] or match["plain"]
        if name is None:
            return "$"
        if name not in variables:
            missing.append(name)
        return variables.get(name, "")

    return _VARIABLE.sub(value, text), tuple(dict.fromkeys(missing))
