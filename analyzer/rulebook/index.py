"""All patterns of a zone searched in one pass over its words."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.rulebook.action import Grammar
from analyzer.rulebook.lexicon import Lexicon, Pattern, compile_pattern
from analyzer.text import BREAK, Segment

_Bucket = list[tuple[int, Pattern]]


class PatternIndex:
    """Patterns by zone and first word. A group is the patterns of one condition; conditions with
    the same patterns in the same zone share a group."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.grammar = Grammar(lexicon)
        self._groups: dict[tuple[str, tuple[str, ...]], int] = {}
        self._first: dict[str, dict[str, list[_Bucket]]] = {}
        self._opening: dict[str, dict[str, list[_Bucket]]] = {}
        self._buckets: dict[tuple[str, bool, frozenset[str]], _Bucket] = {}
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
        for source in key[1]:
            patterns = self._compiled.get(source)
            if patterns is None:
                patterns = self._compiled[source] = compile_pattern(source, self._lexicon, where)
            for pattern in patterns:
                self._bucket(zone, pattern).append((group, pattern))
        return group

    def _bucket(self, zone: str, pattern: Pattern) -> _Bucket:
        """The patterns of a zone that begin with the same words, known under each of them."""
        words = pattern.steps[0][0]
        key = (zone, pattern.at_start, words)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = []
            by_word = (self._opening if pattern.at_start else self._first).setdefault(zone, {})
            for word in words:
                by_word.setdefault(word, []).append(bucket)
        return bucket

    def search(
        self, zone: str, segments: Iterable[Segment]
    ) -> dict[int, list[tuple[Segment, int, int]]]:
        """Group to its matches (segment, first token, token after) in the order of the text."""
        first, opening = self._first.get(zone, {}), self._opening.get(zone, {})
        found: dict[int, list[tuple[Segment, int, int]]] = {}
        for segment in segments:
            before = BREAK
            for at, word in enumerate(segment.words):
                buckets = first.get(word, ())
                if before == BREAK:
                    buckets = (*buckets, *opening.get(word, ()))
                before = word
                for bucket in buckets:
                    for group, pattern in bucket:
                        after = pattern.match(segment, at)
                        if after is None:
                            continue
                        hits = found.setdefault(group, [])
                        if not hits or hits[-1][0] is not segment or hits[-1][1] != at:
                            hits.append((segment, at, after))
                        elif hits[-1][2] < after:
                            hits[-1] = (segment, at, after)
        return found
