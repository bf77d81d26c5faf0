"""A URL that serves MCP -> a server: over Streamable HTTP, else the older transport."""

from __future__ import annotations

import logging
import socket
import threading

import httpx2

from analyzer.errors import SourceError
from analyzer.model import Origin, Server, SourceFailure
from analyzer.records import dataclass
from analyzer.sources.authorization import describe_authorization
from analyzer.sources.channel import Channel, Deadline, RefusedError
from analyzer.sources.definitions import build_server
from analyzer.sources.limits import limits
from analyzer.sources.options import SourceOptions
from analyzer.sources.quoting import printable
from analyzer.sources.redact import Redactor, redact_url, secrets_in_url
from analyzer.sources.session import Answer, Session
from analyzer.sources.sse import NoStreamError, SseChannel
from analyzer.sources.stopping import POLL_SECONDS, Stop
from analyzer.sources.streamable import StreamableChannel

_LAST_PORT = 65535


def read_url(
    url: str, options: SourceOptions, *, legacy_first: bool = False
) -> Server | SourceFailure:
    """Ask the server at an http(s) URL for its tools.

    ``legacy_first`` says that its client takes the URL for one of the older transport. Raises
    StoppedError where ``options.stop`` was asked for.
    """
    # They write whole URLs, secrets and all, to whatever log the caller has set up.
    for name in ("httpx2", "httpcore2"):
        logging.getLogger(name).disabled = True
    target = redact_url(url) if options.shown is None else options.shown
    redact = Redactor([*options.headers.values(), *options.secrets, *secrets_in_url(url)])
    asking = _Asking(url=url, options=options, redact=redact, deadline=Deadline(options.timeout))
    try:
        host = _checked(url, options, asking.deadline)
        answer = asking.legacy_first() if legacy_first else asking.streamable_first()
    except SourceError as error:
        return SourceFailure(target=target, stage=error.stage, message=str(error))
    origin = Origin(
        kind="http",
        locator=target,
        retrieved_at=options.now,
        authorization=describe_authorization(url, options.headers),
    )
    return build_server(
        answer.info, answer.entries, fallback=host, origin=origin, tells=redact.finds
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """One URL, asked over one transport or the other. Both raise SourceError."""

    url: str
    options: SourceOptions
    redact: Redactor
    deadline: Deadline

    def streamable_first(self) -> Answer:
        """The specification's way for clients that know both."""
        options = self.options
        with StreamableChannel(self.url, options.headers, self.redact, options.stop) as channel:
            try:
                return self._session(channel).run()
            except SourceError as error:
                if not channel.may_be_legacy:
                    raise
                failure = error
        try:
            return self._legacy()
        except NoStreamError:
            raise failure from None

    def legacy_first(self) -> Answer:
        try:
            return self._legacy()
        except NoStreamError:
            return self.streamable_first()

    def _legacy(self) -> Answer:
        """Raises NoStreamError where the URL is none of the older transport."""
        options = self.options
        with SseChannel(self.url, options.headers, self.redact, options.stop) as channel:
            try:
                # The rest is for the conversation, or for the other transport.
                channel.open(self.deadline.left() / 2)
            except RefusedError as error:
                raise SourceError("connect", str(error)) from None
            # Servers of this transport know no server/discover.
            return self._session(channel).run(probe=False)

    def _session(self, channel: Channel) -> Session:
        return Session(
            channel, timeout=self.options.timeout, deadline=self.deadline, redact=self.redact
        )


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
