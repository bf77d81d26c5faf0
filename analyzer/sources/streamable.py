"""The channel to a server over Streamable HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx2

from analyzer.sources.channel import (
    BrokenError,
    Message,
)
from analyzer.sources.http_answers import no_answer, response_in
from analyzer.sources.http_client import HttpClient, media_type
from analyzer.sources.limits import limits
from analyzer.sources.redact import Redactor
from analyzer.sources.stopping import Stop

_ABOUT_BODY = {
    "Accept": "application/json, text/event-stream",
    "Accept-Encoding": "identity",
    "Content-Type": "application/json",
}
_GOODBYE_SECONDS = 2.0
# How servers of the older transport answer an initialize that is posted to them, by the
# specification's section on backwards compatibility.
_LEGACY_STATUS = frozenset({400, 404, 405})


class StreamableChannel(HttpClient):
    """One endpoint that takes messages by POST and answers in JSON or as an event stream."""

    def __init__(self, url: str, headers: Mapping[str, str], redact: Redactor, stop: Stop) -> None:
        super().__init__(url, headers, redact, stop)
        self._session_id: str | None = None
        self.may_be_legacy = False
        """Whether initialize was refused as servers of the older transport refuse it."""

    async def farewell(self, *, polite: bool) -> None:
        """Let the server forget the session; it need not, and we do not wait long."""
        if self._session_id is None or not polite:
            return
        try:
            async with asyncio.timeout(_GOODBYE_SECONDS):
                headers = {"Mcp-Session-Id": self._session_id}
                async with self.http.stream("DELETE", self.url, headers=headers):
                    return
        except (TimeoutError, httpx2.HTTPError, OSError):
            return

    async def exchange(self, message: Message, headers: Mapping[str, str]) -> Message:
        response = await self._post(message, headers)
        try:
            kind = media_type(response)
            if response.status_code >= 400:
                return await self._refused(message, response, kind)
            if message["method"] == "initialize":
                self._session_id = response.headers.get("mcp-session-id")
            if kind == "text/event-stream":
                most = limits().message_bytes
                events = aiter(httpx2.EventSource(response, max_event_size=most))
                return await self.answer_among(events, message, headers, final=False)
            if kind == "application/json":
                return response_in(await self.body(response), message)
            raise BrokenError(no_answer(response.status_code, media_type(response, self.redact)))
        finally:
            await response.aclose()

    async def _post(self, message: Message, headers: Mapping[str, str]) -> httpx2.Response:
        session = {} if self._session_id is None else {"Mcp-Session-Id": self._session_id}
        return await self.send("POST", self.url, {**_ABOUT_BODY, **session, **headers}, message)

    async def _refused(self, message: Message, response: httpx2.Response, kind: str) -> Message:
        """The JSON-RPC error in a refusal. Raises RefusedError where it holds none."""
        refusal = self.refusal(response)
        if kind == "application/json" and not refusal.final:
            try:
                return response_in(await self.body(response), message)
            except BrokenError:
                pass
        legacy = response.status_code in _LEGACY_STATUS
        self.may_be_legacy = legacy and message["method"] == "initialize"
        raise refusal

    async def tell(self, message: Message, headers: Mapping[str, str]) -> None:
        """Send a message that has no answer."""
        response = await self._post(message, headers)
        await response.aclose()
