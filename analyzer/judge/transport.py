"""One HTTP endpoint, asked politely and within limits. Under the client of ``tdqs``, which knows
neither a time or size limit for a whole answer nor Retry-After."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx

MOST_BYTES = 4 * 2**20
"""Of one answer; a chat completion has some thousands."""
LONGEST_WAIT = 60.0
"""Seconds that a Retry-After is waited for; beyond, the request is simply made."""
_WAITING = frozenset({429, 503})
_IDENTITY = frozenset({"", "identity"})


class StoppedError(Exception):
    """Nothing more is to be asked."""


class PoliteTransport(httpx.BaseTransport):
    """Waits as the endpoint asks (for all threads: it limits them together), bounds the time and
    the size of an answer, and stops when told."""

    def __init__(
        self, inner: httpx.BaseTransport, *, seconds: float, stop: threading.Event
    ) -> None:
        self._inner = inner
        self._seconds = seconds
        self._stop = stop
        self._lock = threading.Lock()
        self._not_before = 0.0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises StoppedError, and httpx's own errors."""
        self._wait()
        deadline = time.monotonic() + self._seconds
        response = self._inner.handle_request(request)
        try:
            if response.headers.get("content-encoding", "").lower() not in _IDENTITY:
                raise httpx.DecodingError("it is compressed, though no compression was asked for")
            body = b"".join(_chunks(response, request, deadline))
        finally:
            response.close()
        if response.status_code in _WAITING:
            self._note(response.headers.get("retry-after", ""))
        return httpx.Response(
            response.status_code, headers=response.headers, content=body, request=request
        )

    def close(self) -> None:
        self._inner.close()

    def _wait(self) -> None:
        with self._lock:
            seconds = self._not_before - time.monotonic()
        if self._stop.wait(max(0.0, seconds)):
            raise StoppedError

    def _note(self, value: str) -> None:
        seconds = min(seconds_in(value), LONGEST_WAIT)
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds)


def seconds_in(value: str) -> float:
    """Seconds until the moment a Retry-After header names (RFC 9110, 10.2.3: a number of them, or
    a date); 0 for one in the past and for anything else."""
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0


def _chunks(response: httpx.Response, request: httpx.Request, deadline: float) -> Iterator[bytes]:
    size = 0
    for chunk in response.iter_raw():
        size += len(chunk)
        if size > MOST_BYTES:
            raise httpx.ReadError(f"it sent more than {MOST_BYTES // 2**20} MiB", request=request)
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("it took too long", request=request)
        yield chunk
