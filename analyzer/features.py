"""What rules can see of a tool: zones of text, parameters, hints and named numbers.

Everything is derived once from the definition and the siblings' names, and from nothing else, so
that a verdict can be kept by hash. Zones are cut when a rule first asks for them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from analyzer import text
from analyzer.model import Annotations, Json, Param, Tool
from analyzer.schema import flatten_params
from analyzer.text import Segment

Zone = tuple[Segment, ...]

HINTS = {
    "readOnlyHint": "read_only",
    "destructiveHint": "destructive",
    "idempotentHint": "idempotent",
    "openWorldHint": "open_world",
}


class Features:
    """The features of one tool.

    ``siblings`` are the names of the server's tools; the tool's own name among them is ignored.
    With ``ignore_annotations`` the declared hints are taken as not given.
    """

    def __init__(
        self, tool: Tool, siblings: Sequence[str] = (), *, ignore_annotations: bool = False
    ) -> None:
        self.tool = tool
        self.names = tuple(siblings)
        """Of the server's tools, the tool's own among them or not; one tuple for all of them."""
        self.annotations = Annotations() if ignore_annotations else tool.annotations
        self._zones: dict[str, Zone] = {}
        self.memo: dict[str, Any] = {}
        """What measures of the definition and the siblings' names keep for each other."""

    def without_annotations(self) -> Features:
        """The same features with the declared hints unseen; what was cut already is kept."""
        blind = copy.copy(self)
        blind.annotations = Annotations()
        blind._zones = {name: zone for name, zone in self._zones.items() if name != "title"}
        return blind

    @cached_property
    def siblings(self) -> tuple[str, ...]:
        """The names of the server's other tools."""
        return tuple(name for name in self.names if name != self.tool.name)

    @cached_property
    def params(self) -> tuple[Param, ...]:
        return flatten_params(self.tool.raw)

    @cached_property
    def top_params(self) -> tuple[Param, ...]:
        """The outermost parameters that carry meaning: a single wrapping object is looked into."""
        first = [p for p in self.params if p.depth == 1]
        if len(first) == 1 and "object" in first[0].types:
            inner = [p for p in self.params if p.depth == 2]
            return tuple(inner) or tuple(first)
        return tuple(first)

    @property
    def description(self) -> str:
        return self.tool.description or ""

    def hint(self, name: str) -> bool | None:
        """The declared value of a hint by its name in the specification."""
        value: bool | None = getattr(self.annotations, HINTS[name])
        return value

    def zone(self, name: str) -> Zone:
        """The segments of a zone; see :data:`ZONES` for the names. Raises KeyError for others."""
        found = self._zones.get(name)
        if found is None:
            found = self._zones[name] = ZONES[name](self)
        return found

    @cached_property
    def prose(self) -> Segment:
        return text.prose("/description", self.description)

    @cached_property
    def statements(self) -> list[Segment]:
        """Sentences of the whole description."""
        return text.sentences(self.prose)

    @cached_property
    def sections(self) -> Mapping[str, tuple[tuple[int, int], ...]]:
        kinds: dict[str, list[tuple[int, int]]] = {}
        for kind, start, end in text.sections(self.description):
            kinds.setdefault(kind, []).append((start, end))
        return {kind: tuple(spans) for kind, spans in kinds.items()}

    @cached_property
    def sentences(self) -> list[Segment]:
        """Sentences of the description's opening prose, or of all of it where that is empty."""
        prose = text.within(self.prose, self.sections["prose"])
        found = text.sentences(prose[0]) if prose else []
        return found or text.sentences(self.prose)


def _section(kind: str) -> Callable[[Features], Zone]:
    def zone(features: Features) -> Zone:
        return text.within(features.prose, features.sections.get(kind, ()))

    return zone


def _one(pointer: str, value: str | None, cut: Callable[[str, str], Segment]) -> Zone:
    return (cut(pointer, value),) if value else ()


def _param_texts(features: Features) -> Zone:
    return tuple(
        text.prose(f"{p.pointer}/description", p.description)
        for p in features.params
        if p.description
    )


def _param_names(features: Features) -> Zone:
    """One segment a parameter; its place is the parameter's schema, since a key has no text."""
    return tuple(text.identifier(p.pointer, p.name) for p in features.params)


def _enum_values(features: Features) -> Zone:
    return tuple(
        text.identifier(place, value)
        for param in features.params
        if param.enum
        for place, value in _listed(_at(features.tool.raw, param.pointer), param.pointer)
    )


def _at(document: Json, pointer: str) -> Json:
    """The value at a JSON pointer, None where there is none."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict):
            document = document.get(key)
        elif isinstance(document, list) and key.isdigit() and int(key) < len(document):
            document = document[int(key)]
        else:
            return None
    return document


def _listed(schema: Json, pointer: str) -> Iterator[tuple[str, str]]:
    """Places and values of the strings that a schema lists, in its alternatives too."""
    if not isinstance(schema, dict):
        return
    values = schema.get("enum")
    for number, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, str):
            yield f"{pointer}/enum/{number}", value
    if isinstance(schema.get("const"), str):
        yield f"{pointer}/const", schema["const"]
    for keyword in ("allOf", "anyOf", "oneOf"):
        parts = schema.get(keyword)
        for number, part in enumerate(parts if isinstance(parts, list) else ()):
            yield from _listed(part, f"{pointer}/{keyword}/{number}")


def _output_texts(features: Features) -> Zone:
    return tuple(
        text.prose(f"{p.pointer}/description", p.description)
        for p in flatten_params(features.tool.raw, "outputSchema")
        if p.description
    )


ZONES: dict[str, Callable[[Features], Zone]] = {
    "name": lambda f: _one("/name", f.tool.name, text.identifier),
    "title": lambda f: (
        _one("/title", f.tool.title, text.prose)
        or _one("/annotations/title", f.annotations.title, text.prose)
    ),
    "description": lambda f: (f.prose,),
    "lead": lambda f: tuple(f.sentences[:1]),
    "prose": _section("prose"),
    "body": lambda f: tuple(f.sentences[1:]),
    "args": _section("args"),
    "returns": _section("returns"),
    "errors": _section("errors"),
    "examples": _section("examples"),
    "notes": _section("notes"),
    "usage": _section("usage"),
    "params": _param_names,
    "param_texts": _param_texts,
    "enums": _enum_values,
    "output_texts": _output_texts,
}
"""Zone name to the segments it holds: the name and the parameters' names as words, the rest as
prose; ``lead`` is the first sentence, ``body`` the rest of the opening prose, ``args`` and its like
the sections of a docstring."""
