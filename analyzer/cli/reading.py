"""Targets to a scan: reading, judging, choosing one tool, and the exit code that follows."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from analyzer import __version__
from analyzer.cli.consent import agreed
from analyzer.cli.console import say
from analyzer.cli.options import Asked
from analyzer.cli.plan import plan
from analyzer.cli.running import run_steps
from analyzer.cli.watching import watching
from analyzer.errors import (
    EXIT_DONE,
    EXIT_NO_TOOLS,
    EXIT_PARTIAL,
    EXIT_THRESHOLD,
    EXIT_UNUSABLE,
    UsageError,
)
from analyzer.model import Scan, Server, ServerAssessment, SkippedServer, SourceFailure
from analyzer.records import dataclass

_MANY = 20
"""Servers that take long enough to be worth a line on how far it is."""
_SKIPPED = {
    "disabled": "it is switched off in the config",
    "built-in": "it is a part of the client; there is nothing to start",
    "declined": "you said no",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of the targets, in their order; ids are unique."""

    servers: tuple[Server, ...]
    failures: tuple[SourceFailure, ...]
    skipped: tuple[SkippedServer, ...]
    interrupted: bool


def read_servers(asked: Asked) -> Reading:
    """Everything the user named. What configs name is started or contacted after a yes alone.
    Each failure and each server left alone is said in one line."""
    from analyzer.sources import unique_ids

    steps = agreed(plan(asked), asked)
    done = run_steps(steps, jobs=asked.jobs, total_timeout=asked.total_timeout)
    results = done.results
    reading = Reading(
        servers=unique_ids(result for result in results if isinstance(result, Server)),
        failures=tuple(result for result in results if isinstance(result, SourceFailure)),
        skipped=tuple(result for result in results if isinstance(result, SkippedServer)),
        interrupted=done.interrupted,
    )
    _say_what_is_missing(reading)
    return reading


def _say_what_is_missing(reading: Reading) -> None:
    for failure in reading.failures:
        say(f"{failure.target}: {failure.message}")
    for skipped in reading.skipped:
        if skipped.reason == "in-folder":
            continue
        places = ", ".join(dict.fromkeys(use.where for use in skipped.clients))
        say(f"skipped {skipped.name}, in {places}: {_SKIPPED[skipped.reason]}")

    _say_configs_in_folders(reading.skipped)


def _say_configs_in_folders(skipped: Iterable[SkippedServer]) -> None:
    """A line a file, not a server: what is named again is the file."""
    found = {
        (use.path, one.name) for one in skipped if one.reason == "in-folder" for use in one.clients
    }
    for path, count in sorted(Counter(path for path, _ in found).items()):
        servers, them = ("1 server", "it") if count == 1 else (f"{count} servers", "them")
        say(
            f"{path}: a client's config with {servers}; a folder is read for definitions alone. "
            f"To scan {them}: toolmark scan {shlex.quote(path)}"
        )


def assess(reading: Reading, *, ignore_annotations: bool = False) -> Scan:
    from analyzer.assess import assess_server
    from analyzer.rulebook import load_rulebook

    rulebook = load_rulebook()
    assessments = []
    with watching(len(reading.servers), least=_MANY) as watch:
        for server in reading.servers:
            with watch(server.name):
                assessments.append(
                    assess_server(server, rulebook, ignore_annotations=ignore_annotations)
                )
    return Scan(
        assessments=tuple(assessments),
        failures=reading.failures,
        skipped=reading.skipped,
        rules_digest=rulebook.digest,
        tool_version=__version__,
    )


def scan_targets(asked: Asked) -> Scan:
    """Read, judge and, with ``--tool``, choose. An interruption is raised: nothing is made of a
    part of the targets."""
    reading = read_servers(asked)
    if reading.interrupted:
        raise KeyboardInterrupt
    scan = assess(reading, ignore_annotations=asked.ignore_annotations)
    if scan.assessments and exit_code(scan) == EXIT_NO_TOOLS:
        say("no tools found")
    return scan if asked.tool is None else choose_tool(scan, asked.tool)


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
        from difflib import get_close_matches

        close = get_close_matches(name, dict.fromkeys(known), n=3, cutoff=0.5)
        others = (
            f"there are {len(known)} others" if len(known) > 1 else f"the only one is {known[0]}"
        )
        hint = f"close: {', '.join(close)}" if close else others
        raise UsageError(f"no tool is called {name!r}; {hint}")
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
