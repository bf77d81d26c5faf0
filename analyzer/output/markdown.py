"""A scan for pull requests and build summaries, in GitHub's Markdown.

Server text stands in code spans only, where mentions, links, HTML and Markdown mean nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from analyzer.model import (
    Access,
    CoherenceScore,
    Finding,
    Judgement,
    NotJudged,
    Scan,
    ServerAssessment,
    ServerRollUp,
    Severity,
    SkippedServer,
    SourceFailure,
)
from analyzer.output.excerpt import build_excerpt, deciding
from analyzer.output.judged import judged_line, judging_model
from analyzer.output.summary import (
    By,
    Placed,
    client_names,
    counted,
    critical_count,
    grouped,
    number,
    placed,
    set_facts,
    shared_names,
    worst_first,
)
from analyzer.output.visible import visible
from analyzer.taxonomy import taxonomy, tier_of

_QUOTE_CELLS = 100
_FOLD_ABOVE = 10
"""More low-risk tools than this are folded away, where the reader's eye should not stop."""
_LISTED = 10
"""Look-alikes and missing operations listed at most."""
_MARK = {
    Severity.LOW: "🟢",
    Severity.MEDIUM: "🟡",
    Severity.HIGH: "🟠",
    Severity.CRITICAL: "🔴",
}
_BACKTICKS = re.compile("`+")


def render_markdown(scan: Scan, *, by: By = "server") -> str:
    """The scan as Markdown with a final newline."""
    shared = shared_names(scan.assessments)
    blocks = ["# Toolmark", _overview(scan, shared), _judge_line(scan)]
    if by == "server":
        for assessment in scan.assessments:
            blocks += _server(assessment, shared)
    else:
        several = len(scan.assessments) > 1
        for title, tools in grouped(scan, by):
            blocks += [f"## {title}: {number(len(tools), 'tool')}", _table(tools, several)]
        for assessment in scan.assessments:
            blocks += _findings(assessment.findings)
    if scan.failures:
        blocks += ["## Could not be read", _failures(scan.failures)]
    if scan.skipped:
        blocks += ["## Skipped", _skipped(scan.skipped)]
    blocks.append(f"<sub>toolmark {scan.tool_version}, rules {scan.rules_digest[:12]}</sub>")
    return "\n\n".join(block for block in blocks if block) + "\n"


def code(text: str) -> str:
    """Hostile text as a code span that can stand in a table cell; ``(empty)`` for none."""
    text = visible(text)
    if not text:
        return "(empty)"
    # A backslash before the bar would undo the table's own escape.
    text = re.sub(r"\\+\|", lambda match: match[0][:-1] + " |", text).replace("|", "\\|")
    fence = "`" * (max(map(len, _BACKTICKS.findall(text)), default=0) + 1)
    pad = " " if "`" in (text[0], text[-1]) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def server_code(assessment: ServerAssessment, shared: Collection[str]) -> str:
    """A server's name, with its id where the name is among those ``shared`` with another."""
    server = assessment.server
    apart = server.name in shared and server.id != server.name
    return code(server.name) + (f" ({code(server.id)})" if apart else "")


