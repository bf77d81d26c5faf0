"""The parameter that selects a tool's operation, and the values it may take.

Three forms are understood: values given by the schema (``enum``, unions of ``const``; of a
parameter or of the items of its list), requests told apart by a constant member
(``oneOf``/``anyOf`` of objects), and values listed in running text.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from analyzer.actions.listed import Span, Text, entry_text, list_values, own_text
from analyzer.actions.stated import resolve_reference, stated_values, words_about
from analyzer.features import Features
from analyzer.model import Json, Param
from analyzer.records import dataclass
from analyzer.rulebook.lexicon import Lexicon
from analyzer.rulefiles import read_rules
from analyzer.schema import escape_pointer
from analyzer.text import name_words

_VISITS = 5000
"""Schemas looked through for a union; references can make more of them than the text holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One value of a selecting parameter. ``place`` is where the definition states it; ``text``
    what it says of this value alone; ``params`` the members given with it (name, schema,
    pointer)."""

    value: str
    place: Span
    text: Span | None = None
    params: tuple[tuple[str, Json, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """A parameter that selects the operation, by its dotted path."""

    path: str
    operations: tuple[Operation, ...]
    strong: bool = True
    """Whether its name says that it selects an operation."""


@cache
def action_rules() -> Mapping[str, Any]:
    """``rules/actions.yaml``; read once."""
    data: Mapping[str, Any] = read_rules("actions.yaml")
    return data


@cache
def _names(kind: str) -> frozenset[str]:
    return frozenset(action_rules()["selectors"][kind])


def find_selector(features: Features, lexicon: Lexicon) -> Selector | None:
    """The parameter that selects the operation; the outermost, then the first, where several do."""
    schema = features.tool.raw.get("inputSchema")
    if not isinstance(schema, dict) or _examines(features, lexicon):
        return None
    # But for verbs that may be the thing worked on, as a view is; "list" at the head is no thing.
    looking = lexicon.group("plain_read.bare") - (lexicon.group("listing") - {"list"})
    looks = _first_verb(features, lexicon) in looking
    for path, operations in _told_apart(schema):
        if _selects([o.value for o in operations], lexicon, strong=False):
            return Selector(path=path, operations=operations)
    named = [p for p in features.params if p.depth <= action_rules()["selectors"]["depth"]]
    for kind in ("strong", "weak"):
        for param in sorted(named, key=lambda p: p.depth):
            if _plain(param.name) not in _names(kind) or not _placed(param, features):
                continue
            operations = _operations(param, features, kind)
            values = [o.value for o in operations]
            if _is_http(values):
                if _keeps_request(param, features, lexicon):
                    continue
                return Selector(path=param.path, operations=operations, strong=kind == "strong")
            if looks and _plain(param.name) in _names("kinds"):
                continue  # Verbs that tell what is looked up: the puts of an option chain.
            if _listed(param) and (looks or _keeps(features, lexicon)):
                continue  # What a role may do, or which events are asked for.
            if _selects(values, lexicon, strong=kind == "strong"):
                path = param.path + ("[]" if _listed(param) else "")
                return Selector(path=path, operations=operations, strong=kind == "strong")
    return None


def _examines(features: Features, lexicon: Lexicon) -> bool:
    """Whether the name opens with a verb of examining, so that operations are what it examines."""
    return _first_verb(features, lexicon) in _examining(lexicon)


def _first_verb(features: Features, lexicon: Lexicon) -> str | None:
    """The verb among the first two words of the name."""
    verbs, examining = bare_verbs(lexicon), _examining(lexicon)
    words = lexicon.read_name(name_words(features.tool.name)[:2])
    return next((w for w in words if w in verbs or w in examining), None)


@cache
def bare_verbs(lexicon: Lexicon) -> frozenset[str]:
    """The infinitive of every verb."""
    return lexicon.verbs("bare")


@cache
def _examining(lexicon: Lexicon) -> frozenset[str]:
    named = _names("examining")
    return named.union(*(lexicon.group(f"{name}.bare") for name in named))


def _plain(name: str) -> str:
    return "_".join(name_words(name))


def _listed(param: Param) -> bool:
    """Whether a call gives a list of operations."""
    return "array" in param.types


def _placed(param: Param, features: Features) -> bool:
    """Whether a parameter stands where it may speak for the whole call."""
    if param.depth == 1 or any(param is top for top in features.top_params):
        return True
    outer = [part.removesuffix("[]") for part in param.path.split(".")[:-1]]
    return all(_plain(part) in _names("parents") for part in outer)


def _is_http(values: Sequence[str]) -> bool:
    return len(values) > 1 and all(value.upper() in action_rules()["http"] for value in values)


def _keeps_request(param: Param, features: Features, lexicon: Lexicon) -> bool:
    """Whether the method is that of a request which the tool does not make but keeps, as that of a
    monitor: its name says so, or that it makes or changes something."""
    rules = action_rules()
    about = [*name_words(features.tool.name), *name_words(param.description or "")]
    if not frozenset(rules["http_kept"]).isdisjoint(about):
        return True
    words = lexicon.read_name(name_words(features.tool.name))
    return frozenset(rules["http_made"]).isdisjoint(words) and _keeps(features, lexicon)


def _keeps(features: Features, lexicon: Lexicon) -> bool:
    """Whether the name's verb makes or changes what is kept."""
    rules = action_rules()
    words = lexicon.read_name(name_words(features.tool.name))
    keeping = frozenset().union(*(lexicon.group(f"{name}.bare") for name in rules["keeping"]))
    return next((w for w in words if w in bare_verbs(lexicon)), None) in keeping


