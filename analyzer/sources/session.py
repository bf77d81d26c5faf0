"""The conversation with a live server, in both eras of the protocol: who it is, all its tools.

Four kinds of message are all that a scanner sends, so they are written here by hand: the SDK's
session checks each answer against its types, and so loses unknown members, drops tools and
refuses whole lists, and it offers no way to a raw result. The protocol's versions and names are
the SDK's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from mcp_types import (
    CLIENT_CAPABILITIES_META_KEY,
    CLIENT_INFO_META_KEY,
    METHOD_NOT_FOUND,
    PROTOCOL_VERSION_META_KEY,
    SERVER_INFO_META_KEY,
    UNSUPPORTED_PROTOCOL_VERSION,
)
from mcp_types.version import (
    LATEST_HANDSHAKE_VERSION,
    LATEST_MODERN_VERSION,
    MODERN_PROTOCOL_VERSIONS,
)

from analyzer import __version__
from analyzer.errors import SourceError
from analyzer.model import Json, Stage
from analyzer.records import dataclass
from analyzer.sources.channel import (
    BrokenError,
    Channel,
    Deadline,
    EndedError,
    FloodError,
    Message,
    NoAnswerError,
    RefusedError,
)
from analyzer.sources.definitions import kind_of
from analyzer.sources.documents import error_text
from analyzer.sources.limits import limits
from analyzer.sources.redact import Redactor

_CLIENT = {"name": "toolmark", "version": __version__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said of itself and the entries of all pages of its list, as sent."""

    info: Message
    entries: list[Json]


class _RpcError(Exception):
    """The server answered a request with an error object."""

    def __init__(self, error: Json, redact: Redactor) -> None:
        super().__init__(error_text(error, redact))
        known = error if isinstance(error, dict) else {}
        self.code = known.get("code")
        self.data = known.get("data")

    def mutual_version(self) -> str | None:
        """The newest version without handshake that the server names and we speak."""
        supported = self.data.get("supported") if isinstance(self.data, dict) else None
        return _mutual(supported)


