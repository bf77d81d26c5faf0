"""Numbers about how the text directs the filling in of arguments.

A schema says what may be filled in; when to leave a parameter out, and which value goes with which,
is said in the text or nowhere. Sentences said before and lists of keywords count for nothing here
either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from analyzer import text
from analyzer.features import Features
from analyzer.records import dataclass
from analyzer.rulebook.facts.mentions import (
    bare_params,
    is_named,
    listed_params,
    schema_stems,
)
from analyzer.rulebook.facts.prose import said_sentences
from analyzer.rulebook.facts.words import Words, content, name_set, parts, size
from analyzer.text import Segment, falls_in

ABOUT: dict[str, tuple[str, str]] = {
    "filling.directions": ("/description", "kinds of direction for filling in arguments, of seven"),
    "filling.orders": ("/description", "orders to use, set or give a parameter by its name"),
    "filling.told": (
        "/description",
        "share of outermost parameters that only a sentence of the prose explains",
    ),
    "filling.hints": (
        "/description",
        "kinds of hint at what may be filled in, of ten, where less than half is explained",
    ),
}

_FRESH = 2
"""Different words that an explanation must add."""
_NEAR_BEFORE, _NEAR_AFTER = 3, 7
"""Words around a mention that may explain it."""
_MOST = 100
"""Parameters that are looked for in sentences: nobody explains more of them in prose."""
_PLACES = 3
"""Mentions of a parameter in a sentence that are looked at."""
_ID_OR_NAME = frozenset({"id", "name"})

_CODE_NAME = re.compile(
    r"(?:--|[`'\"])([A-Za-z_][\w-]{0,63})"
    r"|(?<![\w-])([A-Za-z_][\w-]{0,63})"
    r"(?=\s?=|[`'\"]?\s(?:parameter|argument|option|flag|field|value|filter)s?\b)"
    r"|\b(?:parameter|argument)s?\s[`'\"]?([A-Za-z_][\w-]{0,63})"
)
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_VALUE = re.compile(r"[`'\"]([^`'\"\n]{2,40})[`'\"]|=([\w.-]{1,40})")
_ASSIGNED = re.compile(
    r"(?<![\w-])([A-Za-z_][\w-]{0,63})[`\"']?\s?(?:=|:\s?[\"'\d\[{]|\bto\s[\"'`\d])"
)
_ORDER = re.compile(r"\b(?:use|set|pass|provide|specify)\b([^.\n]{0,40})", re.IGNORECASE)
_DIRECTS = re.compile(
    r"^\W*(?:set|pass|use|provide|specify|omit|leave|include|supply|give|start with|prefer|choose"
    r"|select|keep|add)\b|\b(?:if|when|unless|without|must|should|always|never|only|required"
    r"|at least|exactly|either|instead|otherwise|omit(?:ted)?|default(?:s|ing)?|empty|cannot"
    r"|to (?:get|limit|include|exclude|filter|restrict|enable|disable|return|use|specify))\b"
    r"|[\w`\"']\s*=\s*[\w\"'-]",
    re.IGNORECASE,
)
_OF_ALL = re.compile(
    r"\b(?:no|any|all|at least one|one|other|optional|required|both|these|following)\s"
    r"(?:\w{1,30}\s){0,2}"
    r"(?:parameters?|arguments?|fields?|filters?|options?|inputs?|propert(?:y|ies))\b",
    re.IGNORECASE,
)
_SUPPORTS = re.compile(
    r"\b(?:allowed|supported|valid|accepted|available|possible|common)\s+(?:\w{1,30}\s){0,2}"
    r"(?:are|include|:)"
    r"|\b(?:accepts?|supports?)\s+(?:\w{1,30}\s){0,3}"
    r"(?:formats?|types?|syntax|expressions?|operators?|either|both|natural)"
    r"|\b(?:syntax|operators?|formats?|query tips|filters?)\s*"
    r"(?:guide|rules|reference|examples?)?\s*:",
    re.IGNORECASE,
)
_IF_GIVEN = re.compile(
    r"\b(?:if|when|unless|without)\b[^.\n]{0,40}\b(?:provided|specified|given|set|omitted|empty"
    r"|passed|blank|included|supplied|null|none)\b",
    re.IGNORECASE,
)
_NEAR = re.compile(
    r"[\"'`“]|e\.g|\d|\(|such as|for example|format|absolute|relative|valid|full|either|\bor\b|,|:",
    re.IGNORECASE,
)
"""What makes the words around a parameter's mention more than a mention."""
_HINTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"e\.?g\.?\b|for example|example|such as|\(like|\bex:|例如|例:|예:",
        r"(?:[\"'`][^\"'`\n]{1,30}[\"'`]\s*(?:,|or|/|\||and|-|\(|:|=)\s*)"
        r"|(?:one of|valid (?:values|options)|options?:|allowed|possible values|either)\b"
        r"|\w\|\w",
        r"[\"`“][^\"`”\n]{2,60}[\"`”]|(?<!\w)'[^'\n]{2,40}'",
        r"\b(?:requires?|accepts?|expects?|takes?|must be|provide|specify|pass)\b",
        r"\bif (?:no|not|omitted|none|empty|\w{1,30} is (?:not )?(?:provided|given|specified))"
        r"|when (?:omitted|no )|\bdefaults?\b|\botherwise\b|optional",
        r"case.(?:in)?sensitive|partial|regex|fuzzy|exact(?:ly)?|wildcard|natural language"
        r"|match(?:es|ing)",
        r"\b(?:max|min|maximum|minimum|up to|at most|between|limit)\b",
        r"https?:|\w://|\w\.\w{1,20}/",
        r"\bby (?:\w{1,30} ){1,3}or \w",
        r"\([^()]{3,200}\)",
    )
)
"""Ten ways in which prose tells what may be filled in: an example, values, a quotation, what is
taken, what holds where nothing is given, how it is matched, a bound, an address, a choice, an
aside."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence that stands in no list of parameters and no section on answers or errors."""

    segment: Segment
    raw: str
    """As it stands, with what closes it."""
    stems: tuple[tuple[str, ...], ...]
    """Of each word."""
    held: frozenset[str]
    """Its words, and the stems of all."""
    directs: bool


