"""All patterns of a zone searched in one pass over its words."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.rulebook.action import Grammar
from analyzer.rulebook.lexicon import Lexicon, Pattern, Shape, parse_pattern
from analyzer.text import BREAK, Segment, has_cjk

_Entry = tuple[int, Pattern]
"""A group, and one of its patterns."""


class _Table:
    """The patterns of a zone by what they begin with: a word, or a class of words."""

    def __init__(self) -> None:
        self.anywhere: dict[str, list[_Entry]] = {}
        self.opening: dict[str, list[_Entry]] = {}
        self.met: dict[str, tuple[tuple[_Entry, ...], tuple[_Entry, ...]]] = {}
        """By known word, those that may begin with it: anywhere, and where a sentence opens too."""


class PatternIndex:
    """Patterns by zone and first word. A group is the patterns of one condition; conditions with
    the same patterns in the same zone share a group."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.grammar = Grammar(lexicon)
        self._groups: dict[tuple[str, tuple[str, ...]], int] = {}
        self._tables: dict[str, _Table] = {}
        self._shapes: dict[str, Shape] = {}
        self._choices: dict[str, list[str]] = {}
        """Words to what patterns begin with that stands for them."""
        self._indexed: set[str] = set()
        self._long: list[tuple[str, int, Shape]] = []
        """Zone, group and pattern of those with words of several tokens. They are four in five of
        all, once written out, and wait for a text that can hold one."""

    def words(self, name: str) -> frozenset[str]:
        """The words of a class. Raises RuleError where there is none of that name."""
        return self._lexicon.words(name, "facts")

    def add(self, zone: str, sources: Iterable[str], where: str) -> int:
        """The number of the group of these patterns in a zone. Raises RuleError for a bad one."""
        key = (zone, tuple(sources))
        if key in self._groups:
            return self._groups[key]
        group = self._groups[key] = len(self._groups)
        for source in key[1]:
            shape = self._shapes.get(source)
            if shape is None:
                shape = self._shapes[source] = parse_pattern(source, self._lexicon, where)
            if (pattern := shape.plain()) is not None:
                self._enter(zone, group, pattern)
            if shape.has_long:
                self._long.append((zone, group, shape))
        return group

    def _enter(self, zone: str, group: int, pattern: Pattern) -> None:
        table = self._tables.setdefault(zone, _Table())
        by_choice = table.opening if pattern.at_start else table.anywhere
        entry = (group, pattern)
        for choice in pattern.first:
            by_choice.setdefault(choice, []).append(entry)
            if choice not in self._indexed:
                self._indexed.add(choice)
                for word in self._lexicon.tokens(choice, "index")[0]:
                    self._choices.setdefault(word, []).append(choice)

    def _enter_long(self) -> None:
        for zone, group, shape in self._long:
            for pattern in shape.long():
                self._enter(zone, group, pattern)
        self._long.clear()
        for table in self._tables.values():
            table.met.clear()

    def _meet(self, table: _Table, word: str) -> tuple[tuple[_Entry, ...], tuple[_Entry, ...]]:
        """The patterns of a zone that may begin with a word, each once."""
        choices = self._choices[word]
        anywhere = {id(e): e for choice in choices for e in table.anywhere.get(choice, ())}
        opening = {id(e): e for choice in choices for e in table.opening.get(choice, ())}
        every = tuple(anywhere.values())
        found = table.met[word] = every, (*every, *opening.values())
        return found

    def search(
        self, zone: str, segments: Iterable[Segment]
    ) -> dict[int, list[tuple[Segment, int, int]]]:
        """Group to its matches (segment, first token, token after) in the order of the text."""
        found: dict[int, list[tuple[Segment, int, int]]] = {}
        table = self._tables.get(zone)
        if table is None:
            return found
        met, known = table.met, self._choices
        for segment in segments:
            if self._long and has_cjk(segment.text):
                self._enter_long()
            words = segment.words
            opens = True
            for at, word in enumerate(words):
                opened, opens = opens, word == BREAK
                if word not in known:
                    continue
                for group, pattern in (met.get(word) or self._meet(table, word))[opened]:
                    more = pattern.steps or pattern.at_end
                    after = pattern.match(words, at) if more else at + 1
                    if after is None:
                        continue
                    hits = found.setdefault(group, [])
                    if not hits or hits[-1][0] is not segment or hits[-1][1] != at:
                        hits.append((segment, at, after))
                    elif hits[-1][2] < after:
                        hits[-1] = (segment, at, after)
        return found
