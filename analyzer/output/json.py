"""The machine-readable result: the one place that makes the published JSON contract
(``analyzer/schemas/scan.schema.json``)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analyzer.model import (
    Access,
    ActionVerdict,
    AnnotationAdvice,
    Annotations,
    ClientUse,
    ContextSignals,
    Dimension,
    Evidence,
    Finding,
    HintAdvice,
    Origin,
    QualityScore,
    RiskCategory,
    RiskVerdict,
    Scan,
    ServerAssessment,
    Severity,
    SkippedServer,
    SourceFailure,
    Tier,
    ToolAssessment,
    Trait,
)
from analyzer.output.coherence import coherence_document, context_document
from analyzer.output.judged import judgement_document
from analyzer.output.layout import lay_out
from analyzer.output.summary import counted
from analyzer.taxonomy import tier_of

Document = dict[str, Any]

SCHEMA_VERSION = "1.0"
"""Major: members changed or went; minor: members were added."""

# JSON text may hold these raw, but a terminal, an editor or an encoder stumbles over them: C1 and
# DEL, zero width, bidirectional marks, separators of lines, surrogates, tags.
_UNSAFE = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def render_json(scan: Scan) -> str:
    """The scan as JSON with a final newline; the same scan gives the same bytes."""
    return render_document(scan_document(scan))


def render_document(document: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> str:
    """Any document of ours as JSON: two spaces deep, text readable, invisible characters escaped
    (so that lone surrogates can be printed too)."""
    text = lay_out(document)
    return _UNSAFE.sub(lambda match: json.dumps(match[0])[1:-1], text) + "\n"


def scan_document(scan: Scan) -> Document:
    """Servers in the order of the targets, tools in each server's order."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool_version": scan.tool_version,
        "rules_digest": scan.rules_digest,
        "servers": [_server(assessment) for assessment in scan.assessments],
        "failures": [_failure(failure) for failure in scan.failures],
        "skipped": [_skipped(skipped) for skipped in scan.skipped],
    }


def tool_document(item: ToolAssessment) -> Document:
    """One tool's verdicts, as they stand in a scan."""
    return {
        "name": item.tool.name,
        "title": item.tool.title,
        "digest": item.tool.digest,
        "risk": _risk(item.risk),
        "quality": _quality(item.quality),
        "annotations": annotations_document(item.annotations),
    }


def annotations_document(advice: AnnotationAdvice | None) -> Document | None:
    """Annotations as declared, as a client must take them, and as they should be, with reasons."""
    if advice is None:
        return None
    return {
        "declared": hints_document(advice.declared),
        "effective": hints_document(advice.effective),
        "proposed": hints_document(advice.proposed),
        "reasons": [reason_document(reason) for reason in advice.reasons],
    }


def hints_document(annotations: Annotations) -> Document:
    """The members by their names in the specification; null is not said."""
    return {
        "title": annotations.title,
        "readOnlyHint": annotations.read_only,
        "destructiveHint": annotations.destructive,
        "idempotentHint": annotations.idempotent,
        "openWorldHint": annotations.open_world,
    }


def reason_document(reason: HintAdvice) -> Document:
    return {
        "member": reason.member,
        "value": reason.value,
        "reason": reason.reason,
        "evidence": evidence_document(reason.evidence),
    }


def evidence_document(evidence: Iterable[Evidence]) -> list[Document]:
    return [
        {
            "rule": entry.rule_id,
            "in": entry.where,
            "field": entry.field,
            "quote": entry.quote,
            "start": entry.start,
            "end": entry.end,
        }
        for entry in evidence
    ]


def _server(assessment: ServerAssessment) -> Document:
    server = assessment.server
    coherence, context = assessment.coherence, assessment.context
    overall = coherence and coherence.overall
    return {
        "id": server.id,
        "name": server.name,
        "title": server.title,
        "version": server.version,
        "protocol_version": server.protocol_version,
        "origin": _origin(server.origin),
        "clients": _clients(server.clients),
        "counts": _counts(assessment),
        "quality": overall
        and {
            "mean_tdqs": overall.mean_tdqs,
            "min_tdqs": overall.min_tdqs,
            "description_quality": overall.description_quality,
            "tier": str(tier_of(overall.description_quality)),
        },
        "coherence": coherence and coherence_document(coherence),
        "context": context and context_document(context, server.tools),
        "tools": [tool_document(item) for item in assessment.tools],
        "findings": [finding_document(finding) for finding in assessment.findings],
    }


