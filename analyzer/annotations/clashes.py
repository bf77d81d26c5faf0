"""Where declared hints and the definition part.

What the text says is the risk model's verdict with the hints unseen, so that one model decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from analyzer.actions import settled
from analyzer.annotations.rules import annotation_rules
from analyzer.model import (
    ActionVerdict,
    Annotations,
    Evidence,
    Finding,
    Level,
    RiskCategory,
    RiskVerdict,
    Server,
    Tool,
    Trait,
)
from analyzer.records import dataclass
from analyzer.risk import judge_risk
from analyzer.rulebook import Rulebook
from analyzer.rulebook.reading import Reading
from analyzer.text import shown_name

READ_ONLY_CHANGES = "annotations.read-only-changes"
NOT_DESTRUCTIVE_REMOVES = "annotations.not-destructive-removes"
DESTRUCTIVE_READS = "annotations.destructive-reads"
READ_UNMARKED = "annotations.read-unmarked"
BOTH = "annotations.both"
CLOSED_REACHES_OUT = "annotations.closed-reaches-out"

_OUTSIDE = ("untrusted-content", "sends-out")
_QUOTE_CHARS = 80
_NAMED = 5
"""Tools that the message on a server's unmarked reads names."""
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


@cache
def clash_rules() -> Mapping[str, ClashRule]:
    """The rules of contradiction by id."""
    return {
        name: ClashRule(id=name, **{**entry, "level": Level(entry["level"])})
        for name, entry in annotation_rules()["contradictions"].items()
    }


def judge_text(rulebook: Rulebook, reading: Reading) -> RiskVerdict:
    """The risk verdict with the declared hints unseen."""
    if reading.blind_verdict is None:
        reading.blind_verdict = judge_risk(rulebook, reading.without_annotations(), explain=False)
    return reading.blind_verdict


def contradicts(
    rulebook: Rulebook, reading: Reading, actions: Sequence[ActionVerdict] = ()
) -> Evidence | None:
    """The words of the definition that clearly contradict a declared hint, else None.

    Missing hints contradict nothing here, and doubtful clashes are left to the findings.
    """
    declared = reading.features.annotations
    if not hinted(declared):
        return None
    clashes = find_clashes(declared, judge_text(rulebook, reading), actions)
    return next((clash.text for clash in clashes if clash.clear), None)


def find_clashes(
    declared: Annotations,
    text: RiskVerdict,
    actions: Sequence[ActionVerdict] = (),
    traits: Sequence[Trait] = (),
) -> tuple[Clash, ...]:
    """Where declared hints and the verdict on the text (hints unseen) part, gravest first."""
    found = []
    if declared.read_only is True:
        proof = _against_reading(text, actions)
        if proof is not None:
            found.append(_clash(READ_ONLY_CHANGES, "readOnlyHint", "true", *proof))
        if declared.destructive is True:
            hint = Evidence(rule_id=BOTH, field="/annotations/destructiveHint", quote="true", end=4)
            found.append(_clash(BOTH, "readOnlyHint", "true", text.category, hint, 1.0))
    else:
        proof = _removal(text, actions)
        if declared.destructive is False and proof is not None:
            found.append(_clash(NOT_DESTRUCTIVE_REMOVES, "destructiveHint", "false", *proof))
        reading_only = text.category is RiskCategory.READ and not _changing(actions)
        said = (text.category, _words(text.evidence), text.confidence)
        if reading_only and declared.destructive is True:
            found.append(_clash(DESTRUCTIVE_READS, "destructiveHint", "true", *said))
        elif reading_only:
            value = "" if declared.read_only is None else "false"
            found.append(_clash(READ_UNMARKED, "readOnlyHint", value, *said))
    outside = [t for t in traits if t.id in _OUTSIDE]
    if declared.open_world is False and outside:
        words = _words(outside[0].evidence)
        found.append(
            _clash(CLOSED_REACHES_OUT, "openWorldHint", "false", text.category, words, 1.0)
        )
    return tuple(clash for clash in found if clash.probability >= clash.rule.certainty)


def build_findings(
    server: Server, clashes: Sequence[tuple[Tool, Sequence[Clash]]]
) -> tuple[Finding, ...]:
    """A finding for each clash, its subject the tool; reads of tools without any hint, which are
    as many as the tools of most servers, make one finding on the server."""
    found, unmarked = [], []
    for tool, clashing in clashes:
        for clash in clashing:
            if clash.rule.id == READ_UNMARKED and not hinted(tool.annotations):
                unmarked.append((tool, clash))
            else:
                found.append(_finding(tool, clash))
    if unmarked:
        found.append(_unmarked(server, unmarked))
    return tuple(found)


def hinted(declared: Annotations) -> bool:
    """Whether any hint is declared."""
    hints = (declared.read_only, declared.destructive, declared.idempotent, declared.open_world)
    return any(hint is not None for hint in hints)


def _finding(tool: Tool, clash: Clash) -> Finding:
    return Finding(
        rule_id=clash.rule.id,
        subject=tool.name,
        message=clash.rule.message.format(quote=short(clash.text.quote), category=clash.category),
        level=clash.rule.level if clash.clear else _LOWER[clash.rule.level],
        evidence=(clash.hint, clash.text),
        fix=clash.rule.fix,
    )


def _count(some: int, every: int) -> str:
    tools = "tool" if every == 1 else "tools"
    do = "only reads and declares" if some == 1 else "only read and declare"
    return f"{some} of {every} {tools} {do}"


def _unmarked(server: Server, tools: Sequence[tuple[Tool, Clash]]) -> Finding:
    rule = tools[0][1].rule
    names = ", ".join(shown_name(tool.name) for tool, _ in tools[:_NAMED])
    rest = f" and {len(tools) - _NAMED} more" if len(tools) > _NAMED else ""
    listed = server.raw.get("tools")
    places = {id(entry): n for n, entry in enumerate(listed if isinstance(listed, list) else ())}
    evidence = tuple(
        Evidence(rule_id=rule.id, field=f"/tools/{place}/annotations", where="server")
        for tool, _ in tools
        if (place := places.get(id(tool.raw))) is not None
    )
    return Finding(
        rule_id=rule.id,
        subject=server.id,
        message=f"{_count(len(tools), len(server.tools))} no hints: {names}{rest}",
        level=rule.level,
        evidence=evidence,
        fix="Write the annotations that toolmark annotate proposes.",
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
    if text.category is RiskCategory.READ or settled(actions):
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


def short(quote: str) -> str:
    """A quote for a message: blanks run together, long ones cut."""
    quote = " ".join(quote.split())
    return quote if len(quote) <= _QUOTE_CHARS else quote[: _QUOTE_CHARS - 1] + "…"
