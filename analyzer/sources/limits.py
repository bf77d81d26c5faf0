"""``rules/limits.yaml`` as a typed value: how much of a source is taken, at most."""

from __future__ import annotations

from functools import cache

from analyzer.records import dataclass
from analyzer.rulefiles import read_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes, times in seconds, depths in levels; the file says what each is for."""

    document_bytes: int
    document_depth: int
    tool_depth: int
    files: int
    bundle_bytes: int
    bundle_entries: int
    bundle_directory_bytes: int
    bundle_unpacked_bytes: int
    bundle_ratio: int
    bundle_ratio_from: int
    bundle_path_chars: int
    message_bytes: int
    session_bytes: int
    pages: int
    tools: int
    noise_lines: int
    noise_kept: int
    config_bytes: int
    stderr_bytes: int
    quote_chars: int
    discover_seconds: float
    discover_share: float
    exit_seconds: float
    terminate_seconds: float


@cache
def limits() -> Limits:
    """The bundled limits; read once."""
    return Limits(**read_rules("limits.yaml"))


def in_mib(size: int) -> str:
    """A size in bytes as people read it: "32 MiB"."""
    return f"{size // 2**20} MiB"
