"""Numbers about the other tools of the server, by their names alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from analyzer.features import Features
from analyzer.records import dataclass
from analyzer.rulebook.facts.words import (
    Words,
    content,
    name_set,
    name_stems,
    parts,
    size,
    stems_of,
)
from analyzer.text import BREAK

ABOUT: dict[str, tuple[str, str]] = {
    "siblings.count": ("/name", "other tools of the server"),
    "siblings.named": ("/description", "other tools that the description names"),
    "siblings.alluded": (
        "/description",
        "words of the other tools' names, not its own, that the description holds",
    ),
    "siblings.alike": ("/name", "likeness of the most similar name of another tool, 0 to 1"),
    "siblings.same_object": ("/name", "other tools whose names share all but the verb"),
    "siblings.same_verb": ("/name", "share of the other tools whose names open with the same word"),
    "siblings.wider": ("/name", "other tools whose names hold all the words of this one"),
    "siblings.narrower": ("/name", "other tools whose names are part of this one"),
    "lead.distinct": (
        "/description",
        "meaningful words of the first sentence that are in no name of the server",
    ),
    "lead.apart": (
        "/description",
        "meaningful words of the first sentence that the most similar name lacks",
    ),
    "name.words": ("/name", "words of the name"),
    "name.unique": ("/name", "share of the name's words that no other name has"),
}

MONEY: dict[str, tuple[str, str]] = {
    "siblings.money": ("/name", "share of the other tools whose names deal in money"),
    "siblings.live": ("/name", "share of the other tools whose names work something that runs"),
}
"""By themselves, since risk rules ask for nothing else here."""

_NAME_CHARACTERS = re.compile(r"[A-Za-z0-9_./-]{3,}")


def nearest(features: Features) -> str | None:
    """The sibling whose name is most like the tool's; None where none shares a word with it beside
    the verb."""
    if "nearest" not in features.memo:
        features.memo["nearest"] = _nearest(features)
    found: str | None = features.memo["nearest"]
    return found


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a server's tools, taken apart once for all of them."""

    every: frozenset[str]
    sets: tuple[frozenset[str], ...]
    """The stems of each name."""
    holders: Mapping[str, Sequence[int]]
    """The numbers of the names that hold a stem."""
    verbs: Mapping[tuple[str, ...], int]
    """How many names open with a stem."""
    objects: Mapping[tuple[str, ...], int]
    """How many names go on with these stems after the first."""

    def touching(self, stems: Iterable[str]) -> list[int]:
        """The numbers of the names that hold any of these stems."""
        return sorted({n for s in stems for n in self.holders.get(s, ())})


@lru_cache(maxsize=4)
def read_names(names: tuple[str, ...]) -> Names:
    rows = [name_stems(name) for name in names]
    sets = tuple(name_set(name) for name in names)
    holders: dict[str, list[int]] = {}
    for number, stems in enumerate(sets):
        for stem in stems:
            holders.setdefault(stem, []).append(number)
    return Names(
        frozenset(names),
        sets,
        holders,
        Counter(row[:1] for row in rows),
        Counter(row[1:] for row in rows),
    )


def _nearest(features: Features) -> str | None:
    row = name_stems(features.tool.name)
    own = frozenset(row)
    names = read_names(features.names)
    best, found = 0.0, None
    for number in names.touching(frozenset(row[1:]) or own):
        if features.names[number] == features.tool.name:
            continue
        other = names.sets[number]
        shared = len(own & other) / len(own | other)
        if shared > best:
            best, found = shared, features.names[number]
    return found


