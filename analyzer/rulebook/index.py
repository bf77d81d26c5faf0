"""All patterns of a zone searched in one pass over its words."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.rulebook.action import Grammar
from analyzer.rulebook.lexicon import Lexicon, Pattern, compile_pattern
from analyzer.text import Segment


class PatternIndex:
    """Patterns by zone and first word. A group is the patterns of one condition; conditions with
    the same patterns in the same zone share a group."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.grammar = Grammar(lexicon)
        self._groups: dict[tuple[str, tuple[str, ...]], int] = {}
        self._first: dict[str, dict[str, list[tuple[int, Pattern]]]] = {}
        self._compiled: dict[str, list[Pattern]] = {}

    def words(self, name: str) -> frozenset[str]:
        """The words of a class. Raises RuleError where there is none of that name."""
        return self._lexicon.words(name, "facts")

    def add(self, zone: str, sources: Iterable[str], where: str) -> int:
        """The number of the group of these patterns in a zone. Raises RuleError for a bad one."""
        key = (zone, tuple(sources))
        if key in self._groups:
            return self._groups[key]
        group = self._groups[key] = len(self._groups)
        first = self._first.setdefault(zone, {})
        for source in key[1]:
            patterns = self._compiled.get(source)
            if patterns is None:
                patterns = self._compiled[source] = compile_pattern(source, self._lexicon, where)
            for pattern in patterns:
                for word in pattern.steps[0][0]:
                    first.setdefault(word, []).append((group, pattern))
        return group

    def search(
        self, zone: str, segments: Iterable[Segment]
    ) -> dict[int, list[tuple[Segment, int, int]]]:
        """Group to its matches (segment, first token, token after) in the order of the text."""
        first = self._first.get(zone, {})
        found: dict[int, list[tuple[Segment, int, int]]] = {}
        for segment in segments:
            for at, word in enumerate(segment.words):
                for group, pattern in first.get(word, ()):
                    after = pattern.match(segment, at)
                    if after is not None:
                        hits = found.setdefault(group, [])
                        if not hits or hits[-1][0] is not segment or hits[-1][1] != at:
                            hits.append((segment, at, after))
                        elif hits[-1][2] < after:
                            hits[-1] = (segment, at, after)
        return found
