"""The contexts of the index and of the page of a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer.model import Finding, Scan, ServerAssessment, ToolAssessment
from analyzer.output.excerpt import build_excerpt, deciding
from analyzer.policy import build_server_policy, render_policy
from analyzer.site.evidence import Places
from analyzer.site.highlight import Span, highlight
from analyzer.site.paths import build_file_names
from analyzer.site.tool_set import (
    build_coherence,
    build_context,
    build_overall,
    tokens_by_tool,
)
from analyzer.site.totals import build_totals
from analyzer.site.views import (
    FindingView,
    Frame,
    IndexPage,
    ServerPage,
    ServerRow,
    ToolRow,
)

_EXCERPT_WIDTH = 90


class Links:
    """Where the pages lie, relative to the report's folder."""

    def __init__(self, scan: Scan) -> None:
        servers = build_file_names([a.server.id for a in scan.assessments])
        self.servers = tuple(f"servers/{name}/index.html" for name in servers)
        self.tools = tuple(
            tuple(
                f"servers/{name}/{tool}.html"
                for tool in build_file_names([t.tool.name for t in a.tools])
            )
            for name, a in zip(servers, scan.assessments, strict=True)
        )


def server_name(assessment: ServerAssessment) -> str:
    server = assessment.server
    return server.title or server.name or server.id


def percent(confidence: float) -> int:
    """A probability as a whole percentage; never 100, since no verdict is certain."""
    return min(99, round(100 * confidence))


def build_rows(
    assessment: ServerAssessment, href: str, hrefs: Sequence[str]
) -> tuple[ToolRow, ...]:
    """One row a tool, in the server's order."""
    name = server_name(assessment)
    tokens = tokens_by_tool(assessment)
    return tuple(
        _row(item, tokens.get(item.tool.name, 0), name, href, to)
        for item, to in zip(assessment.tools, hrefs, strict=True)
    )


def _row(item: ToolAssessment, tokens: int, server: str, server_href: str, href: str) -> ToolRow:
    risk = item.risk
    return ToolRow(
        name=item.tool.name,
        href=href,
        server=server,
        server_href=server_href,
        access=risk.access.value,
        category=risk.category.value,
        severity=risk.severity.value,
        percent=percent(risk.confidence),
        tier=item.quality.tier.value,
        tdqs=item.quality.tdqs,
        tokens=tokens,
        excerpt=build_excerpt(item.tool, deciding(risk.evidence), _EXCERPT_WIDTH),
        rank=risk.category.rank,
    )


def worst_first(rows: Sequence[ToolRow]) -> tuple[ToolRow, ...]:
    """Most severe category first; within it the surest verdict, then by name."""
    return tuple(sorted(rows, key=lambda r: (-r.rank, -r.percent, r.server, r.name, r.href)))


def build_index(
    scan: Scan, frame: Frame, rows: Sequence[Sequence[ToolRow]], links: Links
) -> IndexPage:
    servers = []
    for number, assessment in enumerate(scan.assessments):
        ordered = worst_first(rows[number])
        servers.append(
            ServerRow(
                name=server_name(assessment),
                href=links.servers[number],
                version=assessment.server.version or "",
                alias=_alias(assessment),
                totals=build_totals(assessment.tools),
                overall=build_overall(assessment),
                tokens=assessment.context.tokens if assessment.context else 0,
                worst=ordered[0] if ordered else None,
                findings=len(server_findings(assessment)),
            )
        )
    return IndexPage(
        frame=frame,
        totals=build_totals([t for a in scan.assessments for t in a.tools]),
        servers=tuple(servers),
        tools=worst_first([row for some in rows for row in some]),
        failures=scan.failures,
        skipped=scan.skipped,
    )


def _alias(assessment: ServerAssessment) -> str:
    alias = next((use.alias for use in assessment.server.clients), "")
    return "" if alias == server_name(assessment) else alias


def server_findings(assessment: ServerAssessment) -> tuple[Finding, ...]:
    """All that was found on a server: while reading it and while judging it, gravest first."""
    found = dict.fromkeys((*assessment.findings, *assessment.server.findings))
    return tuple(sorted(found, key=lambda f: (-f.level.rank, f.subject, f.rule_id)))


def finding_view(finding: Finding, places: Places, href: str = "") -> FindingView:
    return FindingView(finding=finding, href=href, evidence=places.views(finding.evidence))


def build_server_page(
    assessment: ServerAssessment,
    frame: Frame,
    rows: Sequence[ToolRow],
    places: Mapping[str, Places],
) -> ServerPage:
    """``places`` holds one entry a tool's name, for the evidence of findings."""
    server = assessment.server
    findings = server_findings(assessment)
    hrefs = {row.name: row.href for row in rows}
    nowhere = Places(server)
    spans = [
        Span(start=e.start, end=e.end, kind="warns", anchor=f"finding-{n}", label=f.message)
        for n, f in enumerate(findings, 1)
        for e in f.evidence
        if e.where == "server" and e.field == "/server/instructions"
    ]
    return ServerPage(
        frame=frame,
        server=server,
        totals=build_totals(assessment.tools),
        overall=build_overall(assessment),
        coherence=build_coherence(assessment.coherence, hrefs),
        context=build_context(assessment, hrefs),
        definition_bytes=sum(t.quality.signals.definition_bytes for t in assessment.tools),
        tools=worst_first(rows),
        findings=tuple(
            finding_view(f, places.get(f.subject, nowhere), hrefs.get(f.subject, ""))
            for f in findings
        ),
        instructions=highlight(server.instructions or "", spans),
        policy=render_policy(build_server_policy(assessment)),
    )
