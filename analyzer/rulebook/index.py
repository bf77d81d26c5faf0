"""All patterns of a zone searched in one pass over its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analyzer.rulebook.grammar import Grammar
from analyzer.rulebook.lexicon import (
    Lexicon,
    Pattern,
    Step,
    far_beginnings,
    match_far,
    match_steps,
    parse_pattern,
)
from analyzer.text import BREAK, Segment, has_cjk

_Entry = tuple[int, frozenset[str], int, tuple[Step, ...], bool]
"""A group and one of its patterns: what must follow its first word, and before which word, counted
from the first (0 where nothing must, or anything but some words); its steps; whether it ends there.
"""
_Row = tuple[int, tuple[_Entry, ...]]
"""Patterns that look as far for what must follow, and how far that is."""
_Begin = tuple[tuple[_Row, ...], tuple[_Row, ...]]
"""Patterns that may match anywhere, and those that may where a sentence opens."""
_Match = tuple[int, int, int]
"""A group, the first token of a match, and the token after it."""
_KEPT = 5_000
"""Segments of a zone whose matches are kept: the tools of a server share names of parameters, what
is said of them, and whole sentences."""

_NAMES = frozenset({"name", "act", "params", "enums"})
"""Zones of identifiers."""


class _Table:
    """The patterns of a zone by what they begin with: a word, or a class of words."""

    def __init__(self, anywhere: dict[str, list[_Entry]], opening: dict[str, list[_Entry]]) -> None:
        self.anywhere = anywhere
        self.opening = opening
        self.met: dict[str, _Begin] = {}
        """By known word, those that may begin with it."""
        self.joined: dict[tuple[str, ...], _Begin] = {}
        """The same by all that stands for the word, which most words of a class have in common."""
        self.read: dict[tuple[str, ...], list[_Match]] = {}
        """The matches in segments of these words."""


class PatternIndex:
    """Patterns by zone and first word. A group is the patterns of one condition; conditions with
    the same patterns in the same zone share a group."""

    def __init__(self, lexicon: Lexicon, compiled: Mapping[str, Any] | None = None) -> None:
        """``compiled`` is what :meth:`compiled` gave for the same rules."""
        self.lexicon = lexicon
        self.grammar = Grammar(lexicon)
        self._patterns: dict[str, Pattern] = {}
        kept = compiled or {"groups": {}, "tables": {}, "choices": {}}
        self._groups: dict[tuple[str, tuple[str, ...]], int] = kept["groups"]
        self._tables = {zone: _Table(*table) for zone, table in kept["tables"].items()}
        self._choices: dict[str, list[str]] = kept["choices"]
        """Words to what patterns begin with that stands for them."""
        self._spelled: frozenset[str] | None = None
        """Chinese, Japanese and Korean words that patterns hold; found when first needed."""
        self._indexed = {c for t in self._tables.values() for c in (*t.anywhere, *t.opening)}

    def compiled(self) -> dict[str, Any]:
        """What of it depends on the rules alone, in Python's plain types."""
        return {
            "classes": self.lexicon.classes,
            "stand_ins": self.lexicon.stand_ins,
            "far": self.lexicon.far,
            "deeds": self.lexicon.deeds,
            "groups": self._groups,
            "tables": {zone: (t.anywhere, t.opening) for zone, t in self._tables.items()},
            "choices": self._choices,
        }

    def words(self, name: str) -> frozenset[str]:
        """The words of a class. Raises RuleError where there is none of that name."""
        return self.lexicon.words(name, "facts")

    def add(self, zone: str, sources: Iterable[str], where: str) -> int:
        """The number of the group of these patterns in a zone. Raises RuleError for a bad one."""
        key = (zone, tuple(sources))
        if key in self._groups:
            return self._groups[key]
        group = self._groups[key] = len(self._groups)
        for source in key[1]:
            pattern = self._patterns.get(source)
            if pattern is None:
                pattern = parse_pattern(source, self.lexicon, where)
                self._patterns[source] = pattern
            self._enter(zone, group, pattern)
        return group

    def _enter(self, zone: str, group: int, pattern: Pattern) -> None:
        self._spelled = None
        table = self._tables.setdefault(zone, _Table({}, {}))
        by_choice = table.opening if pattern.at_start else table.anywhere
        second, gap, barred = pattern.steps[0] if pattern.steps else (frozenset[str](), 0, True)
        reach = 0 if barred else gap + 2
        entry = (group, second, reach, pattern.steps, pattern.at_end)
        for choice in pattern.first:
            by_choice.setdefault(choice, []).append(entry)
            if choice not in self._indexed:
                self._indexed.add(choice)
                stands_for = self.words(choice[1:]) if choice[0] == "@" else (choice,)
                for word in sorted(stands_for):
                    self._choices.setdefault(word, []).append(choice)

    def _meet(self, table: _Table, word: str) -> _Begin:
        """The patterns of a zone that may begin with a word, each once."""
        anywhere, opening = table.anywhere, table.opening
        choices = tuple(c for c in self._choices[word] if c in anywhere or c in opening)
        found = table.joined.get(choices)
        if found is None:
            every = {id(e): e for choice in choices for e in anywhere.get(choice, ())}
            first = {id(e): e for choice in choices for e in opening.get(choice, ())}
            found = table.joined[choices] = (
                _rows(every.values()),
                _rows((*every.values(), *first.values())),
            )
        table.met[word] = found
        return found

    def search(
        self, zone: str, segments: Iterable[Segment]
    ) -> dict[int, list[tuple[Segment, int, int]]]:
        """Group to its matches (segment, first token, token after) in the order of the text."""
        found: dict[int, list[tuple[Segment, int, int]]] = {}
        table = self._tables.get(zone)
        if table is None:
            return found
        far: dict[str, bool] = {}
        for segment in segments:
            matches = table.read.get(segment.words)
            if matches is None:
                if len(table.read) >= _KEPT:
                    table.read.clear()
                if segment.text not in far:  # Long, and that of many acts.
                    far[segment.text] = has_cjk(segment.text)
                if far[segment.text]:
                    matches = self._far_matches(table, segment.words)
                else:
                    read = self.lexicon.read_name if zone in _NAMES else self.lexicon.read
                    matches = self._matches(table, read(segment.words))
                table.read[segment.words] = matches
            for group, at, after in matches:
                found.setdefault(group, []).append((segment, at, after))
        return found

    def _matches(self, table: _Table, words: tuple[str, ...]) -> list[_Match]:
        """The longest match of every group at each word, in the order of the words."""
        found: list[_Match] = []
        met, known = table.met, self._choices
        opens = True
        for at, word in enumerate(words):
            opened, opens = opens, word == BREAK
            if word not in known:
                continue
            longest: dict[int, int] = {}
            for reach, entries in (met.get(word) or self._meet(table, word))[opened]:
                near = words[at + 1 : at + reach]
                for group, second, _, steps, at_end in entries:
                    if reach and second.isdisjoint(near):
                        continue  # Nearly always: not worth a call.
                    after = match_steps(steps, at_end, words, at)
                    if after is not None and after > longest.get(group, 0):
                        longest[group] = after
            if longest:
                found += [(group, at, after) for group, after in longest.items()]
        return found

    def _far_words(self) -> frozenset[str]:
        """What patterns hold of Chinese, Japanese or Korean words."""
        held = {
            id(words): words
            for table in self._tables.values()
            for entries in (*table.anywhere.values(), *table.opening.values())
            for _, _, _, steps, _ in entries
            for words, _, _ in steps
        }
        return far_beginnings(set(self._choices).union(*held.values()))

    def _far_matches(self, table: _Table, words: tuple[str, ...]) -> list[_Match]:
        """The same where words may be of several tokens."""
        found: list[_Match] = []
        if self._spelled is None:
            self._spelled = self._far_words()
        read = self.lexicon.read_far(words, self._spelled)
        opens = True
        for at, word in enumerate(words):
            opened, opens = opens, word == BREAK
            longest: dict[int, int] = {}
            for size, form in read[at]:
                if form not in self._choices:
                    continue
                here = at + size
                for reach, entries in (table.met.get(form) or self._meet(table, form))[opened]:
                    near = {
                        form
                        for token in (read[here : here + reach - 1] if reach else ())
                        for _, form in token
                    }
                    for group, second, _, steps, at_end in entries:
                        if reach and second.isdisjoint(near):
                            continue  # Nearly always: not worth a call.
                        after = match_far(steps, at_end, words, read, here)
                        if after is not None and after > longest.get(group, 0):
                            longest[group] = after
            if longest:
                found += [(group, at, after) for group, after in longest.items()]
        return found


def _rows(entries: Iterable[_Entry]) -> tuple[_Row, ...]:
    rows: dict[int, list[_Entry]] = {}
    for entry in entries:
        rows.setdefault(entry[2], []).append(entry)
    return tuple((reach, tuple(row)) for reach, row in rows.items())
