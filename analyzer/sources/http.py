"""A URL that serves MCP over Streamable HTTP -> a server.

HTTP itself, server-sent events and TLS are httpx2's, the library under the SDK. The SDK's own
transport is not used: it turns every status into the same error, checks messages against types
before we see them, and does not bound JSON bodies.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Coroutine, Mapping
from types import TracebackType
from typing import TypeVar

import httpx2

from analyzer.errors import SourceError
from analyzer.model import Origin, Server, SourceFailure
from analyzer.sources.channel import (
    BrokenError,
    Deadline,
    FloodError,
    Message,
    NoAnswerError,
    RefusedError,
    is_response,
    reply_to,
)
from analyzer.sources.definitions import build_server
from analyzer.sources.http_answers import (
    causes,
    decoded,
    no_answer,
    response_in,
    status_reason,
)
from analyzer.sources.limits import in_mib, limits
from analyzer.sources.options import SourceOptions
from analyzer.sources.quoting import printable
from analyzer.sources.redact import Redactor, redact_url, secrets_in_url
from analyzer.sources.session import Session
from analyzer.sources.stopping import POLL_SECONDS, Stop, StoppedError
from analyzer.sources.waiting import unless_stopped

_T = TypeVar("_T")

_ABOUT_BODY = {
    "Accept": "application/json, text/event-stream",
    "Accept-Encoding": "identity",
    "Content-Type": "application/json",
}
_REDIRECTS = 5
# Statuses that any other message would get too.
_FINAL_STATUS = frozenset({401, 403, 407, 429})
# 303 asks for a GET, which would lose the message.
_REDIRECT_STATUS = frozenset({301, 302, 307, 308})
_LAST_PORT = 65535
_GOODBYE_SECONDS = 2.0
# What the protocol says with each message; the user's headers cannot say otherwise.
_OURS = frozenset(
    {"accept", "accept-encoding", "content-type", "content-length", "transfer-encoding"}
)


def read_url(url: str, options: SourceOptions) -> Server | SourceFailure:
    """Ask the server at an http(s) URL for its tools.

    Raises StoppedError where ``options.stop`` was asked for.
    """
    # They write whole URLs, secrets and all, to whatever log the caller has set up.
    for name in ("httpx2", "httpcore2"):
        logging.getLogger(name).disabled = True
    target = redact_url(url) if options.shown is None else options.shown
    redact = Redactor([*options.headers.values(), *options.secrets, *secrets_in_url(url)])
    deadline = Deadline(options.timeout)
    try:
        host = _checked(url, options, deadline)
        with HttpChannel(url, options.headers, redact, options.stop) as channel:
            session = Session(channel, timeout=options.timeout, deadline=deadline, redact=redact)
            answer = session.run()
    except SourceError as error:
        return SourceFailure(target=target, stage=error.stage, message=str(error))
    origin = Origin(kind="http", locator=target, retrieved_at=options.now)
    return build_server(answer.info, answer.entries, fallback=host, origin=origin)


def _checked(url: str, options: SourceOptions, deadline: Deadline) -> str:
    """The host of a URL that can be asked. Raises SourceError where it cannot."""
    try:
        parsed = httpx2.URL(url)
        port = parsed.port or (443 if parsed.scheme == "https" else 80)
    except (httpx2.InvalidURL, ValueError):
        raise SourceError("connect", "not a valid URL") from None
    if not parsed.host:
        raise SourceError("connect", "the URL names no host")
    if not 0 < port <= _LAST_PORT:
        raise SourceError("connect", f"there is no port {port}")
    if (name := options.unusable_header()) is not None:
        shown = printable(name, limits().quote_chars)
        raise SourceError("connect", f'the header "{shown}" holds what HTTP does not allow')
    _resolve(parsed.host, port, deadline, options.stop)
    return parsed.host


def _resolve(host: str, port: int, deadline: Deadline, stop: Stop) -> None:
    """Look the host up within the time that is left: the system's look-up cannot be cancelled."""
    found: list[OSError | UnicodeError | None] = []

    def look_up() -> None:
        try:
            socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            found.append(error)
        else:
            found.append(None)

    thread = threading.Thread(target=look_up, daemon=True, name="toolmark-resolve")
    thread.start()
    while thread.is_alive() and (left := deadline.left()):
        stop.check()
        thread.join(min(left, POLL_SECONDS))
    if not found:
        raise SourceError("connect", f"the host name {host} was not resolved in time (--timeout)")
    if found[0] is not None:
        raise SourceError("connect", f"the host {host} is not known; check the spelling")


class _Capped(httpx2.AsyncByteStream):
    """A body of which no more than what is left to the channel is taken."""

    def __init__(
        self, channel: HttpChannel, stream: httpx2.AsyncByteStream | httpx2.SyncByteStream
    ) -> None:
        if not isinstance(stream, httpx2.AsyncByteStream):
            raise TypeError("an asynchronous client gave a synchronous stream")
        self._channel = channel
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._channel.count(len(chunk))
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


