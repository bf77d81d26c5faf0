"""Declared hints against what the definition says: clashes, and what should stand there.

What the text says is the risk model's verdict with the hints unseen, so that one model decides.

To learn whether a tool contradicts its own annotations (the quality model's case)::

    evidence = contradicts(rulebook, reading)   # the words that prove it, or None

where ``reading`` is ``rulebook.read(Features(tool, siblings))``. It is pure and costs nothing for
a tool without hints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import yaml

from analyzer.model import (
    ActionVerdict,
    Annotations,
    Evidence,
    Finding,
    Level,
    RiskCategory,
    RiskVerdict,
)
from analyzer.resources import bundled
from analyzer.risk import judge_risk
from analyzer.rulebook import Rulebook
from analyzer.rulebook.conditions import Reading

READ_ONLY_CHANGES = "annotations.read-only-changes"
NOT_DESTRUCTIVE_REMOVES = "annotations.not-destructive-removes"
DESTRUCTIVE_READS = "annotations.destructive-reads"
READ_UNMARKED = "annotations.read-unmarked"

_QUOTE_CHARS = 80
_LOWER = {Level.ERROR: Level.WARNING, Level.WARNING: Level.NOTE, Level.NOTE: Level.NOTE}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClashRule:
    """An entry of ``contradictions`` in ``rules/annotations.yaml``."""

    id: str
    title: str
    why: str
    level: Level
    certainty: float
    clear: float
    message: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A declared hint (or its absence) that the definition speaks against."""

    rule: ClashRule
    hint: Evidence
    """The hint as declared, or where it is missing."""
    text: Evidence
    """The words that speak against it."""
    category: RiskCategory
    probability: float
    """Of the reading that clashes with the hint."""

    @property
    def clear(self) -> bool:
        return self.probability >= self.rule.clear


def load_annotation_rules() -> Mapping[str, Any]:
    """``rules/annotations.yaml``; read once."""
    return _rules()


@cache
def _rules() -> Mapping[str, Any]:
    path = bundled("rules") / "annotations.yaml"
    data: Mapping[str, Any] = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    return data


@cache
def clash_rules() -> Mapping[str, ClashRule]:
    """The rules of contradiction by id."""
    return {
        name: ClashRule(id=name, **{**entry, "level": Level(entry["level"])})
        for name, entry in _rules()["contradictions"].items()
    }


def judge_text(rulebook: Rulebook, reading: Reading) -> RiskVerdict:
    """The risk verdict with the declared hints unseen."""
    return judge_risk(rulebook, reading.without_annotations())


def contradicts(
    rulebook: Rulebook, reading: Reading, actions: Sequence[ActionVerdict] = ()
) -> Evidence | None:
    """The words of the definition that clearly contradict a declared hint, else None.

    Missing hints contradict nothing here, and doubtful clashes are left to the findings.
    """
    if reading.features.annotations == Annotations():
        return None
    text = judge_text(rulebook, reading)
    clashes = find_clashes(reading.features.annotations, text, actions)
    return next((clash.text for clash in clashes if clash.clear), None)


def find_clashes(
    declared: Annotations, text: RiskVerdict, actions: Sequence[ActionVerdict] = ()
) -> tuple[Clash, ...]:
    """Where declared hints and the verdict on the text (hints unseen) part, gravest first."""
    found = []
    if declared.read_only is True:
        proof = _against_reading(text, actions)
        if proof is not None:
            found.append(_clash(READ_ONLY_CHANGES, "readOnlyHint", "true", *proof))
    else:
        proof = _removal(text, actions)
        if declared.destructive is False and proof is not None:
            found.append(_clash(NOT_DESTRUCTIVE_REMOVES, "destructiveHint", "false", *proof))
        reading_only = text.category is RiskCategory.READ and not _changing(actions)
        said = (text.category, _words(text.evidence), text.confidence)
        if reading_only and declared.destructive is True:
            found.append(_clash(DESTRUCTIVE_READS, "destructiveHint", "true", *said))
        if reading_only:
            value = "" if declared.read_only is None else "false"
            found.append(_clash(READ_UNMARKED, "readOnlyHint", value, *said))
    return tuple(clash for clash in found if clash.probability >= clash.rule.certainty)


def build_findings(tool: str, clashes: Sequence[Clash]) -> tuple[Finding, ...]:
    """A finding for each clash; its subject is the tool."""
    return tuple(
        Finding(
            rule_id=clash.rule.id,
            subject=tool,
            message=clash.rule.message.format(
                quote=_short(clash.text.quote), category=clash.category
            ),
            level=clash.rule.level if clash.clear else _LOWER[clash.rule.level],
            evidence=(clash.hint, clash.text),
            fix=clash.rule.fix,
        )
        for clash in clashes
    )


def _clash(
    rule_id: str,
    member: str,
    value: str,
    category: RiskCategory,
    words: Evidence,
    probability: float,
) -> Clash:
    return Clash(
        rule=clash_rules()[rule_id],
        hint=Evidence(rule_id=rule_id, field=f"/annotations/{member}", quote=value, end=len(value)),
        text=replace(words, rule_id=rule_id),
        category=category,
        probability=probability,
    )


def _against_reading(
    text: RiskVerdict, actions: Sequence[ActionVerdict]
) -> tuple[RiskCategory, Evidence, float] | None:
    """The verdict that says most surely that the tool does more than read."""
    changing = _changing(actions)
    if changing:
        worst = max(changing, key=lambda a: (a.category.rank, a.confidence))
        return worst.category, _words(worst.evidence), worst.confidence
    if text.category is RiskCategory.READ:
        return None
    return text.category, _words(text.evidence), text.confidence


def _removal(
    text: RiskVerdict, actions: Sequence[ActionVerdict]
) -> tuple[RiskCategory, Evidence, float] | None:
    removing = [a for a in actions if a.category is RiskCategory.DESTRUCTIVE]
    if removing:
        worst = max(removing, key=lambda a: a.confidence)
        return worst.category, _words(worst.evidence), worst.confidence
    if text.category is not RiskCategory.DESTRUCTIVE:
        return None
    return text.category, _words(text.evidence), text.confidence


def _changing(actions: Sequence[ActionVerdict]) -> list[ActionVerdict]:
    return [a for a in actions if a.category is not RiskCategory.READ]


def _words(evidence: Sequence[Evidence]) -> Evidence:
    """The first evidence that quotes the definition's text."""
    return next((e for e in evidence if e.quote), evidence[0])


def _short(quote: str) -> str:
    quote = " ".join(quote.split())
    return quote if len(quote) <= _QUOTE_CHARS else quote[: _QUOTE_CHARS - 1] + "…"
