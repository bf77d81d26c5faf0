"""How well a server's tools work as a set: the four coherence scores, and what they cost.

Everything is derived from the tools' names, descriptions and parameters; risk plays no part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer.coherence.completeness import Surface, read_surface
from analyzer.coherence.context import context_cost, estimate_tokens
from analyzer.coherence.lookalikes import find_look_alikes, read_look_alikes
from analyzer.coherence.names import parse_names
from analyzer.coherence.naming import Naming, read_naming
from analyzer.coherence.rules import CoherenceRules, load_coherence_rules
from analyzer.coherence.scorecard import Measure, listed, read_scorecard
from analyzer.coherence.size import read_size
from analyzer.model import CoherenceDimension, CoherenceScore, LookAlike, QualityScore, Tool
from analyzer.records import dataclass
from analyzer.signals import roll_up, shadow_candidates

__all__ = [
    "context_cost",
    "estimate_tokens",
    "load_coherence_rules",
    "read_tool_set",
    "score_coherence",
]

MAX_LOOK_ALIKES = 100
"""So many pairs are kept; beyond that nobody reads on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSet:
    """What is seen of a server's tools as a set, before it is scored."""

    naming: Naming
    look_alikes: tuple[LookAlike, ...]
    surface: Surface
    measures: Mapping[CoherenceDimension, tuple[Measure, ...]]


def read_tool_set(tools: Sequence[Tool], rules: CoherenceRules) -> ToolSet:
    """``tools`` is not empty."""
    names = parse_names([tool.name for tool in tools], rules.vocabulary)
    naming = read_naming(names)
    look_alikes = find_look_alikes(tools, names, rules.vocabulary)
    surface = read_surface(tools, names, rules)
    return ToolSet(
        naming=naming,
        look_alikes=look_alikes,
        surface=surface,
        measures={
            CoherenceDimension.DISAMBIGUATION: read_look_alikes(look_alikes, names),
            CoherenceDimension.NAMING: naming.measures,
            CoherenceDimension.TOOL_COUNT: read_size(tools),
            CoherenceDimension.COMPLETENESS: surface.measures,
        },
    )


def score_coherence(
    tools: Sequence[Tool], qualities: Sequence[QualityScore], rules: CoherenceRules
) -> CoherenceScore:
    """The coherence of one server's tools; ``qualities`` are theirs, in the same order.

    Raises ValueError where there is no tool.
    """
    if not tools:
        raise ValueError("coherence needs at least one tool")
    seen = read_tool_set(tools, rules)
    naming, surface = seen.naming, seen.surface
    facts = {
        "count": str(len(tools)),
        "convention": naming.convention,
        "fields": listed(surface.fields) if surface.fields else "",
    }
    read = {
        d: read_scorecard(rules.scorecards[d], seen.measures[d], facts) for d in CoherenceDimension
    }
    scores = {d: score for d, (score, _) in read.items()}
    return CoherenceScore(
        scores=scores,
        rationales={d: rationale for d, (_, rationale) in read.items()},
        convention=naming.convention,
        deviants=naming.deviants,
        fields=surface.fields,
        missing=surface.missing,
        look_alikes=seen.look_alikes[:MAX_LOOK_ALIKES],
        shadow_candidates=shadow_candidates(
            (tool.name, quality.signals.invocation_cost)
            for tool, quality in zip(tools, qualities, strict=True)
        ),
        overall=roll_up([quality.tdqs for quality in qualities], list(scores.values())),
    )
