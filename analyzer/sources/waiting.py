"""Waiting for asynchronous work that may be given up."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from analyzer.sources.stopping import POLL_SECONDS, Stop

_T = TypeVar("_T")


async def unless_stopped(work: Coroutine[None, None, _T], stop: Stop) -> _T:
    """The result of ``work``; where a stop is asked for before, it is cancelled and StoppedError
    raised."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            stop.check()
            await asyncio.wait({task}, timeout=POLL_SECONDS)
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
