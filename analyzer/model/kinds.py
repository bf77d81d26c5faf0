"""Kinds and their orders: categories, severities, dimensions, tiers.

They are defined here and nowhere else; the words that describe them to people are data in
``rules/taxonomy.yaml``.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

# A decoded JSON value. Definitions come from parties that may lie: narrow before use.
Json = Any


class _Ordered(StrEnum):
    """A StrEnum whose members are ordered as they are declared, least first."""

    @cached_property
    def rank(self) -> int:
        return list(type(self)).index(self)


class Access(_Ordered):
    """The three-way view that every report shows first."""

    READ = "Read"
    WRITE = "Write"
    EXECUTE = "Execute"


class Severity(_Ordered):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class RiskCategory(_Ordered):
    """What a tool can do; the most severe that applies wins."""

    READ = "Read"
    WRITE = "Write"
    EXECUTE = "Execute"
    DESTRUCTIVE = "Destructive"
    FINANCIAL = "Financial"

    @property
    def access(self) -> Access:
        return _ACCESS[self]

    @property
    def severity(self) -> Severity:
        return _SEVERITY[self]


_ACCESS = {
    RiskCategory.READ: Access.READ,
    RiskCategory.WRITE: Access.WRITE,
    RiskCategory.EXECUTE: Access.EXECUTE,
    RiskCategory.DESTRUCTIVE: Access.WRITE,
    RiskCategory.FINANCIAL: Access.EXECUTE,
}
_SEVERITY = {
    RiskCategory.READ: Severity.LOW,
    RiskCategory.WRITE: Severity.MEDIUM,
    RiskCategory.EXECUTE: Severity.HIGH,
    RiskCategory.DESTRUCTIVE: Severity.CRITICAL,
    RiskCategory.FINANCIAL: Severity.CRITICAL,
}


class Dimension(StrEnum):
    """The six dimensions of the Tool Definition Quality Score, in the specification's order."""

    PURPOSE = "purpose_clarity"
    USAGE = "usage_guidelines"
    BEHAVIOR = "behavioral_transparency"
    PARAMETERS = "parameter_semantics"
    CONCISENESS = "conciseness_structure"
    COMPLETENESS = "contextual_completeness"


class CoherenceDimension(StrEnum):
    """What makes a server's tools a good set, in the specification's order."""

    DISAMBIGUATION = "disambiguation"
    NAMING = "naming_consistency"
    TOOL_COUNT = "tool_count_appropriateness"
    COMPLETENESS = "completeness"


class Tier(StrEnum):
    """Best first, as the specification names them."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    F = "F"

    @cached_property
    def rank(self) -> int:
        """0 for the best tier."""
        return list(Tier).index(self)


class Level(_Ordered):
    """How much a finding matters, in SARIF's words."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


OriginKind = Literal["file", "stdin", "stdio", "http"]
Place = Literal["tool", "server", "source"]
Stage = Literal["open", "start", "connect", "list", "parse"]
