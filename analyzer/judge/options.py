"""How a language model is asked: endpoint, model, key, limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from analyzer.errors import UsageError
from analyzer.records import dataclass

_PATH = "/chat/completions"
"""Of the one endpoint that is asked; users paste it with the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeOptions:
    model: str
    url: str
    """Base URL of an OpenAI-compatible endpoint, as ``checked_url`` gives it."""
    key: str | None = field(default=None, repr=False)
    """None sends no key at all. It stands in no output, no error and no cache entry."""
    request: Mapping[str, Any] = field(default_factory=dict)
    """Members merged into every request; they win over the reference's own."""
    timeout: float = 120.0
    """Seconds for one request, from the first byte out to the last byte in."""
    attempts: int = 3
    """Requests for one answer, the first included, where a repetition may help."""
    pause: float = 1.0
    """Seconds between attempts; an endpoint that names a longer time (Retry-After) gets it."""
    workers: int = 4
    """Requests under way at once: gateways limit the rate by them."""

    @property
    def host(self) -> str:
        """Where definitions go, for people: the host, and the port where the URL names one."""
        return urlsplit(self.url).netloc


def checked_url(url: str) -> str:
    """The base URL without what is not part of it. Raises UsageError, repeating none of it."""
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UsageError("--judge-url is not a URL such as https://api.openai.com/v1")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise UsageError(
            "--judge-url holds more than host and path; keys go into TOOLMARK_JUDGE_KEY"
        )
    path = parts.path.rstrip("/").removesuffix(_PATH)
    return SplitResult(parts.scheme, parts.netloc, path, "", "").geturl()


def checked_key(key: str | None, url: str, *, unset: bool) -> str | None:
    """The key as it can be sent to ``url``. ``unset`` tells that no variable was there to hold one.

    Raises UsageError, never with the key in it, where an endpoint elsewhere would get none by
    oversight, where the key would travel unencrypted, and where it is no key.
    """
    parts = urlsplit(url)
    local = _is_loopback(parts.hostname or "")
    key = (key or "").strip()
    if not key:
        if unset and not local:
            raise UsageError(
                f"set TOOLMARK_JUDGE_KEY (or OPENAI_API_KEY) to the key for {parts.netloc}; "
                "set to nothing, no key is sent"
            )
        return None
    if not key.isascii() or not key.isprintable() or " " in key:
        # The HTTP library would refuse it with an error that repeats it.
        raise UsageError("the key in the environment holds characters that no key has")
    if parts.scheme == "http" and not local:
        raise UsageError(
            f"the key would travel unencrypted to {parts.netloc}; use https, "
            "or set TOOLMARK_JUDGE_KEY to nothing to send none"
        )
    return key


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
