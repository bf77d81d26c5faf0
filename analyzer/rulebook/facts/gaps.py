"""Numbers about gaps between the schema and the text: what neither says, or both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from analyzer import text
from analyzer.features import Features
from analyzer.model import Param
from analyzer.rulebook.facts.mentions import listed_params, mentioned_params
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
        "to what the schema says",
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
_OPENING = 5
"""Words of a sentence among which "all" says that nothing is to be given."""
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
    listed, _ = listed_params(features)
    bare = [p for p in top if not (p.description or "").strip() and p.name not in listed]
    return {
        "params.missing": 0.0,
        "params.unguessable": sum(_is_unguessable(p, features) for p in bare) / len(top),
        "params.shapeless": sum(_is_shapeless(p, features) for p in top),
        **_of_list(features, words("q_stop") | words("q_praise")),
    }


def _asks(features: Features, words: Words) -> bool:
    """Whether the first sentence, or the name, speaks of one thing out of many, or of one to be
    made: a call would have to name it."""
    if not features.sentences:
        return False
    lead = features.sentences[0].words
    if not words("q_asked_for").isdisjoint(lead):
        return True
    if any(a == "by" and b in words("q_identifier") for a, b in pairwise(lead)):
        return True
    name = frozenset(name_words(features.tool.name))
    needy, needless = words("q_needy_verb"), words("q_needless")
    if not needless.isdisjoint(name) or not needless.isdisjoint(lead[:_OPENING]):
        return False
    return lead[0] in needy or not needy.isdisjoint(name)


def _is_unguessable(param: Param, features: Features) -> bool:
    members = [
        p for p in features.params if p.path.startswith((param.path + ".", param.path + "[]"))
    ]
    if any((p.description or "").strip() for p in members):
        return False
    items = param.schema.get("items")
    open_items = not isinstance(items, dict) or items.get("type") in ("object", None)
    if "object" in param.types or ("array" in param.types and open_items):
        return True
    has_default = param.has_default and param.default is not None
    switch = "boolean" in param.types or has_default
    return switch and param.name not in mentioned_params(features)


def _is_shapeless(param: Param, features: Features) -> bool:
    if not param.required:
        return False
    start, end = listed_params(features)[0].get(param.name, (0, 0))
    said = f"{param.description or ''} {features.description[start:end]}"
    items = param.schema.get("items")
    plain = isinstance(items, dict) and items.get("type") in _PLAIN_ITEMS
    if "object" in param.types or not param.types or ("array" in param.types and not plain):
        nested = any(p.pointer.startswith(param.pointer + "/") for p in features.params)
        return not nested and not _SHAPE_SHOWN.search(said)
    is_json = "string" in param.types and _JSON.search(f"{said} {param.name}")
    return bool(is_json) and not _PLACE.search(param.name) and not _JSON_SHOWN.search(said)


def _of_list(features: Features, dull: frozenset[str]) -> dict[str, float]:
    """What the items of the description's list add to the schema."""
    listed, _ = listed_params(features)
    repeated = earned = 0
    for param in features.top_params:
        span = listed.get(param.name)
        if span is None:
            continue
        item = _TYPES.sub(" ", _whole_item(features, listed.values(), span))
        new = set(content(text.prose("", item), dull)) - name_set(param.name)
        if (param.description or "").strip():
            known = set(content(text.prose("", param.description or ""), dull))
            repeated += size(new - known) < _FRESH
        else:
            earned += size(new) >= _EARNED
    return {
        "params.repeated": repeated / len(features.top_params),
        "params.earned": earned,
    }


def _whole_item(
    features: Features, listed: Iterable[tuple[int, int]], span: tuple[int, int]
) -> str:
    """A list's item with the lines below it: to the next item, the section's end or a gap."""
    start, end = span
    ends = [s for s, _ in listed if s > start]
    ends += [e for spans in features.sections.values() for _, e in spans if e > start]
    stop = min(ends, default=len(features.description))
    blank = features.description.find("\n\n", end)
    return features.description[start : max(end, min(stop, blank) if blank >= 0 else stop)]
