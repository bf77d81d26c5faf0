"""What a store of servers asks of definitions, and where a server falls short of it.

The demands are data (``stores`` in ``rules/annotations.yaml``); docs/annotations.md says where each
comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from analyzer.annotations.rules import annotation_rules
from analyzer.features import HINTS
from analyzer.model import (
    Evidence,
    Finding,
    Level,
    RiskCategory,
    ServerAssessment,
    ToolAssessment,
)

_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_SHOWN = 4
"""Values of a parameter that a message names."""


def store_names() -> tuple[str, ...]:
    """The stores whose demands are known."""
    return tuple(annotation_rules()["stores"])


def check_store(assessment: ServerAssessment, store: str) -> tuple[Finding, ...]:
    """Where the server falls short of a store's demands, in the order of its tools.

    A server is ready where no finding is an error. Raises KeyError for an unknown store.
    """
    demands = annotation_rules()["stores"][store]
    found: list[Finding] = []
    for item in assessment.tools:
        checks = (_title, _hints, _name, _mixed)
        found += [f for check in checks for f in check(item, store, demands)]
        found += _behaviour(assessment, item, store)
    return tuple(found)


def _title(item: ToolAssessment, store: str, demands: Mapping[str, Any]) -> Iterator[Finding]:
    if not (item.tool.title or item.tool.annotations.title or "").strip():
        proposed = item.annotations.proposed.title if item.annotations else None
        value = f"“{proposed}”" if proposed else "that people should see"
        yield _finding(item, store, "title", (_absent(store, "title", "/title"),), value=value)


def _hints(item: ToolAssessment, store: str, demands: Mapping[str, Any]) -> Iterator[Finding]:
    declared = item.tool.annotations
    missing = [name for name in demands["hints"] if getattr(declared, HINTS[name]) is None]
    if demands["either"] and (declared.read_only is True or declared.destructive is not None):
        missing = []
    if missing:
        places = tuple(_absent(store, "hint", f"/annotations/{name}") for name in missing)
        first = f"{', '.join(missing[:-1])} and " if len(missing) > 1 else ""
        yield _finding(item, store, "hint", places, members=first + missing[-1])


def _name(item: ToolAssessment, store: str, demands: Mapping[str, Any]) -> Iterator[Finding]:
    name, limit = item.tool.name, demands["name_chars"]
    if len(name) > limit:
        yield _finding(
            item,
            store,
            "name-length",
            (_whole(store, "name-length", name),),
            count=len(name),
            limit=limit,
        )
    if not _NAME.fullmatch(name):
        yield _finding(item, store, "name-characters", (_whole(store, "name-characters", name),))


def _mixed(item: ToolAssessment, store: str, demands: Mapping[str, Any]) -> Iterator[Finding]:
    reads = [a for a in item.risk.actions if a.category is RiskCategory.READ]
    others = [a for a in item.risk.actions if a.category is not RiskCategory.READ]
    if reads and others:
        places = (*reads[0].evidence[:1], *others[0].evidence[:1])
        yield _finding(
            item,
            store,
            "mixed",
            places,
            param=reads[0].param,
            reads=_list(a.value for a in reads),
            others=_list(a.value for a in others),
        )


def _behaviour(assessment: ServerAssessment, item: ToolAssessment, store: str) -> Iterator[Finding]:
    """The annotations' clashes with the text, which a reviewer would find too."""
    for finding in assessment.findings:
        if (
            finding.subject == item.tool.name
            and finding.rule_id.startswith("annotations.")
            and finding.level is not Level.NOTE
        ):
            yield _finding(
                item,
                store,
                "behaviour",
                finding.evidence,
                message=finding.message,
                fix=finding.fix or "",
            )


def _finding(
    item: ToolAssessment, store: str, check: str, evidence: tuple[Evidence, ...], **values: object
) -> Finding:
    rule = annotation_rules()["store_checks"][check]
    return Finding(
        rule_id=f"store.{store}.{check}",
        subject=item.tool.name,
        message=rule["message"].format(**values),
        level=Level(rule["level"]),
        evidence=evidence,
        fix=rule["fix"].format(**values),
    )


def _absent(store: str, check: str, pointer: str) -> Evidence:
    return Evidence(rule_id=f"store.{store}.{check}", field=pointer)


def _whole(store: str, check: str, name: str) -> Evidence:
    return Evidence(
        rule_id=f"store.{store}.{check}", field="/name", quote=name, start=0, end=len(name)
    )


def _list(values: Iterator[str]) -> str:
    known = list(values)
    return ", ".join(known[:_SHOWN]) + (", ..." if len(known) > _SHOWN else "")
