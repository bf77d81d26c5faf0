"""What a live server is asked through: one request, one answer, whatever carries them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any, Protocol, TypeGuard

from analyzer.model import Json

Message = dict[str, Any]


class NoAnswerError(Exception):
    """The server said nothing in time."""


class EndedError(Exception):
    """The connection ended; the message says how, in one line."""


class BrokenError(Exception):
    """What the server sent cannot be taken for an answer; the message says why, in one line."""


class FloodError(BrokenError):
    """The server sent more than the limits allow: nothing else is asked of it."""


class RefusedError(Exception):
    """The request did not get through to an answer; the message says why, in one line."""

    def __init__(self, message: str, *, final: bool) -> None:
        super().__init__(message)
        self.final = final
        """Whether any other request would be refused too."""


class Channel(Protocol):
    """Carries JSON-RPC messages, one request at a time."""

    def call(self, message: Message, headers: Mapping[str, str], seconds: float) -> Message:
        """Send a request and return its response, a JSON-RPC result or error object.

        ``headers`` go with it where the transport has headers. Raises NoAnswerError, EndedError,
        BrokenError or RefusedError.
        """

    def notify(self, message: Message, headers: Mapping[str, str], seconds: float) -> None:
        """Send a notification; that it is not taken is no error."""


class Deadline:
    """The moment at which the time for one server is over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + min(seconds, threading.TIMEOUT_MAX / 2)

    def left(self) -> float:
        """Seconds that remain, never negative."""
        return max(0.0, self._end - time.monotonic())


def is_response(message: Json, request_id: Json) -> TypeGuard[Message]:
    """Whether a message answers the request. Some servers turn ids into strings; an error with
    a null id is about the one request that is under way."""
    if not isinstance(message, dict) or "method" in message:
        return False
    if "result" not in message and "error" not in message:
        return False
    said = message.get("id")
    return str(said) == str(request_id) or (said is None and "error" in message)


def reply_to(message: Message) -> Message | None:
    """Our answer to what a server asks of its client: a ping is answered, the rest is declined."""
    if not isinstance(message.get("method"), str) or message.get("id") is None:
        return None
    reply: Message = {"jsonrpc": "2.0", "id": message["id"]}
    if message["method"] == "ping":
        return {**reply, "result": {}}
    return {**reply, "error": {"code": -32601, "message": "Method not found"}}