def measure(features: Features, words: Words) -> Mapping[str, float]:
    """The numbers of :data:`ABOUT` for one tool."""
    top = features.top_params
    if not top:
        return dict.fromkeys(ABOUT, 0.0)
    said = [_read(features, s) for s in _loose_sentences(features, words)]
    named = [s.raw for s in said if _speaks_of_any(features, s)]
    return {
        **_directions(features, said, named, words),
        "filling.told": _told(features, said, words) / len(top),
        "filling.hints": _hints(features, named),
    }


def _loose_sentences(features: Features, words: Words) -> list[Segment]:
    sections = features.sections
    inside = falls_in(
        [
            *sections.get("args", ()),
            *listed_params(features)[0].values(),
            *sections.get("returns", ()),
            *sections.get("errors", ()),
        ]
    )
    return [s for s, _ in said_sentences(features, words) if not inside(s.starts[0])]


def _read(features: Features, segment: Segment) -> _Said:
    raw = features.description[segment.starts[0] : segment.ends[-1] + 2]
    stems = tuple(parts(word) for word in segment.words)
    held = frozenset(segment.words).union(*stems)
    return _Said(segment, raw, stems, held, bool(_DIRECTS.search(raw)))


def _speaks_of_any(features: Features, said: _Said) -> bool:
    """Whether a sentence has the words of a parameter's name, or a value that one may take."""
    return any(
        is_named(param.name, said.held, _ID_OR_NAME)
        or any(value in said.segment.words for value in param.enum[:_MOST])
        for param in features.top_params[:_MOST]
    )


def _hints(features: Features, named: Sequence[str]) -> int:
    """How many kinds of hint the sentences on parameters have, where they have to make up for most
    of the schema."""
    if 2 * len(bare_params(features)) <= len(features.top_params):
        return 0
    return sum(any(map(hint.search, named)) for hint in _HINTS)


