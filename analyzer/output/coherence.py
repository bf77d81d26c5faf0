"""A server's coherence and context cost as parts of the JSON contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analyzer.model import CoherenceDimension, CoherenceScore, ContextCost, Tool
from analyzer.output.judged import coherence_judgement_document, roll_up_document

Document = dict[str, Any]


def coherence_document(coherence: CoherenceScore) -> Document:
    return {
        "scores": {str(d): coherence.scores[d] for d in CoherenceDimension},
        "rationales": {str(d): coherence.rationales[d] for d in CoherenceDimension},
        "convention": coherence.convention,
        "deviants": list(coherence.deviants),
        "fields": list(coherence.fields),
        "missing": [
            {
                "resource": gap.resource,
                "operation": gap.operation,
                "essential": gap.essential,
            }
            for gap in coherence.missing
        ],
        "look_alikes": [
            {
                "tools": list(pair.tools),
                "likeness": pair.likeness,
                "by": list(pair.by),
                "apart": pair.apart,
            }
            for pair in coherence.look_alikes
        ],
        "shadow_candidates": [
            {
                "tool": candidate.tool,
                "invocation_cost": candidate.invocation_cost,
                "cheaper_sibling": candidate.cheaper_sibling,
                "cheaper_sibling_invocation_cost": candidate.cheaper_sibling_invocation_cost,
            }
            for candidate in coherence.shadow_candidates
        ],
        "overall": roll_up_document(coherence.overall),
        "judge": coherence_judgement_document(coherence.judge),
    }


def context_document(context: ContextCost, tools: Sequence[Tool]) -> Document:
    """``tools`` are all of the server's, assessed here or not."""
    return {
        "tokens": context.tokens,
        "tools": [
            {"name": tool.name, "tokens": tokens}
            for tool, tokens in zip(tools, context.by_tool, strict=True)
        ],
        "limits": [
            {
                "client": limit.client,
                "counts": limit.counts,
                "at_most": limit.at_most,
                "used": limit.used,
                "left": limit.left,
                "hard": limit.hard,
                "note": limit.note,
            }
            for limit in context.limits
        ],
    }