def _origin(origin: Origin) -> Document:
    return {
        "kind": origin.kind,
        "locator": origin.locator,
        "retrieved_at": origin.retrieved_at,
        "authorization": origin.authorization,
        "digest": origin.digest,
    }


def _clients(clients: Iterable[ClientUse]) -> list[Document]:
    return [
        {"client": use.client, "alias": use.alias, "path": use.path, "scope": use.scope}
        for use in clients
    ]


def _counts(assessment: ServerAssessment) -> Document:
    tools = assessment.tools
    return {
        "tools": len(tools),
        "access": counted((item.risk.access for item in tools), Access),
        "category": counted((item.risk.category for item in tools), RiskCategory),
        "severity": counted((item.risk.severity for item in tools), Severity),
        "tier": counted((item.quality.tier for item in tools), Tier),
    }


def _risk(risk: RiskVerdict) -> Document:
    runner_up = risk.runner_up
    return {
        "category": str(risk.category),
        "access": str(risk.access),
        "severity": str(risk.severity),
        "confidence": round(risk.confidence, 4),
        "runner_up": runner_up
        and {"category": str(runner_up.category), "margin": round(runner_up.margin, 4)},
        "rationale": risk.rationale,
        "evidence": evidence_document(risk.evidence),
        "traits": [_trait(trait) for trait in risk.traits],
        "actions": [_action(action) for action in risk.actions],
    }


def _trait(trait: Trait) -> Document:
    return {
        "id": trait.id,
        "title": trait.title,
        "params": list(trait.params),
        "evidence": evidence_document(trait.evidence),
    }


def _action(action: ActionVerdict) -> Document:
    return {
        "param": action.param,
        "value": action.value,
        "category": str(action.category),
        "access": str(action.access),
        "severity": str(action.severity),
        "confidence": round(action.confidence, 4),
        "evidence": evidence_document(action.evidence),
    }


def _quality(quality: QualityScore) -> Document:
    return {
        "scores": {str(d): quality.scores[d] for d in Dimension},
        "rationales": {str(d): quality.rationales[d] for d in Dimension},
        "tdqs": quality.tdqs,
        "tier": str(quality.tier),
        "smells": [str(d) for d in quality.smells],
        "flags": list(quality.flags),
        "signals": signals_document(quality.signals),
        "judge": judgement_document(quality.judge),
    }


def signals_document(signals: ContextSignals) -> Document:
    """Names and shape of the TDQS specification's context signals."""
    return {
        "annotationValues": {
            "destructive": signals.destructive,
            "idempotent": signals.idempotent,
            "openWorld": signals.open_world,
            "readOnly": signals.read_only,
        },
        "definitionBytes": signals.definition_bytes,
        "hasAnnotations": signals.has_annotations,
        "hasNestedObjects": signals.has_nested_objects,
        "hasOutputSchema": signals.has_output_schema,
        "inputHash": signals.input_hash,
        "invocationCost": signals.invocation_cost,
        "paramCount": signals.param_count,
        "paramsWithDescriptions": signals.params_with_descriptions,
        "paramsWithEnums": signals.params_with_enums,
        "requiredFieldCount": signals.required_field_count,
        "requiredParamCount": signals.required_param_count,
        "schemaDepth": signals.schema_depth,
        "schemaDescriptionCoverage": signals.schema_description_coverage,
        "titleIsMeaningful": signals.title_is_meaningful,
        "unionChoiceCount": signals.union_choice_count,
    }


def finding_document(finding: Finding) -> Document:
    return {
        "rule": finding.rule_id,
        "subject": finding.subject,
        "level": str(finding.level),
        "message": finding.message,
        "fix": finding.fix,
        "evidence": evidence_document(finding.evidence),
    }


def _failure(failure: SourceFailure) -> Document:
    return {"target": failure.target, "stage": failure.stage, "message": failure.message}


def _skipped(skipped: SkippedServer) -> Document:
    return {
        "name": skipped.name,
        "target": skipped.target,
        "reason": skipped.reason,
        "clients": _clients(skipped.clients),
    }
