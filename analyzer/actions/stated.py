"""The values that a schema states: ``enum``, ``const`` and unions of them, through ``$ref``."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.actions.listed import Span
from analyzer.model import Json

_UNIONS = ("oneOf", "anyOf", "allOf")


def stated_values(
    raw: Mapping[str, Json], pointer: str, *, in_lists: bool = False
) -> list[tuple[str, str, Span | None]]:
    """The strings that the schema at a pointer allows, each with its place and its own text; with
    ``in_lists`` also those that a list there may hold."""
    root = raw["inputSchema"]
    found: list[tuple[str, str, Span | None]] = []
    seen: set[str] = set()
    stack: list[tuple[Json, str]] = [(_at(raw, pointer), pointer)]
    for _ in range(200):
        if not stack:
            break
        schema, place = resolve_reference(root, *stack.pop())
        if not isinstance(schema, dict):
            continue
        values = schema.get("enum")
        if isinstance(values, list):
            places = [(v, f"{place}/enum/{n}") for n, v in enumerate(values)]
        else:
            places = [(schema["const"], f"{place}/const")] if "const" in schema else []
        about = words_about(schema, place) if len(places) == 1 else None
        for value, where in places:
            if isinstance(value, str) and value not in seen:
                seen.add(value)
                found.append((value, where, about))
        for keyword in reversed(_UNIONS):
            parts = schema.get(keyword)
            numbered = list(enumerate(parts if isinstance(parts, list) else ()))
            stack += [(part, f"{place}/{keyword}/{n}") for n, part in reversed(numbered)]
        if in_lists and "items" in schema:
            stack.append((schema["items"], f"{place}/items"))
    return found


def words_about(schema: Mapping[str, Json], place: str) -> Span | None:
    """Where a schema says what it is for; None where it does not."""
    for member in ("description", "title"):
        text = schema.get(member)
        if isinstance(text, str) and text.strip():
            return (f"{place}/{member}", 0, len(text))
    return None


def resolve_reference(root: Mapping[str, Json], schema: Json, pointer: str) -> tuple[Json, str]:
    """The schema with its ``$ref`` into the input schema followed, and where it stands."""
    for _ in range(20):
        if not (isinstance(schema, dict) and isinstance(schema.get("$ref"), str)):
            break
        reference = schema["$ref"]
        if not reference.startswith("#/"):
            return None, pointer
        pointer = "/inputSchema" + reference[1:]
        schema = _at({"inputSchema": root}, pointer)
    return schema, pointer


def _at(raw: Mapping[str, Json], pointer: str) -> Json:
    here: Json = raw
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(here, dict):
            here = here.get(key)
        elif isinstance(here, list) and key.isdigit() and int(key) < len(here):
            here = here[int(key)]
        else:
            return None
    return here
