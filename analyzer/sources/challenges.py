"""What a server that refuses says that it wants (RFC 9110 section 11.6.1, RFC 6750, RFC 9728).

Nothing that it names is followed: who it is that asks for a token is for the user to judge.
"""

from __future__ import annotations

import re

from analyzer.records import dataclass
from analyzer.sources.limits import limits
from analyzer.sources.quoting import printable
from analyzer.sources.redact import Redactor

_PARAMETER = re.compile(r"([A-Za-z0-9_-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s,\"]+))")
_LONGEST = 8192
# Who gives tokens, as servers name it.
_ISSUER = ("issuer", "as_uri", "authorization_uri", "authorization_server")


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """The members of WWW-Authenticate that matter here, safe to show; empty where not said."""

    scope: str = ""
    metadata: str = ""
    """The URL of a document that names who gives tokens for the server."""
    issuer: str = ""
    error: str = ""

    @property
    def is_oauth(self) -> bool:
        return bool(self.scope or self.metadata or self.issuer)

    @property
    def wanted(self) -> str:
        """What a token has to be, in a clause that ends a sentence."""
        scopes = f' with the scopes "{self.scope}"' if self.scope else ""
        if self.issuer:
            return f"a token of {self.issuer}{scopes}"
        where = f", from whom {self.metadata} names" if self.metadata else ""
        return f"a token{scopes}{where}"


def read_challenge(header: str, redact: Redactor) -> Challenge:
    """The challenge in a WWW-Authenticate header; an empty one where it holds none."""
    found: dict[str, str] = {}
    for name, quoted, plain in _PARAMETER.findall(header[:_LONGEST]):
        value = re.sub(r"\\(.)", r"\1", quoted) or plain
        found.setdefault(name.lower(), printable(redact(value), limits().quote_chars))
    return Challenge(
        scope=found.get("scope", ""),
        metadata=found.get("resource_metadata", ""),
        issuer=next((found[name] for name in _ISSUER if found.get(name)), ""),
        error=found.get("error", ""),
    )