def _told(features: Features, said: Sequence[_Said], words: Words) -> int:
    """How many of the parameters that nothing else explains a sentence does. It names one, and does
    two of these: says something beyond names, has a mark of an explanation beside the mention,
    directs, writes it as code."""
    bare = bare_params(features)[:_MOST]
    if not bare:
        return 0
    dull = words("q_stop") | words("q_praise") | words("q_generic")
    names = name_set(features.tool.name).union(*(name_set(p.name) for p in features.params))
    told: set[str] = set()
    for sentence in said:
        fresh = size(set(content(sentence.segment, dull)) - names) >= _FRESH
        marks = fresh + sentence.directs
        for param in bare:
            if param.name in told or not is_named(param.name, sentence.held, _ID_OR_NAME):
                continue
            own, whole = name_set(param.name), param.name.lower()
            as_code = whole in sentence.segment.words and not param.name.isalpha()
            places = [
                at
                for at, word in enumerate(sentence.segment.words)
                if word == whole or not own.isdisjoint(sentence.stems[at])
            ]
            if marks + as_code + _is_near(features, sentence.segment, places) >= _FRESH:
                told.add(param.name)
    return len(told)


def _is_near(features: Features, sentence: Segment, places: Sequence[int]) -> bool:
    last = len(sentence.words) - 1
    return any(
        _NEAR.search(
            features.description,
            sentence.starts[max(0, at - _NEAR_BEFORE)],
            sentence.ends[min(last, at + _NEAR_AFTER)],
        )
        for at in places[:_PLACES]
    )


def _directions(
    features: Features, said: Sequence[_Said], named: Sequence[str], words: Words
) -> dict[str, float]:
    """How many kinds of direction the prose has for filling in arguments: a sentence that directs
    and says something new of a parameter, a value discussed, a word on several parameters, a value
    given to a name, an order by name, what holds if one is left out, what is supported."""
    names = frozenset(p.name for p in features.top_params if len(p.name) > 1)
    odd = frozenset(n for n in names if not (n.isalpha() and n.islower()))
    values = frozenset(v for p in features.params for v in p.enum if isinstance(v, str) and v[1:])
    dull = words("q_stop") | words("q_praise")
    known: frozenset[str] | None = None
    speaks = of_value = of_all = False
    for sentence in said:
        raw = sentence.raw
        value = any((m[1] or m[2]) in values for m in _VALUE.finditer(raw)) if values else False
        several = len(features.top_params) > 1 and bool(_OF_ALL.search(raw))
        of_value = of_value or value
        of_all = of_all or (several and sentence.directs)
        if not sentence.directs or speaks:
            continue
        if value or several or _is_named_as_code(raw, names, odd):
            known = known or _known_words(features, words)
            speaks = size(set(content(sentence.segment, dull)) - known) >= _FRESH
    assigns = any(m[1] in names for s in said for m in _ASSIGNED.finditer(s.raw))
    orders = any(
        not names.isdisjoint(_WORD.findall(m[1])) for s in said for m in _ORDER.finditer(s.raw)
    )
    found = (
        speaks,
        of_value,
        of_all,
        assigns,
        orders,
        any(map(_IF_GIVEN.search, named)),
        any(map(_SUPPORTS.search, named)),
    )
    return {"filling.directions": sum(found), "filling.orders": float(orders)}


def _known_words(features: Features, words: Words) -> frozenset[str]:
    """The stems of what the schema and the name say."""
    values = (v for p in features.params for v in p.enum if isinstance(v, str))
    return name_set(features.tool.name).union(
        content(text.prose("", " ".join(values)), words("q_stop")),
        *(name_set(p.name) for p in features.params),
        *schema_stems(features, words).values(),
    )


def _is_named_as_code(raw: str, names: frozenset[str], odd: frozenset[str]) -> bool:
    """Whether a sentence names a parameter as code is named."""
    return any(
        not names.isdisjoint(group for group in m.groups() if group)
        for m in _CODE_NAME.finditer(raw)
    ) or not odd.isdisjoint(_WORD.findall(raw))
