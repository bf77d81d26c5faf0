"""Numbers about the other tools of the server, by their names alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from analyzer.features import Features
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
}
"""By itself, since risk rules ask for nothing else here."""

_NAME_CHARACTERS = re.compile(r"[A-Za-z0-9_./-]{3,}")


def nearest(features: Features) -> str | None:
    """The sibling whose name is most like the tool's; None where none shares a word with it beside
    the verb."""
    if "nearest" not in features.memo:
        features.memo["nearest"] = _nearest(features)
    found: str | None = features.memo["nearest"]
    return found


def _nearest(features: Features) -> str | None:
    row = name_stems(features.tool.name)
    own = frozenset(row)
    telling = frozenset(row[1:]) or own
    best, found = 0.0, None
    for name in features.siblings:
        other = name_set(name)
        if not telling & other:
            continue
        shared = len(own & other) / (len(own | other) or 1)
        if shared > best:
            best, found = shared, name
    return found


def named_siblings(features: Features) -> dict[str, tuple[int, int]]:
    """The siblings that the description names exactly, each with its first place.

    A name that is an ordinary word counts only where it is written as code.
    """
    kept: dict[str, tuple[int, int]] | None = features.memo.get("named")
    if kept is not None:
        return kept
    wanted = frozenset(s for s in features.siblings if len(s) > 2)
    found: dict[str, tuple[int, int]] = {}
    for match in _NAME_CHARACTERS.finditer(features.description):
        word = match.group().rstrip("./-")
        if word not in wanted or word in found:
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
    own_row = name_stems(features.tool.name)
    own = frozenset(own_row)
    others = [name_set(s) for s in features.siblings]
    every = frozenset().union(*others) if others else frozenset()
    shared_by_all = frozenset.intersection(own, *others) if others else frozenset()
    held = {s for w in features.prose.words if w != BREAK for s in parts(w)}
    lead = (
        set(content(features.sentences[0], words("q_stop") | words("q_praise")))
        if features.sentences
        else set()
    )
    likeness = [
        len((own & o) - shared_by_all) / (len((own | o) - shared_by_all) or 1) for o in others
    ]
    top = max(likeness, default=0.0)
    near = others[likeness.index(top)] if top > 0 else frozenset()
    rest = own_row[1:]
    return {
        "siblings.count": len(others),
        "siblings.named": len(named_siblings(features)),
        "siblings.alluded": len((every - own - words("q_stop")) & held),
        "siblings.alike": top,
        "siblings.same_object": sum(name_stems(s)[1:] == rest for s in features.siblings if rest),
        "siblings.same_verb": (
            sum(name_stems(s)[:1] == own_row[:1] for s in features.siblings) / len(others)
            if others
            else 0.0
        ),
        "siblings.wider": sum(own < o for o in others),
        "siblings.narrower": sum(o < own for o in others),
        "lead.distinct": size(lead - every - own),
        "lead.apart": size(lead - near),
        "name.words": len(own_row),
        "name.unique": len(own - every) / len(own) if own else 0.0,
    }


def measure_money(features: Features, words: Words) -> Mapping[str, float]:
    """0 for a server of fewer than three tools: two names make no field of work."""
    wanted = stems_of(words("money_name"))
    others = features.siblings
    dealing = sum(not wanted.isdisjoint(name_set(name)) for name in others)
    return {"siblings.money": dealing / len(others) if len(others) > 1 else 0.0}
