"""What both transports over HTTP share: one server's origin, asked within limits and time.

HTTP itself, server-sent events and TLS are httpx2's, the library under the SDK. The SDK's own
transports are not used: they turn every status into the same error, check messages against types
before we see them, and do not bound JSON bodies.
"""

from __future__ import annotations

import asyncio
import errno
import ssl
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Coroutine, Mapping
from types import TracebackType
from typing import Self, TypeVar

import httpx2

from analyzer.model import Json
from analyzer.sources.challenges import read_challenge
from analyzer.sources.channel import (
    BrokenError,
    FloodError,
    Message,
    NoAnswerError,
    RefusedError,
    is_response,
    reply_to,
)
from analyzer.sources.http_answers import causes, decoded, status_reason
from analyzer.sources.limits import in_mib, limits
from analyzer.sources.quoting import printable
from analyzer.sources.redact import Redactor, redact_url
from analyzer.sources.stopping import Stop, StoppedError
from analyzer.sources.waiting import unless_stopped

_T = TypeVar("_T")

STREAM_ENDED = "the event stream ended before the server answered"
_REDIRECTS = 5
# Statuses that any other message would get too.
_FINAL_STATUS = frozenset({401, 403, 407, 429})
# 303 asks for a GET, which would lose the message.
_REDIRECT_STATUS = frozenset({301, 302, 307, 308})
# What the protocol says with each message; the user's headers cannot say otherwise.
_OURS = frozenset(
    {"accept", "accept-encoding", "content-type", "content-length", "transfer-encoding"}
)


class _Capped(httpx2.AsyncByteStream):
    """A body of which no more than what is left to the client is taken."""

    def __init__(
        self, client: HttpClient, stream: httpx2.AsyncByteStream | httpx2.SyncByteStream
    ) -> None:
        if not isinstance(stream, httpx2.AsyncByteStream):
            raise TypeError("an asynchronous client gave a synchronous stream")
        self._client = client
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._client.count(len(chunk))
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


