"""One tool as conditions see it: matches in its zones, facts and quotes, each found once."""

from __future__ import annotations

from collections.abc import KeysView, Mapping

from analyzer.features import Features
from analyzer.model import Evidence, RiskCategory, RiskVerdict
from analyzer.rulebook.action import DERIVED, JOINED
from analyzer.rulebook.facts import FACTS, MEASURES
from analyzer.rulebook.index import PatternIndex
from analyzer.text import Segment

Spans = list[tuple[Segment, int, int]]
Answer = tuple[Evidence, ...]

TITLED = frozenset({"title", "title_act", "acts"})
"""Zones that hold words of the annotations."""
HINTS_FACTS = "hints."
"""How the names of facts about the annotations open."""


class Reading:
    """One tool being read: its features, and the pattern matches found in its zones so far."""

    def __init__(self, features: Features, index: PatternIndex) -> None:
        self.features = features
        self._index = index
        self._hits: dict[str, dict[int, Spans]] = {}
        self._zones: dict[str, tuple[Segment, ...]] = {}
        self._facts: dict[str, Mapping[str, float]] = {}
        self.held: dict[str, Mapping[int, Answer]] = {}
        """By kind, the evidence of the rules that hold, once they were asked."""
        self.seen: Mapping[str, Mapping[int, Answer]] = {}
        """The same of the tool with its hints seen, for a reading with them unseen."""
        self.rule_id = ""
        self.category: RiskCategory | None = None
        """The verdict's, once it is made; rules that ask for it are read after it."""
        self.blind_verdict: RiskVerdict | None = None
        """With the hints unseen, once it is made."""

    def fact(self, name: str) -> float:
        """The value of a named number. Raises KeyError for a name that is not in FACTS."""
        return self.measured(FACTS[name].group)[name]

    def measured(self, group: str) -> Mapping[str, float]:
        """The numbers of a measure, taken once."""
        values = self._facts.get(group)
        if values is None:
            values = self._facts[group] = MEASURES[group](self.features, self._index.words)
        return values

    def words(self, name: str) -> frozenset[str]:
        """The words of a class of ``rules/lexicon``. Raises RuleError where there is none."""
        return self._index.words(name)

    def without_annotations(self) -> Reading:
        """The same tool read with its declared hints unseen; matches already found are kept."""
        blind = Reading(self.features.without_annotations(), self._index)
        blind.seen = self.held
        # The annotations give the hints and maybe the title; nothing else that was found.
        blind._hits = {z: hits for z, hits in self._hits.items() if z not in TITLED}
        blind._zones = {z: cut for z, cut in self._zones.items() if z not in TITLED}
        blind._facts = {
            group: {name: 0.0 if name.startswith(HINTS_FACTS) else n for name, n in values.items()}
            for group, values in self._facts.items()
        }
        return blind

    def hits(self, zone: str, group: int) -> Spans:
        """Where the patterns of a group match in a zone, in the order of the text."""
        return self._searched(zone).get(group, [])

    def matched(self, zone: str) -> KeysView[int]:
        """The groups that match in a zone."""
        return self._searched(zone).keys()

    def _searched(self, zone: str) -> dict[int, Spans]:
        found = self._hits.get(zone)
        if found is None:
            found = self._hits[zone] = self._index.search(zone, self.zone(zone))
        return found

    def zone(self, name: str) -> tuple[Segment, ...]:
        """The segments of a zone of features.py or action.py."""
        found = self._zones.get(name)
        if found is None:
            if name in JOINED:
                found = tuple(segment for part in JOINED[name] for segment in self.zone(part))
            elif name in DERIVED:
                found = DERIVED[name](self.features, self._index.grammar)
            else:
                return self.features.zone(name)
            self._zones[name] = found
        return found

    def quote(self, segment: Segment, first: int, after: int) -> Evidence:
        # The words of an act may stand in another order than in the text.
        if after - first == 1:
            start, end = segment.starts[first], segment.ends[first]
        else:
            start, end = min(segment.starts[first:after]), max(segment.ends[first:after])
        return Evidence(
            rule_id=self.rule_id,
            field=segment.pointer,
            quote=segment.text[start:end],
            start=start,
            end=end,
        )

    def place(self, pointer: str) -> Evidence:
        return Evidence(rule_id=self.rule_id, field=pointer)
