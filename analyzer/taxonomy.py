"""``rules/taxonomy.yaml`` as typed values: what categories, dimensions and tiers mean to people."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from analyzer.model import CoherenceDimension, Dimension, RiskCategory, Tier
from analyzer.records import dataclass
from analyzer.rulefiles import read_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryText:
    meaning: str
    what: str
    """A paragraph with the placeholders ``{tool}`` and ``{server}``."""
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionText:
    title: str
    weight: int
    """Hundredths of the total; those of a total sum to 100."""
    question: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    categories: Mapping[RiskCategory, CategoryText]
    dimensions: Mapping[Dimension, DimensionText]
    """In the order in which pages show them."""
    coherence: Mapping[CoherenceDimension, DimensionText]
    tiers: Mapping[Tier, float]
    """Inclusive lower bound of each tier, best first."""


@cache
def taxonomy() -> Taxonomy:
    """The bundled taxonomy; read once."""
    data = read_rules("taxonomy.yaml")
    return Taxonomy(
        categories={RiskCategory(k): CategoryText(**v) for k, v in data["categories"].items()},
        dimensions={Dimension(k): DimensionText(**v) for k, v in data["dimensions"].items()},
        coherence={CoherenceDimension(k): DimensionText(**v) for k, v in data["coherence"].items()},
        tiers={Tier(k): float(v) for k, v in data["tiers"].items()},
    )


def tier_of(total: float) -> Tier:
    """The letter of any total: a tool's, a server's, coherence, overall."""
    bounds = taxonomy().tiers.items()
    return next((tier for tier, lowest in bounds if total >= lowest), Tier.F)
