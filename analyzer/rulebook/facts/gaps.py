"""Numbers about gaps between the schema and the text: what neither says, or both."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from itertools import pairwise

from analyzer import text
from analyzer.features import Features
from analyzer.model import Param
from analyzer.rulebook.facts.mentions import (
    bare_params,
    is_covered,
    listed_params,
    mentioned_params,
    schema_stems,
)
from analyzer.rulebook.facts.words import Words, content, name_set, size
from analyzer.text import name_words

ABOUT: dict[str, tuple[str, str]] = {
    "params.missing": (
        "/inputSchema/properties",
        "schemas without parameters beside a text that speaks of something to be given",
    ),
    "params.unguessable": (
        "/inputSchema/properties",
        "share of outermost parameters explained nowhere that no name can explain: objects "
        "without described members, switches and defaults that the text does not mention",
    ),
    "params.shapeless": (
        "/inputSchema/required",
        "objects, lists and texts of JSON that every call must give and whose form nothing shows",
    ),
    "params.repeated": (
        "/description",
        "share of outermost parameters whose item in the description's list adds next to nothing "
        "to a schema that is covered",
    ),
    "params.earned": (
        "/description",
        "outermost parameters that the description's list explains and the schema does not",
    ),
}

_FRESH = 2
"""Different words that an item must add to the schema."""
_EARNED = 3
"""The same of an item that says what the schema leaves out."""
_PLAIN_ITEMS = frozenset({"string", "number", "integer", "boolean", "array"})
_SHAPE_SHOWN = re.compile(r"[{\[\"'`(:=]|e\.g|example|例", re.IGNORECASE)
_JSON_SHOWN = re.compile(r"[{\[]|e\.g|example", re.IGNORECASE)
_JSON = re.compile(r"\bjson\b", re.IGNORECASE)
_PLACE = re.compile(r"path|url|file", re.IGNORECASE)
_TYPES = re.compile(
    r"\((?:str|string|int|integer|float|bool|boolean|list|dict|number|array|object|optional"
    r"|required|any|,|\s|\[|\]|\||none)+\)",
    re.IGNORECASE,
)


def measure(features: Features, words: Words) -> Mapping[str, float]:
    """The numbers of :data:`ABOUT` for one tool."""
    top = features.top_params
    if not top:
        return dict.fromkeys(ABOUT, 0.0) | {"params.missing": float(_asks(features, words))}
    members, mentioned = _members(features), mentioned_params(features)
    items = _whole_items(features)
    unguessable = sum(_is_unguessable(p, members, mentioned) for p in bare_params(features))
    return {
        "params.missing": 0.0,
        "params.unguessable": unguessable / len(top),
        "params.shapeless": sum(_is_shapeless(p, members, items.get(p.name, "")) for p in top),
        **_of_list(features, items, words),
    }


def _asks(features: Features, words: Words) -> bool:
    """Whether the first sentence speaks of one thing out of many, or of one to be made: a call
    would have to name it."""
    if not features.sentences:
        return False
    lead, name = features.sentences[0].words, name_words(features.tool.name)
    if not words("q_needless").isdisjoint((*name, *lead)):
        return False
    if not words("q_asked_for").isdisjoint(lead):
        return True
    if any(a == "by" and b in words("q_identifier") for a, b in pairwise(lead)):
        return True
    return lead[0] in words("q_needy_verb") or bool(words("q_needy_verb").intersection(name[:1]))


def _members(features: Features) -> dict[str, bool]:
    """By the pointer of an outermost parameter that holds others, whether any is described."""
    top = {p.pointer for p in features.top_params}
    found: dict[str, bool] = {}
    for param in features.params:
        outer = param.pointer.rpartition("/")[0]
        while outer and outer not in top:
            outer = outer.rpartition("/")[0]
        if outer:
            found[outer] = found.get(outer, False) or bool((param.description or "").strip())
    return found


def _holds_plain(param: Param, *, bare: bool) -> bool:
    """Whether the items of a list are no objects; ``bare``: and their type is known."""
    items = param.schema.get("items")
    kind = items.get("type") if isinstance(items, dict) else None
    kinds = {k for k in (kind if isinstance(kind, list) else [kind]) if isinstance(k, str)}
    if "object" in kinds or not isinstance(items, dict):
        return False
    return bool(kinds & _PLAIN_ITEMS) if bare else bool(kinds)


def _is_unguessable(param: Param, members: Mapping[str, bool], mentioned: frozenset[str]) -> bool:
    if members.get(param.pointer):
        return False
    if "object" in param.types or ("array" in param.types and not _holds_plain(param, bare=False)):
        return True
    has_default = param.has_default and param.default is not None
    return ("boolean" in param.types or has_default) and param.name not in mentioned


def _is_shapeless(param: Param, members: Mapping[str, bool], said: str) -> bool:
    if not param.required:
        return False
    said = f"{param.description or ''} {said}"
    plain = "array" not in param.types or _holds_plain(param, bare=True)
    if "object" in param.types or not param.types or not plain:
        return param.pointer not in members and not _SHAPE_SHOWN.search(said)
    is_json = "string" in param.types and _JSON.search(f"{said} {param.name}")
    return bool(is_json) and not _PLACE.search(param.name) and not _JSON_SHOWN.search(said)


def _of_list(features: Features, items: Mapping[str, str], words: Words) -> dict[str, float]:
    """What the items of the description's list add to the schema."""
    dull, stems = words("q_stop") | words("q_praise"), schema_stems(features, words)
    covered = is_covered(features)
    repeated = earned = 0
    for param in features.top_params:
        if param.name not in items:
            continue
        item = text.prose("", _TYPES.sub(" ", items[param.name]))
        new = set(content(item, dull)) - name_set(param.name)
        known = stems.get(param.pointer, frozenset())
        if covered:
            repeated += bool(known) and size(new - known) < _FRESH
        if not (param.description or "").strip():
            earned += size(new) >= _EARNED
    return {
        "params.repeated": repeated / len(features.top_params),
        "params.earned": earned,
    }


def _whole_items(features: Features) -> dict[str, str]:
    """The items of the description's list by parameter, each with the lines below it: to the next
    item, the section's end or a gap."""
    listed, _ = listed_params(features)
    stops = sorted(
        {start for start, _ in listed.values()}
        | {end for spans in features.sections.values() for _, end in spans}
        | {len(features.description)}
    )
    found = {}
    for name, (start, end) in listed.items():
        stop = stops[min(bisect_right(stops, start), len(stops) - 1)]
        blank = features.description.find("\n\n", end, stop)
        found[name] = features.description[start : max(end, blank if blank >= 0 else stop)]
    return found