def _selects(values: Sequence[str], lexicon: Lexicon, *, strong: bool) -> bool:
    """Whether the values are operations: verbs, alone or with what they act on."""
    limits = action_rules()["selectors"]
    if not 1 < len(set(values)) <= limits["values"]:
        return False
    given = {value.lower() for value in values}
    if given & _names("rulings") and given <= _names("rulings") | _names("rulings_beside"):
        return False
    verbs = bare_verbs(lexicon)
    leads = [lexicon.read_name(name_words(value)[:1]) for value in values]
    known = [lead[0] for lead in leads if lead and lead[0] in verbs]
    if strong:
        return bool(len(known) >= limits["strong_share"] * len(values))
    sure = [w for w in known if w not in lexicon.group("noun_like")]
    return bool(len(known) >= limits["weak_share"] * len(values) and 2 * len(sure) >= len(values))


def _operations(param: Param, features: Features, kind: str) -> tuple[Operation, ...]:
    raw = features.tool.raw
    texts = _texts(param, features)
    # A list of a weak name holds the kinds of things that are asked for.
    stated = stated_values(raw, param.pointer, in_lists=kind == "strong")
    others = _required(features, param)
    if stated:
        known = frozenset(value for value, _, _ in stated)
        return tuple(
            Operation(
                value=value,
                place=(pointer, 0, len(value)),
                text=about or own_text(value, known, texts),
                params=others,
            )
            for value, pointer, about in stated
        )
    if kind == "weak" or not ({"string"} >= set(param.types)):
        return ()
    listed = list_values(texts, action_rules()["lists"])
    known = frozenset(value for value, _ in listed)
    return tuple(
        Operation(value=value, place=place, text=own_text(value, known, texts), params=others)
        for value, place in listed
    )


def _texts(param: Param, features: Features) -> list[Text]:
    """What is said of the parameter, nearest first: its own description, its entry in the tool's
    list of arguments, the whole description."""
    whole = features.description
    start, end = entry_text(param.name, whole)
    texts = [
        (f"{param.pointer}/description", param.description or "", 0),
        ("/description", whole[start:end], start),
        ("/description", whole, 0),
    ]
    return [text for text in texts if text[1].strip()]


def _required(features: Features, selector: Param) -> tuple[tuple[str, Json, str], ...]:
    """The parameters that every call must give beside the selector, whatever it selects."""
    return tuple(
        (p.name, p.schema, p.pointer)
        for p in features.top_params
        if p.required and p.pointer != selector.pointer
    )


def _told_apart(root: Mapping[str, Json]) -> Iterator[tuple[str, tuple[Operation, ...]]]:
    """Unions of objects that a constant member tells apart, outermost first."""
    todo: deque[tuple[Json, str, str, int]] = deque([(root, "/inputSchema", "", 1)])
    for _ in range(_VISITS):
        if not todo:
            return
        given, pointer, prefix, depth = todo.popleft()
        schema, place = resolve_reference(root, given, pointer)
        if not isinstance(schema, dict):
            continue
        for keyword in ("oneOf", "anyOf"):
            parts = schema.get(keyword)
            if isinstance(parts, list) and 1 < len(parts) <= 100:
                branches = [
                    resolve_reference(root, part, f"{place}/{keyword}/{number}")
                    for number, part in enumerate(parts)
                ]
                name, operations = _discriminated(root, branches)
                if name:
                    yield prefix + name, operations
        members = schema.get("properties")
        if depth < action_rules()["selectors"]["depth"] and isinstance(members, dict):
            for name, member in members.items():
                if not isinstance(member, dict):
                    continue
                at = f"{place}/properties/{escape_pointer(name)}"
                todo.append((member, at, f"{prefix}{name}.", depth + 1))
                if "items" in member:
                    todo.append((member["items"], f"{at}/items", f"{prefix}{name}[].", depth + 1))


def _discriminated(
    root: Mapping[str, Json], branches: Sequence[tuple[Json, str]]
) -> tuple[str, tuple[Operation, ...]]:
    objects = [
        (schema, place)
        for schema, place in branches
        if isinstance(schema, dict) and isinstance(schema.get("properties"), dict)
    ]
    if len(objects) < 2:
        return "", ()
    names = _names("strong") | _names("weak")
    for name in objects[0][0]["properties"]:
        if _plain(name) not in names:
            continue
        operations = []
        for schema, place in objects:
            at = f"{place}/properties/{escape_pointer(name)}"
            values = (
                stated_values({"inputSchema": root}, at) if name in schema["properties"] else []
            )
            others = tuple(
                (other, member, f"{place}/properties/{escape_pointer(other)}")
                for other, member in schema["properties"].items()
                if other != name and isinstance(member, dict)
            )
            for value, where, about in values:
                text = words_about(schema, place) or about
                span = (where, 0, len(value))
                operations.append(Operation(value=value, place=span, text=text, params=others))
        if len({o.value for o in operations}) > 1:
            return name, tuple({o.value: o for o in reversed(operations)}.values())[::-1]
    return "", ()
