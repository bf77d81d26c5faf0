"""Operations listed in running text: ``Actions: list, get, create`` or ``- `list`: shows all``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

Span = tuple[str, int, int]
"""JSON pointer to a string of the definition, start and end in code points."""
Text = tuple[str, str, int]
"""JSON pointer to a string of the definition, a part of that string, and where the part begins."""

_WORD = r"[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*"
_QUOTES = "`\"'“”‘’*"
_KEYED = re.compile(
    rf"\b(?P<word>{_WORD})[{_QUOTES}]*"
    r"[ \t]*(?:[:=→–—]|-[ \t]|->|(?P<bracket>\())[ \t]*"
)
_BULLET = re.compile(
    rf"^[ \t]*(?:[-*•+]|\d+[.)])[ \t]+[{_QUOTES}]*(?P<word>{_WORD})[{_QUOTES}]*"
    r"[ \t]*(?:[:=→–—(]|-[ \t]|->|$)",
    re.MULTILINE,
)
_QUOTED = re.compile(rf"[`\"'“‘](?P<word>{_WORD})[`\"'”’]")
_ROW = re.compile(
    rf"[{_QUOTES}(\[]*(?:{_WORD})[{_QUOTES}]*"
    rf"(?:(?:\s*[,|/]\s*(?:(?:or|and)\s+)?|\s+(?:or|and)\s+)[{_QUOTES}]*(?:{_WORD})[{_QUOTES}]*)+"
)
_ONE = re.compile(rf"{_WORD}")
_JOINTS = frozenset({"or", "and", "etc", "e", "g"})
_END = re.compile(r"[\n;|]|\.\s")
_DEEPER = re.compile(r"(?P<indent>[ \t]*)(?:[-*•][ \t]*)?\S[^\n]*")
_BEFORE_ITEM = "\n,;.:(|/•-=→*"
_EXAMPLES = re.compile(
    r"(?:\be\.g\.|\bsuch as|\bfor example|\bany(?! one\b| of\b)\b[^\n.;:]*)[^\n.;]*$", re.IGNORECASE
)
"""A clause in which what follows are examples: any other value may be given as well."""
_CLAUSE = 120
"""Characters before a list that may say that it is one of examples."""
_MAX = 60


def list_values(texts: Iterable[Text], openers: Sequence[str]) -> list[tuple[str, Span]]:
    """The values that the first of the texts to list any lists, in its order.

    Bullets win over quoted words, those over a row of bare words after an opener such as
    ``Actions:``; a list has two values at least, and is none of examples ("e.g. ...").
    """
    for pointer, text, offset in texts:
        alone = pointer != "/description" or offset > 0
        for found in (
            _marks(_BULLET, text),
            _row(text, openers, alone=alone),
            _marks(_QUOTED, text) if alone else [],
        ):
            if len({value for value, _, _ in found}) > 1 and not _EXAMPLES.search(
                text, max(0, found[0][1] - _CLAUSE), found[0][1]
            ):
                first: dict[str, Span] = {}
                for value, start, end in found[:_MAX]:
                    first.setdefault(value, (pointer, offset + start, offset + end))
                return list(first.items())
    return []


def _marks(pattern: re.Pattern[str], text: str) -> list[tuple[str, int, int]]:
    return [(m["word"], m.start("word"), m.end("word")) for m in pattern.finditer(text)]


def _row(text: str, openers: Sequence[str], *, alone: bool) -> list[tuple[str, int, int]]:
    """The row of words after an opener; where ``alone``, also one that opens or is in brackets."""
    for match in _ROW.finditer(text):
        before = text[: match.start()]
        opened = _opener(tuple(openers)).search(before)
        bracket = match[0][:1] in "([" or "|" in match[0] or "/" in match[0]
        if opened or (alone and (bracket or not before.strip())):
            start = match.start()
            return [
                (word[0], start + word.start(), start + word.end())
                for word in _ONE.finditer(match[0])
                if word[0] not in _JOINTS
            ]
    return []


@cache
def _opener(openers: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in openers)
    return re.compile(
        rf"\b(?:{words})(?:\s+(?:{words}|are|is|include|includes))*\s*(?:[:(\[=–—-]\s*)?[{_QUOTES}]*$",
        re.IGNORECASE,
    )


def _heads(text: str, at: int) -> bool:
    """Whether a word stands where an item begins, rather than in the middle of a phrase."""
    before = text[:at]
    return (
        not before.strip()
        or before != before.rstrip(_QUOTES)
        or (before.rstrip(" \t")[-1] in _BEFORE_ITEM)
    )


def entry_text(name: str, text: str) -> tuple[int, int]:
    """Where a description's list of arguments speaks of one of them: ``action: What to do...``,
    with the bullets below it. (0, 0) where it does not."""
    match = re.search(
        rf"^(?P<indent>[ \t]*)(?:[-*•][ \t]*)?[{_QUOTES}]*{re.escape(name)}[{_QUOTES}]*"
        r"[ \t]*(?:\([^)\n]*\))?[ \t]*[:–—-][ \t]*(?=\S|\n[ \t]*[-*•])",
        text,
        re.MULTILINE,
    )
    if match is None:
        return (0, 0)
    end = text.find("\n", match.end())
    end = len(text) if end < 0 else end
    while (more := _DEEPER.match(text, end + 1)) is not None:
        if len(more["indent"].expandtabs()) <= len(match["indent"].expandtabs()):
            break
        end = more.end()
    return (match.end(), end)


@lru_cache(maxsize=8)
def _keys(text: str, known: frozenset[str]) -> tuple[re.Match[str], ...]:
    """Where values head an item; kept, because every value of a parameter asks for it."""
    return tuple(m for m in _KEYED.finditer(text) if m["word"] in known and _heads(text, m.start()))


def own_text(value: str, known: frozenset[str], texts: Iterable[Text]) -> Span | None:
    """What a text says of one value alone: from after ``value:`` to the next value or the end of
    the line."""
    for pointer, text, offset in texts:
        keys = _keys(text, known)
        for number, match in enumerate(keys):
            if match["word"] != value:
                continue
            start = match.end()
            end = keys[number + 1].start() if number + 1 < len(keys) else len(text)
            stop = _END.search(text, start, end)
            end = stop.start() if stop else end
            if match["bracket"]:
                end = text.find(")", start, end)
            words = text[start:end].rstrip(" \t\n,;()[]-*•`\"'")
            parts = words.split()
            if len(parts) > 1 and parts[0][0].isalpha() and parts[0].lower() not in _JOINTS:
                return (pointer, offset + start, offset + start + len(words))
    return None
