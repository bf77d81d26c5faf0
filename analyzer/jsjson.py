"""JSON as JavaScript writes it, with every object's keys sorted.

The input hash of the Tool Definition Quality Score is defined over these bytes, which a JavaScript
library (``safe-stable-stringify``) first wrote. Python's own writer agrees with it on nearly every
definition and is many times faster than anything written in Python, so it does the work, and the
rare definition on which the two could differ is written by hand here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator

from analyzer.model import Json

# Beyond 2^53 a JavaScript number has lost an integer's low digits: it is written as a double.
_MAX_SAFE_INTEGER = 2**53

# A number that Python may write otherwise: a fraction, an exponent, NaN, an infinity, 16 digits or
# more. It also matches inside strings, which costs only time: the text is then written by hand.
_SUSPECT_NUMBER = re.compile(r"[:,\[]-?(?:[0-9]{1,15}[.e]|[0-9]{16}[0-9.e]*|[NI])")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")

_ESCAPES = re.compile('["\\\\\x00-\x1f\ud800-\udfff]')
_SHORT_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}

_write_fast = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":"), sort_keys=True
).encode


def stable_json_bytes(value: Json) -> bytes:
    """UTF-8 of ``JSON.stringify`` with sorted keys, for a decoded JSON value.

    Keys are sorted by UTF-16 code unit. Lone surrogates are escaped, numbers are laid out by
    ECMAScript's ``Number::toString``, and what is not finite becomes ``null``. One deviation from
    ECMAScript is kept because the reference implementation in Python has it and hashes must agree
    with it: whole numbers from 2^53 to 10^21 are written with all digits of the double
    (9223372036854775808) where JavaScript writes the shortest that round-trip
    (9223372036854776000).
    """
    if isinstance(value, dict | list):
        try:
            text = _write_fast(value)
            if not _needs_care(text):
                return text.encode()
        except (RecursionError, UnicodeEncodeError):
            pass
    return "".join(_pieces(value)).encode()


def _needs_care(text: str) -> bool:
    """Whether JavaScript might write the same value differently."""
    if not text.isascii() and _ASTRAL.search(text):
        return True  # an astral key sorts below U+E000 by code unit, above it by code point
    for match in _SUSPECT_NUMBER.finditer(text):
        number = match.group().lstrip(":,[-")
        if len(number) != 16 or not number.isdecimal() or int(number) > _MAX_SAFE_INTEGER:
            return True
    return False


def _pieces(value: Json) -> Iterator[str]:
    """The text of ``value`` in pieces; iterative, because nesting is the server's choice."""
    stack: list[tuple[bool, Json]] = [(False, value)]
    while stack:
        written, node = stack.pop()
        if written:
            yield node
        elif isinstance(node, dict):
            keys = sorted(node, key=_utf16)
            stack.append((True, "}"))
            for position in range(len(keys) - 1, -1, -1):
                key = keys[position]
                stack.append((False, node[key]))
                stack.append((True, f"{',' if position else ''}{_quote(key)}:"))
            stack.append((True, "{"))
        elif isinstance(node, list | tuple):
            stack.append((True, "]"))
            for position in range(len(node) - 1, -1, -1):
                stack.append((False, node[position]))
                if position:
                    stack.append((True, ","))
            stack.append((True, "["))
        else:
            yield _scalar(node)


def _scalar(value: Json) -> str:
    if isinstance(value, str):
        return _quote(value)
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    return _number(value)


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def _quote(text: str) -> str:
    return f'"{_ESCAPES.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _SHORT_ESCAPES.get(character) or f"\\u{ord(character):04x}"


def _number(value: int | float) -> str:
    if isinstance(value, int):
        if abs(value) <= _MAX_SAFE_INTEGER:
            return str(value)
        try:
            value = float(value)
        except OverflowError:
            return "null"
    if not math.isfinite(value):
        return "null"
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return _fraction(value)


def _fraction(value: float) -> str:
    """ECMAScript's ``Number::toString``: the shortest digits that round-trip, in its layout."""
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0)  # the decimal point stands after so many digits
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if point > 0 else '-'}{abs(point - 1)}"
