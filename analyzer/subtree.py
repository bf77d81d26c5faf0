"""What an agent must construct for a minimally valid call: the TDQS required subtree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from analyzer.model import Json
from analyzer.records import dataclass

MAX_DEPTH = 10
"""Object levels that are followed, as the specification says."""
MAX_VISITS = 20_000
MAX_NESTING = 200
"""Guards of ours: a hostile schema can branch through its references without end. Real ones were
seen to need 59 visits at most."""

# The specification resolves references into these two members of the root and no others.
_LOCAL_REFERENCE = re.compile(r"#/(\$defs|definitions)/([^/]+)")
_STRUCTURE = frozenset({"$ref", "properties", "items", "allOf", "not", "oneOf", "anyOf"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredSubtree:
    fields: int = 0
    """Required fields on all levels; of alternatives, those of the widest branch."""
    depth: int = 0
    """Object levels; a flat object of scalars is 1."""
    unions: int = 0
    """Choices between alternatives: branches minus one, null not counted."""

    @property
    def invocation_cost(self) -> int:
        """How much work filling in the arguments is; compares tools of one server only."""
        return self.fields + 2 * max(0, self.depth - 1) + 2 * self.unions


def required_subtree(input_schema: Mapping[str, Json]) -> RequiredSubtree:
    """Measures the part of a schema that is reachable through required properties."""
    if not _has_properties(input_schema):
        return RequiredSubtree()
    fields, depth, unions = _Walk(input_schema).visit(input_schema, 0, frozenset(), 0)
    return RequiredSubtree(fields=fields, depth=depth, unions=unions)


class _Walk:
    def __init__(self, root: Mapping[str, Json]) -> None:
        self._root = root
        self._visits = 0

    def visit(
        self, schema: Json, level: int, path: frozenset[str], nesting: int
    ) -> tuple[int, int, int]:
        """(fields, deepest level, unions) of a node that sits below ``level`` object levels."""
        # Most nodes are scalars; they need no more than this line.
        if not isinstance(schema, dict) or _STRUCTURE.isdisjoint(schema):
            return 0, level, 0
        self._visits += 1
        if self._visits > MAX_VISITS or nesting > MAX_NESTING:
            return 0, level, 0
        reference = schema.get("$ref")
        if isinstance(reference, str):
            if reference in path:
                return 0, level, 0
            target = self._resolve(reference)
            if target is None:
                return 0, level, 0
            schema, path = target, path | {reference}
        fields, deepest, unions = 0, level, 0
        for part, below, counts in self._parts(schema, level):
            more, depth, choices = self.visit(part, below, path, nesting + 1)
            deepest = max(deepest, depth)
            if counts:
                fields += more
                unions += choices
        if level < MAX_DEPTH and _has_properties(schema):
            required = schema.get("required")
            if isinstance(required, list):
                fields += sum(isinstance(name, str) for name in required)
            deepest = max(deepest, level + 1)
        for keyword in ("oneOf", "anyOf"):
            branches = schema.get(keyword)
            if not isinstance(branches, list) or not branches:
                continue
            real = [branch for branch in branches if not _is_null(branch)]
            visits = [self.visit(branch, level, path, nesting + 1) for branch in real]
            if visits:
                widest = max(visits, key=lambda visit: visit[0])
                fields += widest[0]
                unions += widest[2]
                deepest = max(deepest, *(visit[1] for visit in visits))
            unions += max(0, len(real) - 1)
        return fields, deepest, unions

    def _parts(self, schema: Mapping[str, Json], level: int) -> list[tuple[Json, int, bool]]:
        """(node, its level, whether its fields must be given), alternatives aside."""
        parts: list[tuple[Json, int, bool]] = []
        if level < MAX_DEPTH and _has_properties(schema):
            properties, required = schema["properties"], schema.get("required")
            if isinstance(required, list):
                parts += [
                    (properties[name], level + 1, True)
                    for name in required
                    if isinstance(name, str) and name in properties
                ]
        if "items" in schema:
            parts.append((schema["items"], level, True))
        branches = schema.get("allOf")
        if isinstance(branches, list):
            parts += [(branch, level, True) for branch in branches]
        if "not" in schema:
            # What must not be given deepens the schema and asks for no fields.
            parts.append((schema["not"], level, False))
        return parts

    def _resolve(self, reference: str) -> Mapping[str, Json] | None:
        match = _LOCAL_REFERENCE.fullmatch(reference)
        if match is None:
            return None
        definitions = self._root.get(match[1])
        if not isinstance(definitions, dict):
            return None
        target = definitions.get(unquote(match[2]))
        return target if isinstance(target, dict) else None


def _has_properties(schema: Mapping[str, Json]) -> bool:
    properties = schema.get("properties")
    return isinstance(properties, dict) and bool(properties)


def _is_null(schema: Json) -> bool:
    """The nullable idiom of Pydantic and Zod is no choice: the value is given or it is not."""
    return isinstance(schema, dict) and schema.get("type") in ("null", ["null"])