class Session:
    """One conversation over a channel."""

    def __init__(
        self, channel: Channel, *, timeout: float, deadline: Deadline, redact: Redactor
    ) -> None:
        self._channel = channel
        self._timeout = timeout
        self._deadline = deadline
        self._redact = redact
        self._last_id = 0
        self._version: str | None = None
        """The negotiated version; None until then."""
        self._modern = False
        self._offers_tools = True

    def run(self, *, probe: bool = True) -> Answer:
        """Negotiate, then follow the list to its end.

        With ``probe``, server/discover comes first and initialize where that is not understood;
        without it initialize alone. Raises SourceError for what the server did, and EndedError
        where the connection ended during the negotiation.
        """
        info = self._negotiate() if probe else self._initialize()
        return Answer(info=info, entries=self._all_tools())

    def _negotiate(self) -> Message:
        seconds = min(limits().discover_seconds, self._timeout * limits().discover_share)
        silent = False
        try:
            if (info := self._discover(LATEST_MODERN_VERSION, seconds)) is not None:
                return info
        except NoAnswerError:
            silent = True
        except _RpcError as error:
            if error.code == UNSUPPORTED_PROTOCOL_VERSION and (version := error.mutual_version()):
                return self._discover_or_fail(version)
        except FloodError as error:
            self._fail("parse", str(error))
        except (BrokenError, RefusedError):
            pass  # A page for all unknown methods, say: no sign of the newer era.
        try:
            return self._initialize(fail=False)
        except _RpcError as error:
            # A server slow to start may have read the probe after we gave it up, and be set to
            # the newer era by it.
            if silent or error.code == UNSUPPORTED_PROTOCOL_VERSION:
                return self._discover_or_fail(error.mutual_version() or LATEST_MODERN_VERSION)
            self._fail("connect", f"initialize was answered with an error: {error}")

    def _discover_or_fail(self, version: str) -> Message:
        try:
            info = self._discover(version, self._deadline.left())
        except NoAnswerError:
            self._silent("connect", "server/discover")
        except _RpcError as error:
            self._fail("connect", f"server/discover was answered with an error: {error}")
        except RefusedError as error:
            self._fail("connect", str(error))
        except BrokenError as error:
            self._fail("parse", str(error))
        if info is None:
            self._fail("connect", "the server speaks no version of the protocol that we speak")
        return info

    def _discover(self, version: str, seconds: float) -> Message | None:
        """What a server of the newer era says of itself; None for one of the older era."""
        self._version, self._modern = version, True
        try:
            result = self._call("server/discover", {}, seconds, "connect")
            agreed = _mutual(result.get("supportedVersions"))
        except (_RpcError, NoAnswerError, BrokenError, RefusedError):
            self._version, self._modern = None, False
            raise
        self._version, self._modern = agreed, agreed is not None
        if agreed is None:
            return None
        meta = result.get("_meta")
        stamp = meta.get(SERVER_INFO_META_KEY) if isinstance(meta, dict) else None
        return self._info(result, stamp if stamp is not None else result.get("serverInfo"))

    def _initialize(self, *, fail: bool = True) -> Message:
        params: Message = {
            "protocolVersion": LATEST_HANDSHAKE_VERSION,
            "capabilities": {},
            "clientInfo": _CLIENT,
        }
        try:
            result = self._call("initialize", params, self._deadline.left(), "connect")
        except NoAnswerError:
            self._silent("connect", "initialize")
        except BrokenError as error:
            self._fail("parse", str(error))
        except _RpcError as error:
            if not fail:
                raise
            self._fail("connect", f"initialize was answered with an error: {error}")
        version = result.get("protocolVersion")
        self._version = version if isinstance(version, str) else LATEST_HANDSHAKE_VERSION
        note: Message = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        self._channel.notify(
            note, self._headers("notifications/initialized"), self._deadline.left()
        )
        return self._info(result, result.get("serverInfo"))

    def _info(self, result: Message, server: Json) -> Message:
        capabilities = result.get("capabilities")
        if isinstance(capabilities, dict):
            self._offers_tools = capabilities.get("tools") is not None
        info = dict(server) if isinstance(server, dict) else {}
        info["protocolVersion"] = self._version
        if result.get("instructions") is not None:
            info["instructions"] = result["instructions"]
        return info

    def _all_tools(self) -> list[Json]:
        entries: list[Json] = []
        cursors: set[str] = set()
        cursor: str | None = None
        while True:
            page = self._page(cursor, first=not cursors)
            tools = page.get("tools")
            if not isinstance(tools, list) and not ("tools" in page and tools is None):
                self._fail(
                    "parse", f'tools/list was answered without a list: "tools" is {_said(page)}'
                )
            entries += tools or []
            if len(entries) > limits().tools:
                self._fail("list", f"the list has more than {limits().tools:,} tools")
            cursor = self._next_cursor(page)
            if cursor is None:
                return entries
            if cursor in cursors:
                pages = len(cursors) + 1
                self._fail(
                    "list", f"the list never ends: page {pages} leads back to an earlier one"
                )
            cursors.add(cursor)
            if len(cursors) >= limits().pages:
                self._fail("list", f"the list has more than {limits().pages:,} pages")

    def _page(self, cursor: str | None, *, first: bool) -> Message:
        params: Message = {} if cursor is None else {"cursor": cursor}
        try:
            return self._call("tools/list", params, self._deadline.left(), "list")
        except NoAnswerError:
            self._silent("list", "tools/list")
        except EndedError as error:
            self._fail("list", str(error))
        except BrokenError as error:
            self._fail("parse", str(error))
        except _RpcError as error:
            if first and error.code == METHOD_NOT_FOUND and not self._offers_tools:
                return {"tools": []}
            self._fail("list", f"tools/list was answered with an error: {error}")

    def _next_cursor(self, page: Message) -> str | None:
        cursor = page.get("nextCursor")
        if cursor is not None and not isinstance(cursor, str):
            self._fail(
                "parse", f"nextCursor is {kind_of(cursor)}, not a string; the list is cut off"
            )
        # Some servers end their list with an empty cursor.
        return cursor or None

    def _call(self, method: str, params: Message, seconds: float, stage: Stage) -> Message:
        self._last_id += 1
        if self._modern:
            params = {**params, "_meta": self._meta()}
        message: Message = {"jsonrpc": "2.0", "id": self._last_id, "method": method}
        if params:
            message["params"] = params
        try:
            response = self._channel.call(message, self._headers(method), seconds)
        except RefusedError as error:
            # What does not know server/discover may refuse it in ways of its own.
            if not error.final and method == "server/discover":
                raise
            self._fail(stage, str(error))
        if response.get("error") is not None:
            raise _RpcError(response["error"], self._redact)
        result = response.get("result")
        if not isinstance(result, dict):
            raise BrokenError(f"{method} was answered with {kind_of(result)}, not an object")
        if result.get("resultType", "complete") not in ("complete", None):
            raise BrokenError(f"{method} was answered with a question, not with a result")
        return result

    def _meta(self) -> Message:
        return {
            PROTOCOL_VERSION_META_KEY: self._version,
            CLIENT_INFO_META_KEY: _CLIENT,
            CLIENT_CAPABILITIES_META_KEY: {},
        }

    def _headers(self, method: str) -> Mapping[str, str]:
        headers = {} if self._version is None else {"MCP-Protocol-Version": self._version}
        return {**headers, "Mcp-Method": method} if self._modern else headers

    def _silent(self, stage: Stage, method: str) -> NoReturn:
        self._fail(stage, f"no answer to {method} within {self._timeout:g} s (--timeout)")

    def _fail(self, stage: Stage, message: str) -> NoReturn:
        raise SourceError(stage, message) from None


def _said(page: Message) -> str:
    return kind_of(page["tools"]) if "tools" in page else "missing"


def _mutual(versions: Json) -> str | None:
    named = versions if isinstance(versions, list) else []
    return next((known for known in reversed(MODERN_PROTOCOL_VERSIONS) if known in named), None)
