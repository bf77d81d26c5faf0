"""A language model's scores in every output: always under the model's name, never unmarked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analyzer.model import (
    CoherenceDimension,
    CoherenceJudgement,
    Dimension,
    Judgement,
    NotJudged,
    ServerRollUp,
    ToolAssessment,
)
from analyzer.output.summary import number

Document = dict[str, Any]


def judgement_document(verdict: Judgement | NotJudged | None) -> Document | None:
    """A tool's judgement in the JSON contract."""
    if not isinstance(verdict, Judgement):
        return _missing(verdict)
    return {
        **_asked(verdict, Dimension),
        "tdqs": verdict.tdqs,
        "tier": str(verdict.tier),
        "flags": list(verdict.flags),
        "summary": verdict.summary,
    }


def _asked(
    verdict: Judgement | CoherenceJudgement,
    dimensions: Iterable[Dimension] | Iterable[CoherenceDimension],
) -> Document:
    """What judgements of a tool and of a set have in common."""
    scores: Mapping[Any, int] = verdict.scores
    rationales: Mapping[Any, str] = verdict.rationales
    return {
        "status": "judged",
        "model": verdict.model,
        "spec_version": verdict.spec_version,
        "cached": verdict.cached,
        "scores": {str(d): scores[d] for d in dimensions},
        "rationales": {str(d): rationales[d] for d in dimensions},
    }


def coherence_judgement_document(
    verdict: CoherenceJudgement | NotJudged | None,
) -> Document | None:
    """The judgement of a server's tools as a set in the JSON contract."""
    if not isinstance(verdict, CoherenceJudgement):
        return _missing(verdict)
    return {
        **_asked(verdict, CoherenceDimension),
        "total": verdict.total,
        "tier": str(verdict.tier),
        "summary": verdict.summary,
        "shadows": [
            {
                "tool": shadow.tool,
                "cheaper_sibling": shadow.cheaper_sibling,
                "rationale": shadow.rationale,
            }
            for shadow in verdict.shadows
        ],
        "overall": verdict.overall and roll_up_document(verdict.overall),
    }


def roll_up_document(overall: ServerRollUp) -> Document:
    return {
        "score": overall.score,
        "tier": str(overall.tier),
        "coherence": overall.coherence,
        "description_quality": overall.description_quality,
        "mean_tdqs": overall.mean_tdqs,
        "min_tdqs": overall.min_tdqs,
    }


def judging_model(tools: Sequence[ToolAssessment]) -> str | None:
    """The model that judged any of them or was to; None where none was."""
    return next((item.quality.judge.model for item in tools if item.quality.judge), None)


def judged_line(tools: Sequence[ToolAssessment]) -> str:
    """How far a model judged them, for people; the model's name goes before it."""
    verdicts = [item.quality.judge for item in tools]
    judged = [verdict for verdict in verdicts if isinstance(verdict, Judgement)]
    parts = [f"scored {len(judged)} of {number(len(tools), 'tool')}"]
    if judged:
        parts[0] += f", mean TDQS {sum(verdict.tdqs for verdict in judged) / len(judged):.1f}"
    for status, what in (("skipped", "not asked about"), ("failed", "failed on")):
        if count := sum(isinstance(v, NotJudged) and v.status == status for v in verdicts):
            parts.append(f"{what} {count}")
    return "; ".join([*parts, "all other figures are offline"])


def _missing(verdict: NotJudged | None) -> Document | None:
    if verdict is None:
        return None
    return {"status": verdict.status, "model": verdict.model, "reason": verdict.reason}
