"""As whom a server was asked: its list may differ by that. Names and scopes, never a secret."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import urlsplit

from analyzer.jsonio import JsonError, decode_json
from analyzer.sources.limits import limits
from analyzer.sources.quoting import printable

_SCOPES = ("scope", "scp", "scopes")
_LONGEST_TOKEN = 65536


def describe_authorization(url: str, headers: Mapping[str, str]) -> str:
    """What went with each request to a URL, in a few words: ``bearer token``."""
    parts = []
    if "@" in urlsplit(url).netloc:
        parts.append("credentials in the URL")
    for name, value in headers.items():
        known = name.lower() == "authorization"
        parts.append(_authorization(value) if known else f"header {printable(name, 60)}")
    return ", ".join(parts) or "no credentials"


def describe_variables(env: Mapping[str, str]) -> str | None:
    """Which variables a started server was given; None for none."""
    names = ", ".join(printable(name, 60) for name in sorted(env))
    return f"variables {names}" if names else None


def _authorization(value: str) -> str:
    scheme, _, credentials = value.partition(" ")
    match scheme.lower():
        case "bearer":
            scopes = _scopes(credentials.strip())
            return f"bearer token with the scopes {scopes}" if scopes else "bearer token"
        case "basic":
            return "basic credentials"
    return "header Authorization"


def _scopes(token: str) -> str:
    """The scopes that a JSON Web Token (RFC 7519) says it has; its signature is not checked."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > _LONGEST_TOKEN:
        return ""
    try:
        data = base64.b64decode(
            parts[1] + "=" * (-len(parts[1]) % 4), altchars=b"-_", validate=True
        )
        claims = decode_json(data, max_depth=limits().document_depth)
    except (binascii.Error, ValueError, JsonError):
        return ""
    if not isinstance(claims, dict):
        return ""
    said = next((claims[name] for name in _SCOPES if claims.get(name)), "")
    words = said if isinstance(said, list) else [said]
    named = " ".join(word for word in words if isinstance(word, str))
    return printable(named, limits().quote_chars)
