"""How sources are read: what the command line and the environment say, handed in by the caller."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from analyzer.records import dataclass
from analyzer.sources.stopping import Stop

# RFC 9110: a token; visible ASCII, with blanks inside alone.
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """Values of ``env``, ``inherited_env``, ``headers`` and ``secrets`` are never shown."""

    timeout: float = 30.0
    """Seconds for one live server, from its start to its last page."""
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Variables given to a started server over ``inherited_env``."""
    cwd: Path | None = None
    """Working directory of a started server; None is the caller's own."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """HTTP headers sent to the server's own origin and nowhere else."""
    now: str | None = None
    """RFC 3339 time noted in the origin of live servers."""
    inherited_env: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The few harmless variables of the caller's environment that a started server gets."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What else the server must not be quoted with, besides ``env`` and ``headers``."""
    shown: str | None = None
    """What a command or URL is called where it is shown; None masks the command or URL itself."""
    stop: Stop = field(default_factory=Stop, repr=False, compare=False)
    """Looked at while a live server is waited for."""

    def unusable_header(self) -> str | None:
        """The name of the first header that HTTP does not allow; None where all are well."""
        for name, value in self.headers.items():
            if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
                return name
        return None
