"""What HTTP answers hold, and refusals in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.jsonio import JsonError, decode_json
from analyzer.model import Json
from analyzer.sources.challenges import Challenge
from analyzer.sources.channel import BrokenError, Message, is_response
from analyzer.sources.limits import limits
from analyzer.sources.quoting import printable


def response_in(body: bytes, message: Message) -> Message:
    """The response to ``message`` in a JSON body. Raises BrokenError where there is none."""
    document = decoded(body)
    items = document if isinstance(document, list) else [document]
    for item in items:
        if is_response(item, message["id"]):
            return item
    raise BrokenError(f"{message['method']} was answered with JSON that is no answer to it")


def decoded(text: str | bytes) -> Json:
    """A message that came in. Raises BrokenError where it is no JSON."""
    try:
        return decode_json(text, max_depth=limits().document_depth)
    except JsonError as error:
        raise BrokenError(f"the server sent a broken message: {error}") from None


def no_answer(status: int, kind: str) -> str:
    """What an answer is that holds no message; ``kind`` is its media type."""
    if kind in ("text/html", "application/xhtml+xml"):
        return "the server answered with a web page, not with MCP; check the path of the URL"
    if status in (202, 204):
        return f"the server took the request and sent no answer ({status})"
    shown = printable(kind, limits().quote_chars) or "no content type"
    return f"the server answered with {shown} ({status}), not with JSON or an event stream"


def status_reason(status: int, phrase: str, *, authorized: bool, challenge: Challenge) -> str:
    """A refusal by HTTP status; ``authorized`` says that an Authorization header was sent,
    ``challenge`` what the server says that it wants."""
    if status == 401 and authorized:
        why = f": {challenge.error}" if challenge.error else ""
        wanted = f"; it wants {challenge.wanted}" if challenge.is_oauth else ""
        return f"the server does not accept the Authorization header given (401{why}){wanted}"
    if status == 401 and challenge.is_oauth:
        return (
            f"the server wants OAuth authorization (401): {challenge.wanted}; "
            "give it with --header 'Authorization: Bearer TOKEN'"
        )
    if status == 401:
        return (
            "the server wants authorization (401); "
            "give --header 'Authorization: Bearer TOKEN' with a token of yours"
        )
    if status == 403 and challenge.scope:
        return f'the server forbids the access (403): it wants the scopes "{challenge.scope}"'
    known = {
        403: "the server forbids the access (403); check the token and its rights",
        404: "there is no MCP endpoint at this path (404); check the URL",
        405: "this path does not take MCP messages by POST (405); check the URL",
        407: "a proxy wants authorization (407)",
        429: "the server says that there were too many requests (429); try again later",
        501: "this path does not take MCP messages by POST (501); check the URL",
    }
    if status in known:
        return known[status]
    said = f"{status} {phrase}".strip()
    if status >= 500:
        return f"the server failed ({said}); try again later"
    return f"the server refused the request ({said})"


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that led to it, each once."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += (current.__cause__, current.__context__)
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
