"""The score report of the TDQS specification, for tools that were made for it.

The ``model`` member, which names the language model elsewhere, says that these scores are
offline and which rules they come from: they compare with reports of the same rules only.
"""

from __future__ import annotations

from typing import Any

from analyzer.model import (
    CoherenceDimension,
    CoherenceScore,
    Dimension,
    QualityScore,
    Scan,
    ServerAssessment,
    ShadowCandidate,
    ToolAssessment,
)
from analyzer.output.json import render_document, signals_document
from analyzer.taxonomy import taxonomy, tier_of

Document = dict[str, Any]

SPEC_VERSION = "1.2"
SHADOWING_RISK = "Shadowing Risk"


def render_tdqs(scan: Scan, *, generated_at: str) -> str:
    """One report where one server has tools; else a list of reports, a server each, in the order of
    the targets. The format has no place for servers without tools, nor for failures.

    ``generated_at`` is an RFC 3339 time.
    """
    reports = [
        _readable(report_document(assessment, scan, generated_at))
        for assessment in scan.assessments
        if assessment.coherence is not None
    ]
    return render_document(reports[0] if len(reports) == 1 else reports)


def report_document(assessment: ServerAssessment, scan: Scan, generated_at: str) -> Document:
    """The report of one server with at least one tool. Raises ValueError for one without."""
    coherence = assessment.coherence
    if coherence is None:
        raise ValueError("a server without tools has no score report")
    shadowed = _shadowing_risks(coherence)
    names = {candidate.tool for candidate in shadowed}
    return {
        "generatedAt": generated_at,
        "model": f"toolmark {scan.tool_version}, offline rules {scan.rules_digest[:12]}",
        "server": {
            "name": assessment.server.name,
            "toolCount": len(assessment.server.tools),
        },
        "serverScore": _server_score(assessment, coherence, shadowed),
        "specVersion": SPEC_VERSION,
        "tools": [_tool(item, item.tool.name in names) for item in assessment.tools],
    }


def _readable(value: Any) -> Any:
    """The same without lone surrogates, which readers of this format refuse."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {key: _readable(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_readable(entry) for entry in value]
    return value


def _server_score(
    assessment: ServerAssessment, coherence: CoherenceScore, shadowed: list[ShadowCandidate]
) -> Document:
    overall = coherence.overall
    count = len(assessment.server.tools)
    scores = {str(d): coherence.scores[d] for d in CoherenceDimension}
    return {
        "coherenceJustifications": {
            str(d): {"justification": coherence.rationales[d], "score": coherence.scores[d]}
            for d in CoherenceDimension
        },
        "coherenceScore": overall.coherence,
        "coherenceSummary": _coherence_summary(coherence),
        "coherenceTier": str(tier_of(overall.coherence)),
        "completeness": scores["completeness"],
        "descriptionQualityScore": overall.description_quality,
        "descriptionQualityTier": str(tier_of(overall.description_quality)),
        "disambiguation": scores["disambiguation"],
        "meanTdqs": overall.mean_tdqs,
        "minTdqs": overall.min_tdqs,
        "namingConsistency": scores["naming_consistency"],
        "overallScore": overall.score,
        "overallTier": str(overall.tier),
        "scoredToolCount": count,
        "shadowingRisks": [
            {
                "cheaperSibling": candidate.cheaper_sibling,
                "cheaperSiblingInvocationCost": candidate.cheaper_sibling_invocation_cost,
                "invocationCost": candidate.invocation_cost,
                "justification": _likeness(coherence, candidate),
                "tool": candidate.tool,
            }
            for candidate in shadowed
        ],
        "toolCount": count,
        "toolCountAppropriateness": scores["tool_count_appropriateness"],
    }


def _tool(item: ToolAssessment, shadowed: bool) -> Document:
    quality = item.quality
    return {
        "contextSignals": signals_document(quality.signals),
        "flags": list(quality.flags),
        "justifications": {
            str(d): {"justification": quality.rationales[d], "score": quality.scores[d]}
            for d in Dimension
        },
        "name": item.tool.name,
        "scores": {str(d): quality.scores[d] for d in Dimension},
        "serverFlags": [SHADOWING_RISK] if shadowed else [],
        "smells": [str(d) for d in quality.smells],
        "summary": _summary(quality),
        "tdqs": quality.tdqs,
        "tier": str(quality.tier),
    }


def _summary(quality: QualityScore) -> str:
    titles = taxonomy().dimensions
    best = max(Dimension, key=lambda d: quality.scores[d])
    worst = min(Dimension, key=lambda d: quality.scores[d])
    return (
        f"TDQS {quality.tdqs} (tier {quality.tier}), scored offline. "
        f"Strongest: {titles[best].title} ({quality.scores[best]}/5). "
        f"Weakest: {titles[worst].title} ({quality.scores[worst]}/5)."
    )


def _coherence_summary(coherence: CoherenceScore) -> str:
    overall = coherence.overall
    worst = min(CoherenceDimension, key=lambda d: coherence.scores[d])
    return (
        f"Coherence {overall.coherence} (tier {tier_of(overall.coherence)}), scored offline. "
        f"Weakest: {worst.replace('_', ' ')} ({coherence.scores[worst]}/5)."
    )


def _shadowing_risks(coherence: CoherenceScore) -> list[ShadowCandidate]:
    """The candidates whose purposes overlap, too: the pair also stands among the look-alikes."""
    alike = {frozenset(pair.tools) for pair in coherence.look_alikes}
    return [
        candidate
        for candidate in coherence.shadow_candidates
        if {candidate.tool, candidate.cheaper_sibling} in alike
    ]


def _likeness(coherence: CoherenceScore, candidate: ShadowCandidate) -> str:
    tools = {candidate.tool, candidate.cheaper_sibling}
    pair = next(pair for pair in coherence.look_alikes if set(pair.tools) == tools)
    return f"They look alike ({'; '.join(pair.by)}), and {candidate.cheaper_sibling} costs less."
