"""Steps -> results: live servers several at once, within their time, to be interrupted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzer.cli.plan import Result, Step
from analyzer.cli.watching import Watch, watching
from analyzer.records import dataclass

if TYPE_CHECKING:
    from concurrent.futures import Future

    from analyzer.sources.stopping import Stop

_AT_ONCE = 4
_POLL_SECONDS = 0.2
"""Between looks for the end of the time, or for Ctrl-C where a wait would not feel it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Results in the order of the steps, whichever ended first."""

    results: tuple[Result, ...]
    interrupted: bool = False
    """By Ctrl-C: what was not done by then is among the failures."""


def run_steps(steps: Sequence[Step], *, jobs: int | None, total_timeout: float | None) -> Finished:
    """Take the steps. No process that was started runs on when this returns or raises."""
    live = [step for step in steps if step.read is not None]
    if not live:
        return Finished(results=tuple(result for step in steps for result in step.done))
    from concurrent.futures import ThreadPoolExecutor

    from analyzer.sources.stopping import Stop

    stop = Stop()
    interrupted = False
    with (
        watching(len(live)) as watch,
        ThreadPoolExecutor(jobs or min(_AT_ONCE, len(live)), "toolmark-server") as pool,
    ):
        futures = {id(step): pool.submit(_take, step, stop, watch) for step in live}
        try:
            _wait(list(futures.values()), stop, total_timeout)
        except KeyboardInterrupt:
            interrupted = True
            stop.ask("interrupted")
        finally:
            # Also where a signal ends us: nobody waits for an answer any more.
            if any(not future.done() for future in futures.values()):
                stop.ask("interrupted")
    results: list[Result] = []
    for step in steps:
        results += futures[id(step)].result() if step.read is not None else step.done
    return Finished(results=tuple(results), interrupted=interrupted)


def _take(step: Step, stop: Stop, watch: Watch) -> tuple[Result, ...]:
    from analyzer.sources.stopping import StoppedError

    if step.read is None:
        return step.done
    with watch(step.shown):
        try:
            stop.check()
            return step.read(stop)
        except StoppedError as error:
            return (step.failed(str(error)),)


def _wait(
    futures: Sequence[Future[tuple[Result, ...]]], stop: Stop, total_timeout: float | None
) -> None:
    import time
    from concurrent.futures import FIRST_EXCEPTION, wait

    end = None if total_timeout is None else time.monotonic() + total_timeout
    while True:
        left = _POLL_SECONDS if end is None else max(0.0, end - time.monotonic())
        done, waiting = wait(futures, min(left, _POLL_SECONDS), FIRST_EXCEPTION)
        for future in done:
            # A bug in one ends all.
            future.result()
        if not waiting:
            return
        if end is not None and time.monotonic() >= end:
            stop.ask(f"not done within {total_timeout:g} s (--total-timeout)")
            end = None
