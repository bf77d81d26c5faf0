"""The options of a language model as a judge, and what is said about it on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli.console import say
from analyzer.cli.options import FOLDER, Decorator, Seconds
from analyzer.cli.watching import watching
from analyzer.errors import EXIT_DONE, EXIT_PARTIAL, EXIT_THRESHOLD, UsageError
from analyzer.model import CoherenceJudgement, Judgement, NotJudged, Scan
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.judge import Cache, JudgeOptions, Plan

_URL = "https://api.openai.com/v1"
_SECONDS = 120.0
_MOST_REASONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedJudge:
    """Which model is to judge, and how; made only where ``--judge`` was given."""

    model: str
    url: str
    cache: Path | None
    timeout: float
    request: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def options(self) -> JudgeOptions:
        from analyzer.judge import JudgeOptions, checked_key, checked_url

        url = checked_url(self.url)
        key = os.environ.get("TOOLMARK_JUDGE_KEY")
        if key is None:
            key = os.environ.get("OPENAI_API_KEY")
        return JudgeOptions(
            model=self.model,
            url=url,
            key=checked_key(key, url, unset=key is None),
            request=self.request,
            timeout=self.timeout,
        )


def judge_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--judge`` and what goes with it; the function gets ``judge: Judging | None``.

    What is wrong with the options, a missing key and a missing extra are errors before any target
    is read.
    """

    def gather(context: click.Context, /, **values: Any) -> Any:
        wanted = values.pop("judge")
        given = {name: values.pop(f"judge_{name}") for name in _NAMES}
        if not wanted:
            if extra := [name for name in _NAMES if given[name] is not None]:
                raise click.UsageError(f"--judge-{extra[0]} is of no use without --judge")
            return function(judge=None, **values)
        if not given["model"]:
            raise click.UsageError("--judge needs --judge-model NAME: no model is the default")
        asked = AskedJudge(
            model=given["model"],
            url=given["url"] or _URL,
            cache=given["cache"],
            timeout=given["timeout"] or _SECONDS,
            request=given["request"] or {},
        )
        return function(judge=Judging(asked), **values)

    gathering: Callable[..., Any] = update_wrapper(click.pass_context(gather), function)
    for decorate in reversed(_OPTIONS):
        gathering = decorate(gathering)
    return gathering


class Judging:
    """A judge made ready before targets are read, put to a scan once there is one."""

    def __init__(self, asked: AskedJudge) -> None:
        """Raises UsageError and OutputError."""
        from analyzer.judge import Cache, require_extra

        require_extra()
        self._options = asked.options()
        self._cache = Cache(asked.cache or default_cache())

    def judge(self, scan: Scan, *, ignore_annotations: bool) -> Scan:
        """The scan with the model's scores beside the offline ones; says what is sent before it
        is."""
        from analyzer.judge import judge_scan, plan_judging

        plan = plan_judging(scan, self._options, self._cache, ignore_annotations=ignore_annotations)
        _say_plan(plan, self._options)
        with watching(len(plan.questions)) as watch:
            judged = judge_scan(scan, plan, self._options, self._cache, watch)
        _say_failures(judged)
        _say_cache(self._cache)
        return judged


def judged_code(scan: Scan, code: int) -> int:
    """The exit code, where a model was to judge: what it could not makes the scan a partial one."""
    partial = any(verdict.status == "failed" for verdict in _missing(scan))
    return EXIT_PARTIAL if partial and code in (EXIT_DONE, EXIT_THRESHOLD) else code


def default_cache() -> Path:
    """Where this system keeps what can be made again: XDG_CACHE_HOME or ``~/.cache``,
    ``~/Library/Caches``, ``%LOCALAPPDATA%``. Raises UsageError where there is no home."""
    try:
        if sys.platform == "win32":
            local = os.environ.get("LOCALAPPDATA")
            base = Path(local) if local else Path.home() / "AppData" / "Local"
        elif sys.platform == "darwin":
            base = Path.home() / "Library" / "Caches"
        else:
            given = Path(os.environ.get("XDG_CACHE_HOME") or "")
            # The XDG specification has relative paths ignored.
            base = given if given.is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        raise UsageError(
            "there is no home folder for the judge's cache; name one with --judge-cache"
        ) from None
    return base / "toolmark" / "judge"


def _say_plan(plan: Plan, options: JudgeOptions) -> None:
    sent, known = plan.sent, len(plan.known)
    kept = f"; {_count(known, 'answer')} from the cache" if known else ""
    if sent:
        requests = _count(len(plan.questions), "request")
        definitions = _count(sent, "definition")
        say(f"judge: sending {definitions} to {options.host} ({options.model}), {requests}{kept}")
    else:
        say(f"judge: nothing to send to {options.host} ({options.model}){kept}")


def _say_failures(scan: Scan) -> None:
    failed = [verdict for verdict in _missing(scan) if verdict.status == "failed"]
    if not failed:
        return
    say(
        f"judge: {_count(len(failed), 'judgement')} could not be had; "
        "there the offline scores stand alone"
    )
    reasons = Counter(verdict.reason for verdict in failed).most_common()
    for reason, count in reasons[:_MOST_REASONS]:
        say(f"judge: {reason}" + (f" ({count} times)" if count > 1 else ""))
    if len(reasons) > _MOST_REASONS:
        more = _count(len(reasons) - _MOST_REASONS, "more reason")
        say(f"judge: and {more} (--format json has all)")


def _say_cache(cache: Cache) -> None:
    for paths, what in ((cache.unreadable, "read"), (cache.unwritten, "written")):
        if paths:
            more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            say(f"judge: a cache entry cannot be {what} and is ignored: {paths[0]}{more}")


def _missing(scan: Scan) -> list[NotJudged]:
    verdicts: list[Judgement | CoherenceJudgement | NotJudged | None] = []
    for assessment in scan.assessments:
        verdicts += [item.quality.judge for item in assessment.tools]
        verdicts.append(assessment.coherence.judge if assessment.coherence else None)
    return [verdict for verdict in verdicts if isinstance(verdict, NotJudged)]


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _members(context: click.Context, parameter: click.Parameter, value: str | None) -> Any:
    """A JSON object; it is not repeated in an error."""
    if value is None:
        return None
    from analyzer.jsonio import JsonError, decode_json

    try:
        members = decode_json(value, max_depth=16)
        json.dumps(members).encode("ascii")
    except JsonError as error:
        raise click.BadParameter(f"no JSON: {error}") from None
    if not isinstance(members, dict):
        raise click.BadParameter("it is not a JSON object")
    return members


_NAMES = ("model", "url", "cache", "timeout", "request")

_OPTIONS: tuple[Decorator, ...] = (
    click.option(
        "--judge",
        is_flag=True,
        help="Ask a language model for the scores too: sends the definitions to its endpoint. Its "
        "scores stand beside the offline ones; thresholds stay offline.",
    ),
    click.option("--judge-model", metavar="NAME", help="The model that judges."),
    click.option(
        "--judge-url",
        metavar="URL",
        help=f"Base URL of an OpenAI-compatible endpoint.  [default: {_URL}]",
    ),
    click.option(
        "--judge-cache",
        type=FOLDER,
        metavar="DIR",
        help="Folder that keeps the answers.  [default: the user's cache folder]",
    ),
    click.option(
        "--judge-timeout",
        type=Seconds(),
        metavar="SECONDS",
        help=f"Time for one request to the model.  [default: {_SECONDS:g}]",
    ),
    click.option(
        "--judge-request",
        metavar="JSON",
        callback=_members,
        help="Members to merge into each request, such as '{\"temperature\": 1}'.",
    ),
)