class HttpChannel:
    """The channel to one endpoint. Synchronous without, asynchronous within: only so can an
    exchange be given up when its time is over, whatever it waits for."""

    def __init__(self, url: str, headers: Mapping[str, str], redact: Redactor, stop: Stop) -> None:
        self._url = httpx2.URL(url)
        self._redact = redact
        self._stop = stop
        self._session_id: str | None = None
        self._received = 0
        self._runner = asyncio.Runner()
        self._client = httpx2.AsyncClient(
            headers={k: v for k, v in headers.items() if k.lower() not in _OURS},
            # Every exchange has a time of its own, for all of it.
            timeout=None,
            trust_env=False,
            follow_redirects=False,
        )

    def __enter__(self) -> HttpChannel:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            polite = kind is None or (issubclass(kind, Exception) and kind is not StoppedError)
            if self._session_id is not None and polite:
                self._runner.run(self._say_goodbye())
            self._runner.run(self._client.aclose())
        finally:
            self._runner.close()

    def count(self, size: int) -> None:
        """Note that so many bytes came in. Raises BrokenError over the limit."""
        self._received += size
        if self._received > limits().session_bytes:
            raise FloodError(f"the server sent more than {in_mib(limits().session_bytes)}")

    def call(self, message: Message, headers: Mapping[str, str], seconds: float) -> Message:
        """See Channel. Pings within an event stream are answered, other requests declined."""
        return self._within(self._exchange(message, headers), seconds)

    def notify(self, message: Message, headers: Mapping[str, str], seconds: float) -> None:
        """See Channel."""
        try:
            self._within(self._tell(message, headers), seconds)
        except (NoAnswerError, BrokenError, RefusedError):
            # The next request shows whether the server can go on.
            return

    def _within(self, work: Coroutine[None, None, _T], seconds: float) -> _T:
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
            raise RefusedError(_connection_reason(error, self._url.host), final=final) from None

    async def _exchange(self, message: Message, headers: Mapping[str, str]) -> Message:
        response = await self._post(message, headers)
        try:
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if response.status_code >= 400:
                return await self._refused(message, response, kind)
            if message["method"] == "initialize":
                self._session_id = response.headers.get("mcp-session-id")
            if kind == "text/event-stream":
                return await self._from_events(message, headers, response)
            if kind == "application/json":
                return response_in(await self._body(response), message)
            raise BrokenError(no_answer(response.status_code, self._redact(kind)))
        finally:
            await response.aclose()

    async def _post(self, message: Message, headers: Mapping[str, str]) -> httpx2.Response:
        """The response to a message, redirects within the origin followed."""
        url = self._url
        session = {} if self._session_id is None else {"Mcp-Session-Id": self._session_id}
        for _ in range(_REDIRECTS):
            request = self._client.build_request(
                "POST", url, json=message, headers={**_ABOUT_BODY, **session, **headers}
            )
            response = await self._client.send(request, stream=True)
            response.stream = _Capped(self, response.stream)
            if response.status_code not in _REDIRECT_STATUS or response.next_request is None:
                return response
            await response.aclose()
            target = response.next_request.url
            if not _same_origin(url, target):
                # Headers were given for this origin and go nowhere else.
                shown = self._redact(redact_url(str(target)))
                raise RefusedError(
                    f"the server redirects to {shown}, another origin; "
                    "scan that URL if you trust it",
                    final=True,
                )
            url = target
        raise RefusedError(f"the server redirects more than {_REDIRECTS} times", final=True)

    async def _refused(self, message: Message, response: httpx2.Response, kind: str) -> Message:
        """The JSON-RPC error in a refusal. Raises RefusedError where it holds none."""
        status = response.status_code
        authorized = "authorization" in self._client.headers
        reason = status_reason(status, response.reason_phrase, authorized=authorized)
        if status in _FINAL_STATUS:
            raise RefusedError(reason, final=True)
        if kind == "application/json":
            try:
                return response_in(await self._body(response), message)
            except BrokenError:
                raise RefusedError(reason, final=False) from None
        raise RefusedError(reason, final=False)

    async def _body(self, response: httpx2.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for chunk in response.aiter_bytes():
            parts.append(chunk)
            size += len(chunk)
            if size > limits().message_bytes:
                most = in_mib(limits().message_bytes)
                raise FloodError(f"the server sent more than {most} in one answer")
        return b"".join(parts)

    async def _from_events(
        self, message: Message, headers: Mapping[str, str], response: httpx2.Response
    ) -> Message:
        events = aiter(httpx2.EventSource(response, max_event_size=limits().message_bytes))
        async for event in events:
            if event.event != "message" or not event.data:
                continue
            item = decoded(event.data)
            if is_response(item, message["id"]):
                return item
            if isinstance(item, dict) and (reply := reply_to(item)) is not None:
                await self._tell(reply, headers)
        raise RefusedError("the event stream ended before the server answered", final=False)

    async def _tell(self, message: Message, headers: Mapping[str, str]) -> None:
        """Send a message that has no answer."""
        response = await self._post(message, headers)
        await response.aclose()

    async def _say_goodbye(self) -> None:
        """Let the server forget the session; it need not, and we do not wait long."""
        try:
            async with asyncio.timeout(_GOODBYE_SECONDS):
                headers = {"Mcp-Session-Id": self._session_id or ""}
                async with self._client.stream("DELETE", self._url, headers=headers):
                    return
        except (TimeoutError, httpx2.HTTPError, OSError):
            return


def _same_origin(url: httpx2.URL, target: httpx2.URL) -> bool:
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
