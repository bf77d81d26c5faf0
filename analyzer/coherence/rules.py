"""``rules/coherence.yaml`` as typed values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from analyzer.coherence.scorecard import Scorecard, Term
from analyzer.model import CoherenceDimension
from analyzer.records import dataclass
from analyzer.rulefiles import read_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What words in tool names mean."""

    verbs: frozenset[str]
    """Base forms, as a name's imperative has them."""
    later_verbs: frozenset[str]
    """Those of them that are verbs where they do not stand first, too."""
    operations: Mapping[str, str]
    """Verb to what it does to a resource: list, get, search, create, update, delete."""
    prepositions: frozenset[str]
    fillers: frozenset[str]
    """Words of names that say nothing about the resource."""
    weak: frozenset[str]
    """Words that set a name apart without telling an agent which tool to take: lite, v2."""
    stopwords: frozenset[str]
    """Words of descriptions that carry no meaning of their own."""
    runners: frozenset[str]
    """Verbs of tools that run what they are given."""
    free_forms: frozenset[str]
    """Parameters that hold a query or code."""
    creators: frozenset[str]
    """Verbs that leave a new thing behind."""
    mass: frozenset[str]
    """Plurals that are one thing."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that work in a field asks for."""

    what: str
    essential: bool
    how: frozenset[str]
    of: frozenset[str]

    @property
    def weight(self) -> int:
        return 2 if self.essential else 1


@dataclass(frozen=True, slots=True)
class Domain:
    """A field that tools can be about."""

    name: str
    signs: frozenset[str]
    told_signs: frozenset[str]
    """The signs that count in descriptions, too."""
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What a client bears."""

    client: str
    counts: Literal["tools", "tokens", "name_chars"]
    at_most: int
    hard: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextRules:
    token_weights: Mapping[str, float]
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoherenceRules:
    vocabulary: Vocabulary
    domains: tuple[Domain, ...]
    scorecards: Mapping[CoherenceDimension, Scorecard]
    context: ContextRules


@cache
def load_coherence_rules() -> CoherenceRules:
    """The bundled data; read once."""
    return CoherenceRules(
        vocabulary=build_vocabulary(read_rules("coherence/words.yaml")),
        domains=build_domains(read_rules("coherence/domains.yaml")),
        scorecards=build_scorecards(read_rules("coherence/scorecards.yaml")),
        context=build_context(read_rules("coherence/context.yaml")),
    )


def build_vocabulary(words: Mapping[str, Any]) -> Vocabulary:
    operations = {verb: op for op, verbs in words["operations"].items() for verb in verbs}
    verbs = frozenset(words["verbs"]) | operations.keys()
    return Vocabulary(
        verbs=verbs,
        later_verbs=verbs - frozenset(words["nouns"]),
        operations=operations,
        prepositions=frozenset(words["prepositions"]),
        fillers=frozenset(words["fillers"]),
        weak=frozenset(words["weak"]),
        stopwords=frozenset(words["stopwords"]),
        runners=frozenset(words["runners"]),
        free_forms=frozenset(words["free_forms"]),
        creators=frozenset(words["creators"]),
        mass=frozenset(words["mass"]),
    )


def build_domains(data: Mapping[str, Any]) -> tuple[Domain, ...]:
    return tuple(
        Domain(
            name,
            frozenset(entry["signs"]),
            frozenset(() if entry.get("named_only") else entry["signs"]),
            tuple(_need(need) for need in entry["needs"]),
        )
        for name, entry in data.items()
    )


def _need(source: str) -> Need:
    """``!what: how / of`` (rules/coherence/domains.yaml)."""
    what, _, rest = source.partition(":")
    how, _, of = rest.partition("/")
    return Need(
        what.removeprefix("!"), what.startswith("!"), frozenset(how.split()), frozenset(of.split())
    )


def build_scorecards(data: Mapping[str, Any]) -> Mapping[CoherenceDimension, Scorecard]:
    return {
        CoherenceDimension(name): Scorecard(
            base=card["base"],
            opening=card["opening"],
            opening_one=card["opening_one"],
            opening_unknown=card.get("opening_unknown"),
            fine=card["fine"],
            fine_one=card.get("fine_one", card["fine"]),
            terms={measure: _term(term) for measure, term in card["terms"].items()},
        )
        for name, card in data.items()
    }


def _term(entry: Mapping[str, Any]) -> Term:
    says = entry["says"]
    bounds = {"0": says} if isinstance(says, str) else says
    return Term(
        corners=tuple((at, points) for at, points in entry["points"]),
        says=tuple((float(at), text) for at, text in bounds.items()),
        always=entry.get("always", False),
    )


def build_context(data: Mapping[str, Any]) -> ContextRules:
    return ContextRules(
        token_weights=data["tokens"], limits=tuple(Limit(**entry) for entry in data["limits"])
    )
