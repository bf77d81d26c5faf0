"""Words of names and prose, with the place where each stands.

A :class:`Segment` is one string of a definition cut into tokens; all positions are code points of
that string, so that a quote is always a slice of what the server sent.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate

from analyzer.records import dataclass

BREAK = "."
"""The token that ends a sentence; no pattern reaches across it."""

_ACCENTED = "À-ɏḀ-ỿ"
_LETTERS = f"A-Za-z0-9_{_ACCENTED}Ѐ-ӿ"
_PROSE = re.compile(
    rf"(?P<word>(?:e\.g\.|i\.e\.|etc\.(?=\s[a-z(]))|[{_LETTERS}]+(?:[-'’.][{_LETTERS}]+)*)"
    r"|(?P<end>[.!?。！？](?=\s|$|[\"')\]*`])|[。！？]|\n\s*(?:\n|[-*•#]|\d+[.)])\s*)"
    r"|(?P<foreign>[^\x00-\x7f])"
)
_ARTICLES = ("qu", "jusqu", "un", "gl", "all", "dall", "dell", "nell", "sull", "quell")
_LEANING = frozenset((*"cdjlmnst", *_ARTICLES))
"""French and Italian words that lean on the next: "l'utilisateur", "d'un", "dell'utente"."""
_NAME = re.compile(
    rf"[A-Z]+(?![a-z{_ACCENTED}])|[A-Z]?[a-z{_ACCENTED}]+|[Ѐ-ӿ]+|\d+|(?P<foreign>[^\x00-\x7f])"
)
# Of the foreign characters, those of ``has_cjk`` are tokens: to compile their 40,000 as a class
# takes longer than to read a server's tools.
_SECTION = re.compile(
    r"^[ \t>*#-]*(?P<title>args|arguments|parameters|params|inputs?|options|keyword args"
    r"|returns?|response|outputs?|yields|raises|errors?|throws|examples?|usage|notes?|warnings?"
    r"|important|when to use|when not to use|see also|prerequisites?|limitations?)"
    r"[ \t]*\**[ \t]*(?::+\**|：|\n[ \t]*-{3,}|(?=\n))",
    re.IGNORECASE | re.MULTILINE,
)
_KINDS = {
    "args": "args arguments parameters params input inputs options keyword args",
    "returns": "returns return response output outputs yields",
    "errors": "raises error errors throws",
    "examples": "example examples",
    "notes": "note notes warning warnings important limitation limitations prerequisite"
    " prerequisites",
    "usage": "usage see also",
}
_SECTION_KIND = {
    "when to use": "usage",
    "when not to use": "usage",
    "see also": "usage",
    "keyword args": "args",
    **{word: kind for kind, words in _KINDS.items() for word in words.split()},
}
_TAG = re.compile(
    r"^[ \t]*(?::param\b|:type\b|@param\b|:returns?:|@returns?\b|:raises?\b|@throws\b)",
    re.MULTILINE,
)


_Cut = tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]
"""Words, and where they start and end."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One string, cut into tokens. ``words`` are lower case; ``starts`` and ``ends`` are code
    points of ``text``; the three have the same length."""

    pointer: str
    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def cut(self, first: int, last: int) -> Segment:
        """The tokens ``first`` up to but not including ``last``, in the same text."""
        return Segment(
            self.pointer,
            self.text,
            self.words[first:last],
            self.starts[first:last],
            self.ends[first:last],
        )


def has_cjk(text: str) -> bool:
    """Whether there is a Chinese, Japanese or Korean character, each of which is a token."""
    return not text.isascii() and any(
        "\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af"
        for c in text
    )


def has_kana_or_hangul(text: str) -> bool:
    """Whether there is a character of Japanese or Korean alone."""
    return not text.isascii() and any(
        "\u3040" <= c <= "\u30ff" or "\uac00" <= c <= "\ud7af" for c in text
    )


def prose(pointer: str, text: str) -> Segment:
    """Tokens of running text. Identifiers stay whole; sentence ends become :data:`BREAK`; articles
    and the like that lean on the next word are left out."""
    return Segment(pointer, text, *_cut_prose(text))


def identifier(pointer: str, text: str) -> Segment:
    """The words of an identifier: ``deleteUser-v2`` gives delete, user, v, 2."""
    return Segment(pointer, text, *_cut_name(text))


def name_words(name: str) -> tuple[str, ...]:
    """The words of an identifier, for those who need no places."""
    return _cut_name(name)[0]


def _leaning(word: str) -> int:
    """How many characters of the word are one that leans on the rest."""
    article, mark, rest = word.replace("’", "'").partition("'")
    return len(article) + 1 if mark and len(rest) > 1 and article in _LEANING else 0


# The tools of a server share names of parameters and what is said of them, and every judge asks.
@lru_cache(maxsize=5_000)
def _cut_prose(text: str) -> _Cut:
    words, starts, ends = [], [], []
    small = _small(text)
    leaning = "'" in text or "’" in text
    for match in _PROSE.finditer(text):
        start, end = match.span()
        kind = match.lastgroup
        if kind == "foreign" and not has_cjk(text[start]):
            continue
        if leaning and kind == "word":
            start += _leaning(small[start:end])
        words.append(BREAK if kind == "end" else small[start:end])
        starts.append(start)
        ends.append(end)
    return tuple(words), tuple(starts), tuple(ends)


@lru_cache(maxsize=20_000)
def _cut_name(text: str) -> _Cut:
    spans = [
        match.span()
        for match in _NAME.finditer(text)
        if match.lastgroup is None or has_cjk(match.group())
    ]
    small = _small(text)
    return (
        tuple(small[start:end] for start, end in spans),
        tuple(start for start, _ in spans),
        tuple(end for _, end in spans),
    )


def _small(text: str) -> str:
    """In lower case and of the same length: the Turkish capital alone would become two."""
    return text.replace("İ", "I").lower()


def sentences(segment: Segment) -> list[Segment]:
    """The segment cut at its sentence ends, empty ones left out."""
    found = []
    first = 0
    for position, word in enumerate((*segment.words, BREAK)):
        if word == BREAK:
            if position > first:
                found.append(segment.cut(first, position))
            first = position + 1
    return found


def sections(text: str) -> list[tuple[str, int, int]]:
    """(kind, start, end) of a description's parts in order; the first is ``prose``.

    Kinds: prose, args, returns, errors, examples, notes, usage. Headings of the Google, NumPy and
    Markdown styles and the field tags of reST and JSDoc open a part.
    """
    marks: list[tuple[int, int, str]] = [
        (m.start(), m.end(), _SECTION_KIND[" ".join(m["title"].lower().split())])
        for m in _SECTION.finditer(text)
    ]
    for match in _TAG.finditer(text):
        tag = match.group().lower()
        kind = (
            "returns"
            if "return" in tag
            else "errors"
            if "raise" in tag or "throw" in tag
            else "args"
        )
        marks.append((match.start(), match.start(), kind))
    marks.sort()
    found = [("prose", 0, marks[0][0] if marks else len(text))]
    for number, (_, start, kind) in enumerate(marks):
        end = marks[number + 1][0] if number + 1 < len(marks) else len(text)
        found.append((kind, start, end))
    return found


def within(segment: Segment, spans: Iterable[tuple[int, int]]) -> tuple[Segment, ...]:
    """The tokens of the segment that lie inside each span, one segment a span."""
    found = []
    for start, end in spans:
        first, last = bisect_left(segment.starts, start), bisect_left(segment.starts, end)
        if first < last:
            found.append(segment.cut(first, last))
    return tuple(found)


def falls_in(spans: Sequence[tuple[int, int]]) -> Callable[[int], bool]:
    """Whether a place lies in any of the spans; a long text may hold thousands of both."""
    ordered = sorted(spans)
    starts = [start for start, _ in ordered]
    ends = list(accumulate((end for _, end in ordered), max))

    def falls(place: int) -> bool:
        before = bisect_right(starts, place)
        return before > 0 and place < ends[before - 1]

    return falls


_VOWELS = frozenset("aeiou")


def inflect_verb(verb: str) -> dict[str, tuple[str, ...]]:
    """``base``, ``gerund`` and ``past`` forms of a regular verb.

    Doubled and plain consonants are both given (``submitting``, ``submiting``): a form too many
    matches nothing, a form too few is a verb not seen.
    """
    stem = verb
    third = verb + "s"
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        third = verb + "es"
    elif _changes_y(verb):
        third = verb[:-1] + "ies"
    if verb.endswith("ie"):
        return {"base": (verb, third), "gerund": (verb[:-2] + "ying",), "past": (verb + "d",)}
    if verb.endswith("e") and not verb.endswith("ee"):
        stem = verb[:-1]
        return {"base": (verb, third), "gerund": (stem + "ing",), "past": (verb + "d",)}
    past = [verb[:-1] + "ied"] if _changes_y(verb) else [verb + "ed"]
    gerund = [verb + "ing"]
    if len(verb) > 2 and verb[-1] not in "aeiouwxy" and verb[-2] in _VOWELS:
        past.append(verb + verb[-1] + "ed")
        gerund.append(verb + verb[-1] + "ing")
    return {"base": (verb, third), "gerund": tuple(gerund), "past": tuple(past)}


def inflect_noun(noun: str) -> tuple[str, ...]:
    """Singular and plural of a regular noun."""
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return (noun, noun + "es")
    if _changes_y(noun):
        return (noun, noun[:-1] + "ies")
    return (noun, noun + "s")


def _changes_y(word: str) -> bool:
    """Whether a final y becomes ie: it follows a consonant."""
    return word.endswith("y") and len(word) > 1 and word[-2] not in _VOWELS


def shown_name(name: str) -> str:
    """A tool's name as it stands in a sentence: in quotes where there is nothing to see of it."""
    return name if name.strip() else f"“{name}”"
