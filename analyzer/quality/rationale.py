"""Rationales: two or three sentences a dimension that cite the text, or its absence, and where the
score is below 5 the smallest change that would raise it. The sentences are data
(``rules/rationale.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from analyzer.model import Dimension, Evidence, RiskCategory
from analyzer.quality.context import build_context, phrases
from analyzer.quality.signals import Signals

_Slot = Sequence[tuple[frozenset[str], frozenset[str], str]]
_SLOTS = ("found", "gap", "fix")
_PLACE = re.compile(r"\{([a-z-]+)\}")


class Rationales(Mapping[Dimension, str]):
    """A rationale for every dimension, written when the first of them is read: a table of scores
    shows none."""

    def __init__(
        self,
        signals: Signals,
        scores: Mapping[Dimension, int],
        flags: Sequence[str],
        clash: Sequence[Evidence],
        category: RiskCategory | None = None,
    ) -> None:
        self._given = signals, scores, flags, clash, category
        self._written: Mapping[Dimension, str] | None = None

    def __getitem__(self, dimension: Dimension) -> str:
        if self._written is None:
            self._written = build_rationales(*self._given)
        return self._written[dimension]

    def __iter__(self) -> Iterator[Dimension]:
        return iter(self._given[1])

    def __len__(self) -> int:
        return len(self._given[1])


def build_rationales(
    signals: Signals,
    scores: Mapping[Dimension, int],
    flags: Sequence[str],
    clash: Sequence[Evidence],
    category: RiskCategory | None = None,
) -> Mapping[Dimension, str]:
    """A rationale for every dimension. ``clash`` holds the words that contradict the annotations,
    ``category`` is that of the tool's verdict, where there is one.
    Words of the server stand in a rationale as they are."""
    context = build_context(signals, flags, clash, category)
    return {d: _rationale(d, score, context) for d, score in scores.items()}


def _rationale(dimension: Dimension, score: int, context: Mapping[str, str]) -> str:
    traits = {f"s{score}", *context}
    if score <= 2:
        traits.add("low")
    if score >= 4:
        traits.add("high")
    said = (_sentence(slot, traits, context) for slot in _slots()[dimension])
    return " ".join(s for s in said if s)


@cache
def _slots() -> Mapping[Dimension, Sequence[_Slot]]:
    """The slots of each dimension: (traits that must hold, those that must not, sentence) in
    order."""
    return {
        d: [
            [
                (
                    frozenset(t for t in choice["if"].split() if t[0] != "!"),
                    frozenset(t[1:] for t in choice["if"].split() if t[0] == "!"),
                    choice["say"],
                )
                for choice in phrases()[d.value][slot]
            ]
            for slot in _SLOTS
        ]
        for d in Dimension
    }


def _sentence(slot: _Slot, traits: set[str], context: Mapping[str, str]) -> str:
    for wanted, barred, say in slot:
        if wanted <= traits and barred.isdisjoint(traits):
            # Filled in one pass, so that a server's braces are never taken for a placeholder.
            text = _PLACE.sub(lambda m: context.get(m[1], ""), say)
            return text[:1].upper() + text[1:] if say.startswith("{") else text
    return ""
