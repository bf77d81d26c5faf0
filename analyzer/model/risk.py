"""What a tool can do: the verdict and what is told beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from analyzer.model.kinds import Access, RiskCategory, Severity
from analyzer.model.server import Annotations, Evidence
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One rule that fired and what it added to each category or dimension."""

    rule_id: str
    title: str
    evidence: tuple[Evidence, ...]
    points: Mapping[str, float]
    """Category (log-odds) or dimension (score points) to what the rule added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerUp:
    category: RiskCategory
    margin: float
    """Probability of the category minus the runner-up's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """What a reader should know of a tool besides its category; ids and words are data in
    ``rules/traits.yaml``."""

    id: str
    title: str
    evidence: tuple[Evidence, ...]
    params: tuple[str, ...] = ()
    """Dotted paths of the parameters concerned; none where the tool as a whole is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionVerdict:
    """The verdict on one value of the parameter that selects a tool's operation."""

    param: str
    """Dotted path of the selecting parameter."""
    value: str
    category: RiskCategory
    confidence: float
    evidence: tuple[Evidence, ...]

    @property
    def access(self) -> Access:
        return self.category.access

    @property
    def severity(self) -> Severity:
        return self.category.severity

    @property
    def proof(self) -> tuple[Evidence, ...]:
        """The evidence that says more than the value itself and the name that all values share."""
        return tuple(e for e in self.evidence if e.field != "/name" and e.quote != self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class HintAdvice:
    """A proposed value of one member of the annotations, and why."""

    member: str
    """By its name in the specification: ``title``, ``readOnlyHint``..."""
    value: bool | str
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationAdvice:
    """A tool's annotations as declared, as a client must take them, and as they should be."""

    declared: Annotations
    effective: Annotations
    """With the specification's defaults filled in; ``title`` as the tool shows it, or None."""
    proposed: Annotations
    """None is: leave it out."""
    reasons: tuple[HintAdvice, ...] = ()
    """One for each proposed member, in the specification's order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskVerdict:
    category: RiskCategory
    confidence: float
    """Calibrated probability that the category is right, 0 to 1."""
    runner_up: RunnerUp | None
    rationale: str
    evidence: tuple[Evidence, ...]
    contributions: tuple[Contribution, ...] = ()
    """All rules that fired, strongest for the category first."""
    base: Mapping[str, float] = field(default_factory=dict)
    """Log-odds of each category before any rule adds to it; less for those that must be likelier
    than Execute where a rule leans to it."""
    traits: tuple[Trait, ...] = ()
    actions: tuple[ActionVerdict, ...] = ()
    """In the order in which the definition lists the values; empty where no parameter selects an
    operation."""

    @property
    def access(self) -> Access:
        return self.category.access

    @property
    def severity(self) -> Severity:
        return self.category.severity
