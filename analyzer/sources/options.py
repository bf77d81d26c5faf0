"""How sources are read: what the command line and the environment say, handed in by the caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """Values of ``env``, ``inherited_env`` and ``headers`` are secrets: none is ever shown."""

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