class HttpClient(ABC):
    """Asks one server. Synchronous without, asynchronous within: only so can an exchange be given
    up when its time is over, whatever it waits for. A transport says how it exchanges messages."""

    def __init__(self, url: str, headers: Mapping[str, str], redact: Redactor, stop: Stop) -> None:
        self.url = httpx2.URL(url)
        self.redact = redact
        self._stop = stop
        self._received = 0
        self._runner = asyncio.Runner()
        self.http = httpx2.AsyncClient(
            headers={k: v for k, v in headers.items() if k.lower() not in _OURS},
            # Every exchange has a time of its own, for all of it.
            timeout=None,
            trust_env=False,
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            polite = kind is None or (issubclass(kind, Exception) and kind is not StoppedError)
            self._runner.run(self.farewell(polite=polite))
            self._runner.run(self.http.aclose())
        finally:
            self._runner.close()

    @abstractmethod
    async def farewell(self, *, polite: bool) -> None:
        """What has to be ended before the connections are closed; ``polite`` where there is time
        for a word to the server."""

    @abstractmethod
    async def exchange(self, message: Message, headers: Mapping[str, str]) -> Message:
        """Send a request and return its response."""

    @abstractmethod
    async def tell(self, message: Message, headers: Mapping[str, str]) -> None:
        """Send a message that has no answer."""

    def call(self, message: Message, headers: Mapping[str, str], seconds: float) -> Message:
        """See Channel. Pings within an event stream are answered, other requests declined."""
        return self.within(self.exchange(message, headers), seconds)

    def notify(self, message: Message, headers: Mapping[str, str], seconds: float) -> None:
        """See Channel."""
        try:
            self.within(self.tell(message, headers), seconds)
        except (NoAnswerError, BrokenError, RefusedError):
            # The next request shows whether the server can go on.
            return

    async def answer_among(
        self,
        events: AsyncIterator[httpx2.ServerSentEvent],
        message: Message,
        headers: Mapping[str, str],
        *,
        final: bool,
    ) -> Message:
        """The answer to a request among the events of a stream; ``final`` says whether the end of
        the stream is that of all answers. Raises RefusedError where it comes first."""
        async for event in events:
            if event.event != "message" or not event.data:
                continue
            item = decoded(event.data)
            if is_response(item, message["id"]):
                return item
            if isinstance(item, dict) and (reply := reply_to(item)) is not None:
                await self.tell(reply, headers)
        raise RefusedError(STREAM_ENDED, final=final)

    def count(self, size: int) -> None:
        """Note that so many bytes came in. Raises BrokenError over the limit."""
        self._received += size
        if self._received > limits().session_bytes:
            raise FloodError(f"the server sent more than {in_mib(limits().session_bytes)}")

    def within(self, work: Coroutine[None, None, _T], seconds: float) -> _T:
        """The result of ``work``. Raises NoAnswerError, BrokenError, RefusedError, StoppedError."""

        async def bounded() -> _T:
            async with asyncio.timeout(seconds):
                return await unless_stopped(work, self._stop)

        try:
            return self._runner.run(bounded())
        except TimeoutError:
            raise NoAnswerError from None
        except httpx2.SSEError:
            most = in_mib(limits().message_bytes)
            raise FloodError(f"the server sent more than {most} in one event") from None
        except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
            final = isinstance(error, httpx2.ConnectError)
            raise RefusedError(_connection_reason(error, self.url.host), final=final) from None

    async def send(
        self, method: str, url: httpx2.URL, headers: Mapping[str, str], json: Json = None
    ) -> httpx2.Response:
        """The response with its body unread, redirects within the origin followed."""
        for _ in range(_REDIRECTS):
            request = self.http.build_request(method, url, json=json, headers=dict(headers))
            response = await self.http.send(request, stream=True)
            response.stream = _Capped(self, response.stream)
            if response.status_code not in _REDIRECT_STATUS or response.next_request is None:
                return response
            await response.aclose()
            target = response.next_request.url
            if not same_origin(url, target):
                # Headers were given for this origin and go nowhere else.
                shown = self.redact(redact_url(str(target)))
                raise RefusedError(
                    f"the server redirects to {shown}, another origin; "
                    "scan that URL if you trust it",
                    final=True,
                )
            url = target
        raise RefusedError(f"the server redirects more than {_REDIRECTS} times", final=True)

    def refusal(self, response: httpx2.Response) -> RefusedError:
        """What a status of 400 or more means, with what the server says that it wants."""
        status = response.status_code
        challenge = read_challenge(response.headers.get("www-authenticate", ""), self.redact)
        authorized = "authorization" in self.http.headers
        # A server may repeat what it was sent, here too.
        phrase = printable(self.redact(response.reason_phrase), limits().quote_chars)
        reason = status_reason(status, phrase, authorized=authorized, challenge=challenge)
        return RefusedError(reason, final=status in _FINAL_STATUS)

    async def body(self, response: httpx2.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for chunk in response.aiter_bytes():
            parts.append(chunk)
            size += len(chunk)
            if size > limits().message_bytes:
                most = in_mib(limits().message_bytes)
                raise FloodError(f"the server sent more than {most} in one answer")
        return b"".join(parts)


def media_type(response: httpx2.Response, redact: Redactor | None = None) -> str:
    """The content type in lower case, without its parameters; masked where it is to be shown."""
    said: str = response.headers.get("content-type", "")
    if redact is not None:
        said = redact(said)
    return said.partition(";")[0].strip().lower()


def same_origin(url: httpx2.URL, target: httpx2.URL) -> bool:
    """Whether a redirect stays with the party that the user named; to https it may upgrade."""
    if target.userinfo and target.userinfo != url.userinfo:
        return False
    if (url.scheme, url.host, url.port) == (target.scheme, target.host, target.port):
        return True
    upgrade = (url.scheme, url.port, target.scheme, target.port) == ("http", None, "https", None)
    return upgrade and url.host == target.host


def _connection_reason(error: BaseException, host: str) -> str:
    """Why there was no connection, or why it broke."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate of {host} is not trusted ({cause.verify_message})"
        if isinstance(cause, ssl.SSLError):
            return f"no secure connection to {host}; does it speak https on this port?"
        if isinstance(cause, ConnectionRefusedError):
            return f"{host} refuses the connection; does the server run, is the port right?"
        if isinstance(cause, OSError) and cause.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
            return f"{host} cannot be reached from here"
    if isinstance(error, httpx2.ConnectError):
        return f"no connection to {host}"
    if isinstance(error, httpx2.RemoteProtocolError):
        return f"{host} does not speak HTTP, or ended the connection before it answered"
    return f"the connection to {host} broke"
