"""Verdicts for people at a terminal: a few lines a server, then a table, worst first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analyzer.model import (
    Access,
    Judgement,
    NotJudged,
    Origin,
    RiskCategory,
    Scan,
    ServerAssessment,
    ServerRollUp,
)
from analyzer.output import styles
from analyzer.output.excerpt import build_excerpt, cut, cut_left, deciding
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
from analyzer.taxonomy import tier_of

_GAP = 2
_FIXED = 7 + 11 + 8 + 5 + 4 * _GAP
"""Cells of the columns whose width is known: access, category, severity, tier."""
_JUDGE = 5
"""Cells of the column that a language model as a judge gets."""
_WIDE = 100
"""From this width on the quote has a column of its own; below, it stands under the tool."""
_NARROWEST = 60
_LEAST_ORIGIN = 28
"""Cells that are left on the line of a server's name, below which its origin gets a line."""


def render_terminal(scan: Scan, *, by: By = "server", width: int = 80, color: bool = False) -> str:
    """The scan in lines of at most ``width`` cells; without colour not a single escape."""
    width = max(width, _NARROWEST)
    return styles.captured(lambda console: _draw(console, scan, by), width=width, color=color)


def _draw(console: Console, scan: Scan, by: By) -> None:
    shared = shared_names(scan.assessments)
    if by == "server":
        for position, assessment in enumerate(scan.assessments):
            if position:
                console.print()
            _headline(console, assessment, shared)
            if assessment.tools:
                console.print()
                console.print(_table(worst_first(placed([assessment])), console.width, False))
            _findings(console, [assessment])
    else:
        for assessment in scan.assessments:
            _headline(console, assessment, shared)
        several = len(scan.assessments) > 1
        for title, tools in grouped(scan, by):
            console.print()
            console.print(Text(f"{title}: {number(len(tools), 'tool')}", "bold"))
            console.print()
            console.print(_table(tools, console.width, several))
        _findings(console, scan.assessments)
    if len(scan.assessments) > 1:
        console.print()
        _total(console, scan)


def _headline(console: Console, assessment: ServerAssessment, shared: Collection[str]) -> None:
    server = assessment.server
    name = visible(server.title or server.name) or server.id
    # Policies are written for the name under which a client knows the server.
    alias = visible(server.clients[0].alias) if server.clients else name
    names = (alias, name, *([server.id] if server.name in shared else []))
    line = styles.server_text(names, server.version, console.width)
    if console.width - line.cell_len < _LEAST_ORIGIN:
        console.print(line)
        line = Text()
    else:
        line.append("  ")
    line.append(_origin(server.origin, console.width - line.cell_len), "dim")
    console.print(line, overflow="fold")
    if server.clients:
        console.print(Text(f"in {visible(client_names(server.clients))}", "dim"), overflow="fold")
    tools = assessment.tools
    summary = Text.assemble(*_counts([item.risk.category for item in tools]))
    if critical := critical_count(tools):
        summary.append(f"; {critical:,} critical", "bold red")
    console.print(summary, overflow="fold")
    if coherence := assessment.coherence:
        console.print(_roll_up(coherence.overall), overflow="fold")
        console.print(Text("; ".join(set_facts(assessment)), "dim"), overflow="fold")
    if model := judging_model(tools):
        line = Text("Judge ", "dim").append(visible(model), "not dim bold")
        console.print(line.append(f" {judged_line(tools)}"), overflow="fold")


def _roll_up(overall: ServerRollUp) -> Text:
    """The letters and numbers of the whole server, of its definitions and of its coherence."""
    quality, coherence = overall.description_quality, overall.coherence
    line = Text("Overall ", "bold").append_text(styles.tier_text(overall.tier, overall.score))
    line.append(": definitions ", "not bold")
    line.append_text(styles.tier_text(tier_of(quality), quality))
    line.append(f" (mean {overall.mean_tdqs:.1f}, lowest {overall.min_tdqs:.1f}), coherence ")
    return line.append_text(styles.tier_text(tier_of(coherence), coherence))


