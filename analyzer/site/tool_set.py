"""What the pages show of a server's tools as a set: the roll-up, coherence, the cost of context."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.model import (
    CoherenceJudgement,
    CoherenceScore,
    LimitUse,
    MissingOperation,
    NotJudged,
    ServerAssessment,
)
from analyzer.records import dataclass
from analyzer.taxonomy import taxonomy, tier_of

_MOST_DEAR = 8
"""Tools listed for what their definitions cost."""
_LEAST_SEEN = 2.0
"""Percentage of a bar that what is beyond a limit takes at least, lest it be overlooked."""
_UNITS = {
    "tools": ("tool", "tools"),
    "tokens": ("token", "tokens"),
    "name_chars": ("character", "characters"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    """The roll-up of the TDQS specification with a letter for each of its parts."""

    score: float
    tier: str
    definitions: float
    definitions_tier: str
    mean: float
    lowest: float
    coherence: float
    coherence_tier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDimension:
    key: str
    title: str
    score: int
    weight: int
    question: str
    rationale: str
    why: str
    judged: tuple[int, str] | None
    """What the language model gave that was asked, and why."""


@dataclass(frozen=True, slots=True)
class ToolLink:
    name: str
    href: str
    """From the report's folder; empty for a tool without a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlikeView:
    tools: tuple[ToolLink, ToolLink]
    percent: int
    by: tuple[str, ...]
    apart: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapView:
    """What is missing in one field of work, or of one thing that tools act on."""

    resource: str
    essential: tuple[str, ...]
    usual: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowView:
    tool: ToolLink
    cost: int
    sibling: ToolLink
    sibling_cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoherenceView:
    dimensions: tuple[SetDimension, ...]
    look_alikes: tuple[LookAlikeView, ...]
    gaps: tuple[GapView, ...]
    shadows: tuple[ShadowView, ...]
    judge: CoherenceJudgement | NotJudged | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitView:
    """One bar: ``within`` and ``beyond`` are percentages of it, 100 at most together."""

    client: str
    used: int
    at_most: int
    unit: str
    left: int
    hard: bool
    note: str
    within: float
    beyond: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextView:
    tokens: int
    limits: tuple[LimitView, ...]
    passed: int
    dearest: tuple[tuple[ToolLink, int, int], ...]
    """Tool, tokens of its definition, percentage of all."""


def build_overall(assessment: ServerAssessment) -> Overall | None:
    """None for a server without tools."""
    if assessment.coherence is None:
        return None
    overall = assessment.coherence.overall
    return Overall(
        score=overall.score,
        tier=overall.tier.value,
        definitions=overall.description_quality,
        definitions_tier=tier_of(overall.description_quality).value,
        mean=overall.mean_tdqs,
        lowest=overall.min_tdqs,
        coherence=overall.coherence,
        coherence_tier=tier_of(overall.coherence).value,
    )


def build_coherence(
    coherence: CoherenceScore | None, hrefs: Mapping[str, str]
) -> CoherenceView | None:
    """``hrefs`` are the tools' pages by name."""
    if coherence is None:
        return None
    verdict = coherence.judge
    return CoherenceView(
        dimensions=tuple(
            SetDimension(
                key=dimension.value,
                title=text.title,
                score=coherence.scores[dimension],
                weight=text.weight,
                question=text.question,
                rationale=coherence.rationales[dimension],
                why=text.why,
                judged=(verdict.scores[dimension], verdict.rationales[dimension])
                if isinstance(verdict, CoherenceJudgement)
                else None,
            )
            for dimension, text in taxonomy().coherence.items()
        ),
        look_alikes=build_look_alikes(coherence, hrefs),
        gaps=_gaps(coherence.missing),
        shadows=tuple(
            ShadowView(
                tool=_link(shadow.tool, hrefs),
                cost=shadow.invocation_cost,
                sibling=_link(shadow.cheaper_sibling, hrefs),
                sibling_cost=shadow.cheaper_sibling_invocation_cost,
            )
            for shadow in coherence.shadow_candidates
        ),
        judge=verdict,
    )


def build_look_alikes(
    coherence: CoherenceScore | None, hrefs: Mapping[str, str], tool: str | None = None
) -> tuple[LookAlikeView, ...]:
    """Most alike first; with ``tool`` those of which it is one, itself in the first place."""
    pairs = coherence.look_alikes if coherence else ()
    views = []
    for pair in pairs:
        first, second = pair.tools
        if tool == second:
            first, second = second, first
        if tool in (None, first):
            views.append(
                LookAlikeView(
                    tools=(_link(first, hrefs), _link(second, hrefs)),
                    percent=round(100 * pair.likeness),
                    by=pair.by,
                    apart=pair.apart,
                )
            )
    return tuple(views)


def build_context(assessment: ServerAssessment, hrefs: Mapping[str, str]) -> ContextView | None:
    context = assessment.context
    if context is None or not context.by_tool:
        return None
    costs = sorted(tokens_by_tool(assessment).items(), key=lambda pair: (-pair[1], pair[0]))
    return ContextView(
        tokens=context.tokens,
        limits=tuple(_limit(limit) for limit in context.limits),
        passed=sum(limit.left < 0 for limit in context.limits),
        dearest=tuple(
            (_link(name, hrefs), tokens, round(100 * tokens / context.tokens))
            for name, tokens in costs[:_MOST_DEAR]
        ),
    )


def tokens_by_tool(assessment: ServerAssessment) -> dict[str, int]:
    """Estimated tokens of each definition, by the tool's name."""
    if assessment.context is None:
        return {}
    names = (tool.name for tool in assessment.server.tools)
    return dict(zip(names, assessment.context.by_tool, strict=True))


def _link(name: str, hrefs: Mapping[str, str]) -> ToolLink:
    return ToolLink(name, hrefs.get(name, ""))


def _gaps(missing: tuple[MissingOperation, ...]) -> tuple[GapView, ...]:
    """One view a field or thing, in the order in which they come first."""
    return tuple(
        GapView(
            resource=resource,
            essential=tuple(
                gap.operation for gap in missing if gap.resource == resource and gap.essential
            ),
            usual=tuple(
                gap.operation for gap in missing if gap.resource == resource and not gap.essential
            ),
        )
        for resource in dict.fromkeys(gap.resource for gap in missing)
    )


def _limit(limit: LimitUse) -> LimitView:
    whole = max(limit.used, limit.at_most, 1)
    within = round(100 * min(limit.used, limit.at_most) / whole, 1)
    if limit.left < 0:
        within = min(within, 100 - _LEAST_SEEN)
    return LimitView(
        client=limit.client,
        used=limit.used,
        at_most=limit.at_most,
        unit=_UNITS[limit.counts][limit.at_most != 1],
        left=limit.left,
        hard=limit.hard,
        note=limit.note,
        within=within,
        beyond=round(100 - within, 1) if limit.left < 0 else 0.0,
    )
