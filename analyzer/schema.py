"""The parameters of a JSON Schema, flattened: nested, referenced and alternative ones too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analyzer.model import Json, Param

MAX_DEPTH = 8
MAX_PARAMS = 2000
MAX_VISITS = 20_000
MAX_CHARS = 2_000_000
"""Beyond these the rest of a schema is left unread: such a tool is unreadable to an agent too. A
few references to alternatives that refer on in turn make a schema without end, so visits are
counted and not only what they find; many references to one long text multiply it."""


def escape_pointer(part: str) -> str:
    """One reference token of a JSON pointer (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1")


def flatten_params(raw: Mapping[str, Json], member: str = "inputSchema") -> tuple[Param, ...]:
    """The parameters under ``raw[member]`` in the order of the schema, parents before children.

    ``$ref`` into the same schema, ``allOf``/``anyOf``/``oneOf``, array items and nested objects are
    followed; cycles are cut. ``required`` means that every valid call must give it where its parent
    is given.
    """
    root = raw.get(member)
    if not isinstance(root, dict):
        return ()
    walker = _Walker(root, member)
    found: list[Param] = []
    chars = 0
    for param in walker.properties(root, f"/{member}", "", 1, frozenset()):
        found.append(param)
        chars += len(param.description or "") + 8 * len(param.enum)
        if len(found) >= MAX_PARAMS or chars > MAX_CHARS:
            break
    return tuple(found)


class _Walker:
    def __init__(self, root: Mapping[str, Json], member: str) -> None:
        self._root = root
        self._member = member
        self._visits = 0

    def _resolve(
        self, schema: Json, pointer: str, seen: frozenset[str]
    ) -> tuple[Mapping[str, Json] | None, str, frozenset[str]]:
        while isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
            reference = schema["$ref"]
            if reference in seen or not reference.startswith("#/"):
                return None, pointer, seen
            seen |= {reference}
            target: Json = self._root
            for part in reference[2:].split("/"):
                key = part.replace("~1", "/").replace("~0", "~")
                if isinstance(target, dict) and key in target:
                    target = target[key]
                elif isinstance(target, list) and key.isdigit() and int(key) < len(target):
                    target = target[int(key)]
                else:
                    return None, pointer, seen
            schema, pointer = target, f"/{self._member}/{reference[2:]}"
        return (schema if isinstance(schema, dict) else None), pointer, seen

    def _branches(
        self, schema: Mapping[str, Json], pointer: str, seen: frozenset[str]
    ) -> Iterator[tuple[Mapping[str, Json], str, frozenset[str], bool]]:
        """The schema and its combined parts; the flag tells whether the part always applies."""
        self._visits += 1
        if self._visits > MAX_VISITS:
            return
        yield schema, pointer, seen, True
        for keyword in ("allOf", "anyOf", "oneOf"):
            parts = schema.get(keyword)
            if not isinstance(parts, list):
                continue
            real = [p for p in parts if not (isinstance(p, dict) and p.get("type") == "null")]
            for number, part in enumerate(parts):
                inner, at, path = self._resolve(part, f"{pointer}/{keyword}/{number}", seen)
                if inner is not None and inner.get("type") != "null":
                    always = keyword == "allOf" or len(real) == 1
                    for branch in self._branches(inner, at, path):
                        yield branch[0], branch[1], branch[2], branch[3] and always

    def properties(
        self,
        schema: Mapping[str, Json],
        pointer: str,
        prefix: str,
        depth: int,
        seen: frozenset[str],
    ) -> Iterator[Param]:
        if depth > MAX_DEPTH:
            return
        names: set[str] = set()
        for part, at, path, always in self._branches(schema, pointer, seen):
            members = part.get("properties")
            if not isinstance(members, dict):
                continue
            listed = part.get("required")
            required = (
                {n for n in listed if isinstance(n, str)} if isinstance(listed, list) else set()
            )
            for name, member in members.items():
                if name in names:
                    continue
                names.add(name)
                yield from self._param(
                    member,
                    f"{at}/properties/{escape_pointer(name)}",
                    name,
                    f"{prefix}{name}",
                    depth,
                    path,
                    required=always and name in required,
                )

    def _param(
        self,
        given: Json,
        pointer: str,
        name: str,
        path: str,
        depth: int,
        seen: frozenset[str],
        *,
        required: bool,
    ) -> Iterator[Param]:
        schema, at, trail = self._resolve(given, pointer, seen)
        if schema is None:
            outer: Mapping[str, Json] = given if isinstance(given, dict) else {}
            yield _leaf(outer, outer, pointer, name, path, depth, required)
            return
        # A description beside a $ref belongs to this parameter and wins over the target's own.
        beside: Mapping[str, Json] = given if isinstance(given, dict) else schema
        own = isinstance(beside.get("description"), str)
        parts = list(self._branches(schema, at, trail))
        yield _leaf(
            _merged(schema, [p[0] for p in parts[1:]]),
            beside,
            pointer if own else at,
            name,
            path,
            depth,
            required,
        )
        yield from self.properties(schema, at, path + ".", depth + 1, trail)
        for part, place, inner_trail, _ in parts:
            items, where, items_trail = self._resolve(
                part.get("items"), f"{place}/items", inner_trail
            )
            if items is not None:
                yield from self.properties(items, where, path + "[].", depth + 1, items_trail)


def _merged(schema: Mapping[str, Json], parts: list[Mapping[str, Json]]) -> Mapping[str, Json]:
    """The schema with types and enum values of its combined parts gathered in."""
    if not parts:
        return schema
    # What several references lead to is gathered once.
    parts = list({id(part): part for part in parts}.values())
    types = [t for s in (schema, *parts) for t in _types(s)]
    values = [v for s in (schema, *parts) for v in _enum(s)]
    merged = dict(schema)
    if types:
        merged["type"] = list(dict.fromkeys(types))
    if values:
        merged["enum"] = values
    for part in parts:
        for key in ("format", "pattern"):
            if key in part:
                merged.setdefault(key, part[key])
    return merged


def _types(schema: Mapping[str, Json]) -> list[str]:
    given = schema.get("type")
    if isinstance(given, str):
        return [given]
    return [t for t in given if isinstance(t, str)] if isinstance(given, list) else []


def _enum(schema: Mapping[str, Json]) -> list[Json]:
    values = schema.get("enum")
    if isinstance(values, list):
        return values
    return [schema["const"]] if "const" in schema else []


def _leaf(
    schema: Mapping[str, Json],
    beside: Mapping[str, Json],
    pointer: str,
    name: str,
    path: str,
    depth: int,
    required: bool,
) -> Param:
    description = beside.get("description", schema.get("description"))
    fmt = schema.get("format")
    default = beside.get("default", schema.get("default"))
    return Param(
        name=name,
        path=path,
        pointer=pointer,
        types=tuple(_types(schema)),
        description=description if isinstance(description, str) else None,
        required=required,
        enum=tuple(_enum(schema)),
        default=default,
        has_default="default" in beside or "default" in schema,
        format=fmt if isinstance(fmt, str) else None,
        depth=depth,
        schema=schema,
    )
