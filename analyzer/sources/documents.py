"""The shapes of JSON in which tool definitions come -> servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from analyzer.errors import SourceError
from analyzer.jsonio import JsonError, TrailingDataError, decode_json, decode_text
from analyzer.model import Json, Origin, Server, SourceFailure
from analyzer.records import dataclass
from analyzer.sources.definitions import build_server, kind_of
from analyzer.sources.limits import limits
from analyzer.sources.manifests import (
    build_manifest_server,
    has_argument_lists,
    is_manifest,
    note_argument_lists,
    with_schemas,
)
from analyzer.sources.quoting import printable
from analyzer.sources.registry import advise, is_registry_entry

EXPECTED = (
    "expected a tools/list result, a JSON-RPC response holding one, a list of tools, one tool, "
    'or {"server": {...}, "tools": [...]}'
)
# Members of files that also have a name and a description and are no tools.
_MANIFEST = frozenset(
    {"$schema", "version", "dependencies", "packages", "scripts", "mcpServers", "manifest_version"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """One server's list as a document gives it."""

    info: Json
    entries: list[Json]
    cut: bool = False
    authorization: str | None = None


def read_document(
    data: bytes, target: str, *, fallback: str, origin: Origin, lines: bool = False
) -> tuple[Server | SourceFailure, ...]:
    """The servers of one JSON document, or of JSON Lines with one server a line.

    ``fallback`` names a server that does not say its name; ``lines`` says that the file's name
    promises JSON Lines. A document that cannot be read is one failure; in JSON Lines each line
    stands for itself and is named ``target:line``.
    """
    try:
        text = decode_text(data)
    except JsonError as error:
        return (SourceFailure(target=target, stage="parse", message=str(error)),)
    try:
        return tuple(_servers(_decode(text), fallback=fallback, origin=origin))
    except TrailingDataError as error:
        if not lines and not _looks_like_lines(text):
            return (SourceFailure(target=target, stage="parse", message=str(error)),)
    except (JsonError, SourceError) as error:
        if not (lines and len(text.strip().splitlines()) > 1):
            return (SourceFailure(target=target, stage="parse", message=str(error)),)
    return tuple(_read_lines(text, target, fallback=fallback, origin=origin))


def _decode(text: str) -> Json:
    return decode_json(text, max_depth=limits().document_depth)


def _looks_like_lines(text: str) -> bool:
    """Whether the first line that is not blank is a whole JSON array or object."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    try:
        return isinstance(_decode(first), dict | list)
    except JsonError:
        return False


def _read_lines(
    text: str, target: str, *, fallback: str, origin: Origin
) -> Iterator[Server | SourceFailure]:
    # str.splitlines would also break at U+2028, which JSON strings may hold unescaped.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield from _servers(_decode(line), fallback=f"{fallback}-{number}", origin=origin)
        except (JsonError, SourceError) as error:
            message = f"line {number} of JSON Lines: {_without_line(str(error))}"
            yield SourceFailure(target=f"{target}:{number}", stage="parse", message=message)


def _without_line(message: str) -> str:
    return message.removeprefix("line 1, ")


def _servers(document: Json, *, fallback: str, origin: Origin) -> Iterator[Server]:
    if is_manifest(document):
        yield build_manifest_server(document, fallback=fallback, origin=origin)
        return
    if is_registry_entry(document):
        raise SourceError("parse", advise(document))
    if isinstance(document, list) and document and all(_is_server(item) for item in document):
        for number, item in enumerate(document, 1):
            listing = _listing(item)
            yield _server(listing, fallback=f"{fallback}-{number}", origin=origin)
        return
    yield _server(_listing(document), fallback=fallback, origin=origin)


def _server(listing: _Listing, *, fallback: str, origin: Origin) -> Server:
    made = has_argument_lists(listing.entries)
    entries = with_schemas(listing.entries) if made else listing.entries
    origin = replace(origin, authorization=listing.authorization)
    server = build_server(listing.info, entries, fallback=fallback, origin=origin, cut=listing.cut)
    return note_argument_lists(server) if made else server


def _is_server(item: Json) -> bool:
    return (
        isinstance(item, Mapping)
        and isinstance(item.get("tools"), list)
        and "inputSchema" not in item
    )


def _listing(document: Json) -> _Listing:
    """The list that a document holds. Raises SourceError where it holds none."""
    if isinstance(document, list):
        return _Listing(info=None, entries=document)
    if not isinstance(document, Mapping):
        raise SourceError("parse", f"{kind_of(document)}, not tool definitions; {EXPECTED}")
    if isinstance(document.get("error"), Mapping) and document.get("result") is None:
        raise SourceError("parse", f"the response is an error: {error_text(document['error'])}")
    holders = [h for h in (document, document.get("result")) if isinstance(h, Mapping)]
    for holder in holders:
        if (entries := holder.get("tools")) is not None:
            if not isinstance(entries, list):
                raise SourceError(
                    "parse", f'"tools" is {kind_of(entries)}, not an array; {EXPECTED}'
                )
            said = holder.get("authorization")
            return _Listing(
                info=_info(document),
                entries=entries,
                cut=bool(holder.get("nextCursor")),
                authorization=printable(said, 200) if isinstance(said, str) else None,
            )
    if _is_tool(document):
        return _Listing(info=None, entries=[document])
    if any("tools" in holder for holder in holders):
        # An empty list as some servers write it.
        return _Listing(info=_info(document), entries=[])
    members = ", ".join(f'"{printable(str(name), 30)}"' for name in list(document)[:5])
    found = f"an object with {members}" if members else "an empty object"
    raise SourceError("parse", f"no tool definitions in it: {found}; {EXPECTED}")


def _info(document: Mapping[str, Json]) -> Json:
    """What a document says of the server: under ``server``, or in the words of directories, which
    write its name beside its tools."""
    if (info := document.get("server")) is not None:
        return info
    named = {key: document[key] for key in ("name", "title", "version") if document.get(key)}
    return named if isinstance(named.get("name"), str) else None


def _is_tool(document: Mapping[str, Json]) -> bool:
    if document.get("inputSchema") is not None:
        return True
    return isinstance(document.get("name"), str) and not _MANIFEST & document.keys()


def error_text(error: Json, redact: Callable[[str], str] = str) -> str:
    """The code and message of a JSON-RPC error object, safe in one line."""
    message = error.get("message") if isinstance(error, Mapping) else error
    said = "no message"
    if isinstance(message, str):
        said = f'"{printable(redact(message), limits().quote_chars)}"'
    code = error.get("code") if isinstance(error, Mapping) else None
    return f"{said} (code {code})" if isinstance(code, int) else said
