"""Giving up what is under way in another thread."""

from __future__ import annotations

import threading

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
