"""Nothing that a config names is started or contacted before the user has said yes to it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

import click

from analyzer.cli.console import emit, say
from analyzer.cli.options import Asked
from analyzer.cli.plan import Step
from analyzer.model import SkippedServer, SourceFailure
from analyzer.output.visible import visible

_QUESTION = "yes, no, all, or quit asking (no to the rest)"
_NO_ANSWER = (
    "not {done}: it needs your yes, and there is no terminal to ask on; "
    "--yes says it, --dry-run shows what is meant"
)


def agreed(steps: Sequence[Step], asked: Asked) -> tuple[Step, ...]:
    """The steps that may be taken; in place of the others, why not.

    With ``--dry-run`` all are shown on standard output, and the command ends with 0.
    """
    if asked.dry_run:
        for failure in (one for step in steps for one in step.done):
            if isinstance(failure, SourceFailure):
                say(f"{failure.target}: {failure.message}")
        _show(steps)
        raise click.exceptions.Exit(0)
    waiting = [step for step in steps if step.launch is not None]
    if not waiting:
        return tuple(steps)
    _list(waiting)
    if asked.yes:
        return tuple(steps)
    if not _can_ask():
        return tuple(_refused(step) if step.launch is not None else step for step in steps)
    return tuple(_asked(steps))


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _refused(step: Step) -> Step:
    failure = step.failed(_NO_ANSWER.format(done=_done(step)))
    return replace(step, done=(failure,), read=None, launch=None)


def _asked(steps: Sequence[Step]) -> Iterator[Step]:
    answer = ""
    for step in steps:
        if step.launch is None:
            yield step
            continue
        if answer not in ("a", "q"):
            answer = _ask(step)
        yield step if answer in ("y", "a") else _declined(step)


def _ask(step: Step) -> str:
    verb = "Contact" if step.stage == "connect" else "Start"
    while True:
        text = f"{verb} {_line(step)}? [y/n/a/q]"
        answer = str(click.prompt(text, default="n", show_default=False, err=True))
        if (letter := answer.strip().lower()[:1]) in ("y", "n", "a", "q"):
            return letter
        say(_QUESTION)


def _declined(step: Step) -> Step:
    launch = step.launch
    assert launch is not None  # noqa: S101
    skipped = SkippedServer(
        name=launch.alias, target=step.shown, reason="declined", clients=launch.uses
    )
    return replace(step, done=(skipped,), read=None, launch=None)


def _done(step: Step) -> str:
    return "contacted" if step.stage == "connect" else "started"


def _list(steps: Sequence[Step]) -> None:
    """What configs want, on standard error."""
    count = "1 server" if len(steps) == 1 else f"{len(steps)} servers"
    say(f"{count} to start or contact:")
    for step in steps:
        say(f"- {_line(step)}")


def _show(steps: Sequence[Step]) -> None:
    live = [step for step in steps if step.read is not None]
    lines = [f"would be {_done(step)}: {_line(step)}" for step in live]
    lines += [
        f"would be skipped ({result.reason}): {visible(result.name)}"
        for step in steps
        for result in step.done
        if isinstance(result, SkippedServer)
    ]
    if not live:
        lines.append("nothing would be started or contacted")
    emit("".join(f"{line}\n" for line in lines))


def _line(step: Step) -> str:
    """A server with all that a yes lets it have: a variable can turn a command into another, and
    a header can carry a secret away. Names alone, no values."""
    launch = step.launch
    if launch is None:
        return visible(step.shown)
    known = (
        ("in ", [use.where for use in launch.uses]),
        ("sets ", list(launch.env)),
        ("sends ", list(launch.headers)),
        ("takes your ", list(launch.taken)),
        ("runs in ", [launch.cwd] if launch.cwd else []),
    )
    about = "; ".join(word + ", ".join(names) for word, names in known if names)
    return visible(f"{launch.alias}: {step.shown}{f' [{about}]' if about else ''}")
