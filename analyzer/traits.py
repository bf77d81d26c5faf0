"""Traits of a tool: what a reader should know besides its category, with the words that prove it.

The rules of ``rules/traits/`` decide; a rule ``traits.<trait>.<name>`` belongs to the trait in the
middle of its id, and ``rules/traits.yaml`` names and orders the traits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from analyzer.model import Evidence, Param, RiskCategory, Trait
from analyzer.records import dataclass
from analyzer.rulebook import Rulebook
from analyzer.rulebook.reading import Reading
from analyzer.rulefiles import read_rules

KIND = "traits"
_MAX_EVIDENCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TraitText:
    """An entry of ``rules/traits.yaml``."""

    title: str
    why: str
    implied_by: tuple[str, ...] = ()


@cache
def trait_texts() -> dict[str, TraitText]:
    """The traits by id, in the order in which they are shown."""
    data = read_rules("traits.yaml")
    return {
        name: TraitText(
            title=entry["title"],
            why=entry["why"],
            implied_by=tuple(entry.get("implied_by", ())),
        )
        for name, entry in data.items()
    }


def find_traits(rulebook: Rulebook, reading: Reading, category: RiskCategory) -> tuple[Trait, ...]:
    """The traits of a tool whose verdict is ``category``, in the order of ``rules/traits.yaml``."""
    reading.category = category
    found: dict[str, list[Evidence]] = {}
    for hit in rulebook.hits(KIND, reading):
        found.setdefault(hit.rule.id.split(".")[1], []).extend(hit.evidence)
    params = reading.features.params
    traits = []
    for name, text in trait_texts().items():
        evidence = found.get(name, [])
        evidence = evidence + [e for other in text.implied_by for e in found.get(other, [])]
        if evidence:
            kept = _distinct(evidence)
            traits.append(
                Trait(id=name, title=text.title, evidence=kept, params=_params(kept, params))
            )
    return tuple(traits)


def _distinct(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """One for each place, those with a quote first."""
    places: dict[tuple[str, int, int], Evidence] = {}
    for item in sorted(evidence, key=lambda e: not e.quote):
        if item.quote or all(not field.startswith(item.field) for field, _, _ in places):
            places.setdefault((item.field, item.start, item.end), item)
    return tuple(places.values())[:_MAX_EVIDENCE]


def _params(evidence: Sequence[Evidence], params: Sequence[Param]) -> tuple[str, ...]:
    """Dotted paths of the parameters that the evidence lies in, in the order of the schema."""
    fields = {e.field for e in evidence}
    return tuple(
        dict.fromkeys(
            p.path
            for p in params
            if any(field == p.pointer or field == f"{p.pointer}/description" for field in fields)
        )
    )
