"""The whole of a result."""

from __future__ import annotations

from analyzer.model.coherence import CoherenceScore, ContextCost
from analyzer.model.quality import QualityScore
from analyzer.model.risk import AnnotationAdvice, RiskVerdict
from analyzer.model.server import Finding, Server, SkippedServer, SourceFailure, Tool
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolAssessment:
    tool: Tool
    risk: RiskVerdict
    quality: QualityScore
    annotations: AnnotationAdvice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAssessment:
    server: Server
    tools: tuple[ToolAssessment, ...]
    findings: tuple[Finding, ...] = ()
    coherence: CoherenceScore | None = None
    """None for a server without tools."""
    context: ContextCost | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    assessments: tuple[ServerAssessment, ...]
    failures: tuple[SourceFailure, ...]
    skipped: tuple[SkippedServer, ...] = ()
    rules_digest: str
    tool_version: str
