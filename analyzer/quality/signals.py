"""What the quality models see of a tool: a number a signal, and the evidence behind it.

A signal is a rule of ``rules/quality`` (how many different words prove it, at most
:data:`MOST`), a fact of :mod:`analyzer.rulebook.facts`, or a number taken over a family of rules
(:data:`OVER`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from analyzer.model import Evidence
from analyzer.records import dataclass
from analyzer.rulebook import Rule, Rulebook
from analyzer.rulebook.facts import FACTS, MEASURES
from analyzer.rulebook.facts.mentions import told_of_param
from analyzer.rulebook.facts.prose import void_spans
from analyzer.rulebook.reading import Reading
from analyzer.text import falls_in

DESCRIPTION = "/description"
MOST = 4
"""A rule proved by more different words than this counts as proved by so many."""

SITUATION = ("quality.usage.when-strong", "quality.usage.when", "quality.usage.user-asks")
ALTERNATIVE = ("quality.usage.alternative", "quality.usage.for-other", "quality.usage.one-time")
GUIDANCE = (SITUATION, ALTERNATIVE, ("quality.usage.when-not",), ("quality.usage.before",))
"""Kinds of guidance, each by the rules that prove it; to name a sibling is one more."""

OVER = {
    f"{measure}.{family}": (about.format(family), f"quality.{family}.")
    for measure, about, families in (
        ("topics", "rules on {} that hold", ("behavior", "usage", "parameters")),
        (
            "words",
            "words of the sentences in which a rule on {} holds",
            ("behavior", "usage", "parameters"),
        ),
        (
            "apart",
            "rules on {} that hold outside what is said of single parameters",
            ("behavior", "usage"),
        ),
        (
            "kinds",
            "kinds of guidance on {}: a situation, another way, an exclusion, a prerequisite, a "
            "sibling's name",
            ("usage",),
        ),
    )
    for family in families
}
"""Numbers over the rules of a family, each with what it counts and how the rules' ids open."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A rule that holds."""

    rule: Rule
    evidence: tuple[Evidence, ...]
    count: int
    """Different words that prove it, up to :data:`MOST`."""


@dataclass(frozen=True, slots=True)
class Signals:
    proofs: Mapping[str, Proof]
    reading: Reading

    def value(self, name: str) -> float:
        """The number of a signal; 0 for a rule that does not hold."""
        if name in FACTS:
            return self.reading.fact(name)
        proof = self.proofs.get(name)
        if proof:
            return proof.count
        return self._over(name, self._held(OVER[name][1])) if name in OVER else 0.0

    def values(self) -> dict[str, float]:
        """All signals that are not 0, by name; facts always."""
        held = {opening: self._held(opening) for opening in {o for _, o in OVER.values()}}
        found = {name: self._over(name, held[opening]) for name, (_, opening) in OVER.items()}
        for group in MEASURES:
            found.update(self.reading.measured(group))
        for name, proof in self.proofs.items():
            found[name] = proof.count
        return found

    def _held(self, opening: str) -> list[Proof]:
        return [proof for rule, proof in self.proofs.items() if rule.startswith(opening)]

    def _over(self, name: str, held: Sequence[Proof]) -> float:
        if name.startswith("topics."):
            return len(held)
        if name.startswith("kinds."):
            kinds = sum(not self.proofs.keys().isdisjoint(rules) for rules in GUIDANCE)
            return kinds + (self.reading.fact("siblings.named") > 0)
        if name.startswith("apart."):
            of_param = told_of_param(self.reading.features)
            return sum(
                any(e.field != DESCRIPTION or not of_param(e.start) for e in proof.evidence)
                for proof in held
            )
        places = sorted(
            {e.start for p in held for e in p.evidence if e.quote and e.field == DESCRIPTION}
        )
        return sum(
            len(sentence.words)
            for sentence in self.reading.features.statements
            if bisect_left(places, sentence.starts[0]) < bisect_left(places, sentence.ends[-1])
        )

    def evidence(self, name: str) -> tuple[Evidence, ...]:
        """The words behind a signal; for a number or a rule that fails, the place it is about."""
        proof = self.proofs.get(name)
        if proof:
            return proof.evidence
        pointer = FACTS[name].pointer if name in FACTS else DESCRIPTION
        return (Evidence(rule_id=name, field=pointer),)


def read_signals(rulebook: Rulebook, reading: Reading) -> Signals:
    """The signals of one tool. What stands in a sentence said before, or in a list of keywords,
    proves nothing."""
    void = void_spans(reading.features, reading.words)
    is_void = falls_in(void)
    proofs = {}
    for hit in rulebook.hits("quality", reading):
        evidence = hit.evidence
        if void:
            evidence = tuple(e for e in evidence if e.field != DESCRIPTION or not is_void(e.start))
        if evidence:
            count = len({e.quote.lower() or e.field for e in evidence})
            proofs[hit.rule.id] = Proof(hit.rule, evidence, min(count, MOST))
    return Signals(proofs, reading)
