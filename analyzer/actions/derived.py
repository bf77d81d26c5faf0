"""An operation as a tool of its own, and the way back to the definition it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from analyzer.actions.selectors import Operation, action_rules, bare_verbs
from analyzer.model import Evidence, Json, Tool
from analyzer.records import dataclass
from analyzer.rulebook.lexicon import Lexicon
from analyzer.schema import escape_pointer
from analyzer.text import identifier, name_words


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters ``start:end`` of a string of the derived tool, and where they came from."""

    start: int
    end: int
    pointer: str
    origin: int


@dataclass(frozen=True, slots=True)
class Derived:
    tool: Tool
    source: Tool
    pieces: Mapping[str, tuple[Piece, ...]]
    """By JSON pointer to the derived string."""
    params: Mapping[str, str]
    """JSON pointer of a derived parameter to that of the one it was made from."""

    def trace(self, evidence: Evidence) -> list[Evidence]:
        """The evidence in the source's definition, cut where it runs over a seam."""
        for made, given in self.params.items():
            if evidence.field == made or evidence.field.startswith(made + "/"):
                return [replace(evidence, field=given + evidence.field[len(made) :])]
        found = []
        for piece in self.pieces.get(evidence.field, ()):
            start, end = max(evidence.start, piece.start), min(evidence.end, piece.end)
            if start < end:
                first = piece.origin + start - piece.start
                # The sentence has the value in lower case; what is quoted is what was sent.
                quote = string_at(self.source, piece.pointer)[first : first + end - start]
                found.append(
                    replace(
                        evidence,
                        field=piece.pointer,
                        quote=quote,
                        start=first,
                        end=first + len(quote),
                    )
                )
        return found


def derive_tool(source: Tool, operation: Operation, lexicon: Lexicon) -> Derived:
    """The tool that the operation would be if it stood alone."""
    value_at, value_start, _ = operation.place
    value = operation.value
    words = name_words(value)
    things = _things(source.name, lexicon) if len(words) == 1 else []
    parts = [(value_at, value_start, value)]
    named = [("/name", start, source.name[start:end]) for start, end in things]
    # What is asked for stands last in a name: "rollout_history".
    asked = lexicon.group("result_noun") - bare_verbs(lexicon)
    parts = named + parts if asked.issuperset(words) else parts + named
    name, name_pieces = "", []
    for pointer, start, part in parts:
        name += "_" if name else ""
        name_pieces.append(Piece(len(name), len(name) + len(part), pointer, start))
        name += part
    text, text_pieces = _sentence(source, operation, things, lexicon)
    properties = {param: schema for param, schema, _ in operation.params}
    raw: dict[str, Json] = {
        "name": name,
        "description": text,
        "inputSchema": {
            "type": "object",
            "properties": properties,
            "required": list(properties),
        },
    }
    return Derived(
        tool=Tool(name=name, description=text, input_schema=raw["inputSchema"], raw=raw, digest=""),
        source=source,
        pieces={"/name": tuple(name_pieces), "/description": tuple(text_pieces)},
        params={
            f"/inputSchema/properties/{escape_pointer(param)}": pointer
            for param, _, pointer in operation.params
        },
    )


def _things(name: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Spans of the words of a tool's name that say what its operations act on."""
    segment = identifier("/name", name)
    verbs = bare_verbs(lexicon) - lexicon.group("noun_like")
    dull = verbs.union(action_rules()["generic"])
    return [
        (start, end)
        for word, start, end in zip(
            lexicon.read_name(segment.words), segment.starts, segment.ends, strict=True
        )
        if word not in dull
    ]


def _sentence(
    source: Tool, operation: Operation, things: list[tuple[int, int]], lexicon: Lexicon
) -> tuple[str, list[Piece]]:
    """What the definition says of the operation; led by the value where that opens with no verb."""
    if operation.text is not None:
        pointer, start, end = operation.text
        own = string_at(source, pointer)[start:end]
        lead = lexicon.read_name(identifier("", own).words[:1])
        if lead and lead[0] in _finite(lexicon):
            return own, [Piece(0, len(own), pointer, start)]
    at, begin, _ = operation.place
    text, pieces = "", []
    for position, (start, end) in enumerate(zip(*_spans(operation.value), strict=True)):
        text += " " if position else ""
        pieces.append(Piece(len(text), len(text) + end - start, at, begin + start))
        text += operation.value[start:end].lower()
    for start, end in things:
        pieces.append(Piece(len(text) + 1, len(text) + 1 + end - start, "/name", start))
        text += " " + source.name[start:end]
    text += "."
    if operation.text is not None:
        pieces.append(Piece(len(text) + 1, len(text) + 1 + len(own), pointer, operation.text[1]))
        text += " " + own
    return text, pieces


@cache
def _finite(lexicon: Lexicon) -> frozenset[str]:
    return lexicon.verbs("base")


def _spans(value: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    segment = identifier("", value)
    return segment.starts, segment.ends


def string_at(source: Tool, pointer: str) -> str:
    """The string of a definition at a JSON pointer that is known to lead to one."""
    here: Json = source.raw
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        here = here[int(key)] if isinstance(here, list) else here[key]
    return str(here)
