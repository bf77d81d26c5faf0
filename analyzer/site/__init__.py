"""Assessments as a static site: an index, a page a server, a page a tool.

The pages ask nothing of the network and work from ``file://``. Jinja2 is imported here and in
``render`` alone, so that other commands start without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from analyzer.model import Scan, ServerAssessment
from analyzer.resources import bundled
from analyzer.site.folder import copy_static, replace_folder
from analyzer.site.overview import Links, build_index, build_rows, build_server_page
from analyzer.site.render import render_page, render_part
from analyzer.site.tool_page import build_places, build_tool_page
from analyzer.site.views import Frame, ToolRow

__all__ = ["write_site"]

Watch = Callable[[str], AbstractContextManager[object]]


def write_site(scan: Scan, folder: Path, watch: Watch = nullcontext) -> list[Path]:
    """Write the report of ``scan`` to ``folder`` and return its files, sorted. ``watch`` is entered
    with the name of each server while its pages are written.

    The folder is made, or replaced where it is an earlier report. Written whole or not at all.
    Raises OutputError where it cannot be written, or is something else.
    """
    return replace_folder(folder, lambda new: _fill(scan, new, watch))


def _fill(scan: Scan, folder: Path, watch: Watch) -> None:
    links = Links(scan)
    copy_static(bundled("reports") / "static", folder / "assets")
    rows = [
        build_rows(assessment, links.servers[n], links.tools[n])
        for n, assessment in enumerate(scan.assessments)
    ]
    _write(folder, "index.html", "index.html.j2", build_index(scan, _frame(scan, ""), rows, links))
    inner = _frame(scan, "../../")
    for number, assessment in enumerate(scan.assessments):
        with watch(assessment.server.name):
            _fill_server(folder, assessment, inner, rows[number], links.servers[number])


def _fill_server(
    folder: Path, assessment: ServerAssessment, frame: Frame, rows: Sequence[ToolRow], href: str
) -> None:
    places = build_places(assessment)
    page = build_server_page(assessment, frame, rows, places)
    _write(folder, href, "server.html.j2", page)
    siblings = render_part("siblings.html.j2", {"page": page})
    hrefs = {row.name: row.href for row in rows}
    for item, row in zip(assessment.tools, rows, strict=True):
        tool_page = build_tool_page(assessment, item, frame, row, hrefs, places[item.tool.name])
        _write(folder, row.href, "tool.html.j2", tool_page, siblings=siblings)


def _frame(scan: Scan, root: str) -> Frame:
    return Frame(root=root, tool_version=scan.tool_version, rules_digest=scan.rules_digest)


def _write(folder: Path, name: str, template: str, page: object, **context: object) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    # Lone surrogates are shown as codes before they come here; newlines are the same everywhere.
    path.write_bytes(render_page(template, page=page, **context).encode())