def _overview(scan: Scan, shared: Collection[str]) -> str:
    if not scan.assessments:
        return ""
    lines = [
        "| Server | Tools | Read | Write | Execute | Critical | Overall | Tokens |",
        "|---|--:|--:|--:|--:|--:|---|--:|",
    ]
    for assessment in scan.assessments:
        tools = assessment.tools
        counts = counted((item.risk.access for item in tools), Access)
        coherence, context = assessment.coherence, assessment.context
        cells = [
            server_code(assessment, shared),
            str(len(tools)),
            *(str(counts[access]) for access in Access),
            str(critical_count(tools)),
            f"{coherence.overall.tier} {coherence.overall.score:.1f}" if coherence else "",
            f"{context.tokens:,}" if context else "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _judge_line(scan: Scan) -> str:
    """Who judged besides, where a language model did."""
    tools = [item for assessment in scan.assessments for item in assessment.tools]
    model = judging_model(tools)
    return f"Judge {code(model)}, a language model: {judged_line(tools)}." if model else ""


def _server(assessment: ServerAssessment, shared: Collection[str]) -> Iterator[str]:
    server = assessment.server
    version = f" {code(server.version)}" if server.version else ""
    yield f"## {server_code(assessment, shared)}{version}"
    yield f"{server.origin.kind}: {code(server.origin.locator)}"
    if server.clients:
        yield f"in {code(client_names(server.clients))}"
    if assessment.coherence:
        yield _roll_up(assessment.coherence.overall)
        yield "; ".join(set_facts(assessment))
    tools = worst_first(placed([assessment]))
    low = [tool for tool in tools if tool.item.risk.severity is Severity.LOW]
    if len(low) <= _FOLD_ABOVE:
        yield _table(tools, False)
    else:
        yield _table([tool for tool in tools if tool.item.risk.severity is not Severity.LOW], False)
        yield f"<details><summary>{number(len(low), 'tool')} of low risk</summary>"
        yield _table(low, False)
        yield "</details>"
    if assessment.coherence:
        yield from _coherence(assessment.coherence)
    yield from _findings(assessment.findings)


def _roll_up(overall: ServerRollUp) -> str:
    quality, coherence = overall.description_quality, overall.coherence
    return (
        f"**Overall {overall.tier} {overall.score:.1f}**: definitions {tier_of(quality)} "
        f"{quality:.1f} (mean {overall.mean_tdqs:.1f}, lowest {overall.min_tdqs:.1f}), coherence "
        f"{tier_of(coherence)} {coherence:.1f}"
    )


def _coherence(coherence: CoherenceScore) -> Iterator[str]:
    """The four scores with their reasons, the look-alikes and what is missing."""
    yield "### Coherence"
    lines = ["| Of the tools as a set | Score | Because |", "|---|--:|---|"]
    for dimension, words in taxonomy().coherence.items():
        because = code(coherence.rationales[dimension])
        lines.append(f"| {words.title} | {coherence.scores[dimension]} | {because} |")
    yield "\n".join(lines)
    pairs = [
        f"{' and '.join(map(code, pair.tools))}: {code(pair.apart)}"
        for pair in coherence.look_alikes
    ]
    yield _listed("Look-alikes", pairs)
    gaps = [
        f"{code(gap.operation)} ({code(gap.resource)}{', essential' * gap.essential})"
        for gap in coherence.missing
    ]
    yield _listed("Missing", gaps)


def _listed(title: str, entries: Sequence[str]) -> str:
    if not entries:
        return ""
    more = len(entries) - _LISTED
    lines = [f"- {entry}" for entry in entries[:_LISTED]] + [f"- and {more} more"] * (more > 0)
    return "\n".join([f"{title}:", "", *lines])


def _table(tools: Sequence[Placed], name_servers: bool) -> str:
    if not tools:
        return ""
    judged = judging_model([tool.item for tool in tools]) is not None
    title = "Tool | Server" if name_servers else "Tool"
    tier = "Tier | Judge" if judged else "Tier"
    lines = [
        f"| Access | Category | {tier} | {title} | Because |",
        "|---|---|---|---|---|" + "---|" * (name_servers + judged),
    ]
    for tool in tools:
        risk, quality = tool.item.risk, tool.item.quality
        names = [code(tool.item.tool.name)]
        if name_servers:
            names.append(code(tool.server.server.id))
        cells = [
            str(risk.access),
            f"{_MARK[risk.severity]} {risk.category}, {risk.severity}",
            f"{quality.tier} {quality.tdqs:.1f}",
            *([_judge(quality.judge)] if judged else []),
            *names,
            _because(tool),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _judge(verdict: Judgement | NotJudged | None) -> str:
    return f"{verdict.tier} {verdict.tdqs:.1f}" if isinstance(verdict, Judgement) else "-"


def _because(tool: Placed) -> str:
    evidence = deciding(tool.item.risk.evidence)
    excerpt = build_excerpt(tool.item.tool, evidence, _QUOTE_CELLS)
    text = str(excerpt)
    return code(text) if text else ""


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    lines = [
        f"- **{finding.level}** {code(finding.subject)}: {code(finding.message)}"
        + (f" {code(finding.fix)}" if finding.fix else "")
        for finding in findings
    ]
    if lines:
        yield "### Findings"
        yield "\n".join(lines)


def _failures(failures: Iterable[SourceFailure]) -> str:
    return "\n".join(f"- {code(one.target)} ({one.stage}): {code(one.message)}" for one in failures)


def _skipped(skipped: Iterable[SkippedServer]) -> str:
    return "\n".join(
        f"- {code(one.name)} ({one.reason}): {code(client_names(one.clients))}" for one in skipped
    )