def _origin(origin: Origin, width: int) -> str:
    """The kind and the locator, of which a path keeps its end and anything else its start."""
    shorten = cut_left if origin.kind == "file" else cut
    return f"{origin.kind} {shorten(visible(origin.locator), width - len(origin.kind) - 1)}"


def _counts(categories: Sequence[RiskCategory]) -> list[Text | str]:
    parts: list[Text | str] = [number(len(categories), "tool")]
    counts = counted((category.access for category in categories), Access)
    mark = ": "
    for access in Access:
        if counts[access]:
            parts += [f"{mark}{counts[access]:,} ", styles.access_text(access)]
            mark = ", "
    return parts


def _total(console: Console, scan: Scan) -> None:
    tools = [item for assessment in scan.assessments for item in assessment.tools]
    line = Text(f"{len(scan.assessments)} servers, ", "bold")
    line.append_text(Text.assemble(*_counts([item.risk.category for item in tools])))
    if critical := critical_count(tools):
        line.append(f"; {critical:,} critical", "bold red")
    if scan.failures:
        line.append(f"; {number(len(scan.failures), 'target')} could not be read", "bold red")
    if scan.skipped:
        line.append(f"; {number(len(scan.skipped), 'server')} skipped", "bold")
    console.print(line)


def _table(tools: Sequence[Placed], width: int, name_servers: bool) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), expand=False
    )
    columns = [("ACCESS", 7), ("CATEGORY", 11), ("SEVERITY", 8), ("TIER", 5)]
    rest = width - _FIXED
    if judging_model([tool.item for tool in tools]):
        columns.append(("JUDGE", _JUDGE))
        rest -= _JUDGE + _GAP
    for title, cells in columns:
        table.add_column(title, width=cells, no_wrap=True, header_style="dim")
    names = [_name(tool, name_servers) for tool in tools]
    if width >= _WIDE:
        longest = max(name.cell_len for name in names)
        cells = min(max(longest, 4), rest * 45 // 100)
        table.add_column("TOOL", width=cells, overflow="fold", header_style="dim")
        rest -= cells + _GAP
        table.add_column("BECAUSE", width=rest, no_wrap=True, header_style="dim")
    else:
        table.add_column("TOOL, BECAUSE", width=rest, overflow="fold", header_style="dim")
    for tool, name in zip(tools, names, strict=True):
        _row(table, tool, name, rest, width >= _WIDE, judged=len(columns) > 4)
    return table


def _row(table: Table, tool: Placed, name: Text, cells: int, wide: bool, *, judged: bool) -> None:
    risk, quality = tool.item.risk, tool.item.quality
    excerpt = build_excerpt(tool.item.tool, deciding(risk.evidence), cells)
    words = styles.excerpt_text(excerpt)
    last = [name, words] if wide else [Text("\n").join([name, words]) if words.plain else name]
    table.add_row(
        styles.access_text(risk.access),
        styles.category_text(risk.category),
        styles.severity_text(risk.severity),
        styles.tier_text(quality.tier, quality.tdqs),
        *([_judge(quality.judge)] if judged else []),
        *last,
    )


def _judge(verdict: Judgement | NotJudged | None) -> Text:
    if isinstance(verdict, Judgement):
        return styles.tier_text(verdict.tier, verdict.tdqs)
    return Text("-", "dim")


def _name(tool: Placed, name_server: bool) -> Text:
    name = Text(visible(tool.item.tool.name) or "(empty name)", "bold")
    if name_server:
        name.append(f" ({tool.server.server.id})", "not bold dim")
    return name


def _findings(console: Console, assessments: Iterable[ServerAssessment]) -> None:
    findings = [(one, finding) for one in assessments for finding in one.findings]
    if not findings:
        return
    console.print()
    console.print(Text("Findings", "bold"))
    for assessment, finding in findings:
        line = styles.finding_text(finding, finding.subject or assessment.server.id)
        console.print(Padding(line, (0, 0, 0, 2)), overflow="fold")
