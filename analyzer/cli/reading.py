"""Targets to a scan: reading, judging, choosing one tool, and the exit code that follows."""

from __future__ import annotations

import sys
from dataclasses import replace
from difflib import get_close_matches

from analyzer import __version__
from analyzer.cli.console import say
from analyzer.cli.options import Asked
from analyzer.errors import (
    EXIT_DONE,
    EXIT_NO_TOOLS,
    EXIT_PARTIAL,
    EXIT_THRESHOLD,
    EXIT_UNUSABLE,
    UsageError,
)
from analyzer.model import Scan, Server, ServerAssessment, SourceFailure


def read_servers(asked: Asked) -> tuple[list[Server], list[SourceFailure]]:
    """Everything the user named, in order; ids are unique. Failures are among the results."""
    from analyzer.sources import read_command, read_target, unique_ids

    options = asked.source_options()
    results: list[Server | SourceFailure] = []
    for target in asked.targets:
        results += read_target(target, options, sys.stdin.buffer if target == "-" else None)
    if asked.command:
        results.append(read_command(asked.command, options))
    servers = unique_ids(result for result in results if isinstance(result, Server))
    return list(servers), [result for result in results if isinstance(result, SourceFailure)]


def assess(
    servers: list[Server], failures: list[SourceFailure], *, ignore_annotations: bool = False
) -> Scan:
    from analyzer.assess import assess_server
    from analyzer.rulebook import load_rulebook

    rulebook = load_rulebook()
    return Scan(
        assessments=tuple(
            assess_server(server, rulebook, ignore_annotations=ignore_annotations)
            for server in servers
        ),
        failures=tuple(failures),
        rules_digest=rulebook.digest,
        tool_version=__version__,
    )


def scan_targets(asked: Asked) -> Scan:
    """Read, judge and, with ``--tool``, choose. Each failure is said in one line."""
    servers, failures = read_servers(asked)
    say_failures(failures)
    scan = assess(servers, failures, ignore_annotations=asked.ignore_annotations)
    return scan if asked.tool is None else choose_tool(scan, asked.tool)


def say_failures(failures: list[SourceFailure]) -> None:
    for failure in failures:
        say(f"{failure.target}: {failure.message}")


def choose_tool(scan: Scan, name: str) -> Scan:
    """The scan with the tool of that name alone, judged beside its siblings as before.

    Raises UsageError, naming the closest, where servers were read and none has such a tool.
    """
    chosen = tuple(
        _only(assessment, name)
        for assessment in scan.assessments
        if any(item.tool.name == name for item in assessment.tools)
    )
    known = [item.tool.name for one in scan.assessments for item in one.tools]
    if not chosen and known:
        close = get_close_matches(name, dict.fromkeys(known), n=3, cutoff=0.5)
        hint = f"; close: {', '.join(close)}" if close else f"; there are {len(known)} others"
        raise UsageError(f"no tool is called {name!r}{hint}")
    return replace(scan, assessments=chosen or scan.assessments)


def _only(assessment: ServerAssessment, name: str) -> ServerAssessment:
    subjects = {name, assessment.server.id}
    return replace(
        assessment,
        tools=tuple(item for item in assessment.tools if item.tool.name == name),
        findings=tuple(f for f in assessment.findings if f.subject in subjects),
    )


def exit_code(scan: Scan, *, threshold: bool = False) -> int:
    """The code of a finished scan; ``threshold`` tells whether one was reached."""
    if scan.failures:
        return EXIT_PARTIAL if scan.assessments else EXIT_UNUSABLE
    if not any(assessment.tools for assessment in scan.assessments):
        return EXIT_NO_TOOLS
    return EXIT_THRESHOLD if threshold else EXIT_DONE
