"""Named numbers about a tool that rules and models can refer to.

Each module of this package takes its numbers in one go, once a tool. Word classes come from
``rules/lexicon``; what is counted, and where in the definition it lies, is said by :data:`FACTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analyzer.features import Features
from analyzer.records import dataclass
from analyzer.rulebook.facts import care, filling, gaps, opening, params, prose, siblings
from analyzer.rulebook.facts.words import Words

Measure = Callable[[Features, Words], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Fact:
    group: str
    """Which measure takes the number."""
    pointer: str
    """Where in the definition the number comes from."""
    about: str


MEASURES: dict[str, Measure] = {
    "prose": prose.measure,
    "opening": opening.measure,
    "params": params.measure,
    "care": care.measure,
    "gaps": gaps.measure,
    "filling": filling.measure,
    "siblings": siblings.measure,
    "money": siblings.measure_money,
}
FACTS: dict[str, Fact] = {
    name: Fact(group, pointer, about)
    for group, table in (
        ("prose", prose.ABOUT),
        ("opening", opening.ABOUT),
        ("params", params.ABOUT),
        ("care", care.ABOUT),
        ("gaps", gaps.ABOUT),
        ("filling", filling.ABOUT),
        ("siblings", siblings.ABOUT),
        ("money", siblings.MONEY),
    )
    for name, (pointer, about) in table.items()
}
