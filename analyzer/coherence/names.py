"""Tool names as an agent reads them: case style, shared prefix, verb, and the thing acted on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from analyzer import text
from analyzer.coherence.rules import Vocabulary
from analyzer.records import dataclass

_ODD = re.compile(r"[^A-Za-z0-9_.\-/:]")

_GETS = frozenset({"get", "fetch", "retrieve"})
"""With a plural these list."""
PREFIX_SHARE = 0.6
"""A first word that so many of the names share, and that is no verb, is the server's prefix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One tool's name, taken apart. Words are lower case."""

    text: str
    style: str
    """snake_case, kebab-case, camelCase, PascalCase, dotted, plain (one lower-case word), odd."""
    prefix: tuple[str, ...]
    """The words that are the server's prefix."""
    words: tuple[str, ...]
    """All other words."""
    verb: str | None
    shape: str
    """verb-first (``get_issue``), verb-later (``issue_get``), bare-verb, bare-noun or noun."""
    operation: str | None
    """What the verb does to a resource (a key of the vocabulary's operations), where known."""
    resource: tuple[str, ...]
    """The thing acted on, singular, qualifiers left out: ``list_open_issues_by_author`` gives
    open, issue."""
    qualifiers: tuple[str, ...]
    """The words from the first preposition on."""
    lists: bool
    """Whether it gets many things: ``list_issues``, ``get_issues``."""


def parse_names(names: Sequence[str], vocabulary: Vocabulary) -> tuple[Name, ...]:
    """The names of one server's tools, in order."""
    split = [text.identifier("", name).words for name in names]
    prefix = _shared_prefix(split, vocabulary)
    return tuple(
        _parse(name, words, prefix, vocabulary) for name, words in zip(names, split, strict=True)
    )


def singular(word: str) -> str:
    """The singular of a regular English plural; other words come back as they are."""
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is", "news")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1]


def style_of(name: str) -> str:
    if not name or any(not text.has_cjk(odd) for odd in _ODD.findall(name)):
        return "odd"
    separators = {c for c in name if c in "_-./:"}
    if len(separators) > 1:
        return "odd"
    if separators:
        return {"_": "snake_case", "-": "kebab-case"}.get(separators.pop(), "dotted")
    if name == name.lower():
        return "plain"
    return "camelCase" if name[0].islower() else "PascalCase"


def _shared_prefix(split: Sequence[tuple[str, ...]], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The words that most names begin with; verbs are none, and some of each name must be left."""
    prefix: list[str] = []
    if len(split) < 2:
        return ()
    while True:
        depth = len(prefix)
        begun = [w for w in split if list(w[:depth]) == prefix and len(w) > depth]
        counts = Counter(words[depth] for words in begun)
        word, count = min(counts.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
        if count < max(2, PREFIX_SHARE * len(split)) or word in vocabulary.verbs:
            return tuple(prefix)
        if sum(len(words) > depth + 1 for words in begun if words[depth] == word) < 2:
            return tuple(prefix)
        prefix.append(word)


def _parse(
    name: str, words: tuple[str, ...], prefix: tuple[str, ...], vocabulary: Vocabulary
) -> Name:
    shared = prefix if words[: len(prefix)] == prefix and len(words) > len(prefix) else ()
    rest = words[len(shared) :]
    place = _verb_place(rest, vocabulary)
    verb = rest[place] if place is not None else None
    if len(rest) == 1:
        shape = "bare-noun" if verb is None else "bare-verb"
    elif place is None:
        shape = "noun"
    else:
        shape = "verb-first" if place == 0 else "verb-later"
    things, qualifiers = _resource(rest, place, vocabulary)
    operation = vocabulary.operations.get(verb) if verb else None
    last = things[-1] if things else ""
    plural = singular(last) != last and last not in vocabulary.mass
    return Name(
        text=name,
        style=style_of(name),
        prefix=shared,
        words=rest,
        verb=verb,
        shape=shape,
        operation=operation,
        resource=tuple(singular(word) for word in things),
        qualifiers=qualifiers,
        lists=operation == "list" or (place == 0 and plural and verb in _GETS),
    )


def _verb_place(words: tuple[str, ...], vocabulary: Vocabulary) -> int | None:
    """Where the verb stands: first, else last, else inside; a verb inside must not be a word that
    is more often a noun."""
    if not words:
        return None
    if words[0] in vocabulary.verbs:
        return 0
    if len(words) > 1 and words[-1] in vocabulary.later_verbs:
        return len(words) - 1
    for place in range(1, len(words) - 1):
        if words[place] in vocabulary.later_verbs:
            return place
    return None


def _resource(
    words: tuple[str, ...], place: int | None, vocabulary: Vocabulary
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    before = words[:place] if place is not None else ()
    after = words[place + 1 :] if place is not None else words
    cut = next((i for i, w in enumerate(after) if w in vocabulary.prepositions), len(after))
    things = (*before, *after[:cut])
    return tuple(w for w in things if w not in vocabulary.fillers and not w.isdecimal()), after[
        cut:
    ]
