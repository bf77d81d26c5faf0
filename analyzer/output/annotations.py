"""The annotations that tools should declare, as a patch to review: JSON
(``analyzer/schemas/annotate.schema.json``) and Markdown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from analyzer.model import Finding, Level, Scan, ServerAssessment, ToolAssessment
from analyzer.output.json import finding_document, hints_document, reason_document, scan_document
from analyzer.output.markdown import code, server_code
from analyzer.output.summary import number, shared_names

Checked = Mapping[str, Sequence[Finding]]
"""Server id to where it falls short of a store's demands."""


def annotations_patch(
    scan: Scan, *, store: str | None = None, checked: Checked | None = None
) -> dict[str, Any]:
    """For each tool the whole annotations block to put into its definition, which members of it
    are new or changed, and why; with ``store`` also where each server falls short of it."""
    whole = scan_document(scan)
    kept = ("schema_version", "tool_version", "rules_digest")
    return {
        **{name: whole[name] for name in kept},
        "store": store,
        "servers": [
            {
                "id": one.server.id,
                "name": one.server.name,
                "version": one.server.version,
                "tools": [_patch(item) for item in one.tools],
                "readiness": None if checked is None else _readiness(checked[one.server.id]),
            }
            for one in scan.assessments
        ],
        "failures": whole["failures"],
    }


def render_patch(scan: Scan, *, store: str | None = None, checked: Checked | None = None) -> str:
    """The patch as Markdown: a table of what changes, and what a store would refuse."""
    blocks = ["# Proposed annotations"]
    shared = shared_names(scan.assessments)
    for one in scan.assessments:
        blocks += _server(one, shared)
        if checked is not None:
            blocks += _shortfalls(str(store), checked[one.server.id])
    if scan.failures:
        blocks.append("## Could not be read")
        blocks.append("\n".join(f"- {code(f.target)}: {code(f.message)}" for f in scan.failures))
    return "\n\n".join(blocks) + "\n"


def changed_members(item: ToolAssessment) -> list[str]:
    """The proposed members that differ from what is declared, in the specification's order.

    A title beside the annotations counts as declared.
    """
    if (advice := item.annotations) is None:
        return []
    declared, proposed = hints_document(advice.declared), hints_document(advice.proposed)
    declared["title"] = declared["title"] or item.tool.title
    return [
        name for name, value in proposed.items() if value is not None and value != declared[name]
    ]


def _patch(item: ToolAssessment) -> dict[str, Any]:
    advice = item.annotations
    block = {} if advice is None else hints_document(advice.proposed)
    return {
        "name": item.tool.name,
        "digest": item.tool.digest,
        "annotations": {name: value for name, value in block.items() if value is not None},
        "changed": changed_members(item),
        "reasons": [] if advice is None else [reason_document(one) for one in advice.reasons],
    }


def _readiness(findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "ready": _ready(findings),
        "findings": [finding_document(finding) for finding in findings],
    }


def _ready(findings: Sequence[Finding]) -> bool:
    return all(finding.level is not Level.ERROR for finding in findings)


def _server(assessment: ServerAssessment, shared: Collection[str]) -> Iterator[str]:
    rows = list(_rows(assessment))
    changed = sum(bool(changed_members(item)) for item in assessment.tools)
    yield f"## {server_code(assessment, shared)}"
    yield f"{changed} of {number(len(assessment.tools), 'tool')} would change."
    if rows:
        yield "\n".join(
            ["| Tool | Member | Declared | Proposed | Because |", "|---|---|---|---|---|", *rows]
        )


def _rows(assessment: ServerAssessment) -> Iterator[str]:
    for item in assessment.tools:
        if (advice := item.annotations) is None:
            continue
        declared = hints_document(advice.declared)
        reasons = {reason.member: reason for reason in advice.reasons}
        for member in changed_members(item):
            cells = (
                code(item.tool.name),
                member,
                _value(declared[member]),
                _value(reasons[member].value),
                code(reasons[member].reason),
            )
            yield f"| {' | '.join(cells)} |"


def _value(value: bool | str | None) -> str:
    if value is None:
        return ""
    return code(value) if isinstance(value, str) else str(value).lower()


def _shortfalls(store: str, findings: Sequence[Finding]) -> Iterator[str]:
    yield f"### Ready for {store}: {'yes' if _ready(findings) else 'no'}"
    if findings:
        yield "\n".join(
            f"- {finding.level}: {code(finding.subject)}: {code(finding.message)}"
            + (f" {code(finding.fix)}" if finding.fix else "")
            for finding in findings
        )
