"""Secrets taken out of what is shown: command lines, URLs, and what servers say about them."""

from __future__ import annotations

import base64
import json
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

MASK = "***"

_SECRET_WORD = re.compile(
    r"token|secret|passw|passphrase|pwd|api-?_?key|access-?_?key|private-?_?key|\bkey\b|auth"
    r"|credential|header|bearer|cookie|session|dsn|connection|license",
    re.IGNORECASE,
)
_SHORT_SECRET_FLAGS = frozenset({"-H", "-p", "-u", "-k"})
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_.]*)=(?P<value>.+)", re.DOTALL)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>]+")
_KNOWN_TOKEN = re.compile(
    r"(?:sk|pk|rk|ghp|gho|ghu|ghs|ghr|github_pat|glpat|xox[a-z]|hf|npm|pypi|eyJ|ya29|shpat|phx|phc)"
    r"[-_.]?[A-Za-z0-9][A-Za-z0-9_.-]{15,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,}"
)
# Long runs of letters with digits: keys in hexadecimal or base 64, UUIDs.
_OPAQUE = re.compile(r"(?=[^\s]*[0-9])(?=[^\s]*[A-Za-z])[A-Za-z0-9_+=-]{24,}")
_SHORTEST_SECRET = 4


def redact_command(argv: Sequence[str]) -> str:
    """A command line in shell syntax, with what looks like a secret replaced by ``***``.

    Masked: the value of an option whose name says that it is secret (``--token X``,
    ``--api-key=X``, ``-H 'Authorization: ...'``), values of ``NAME=VALUE``, user data and query
    values of URLs, and words that look like keys.
    """
    return " ".join(text if text == MASK else _quote(text) for text in _masked(argv))


def secrets_in_command(argv: Sequence[str]) -> list[str]:
    """What ``redact_command`` masks, which a server may repeat: whole arguments, what stands behind
    their ``=``, and the secrets in URLs."""
    secrets: list[str] = []
    for argument, text in zip(argv, _masked(argv), strict=True):
        if text == argument:
            continue
        secrets += [part for match in _URL.finditer(argument) for part in secrets_in_url(match[0])]
        secrets += [match[0] for match in _KNOWN_TOKEN.finditer(argument)]
        secrets += [match[0] for match in _OPAQUE.finditer(argument)]
        if text.endswith(MASK):
            kept = text.removesuffix(MASK)
            secrets.append(argument.removeprefix(kept))
    return secrets


def _masked(argv: Sequence[str]) -> list[str]:
    shown: list[str] = []
    mask_next = False
    for position, argument in enumerate(argv):
        if mask_next:
            text, mask_next = MASK, False
        else:
            text, mask_next = (argument, False) if position == 0 else _argument(argument)
        shown.append(text)
    return shown


def _argument(argument: str) -> tuple[str, bool]:
    """The argument masked, and whether the next one is its secret value."""
    if argument.startswith("-"):
        name, equals, value = argument.partition("=")
        if _SECRET_WORD.search(name) or (name in _SHORT_SECRET_FLAGS and not equals):
            return (f"{name}={MASK}", False) if equals else (argument, True)
        return (f"{name}={_word(value)}" if equals else argument), False
    if "://" not in argument.partition("=")[0] and (match := _ASSIGNMENT.fullmatch(argument)):
        return f"{match['name']}={MASK}", False
    return _word(argument), False


def _word(text: str) -> str:
    if _URL.search(text):
        return _URL.sub(lambda match: redact_url(match[0]), text)
    if _SECRET_WORD.search(text) and re.search(r"[:=\s]\s*\S", text):
        return MASK
    return _tokens(text)


def _tokens(text: str) -> str:
    return _OPAQUE.sub(MASK, _KNOWN_TOKEN.sub(MASK, text))


def _quote(text: str) -> str:
    """Shell quoting, but a mask stays readable."""
    bare = text.replace(MASK, "x")
    return text if shlex.quote(bare) == bare else shlex.quote(text)


def redact_url(url: str) -> str:
    """``url`` with its user data, query values and key-like path segments replaced by ``***``,
    and without its fragment. Text that is no URL comes back as ``***``."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return MASK
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    place = host if port is None else f"{host}:{port}"
    if "@" in parts.netloc:
        place = f"{MASK}@{place}"
    path = "/".join(_tokens(segment) for segment in parts.path.split("/"))
    query = "&".join(_query_part(part) for part in parts.query.split("&")) if parts.query else ""
    return urlunsplit((parts.scheme, place, path, query, ""))


def secrets_in_url(url: str) -> list[str]:
    """What ``redact_url`` masks, which a server may repeat: user data, query values, key-like
    segments of the path, the fragment; as written and decoded."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return [url]
    user = parts.netloc.rpartition("@")[0]
    # HTTP sends the two as one word in base 64.
    basic = base64.b64encode(unquote(user).encode()).decode() if user else ""
    written = [user, *user.split(":"), basic, parts.fragment]
    written += [part.partition("=")[2] if "=" in part else part for part in parts.query.split("&")]
    written += [segment for segment in parts.path.split("/") if _tokens(segment) != segment]
    decoded = [*map(unquote, written), *(value for _, value in parse_qsl(parts.query))]
    return list(dict.fromkeys(part for part in (*written, *decoded) if part))


def _query_part(part: str) -> str:
    name, equals, _ = part.partition("=")
    return f"{_tokens(name)}={MASK}" if equals else MASK


def _spellings(secret: str) -> Iterator[str]:
    """A secret as servers repeat it: whole, a word of it ("Bearer abc"), escaped in JSON or a
    Python string, percent-encoded."""
    for part in (secret, *secret.split()):
        yield part
        yield json.dumps(part)[1:-1]
        yield json.dumps(part, ensure_ascii=False)[1:-1]
        yield repr(part)[1:-1]
        yield quote(part)
        yield quote(part, safe="")


class Redactor:
    """Takes known secret values out of text that a server wrote before we quote it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {one for secret in secrets for one in _spellings(secret)}
        long_enough = (one for one in known if len(one) >= _SHORTEST_SECRET)
        self._known = sorted(long_enough, key=lambda part: (-len(part), part))

    def finds(self, text: str) -> bool:
        """Whether a text holds a secret that looks like one: a word such as ``info``, or a path,
        that was given as a variable stands in many a text."""
        keys = (one for one in self._known if one != _tokens(one))
        return any(key in text for key in keys)

    @property
    def longest(self) -> int:
        """Characters of the longest secret, as it may be spelt."""
        return len(self._known[0]) if self._known else 0

    def __call__(self, text: str) -> str:
        for secret in self._known:
            text = text.replace(secret, MASK)
        return _URL.sub(lambda match: redact_url(match[0]), text)
