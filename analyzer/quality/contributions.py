"""What each term of a scorecard added, with the words behind it; made when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analyzer.model import Contribution, Dimension
from analyzer.quality.scorecard import scorecards
from analyzer.quality.signals import OVER, Signals
from analyzer.rulebook import Rulebook
from analyzer.rulebook.facts import FACTS

LEAST = 0.01
"""Terms that added less, either way, are left out."""
TOGETHER = " + "
"""Between the two signals of a pair."""


class Contributions(Mapping[Dimension, tuple[Contribution, ...]]):
    """By dimension, the terms that moved the sum, greatest first. Empty where a gate decided.

    Few readers want them, and building them costs more than the scores.
    """

    def __init__(self, rulebook: Rulebook, signals: Signals, values: Mapping[str, float]) -> None:
        self._rulebook = rulebook
        self._signals = signals
        self._values = values
        self._built: dict[Dimension, tuple[Contribution, ...]] = {}

    def __getitem__(self, dimension: Dimension) -> tuple[Contribution, ...]:
        if not self._values:
            raise KeyError(dimension)
        found = self._built.get(dimension)
        if found is None:
            found = self._built[dimension] = self._build(dimension)
        return found

    def __iter__(self) -> Iterator[Dimension]:
        return iter(Dimension if self._values else ())

    def __len__(self) -> int:
        return len(Dimension) if self._values else 0

    def _build(self, dimension: Dimension) -> tuple[Contribution, ...]:
        card = scorecards(self._rulebook)[dimension]
        titles = signal_titles(self._rulebook)
        read = [*((t.signal,) for t in card.terms), *(p.signals for p in card.pairs)]
        added = zip(read, card.points(self._values), strict=True)
        moved = [(names, points) for names, points in added if abs(points) >= LEAST]
        moved.sort(key=lambda pair: (-abs(pair[1]), pair[0]))
        return tuple(
            Contribution(
                rule_id=TOGETHER.join(names),
                title=TOGETHER.join(self._title(name, titles[name]) for name in names),
                evidence=tuple(e for name in names for e in self._signals.evidence(name)),
                points={dimension.value: points},
            )
            for names, points in moved
        )

    def _title(self, name: str, title: str) -> str:
        """A number with its value; a rule that does not hold, and counts by that, with a no."""
        if name in FACTS or name in OVER:
            return f"{title}: {round(self._signals.value(name), 2):g}"
        return title if name in self._signals.proofs else f"{title}: no"


def signal_titles(rulebook: Rulebook) -> Mapping[str, str]:
    """What each signal is, for people."""
    return {
        **{name: _sentence(fact.about) for name, fact in FACTS.items()},
        **{name: _sentence(about) for name, (about, _) in OVER.items()},
        **{rule.id: rule.title for rule in rulebook.rules["quality"]},
    }


def _sentence(about: str) -> str:
    return about[:1].upper() + about[1:]