def named_siblings(features: Features) -> dict[str, tuple[int, int]]:
    """The siblings that the description names exactly, each with its first place.

    A name that is an ordinary word counts only where it is written as code.
    """
    kept: dict[str, tuple[int, int]] | None = features.memo.get("named")
    if kept is not None:
        return kept
    known = read_names(features.names).every
    found: dict[str, tuple[int, int]] = {}
    for match in _NAME_CHARACTERS.finditer(features.description):
        word = match.group().rstrip("./-")
        if word not in known or word in found or word == features.tool.name or len(word) < 3:
            continue
        start = match.start()
        before = features.description[start - 1 : start]
        after = features.description[start + len(word) : start + len(word) + 1]
        joined = not word.isalpha() or (word != word.lower() and word != word.capitalize())
        if joined or before in ("`", '"', "'", "*") or after in ("`", "("):
            found[word] = (start, start + len(word))
    features.memo["named"] = found
    return found


def measure(features: Features, words: Words) -> Mapping[str, float]:
    """The numbers of :data:`ABOUT` for one tool."""
    row = name_stems(features.tool.name)
    own = frozenset(row)
    names = read_names(features.names)
    same = features.names.count(features.tool.name)
    count = len(features.names) - same
    # How many of the others hold each stem of the name.
    holding = {s: len(names.holders.get(s, ())) - same for s in own}
    stop = words("q_stop")
    held = {s for w in features.prose.words if w != BREAK for s in parts(w)}
    lead = (
        set(content(features.sentences[0], stop | words("q_praise")))
        if features.sentences
        else set()
    )
    top, near = _most_alike(features, frozenset(s for s in own if holding[s] == count))
    touching = [names.sets[n] for n in names.touching(own)] if own else names.sets
    blank = names.sets.count(frozenset()) if own else 0
    alluded = {s for s in held if s in names.holders} - own - stop
    return {
        "siblings.count": count,
        "siblings.named": len(named_siblings(features)),
        "siblings.alluded": len(alluded),
        "siblings.alike": top,
        "siblings.same_object": names.objects[row[1:]] - same if row[1:] else 0,
        "siblings.same_verb": (names.verbs[row[:1]] - same) / count if count else 0.0,
        "siblings.wider": sum(own < o for o in touching),
        "siblings.narrower": blank + sum(o < own for o in touching),
        "lead.distinct": size({s for s in lead if s not in names.holders and s not in own}),
        "lead.apart": size(lead - near),
        "name.words": len(row),
        "name.unique": sum(n <= 0 for n in holding.values()) / len(own) if own else 0.0,
    }


def _most_alike(features: Features, everywhere: frozenset[str]) -> tuple[float, frozenset[str]]:
    """The greatest likeness of another tool's name, the stems that all names hold left out, and
    the stems of the first name that has it; 0 and none where no name shares a stem."""
    names = read_names(features.names)
    own = name_set(features.tool.name)
    best: tuple[float, frozenset[str]] = (0.0, frozenset())
    for number in names.touching(own - everywhere):
        if features.names[number] == features.tool.name:
            continue
        other = names.sets[number]
        shared = len(own & other)
        likeness = (shared - len(everywhere)) / (len(own) + len(other) - shared - len(everywhere))
        if likeness > best[0]:
            best = likeness, other
    return best


@lru_cache(maxsize=4)
def _count_holding(names: tuple[str, ...], wanted: frozenset[str]) -> int:
    """How many names hold any of these stems."""
    return sum(not wanted.isdisjoint(name_set(name)) for name in names)


def measure_money(features: Features, words: Words) -> Mapping[str, float]:
    """The numbers of :data:`MONEY` for one tool."""
    return {
        "siblings.money": _share_holding(features, words("money_name")),
        "siblings.live": _share_holding(features, words("live_name")),
    }


def _share_holding(features: Features, kind: frozenset[str]) -> float:
    """Of the other tools, those whose names hold any of these words; 0 for a server of fewer than
    three tools: two names make no field of work."""
    wanted = stems_of(kind)
    same = features.names.count(features.tool.name)
    others = len(features.names) - same
    if others < 2:
        return 0.0
    holding = _count_holding(features.names, wanted)
    if not wanted.isdisjoint(name_set(features.tool.name)):
        holding -= same
    return holding / others
