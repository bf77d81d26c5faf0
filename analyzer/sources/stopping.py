"""Giving up what is under way in another thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import TypeVar

_T = TypeVar("_T")

POLL_SECONDS = 0.1
"""How long a wait goes on, at most, after it was asked to stop."""


class StoppedError(Exception):
    """The caller wants no answer any more; the message says why, in a few words."""


class Stop:
    """A request to stop, made in one thread and looked for in others."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._reason = ""

    def ask(self, reason: str) -> None:
        """Ask for an end; the first reason stays."""
        if not self._asked.is_set():
            self._reason = reason
            self._asked.set()

    def check(self) -> None:
        """Raises StoppedError where a stop was asked for."""
        if self._asked.is_set():
            raise StoppedError(self._reason)


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
