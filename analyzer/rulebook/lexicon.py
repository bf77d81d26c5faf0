"""Classes of words (``rules/lexicon/*.yaml``) and the patterns written with them.

A pattern is a row of elements between blanks:

    word        that word; ``a|b`` is either
    @class      any word of the class; verbs as base form, third person or gerund
    @class.past participles of a class of verbs; ``@class.base`` base and third person alone,
                ``@class.bare`` the infinitive alone
    !word       any word but that one; ``!@class|word`` is none of them (not in first place)
    *n          up to n words in between, never across the end of a sentence
    ^           the start of the segment, or of a sentence in it
    $           the end of the segment, or of a sentence in it

Chinese, Japanese and Korean words are cut into their characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analyzer import text
from analyzer.errors import RuleError
from analyzer.text import BREAK, Segment

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Lexicon:
    """Word classes with their forms, as ``class`` or ``class.form`` to a set of words."""

    def __init__(self, classes: Mapping[str, frozenset[str]]) -> None:
        self._classes = classes
        self.elements: dict[str, list[tuple[frozenset[str], ...]]] = {}
        """Elements of patterns to the word sets they stand for, as far as met."""

    def verbs(self, form: str, prefix: str = "") -> frozenset[str]:
        """That form of every verb in the classes whose names begin with ``prefix``."""
        return frozenset().union(
            *(
                words
                for name, words in self._classes.items()
                if name.startswith(prefix) and name.endswith("." + form)
            )
        )

    def group(self, name: str) -> frozenset[str]:
        """The words of a class, none where there is no such class."""
        return self._classes.get(name, frozenset())

    def words(self, name: str, where: str) -> frozenset[str]:
        """The words of a class. Raises RuleError where there is none of that name."""
        try:
            return self._classes[name]
        except KeyError:
            raise RuleError(f"{where}: no word class {name!r} in rules/lexicon") from None


def build_lexicon(
    verbs: Mapping[str, Iterable[str]],
    nouns: Mapping[str, Iterable[str]],
    irregular: Mapping[str, Mapping[str, Iterable[str]]],
) -> Lexicon:
    """Expand every word to its forms. ``irregular`` gives a verb's gerund and past where the
    regular ones are wrong or not enough."""
    classes: dict[str, frozenset[str]] = {}
    for name, members in verbs.items():
        forms: dict[str, set[str]] = {"bare": set(members)}
        forms |= {"base": set(), "gerund": set(), "past": set()}
        for verb in forms["bare"]:
            if _CJK.search(verb):
                forms["base"].add(verb)
                continue
            known = {**text.inflect_verb(verb), **irregular.get(verb, {})}
            for form, words in known.items():
                forms[form].update(words)
        # A word such as "set" is its own participle; it counts as a verb first.
        forms["past"] -= forms["base"]
        classes[name] = frozenset(forms["base"] | forms["gerund"])
        for form, collected in forms.items():
            classes[f"{name}.{form}"] = frozenset(collected)
    classes["verb"] = frozenset().union(*(classes[name] for name in verbs))
    for name, members in nouns.items():
        classes[name] = frozenset(
            w
            for noun in members
            for w in ((noun,) if _CJK.search(noun) else text.inflect_noun(noun))
        )
    return Lexicon(classes)


class _Except(frozenset[str]):
    """All words but its members; never the end of a sentence."""

    def __contains__(self, word: object) -> bool:
        return word != BREAK and not super().__contains__(word)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern: sets of words with the greatest gap before each."""

    steps: tuple[tuple[frozenset[str], int], ...]
    at_start: bool
    at_end: bool

    def match(self, segment: Segment, first: int) -> int | None:
        """The token after the match that begins at ``first``, or None. The first step is taken as
        matched by the caller."""
        words = segment.words
        if self.at_start and first > 0 and words[first - 1] != BREAK:
            return None
        here = first + 1
        for wanted, gap in self.steps[1:]:
            if type(wanted) is frozenset and wanted.isdisjoint(words[here : here + gap + 1]):
                return None  # the common case, told apart without a loop
            for at in range(here, min(here + gap + 1, len(words))):
                if words[at] in wanted:
                    here = at + 1
                    break
                if words[at] == BREAK:
                    return None
            else:
                return None
        if self.at_end and here < len(words) and words[here] != BREAK:
            return None
        return here


def compile_pattern(source: str, lexicon: Lexicon, where: str) -> list[Pattern]:
    """The pattern; several where a word of it is more than one token (Chinese and its like).

    Raises RuleError for an unknown class or an empty pattern.
    """
    parts = source.split()
    at_start = parts[:1] == ["^"]
    at_end = parts[-1:] == ["$"]
    rows: list[tuple[tuple[frozenset[str], int], ...]] = [()]
    gap = 0
    for part in parts[at_start : len(parts) - at_end]:
        if part[0] == "*":
            gap = int(part[1:] or "1")
            continue
        choices = _choices(part, lexicon, where)
        rows = [
            (*row, (choice[0], gap), *((later, 0) for later in choice[1:]))
            for row in rows
            for choice in choices
        ]
        gap = 0
    if rows[0] and isinstance(rows[0][0][0], _Except):
        raise RuleError(f"{where}: the pattern {source!r} opens with an exception; give a word")
    if not all(rows):
        raise RuleError(f"{where}: the pattern {source!r} is empty; give it a word")
    return [Pattern(row, at_start, at_end) for row in rows]


def _choices(part: str, lexicon: Lexicon, where: str) -> list[tuple[frozenset[str], ...]]:
    """The rows of word sets that an element stands for. The same element gives the same sets, so
    that an index can keep what begins with equal words together."""
    known = lexicon.elements.get(part)
    if known is None:
        known = lexicon.elements[part] = _element(part, lexicon, where)
    return known


def _element(part: str, lexicon: Lexicon, where: str) -> list[tuple[frozenset[str], ...]]:
    if part[0] == "!":
        return [(_Except(w for c in _choices(part[1:], lexicon, where) for s in c for w in s),)]
    words: set[str] = set()
    for choice in part.split("|"):
        words |= lexicon.words(choice[1:], where) if choice[0] == "@" else {choice.lower()}
    long = sorted(w for w in words if len(w) > 1 and _CJK.search(w))
    single = frozenset(words.difference(long))
    found: list[tuple[frozenset[str], ...]] = [(single,)] if single else []
    return found + [tuple(frozenset({c}) for c in word) for word in long]
