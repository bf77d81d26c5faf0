"""JSON in and out: strict decoding with errors a person can act on, canonical form and digests."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any, NoReturn

Json = Any

_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_UTF8_BOM = b"\xef\xbb\xbf"


class JsonError(ValueError):
    """The text is not JSON. The message is one line: what, where, how to mend it."""


class TrailingDataError(JsonError):
    """A whole JSON value is followed by more text, as in JSON Lines."""


def decode_text(data: bytes) -> str:
    """UTF-8 text, with or without a byte order mark. Raises JsonError for anything else."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            raise JsonError(f"{name} text; save it as UTF-8")
    if data.startswith(_UTF8_BOM):
        data = data[len(_UTF8_BOM) :]
    if (nul := data.find(b"\0")) >= 0:
        raise JsonError(f"binary data (a NUL byte at offset {nul}), not JSON text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise JsonError(
            f"not UTF-8 text (byte 0x{data[error.start]:02x} at offset {error.start}); "
            "save it as UTF-8"
        ) from None


def decode_json(text: str | bytes, *, max_depth: int) -> Json:
    """The value of one JSON document (RFC 8259), decoded strictly.

    Refused besides syntax errors: NaN and Infinity, numbers too large to hold, arrays and objects
    nested deeper than ``max_depth``. Lone surrogates written as escapes are kept as they are.
    Raises JsonError, or TrailingDataError where a whole value is followed by something else.
    """
    if isinstance(text, bytes):
        text = decode_text(text)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _explained(error) from None
    except RecursionError:
        raise _too_deep(max_depth) from None
    except JsonError:
        raise
    except ValueError:
        raise JsonError("an integer has too many digits to be read") from None
    if depth_exceeds(value, max_depth):
        raise _too_deep(max_depth)
    return value


def depth_exceeds(value: Json, limit: int) -> bool:
    """Whether arrays and objects in ``value`` are nested more than ``limit`` deep."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        if not level:
            return False
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
    return bool(level)


def canonical(value: Json) -> bytes:
    """Compact ASCII JSON with sorted members: equal values give equal bytes.

    Lone surrogates stay escapes, so every value that ``decode_json`` gives can be written.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def digest(value: Json) -> str:
    """SHA-256 (64 hex digits) of the canonical JSON of ``value``."""
    return hashlib.sha256(canonical(value)).hexdigest()


def pointer(*parts: str | int) -> str:
    """The JSON pointer (RFC 6901) of these members and indices; no parts give the root, ``""``."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def _explained(error: json.JSONDecodeError) -> JsonError:
    text = error.doc
    if not text.strip():
        return JsonError("empty: there is no JSON in it")
    place = f"line {error.lineno}, column {error.colno}"
    if error.msg == "Extra data":
        return TrailingDataError(f"{place}: more text after the end of the JSON value")
    if error.pos == 0 and text.lstrip()[:1] == "<":
        return JsonError("HTML or XML, not JSON")
    unterminated = error.msg.startswith("Unterminated string")
    if unterminated or error.pos >= len(text.rstrip()):
        return JsonError(f"{place}: the JSON ends too early; the document is cut off")
    return JsonError(f"{place}: not valid JSON ({error.msg[:1].lower()}{error.msg[1:]})")


def _too_deep(limit: int) -> JsonError:
    return JsonError(f"arrays and objects are nested more than {limit} deep")


def _refuse_constant(name: str) -> NoReturn:
    raise JsonError(f"{name} is not a JSON number; write null or leave the member out")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise JsonError("a number is too large to be held")
    return number


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)
