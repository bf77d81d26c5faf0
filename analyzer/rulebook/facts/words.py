"""Words that carry meaning, reduced to stems, for counting and comparing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from math import fsum

from analyzer import text
from analyzer.text import BREAK, Segment

Words = Callable[[str], frozenset[str]]
"""The words of a class of ``rules/lexicon``."""

_SUFFIXES = ("ings", "ing", "ies", "ied", "es", "ed", "s")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A rough stem: ``queries``, ``queried`` and ``query`` give the same. Not a word to show."""
    if not word.isascii() or len(word) < 4:
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] in "eyi" else word


@lru_cache(maxsize=20_000)
def name_stems(name: str) -> tuple[str, ...]:
    """The stems of an identifier's words, in order."""
    return tuple(stem(w) for w in text.identifier("", name).words)


@lru_cache(maxsize=20_000)
def name_set(name: str) -> frozenset[str]:
    """The different stems of an identifier's words."""
    return frozenset(name_stems(name))


@lru_cache(maxsize=100)
def stems_of(words: frozenset[str]) -> frozenset[str]:
    """The stems of a class of words."""
    return frozenset(stem(w) for w in words)


@lru_cache(maxsize=20_000)
def parts(word: str) -> tuple[str, ...]:
    """The stems of a word of prose; an identifier in it gives those of its words."""
    if "_" in word or "-" in word or "." in word:
        return tuple(stem(w) for w in text.identifier("", word).words)
    return (stem(word),)


def weight(word: str) -> float:
    """How many words of English a token stands for: a character of Chinese is about half of one."""
    return 0.6 if len(word) == 1 and ord(word) >= 0x3040 else 1.0


def content(segment: Segment, dull: frozenset[str]) -> list[str]:
    """The stems of the segment's words that are not in ``dull``, in order, repeats kept."""
    found: list[str] = []
    for word in segment.words:
        if word in dull or word == BREAK:
            continue
        found += [p for p in parts(word) if (len(p) > 1 or p >= "\u3040") and p not in dull]
    return found


def size(stems: Iterable[str]) -> float:
    """The number of words a collection of stems stands for."""
    held = list(stems)
    if "".join(held).isascii():
        return len(held)
    # Exact, since sets give their words in any order.
    return fsum(map(weight, held))
