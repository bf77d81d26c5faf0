"""The channel to a server over HTTP with server-sent events, the transport of 2024-11-05.

A GET opens a stream; its first event, ``endpoint``, names the URL that takes messages by POST; what
the server answers comes as events of the stream.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import httpx2

from analyzer.sources.channel import (
    BrokenError,
    Message,
    NoAnswerError,
    RefusedError,
)
from analyzer.sources.http_client import STREAM_ENDED, HttpClient, media_type, same_origin
from analyzer.sources.limits import limits
from analyzer.sources.redact import Redactor, redact_url
from analyzer.sources.stopping import Stop

_ABOUT_STREAM = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
_ABOUT_BODY = {"Accept-Encoding": "identity", "Content-Type": "application/json"}


class NoStreamError(Exception):
    """A GET of the URL opens no event stream that begins with an endpoint."""


class SseChannel(HttpClient):
    """One event stream and the endpoint that it names."""

    def __init__(self, url: str, headers: Mapping[str, str], redact: Redactor, stop: Stop) -> None:
        super().__init__(url, headers, redact, stop)
        self._endpoint = self.url
        self._stream: httpx2.Response | None = None
        self._events: AsyncIterator[httpx2.ServerSentEvent] | None = None

    def open(self, seconds: float) -> None:
        """Wait for the endpoint. Raises NoStreamError where there is none; RefusedError where the
        server wants authorization, or names an endpoint that is not its own."""
        try:
            self.within(self._open(), seconds)
        except RefusedError as error:
            if error.final:
                raise
            raise NoStreamError from None
        except (NoAnswerError, BrokenError):
            raise NoStreamError from None

    async def _open(self) -> None:
        response = await self.send("GET", self.url, _ABOUT_STREAM)
        self._stream = response
        if response.status_code >= 400:
            raise self.refusal(response)
        if media_type(response) != "text/event-stream":
            raise NoStreamError
        self._events = aiter(httpx2.EventSource(response, max_event_size=limits().message_bytes))
        async for event in self._events:
            if event.event == "endpoint":
                self._endpoint = self._named(event.data)
                return
            if event.data:
                break
        raise NoStreamError

    def _named(self, endpoint: str) -> httpx2.URL:
        try:
            url = self.url.join(endpoint.strip())
        except (httpx2.InvalidURL, ValueError):
            raise NoStreamError from None
        if not same_origin(self.url, url):
            # Headers were given for this origin and go nowhere else.
            shown = self.redact(redact_url(str(url)))
            raise RefusedError(
                f"the server wants its messages sent to {shown}, another origin", final=True
            )
        return url

    async def farewell(self, *, polite: bool) -> None:
        """Close the stream: to the server that is the end of the session."""
        if self._stream is not None:
            await self._stream.aclose()

    async def exchange(self, message: Message, headers: Mapping[str, str]) -> Message:
        # Some servers write their answer to the stream before they answer the POST.
        posting = asyncio.ensure_future(self.tell(message, headers))
        answering = asyncio.ensure_future(self._answer(message, headers))
        try:
            await asyncio.wait({posting, answering}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                await posting
            return await answering
        finally:
            posting.cancel()
            answering.cancel()
            await asyncio.gather(posting, answering, return_exceptions=True)

    async def tell(self, message: Message, headers: Mapping[str, str]) -> None:
        response = await self.send("POST", self._endpoint, {**_ABOUT_BODY, **headers}, message)
        try:
            if response.status_code >= 400:
                raise self.refusal(response)
        finally:
            await response.aclose()

    async def _answer(self, message: Message, headers: Mapping[str, str]) -> Message:
        if self._events is None:
            raise RefusedError(STREAM_ENDED, final=True)
        return await self.answer_among(self._events, message, headers, final=True)
