"""The types that every other module speaks: frozen dataclasses and enums.

This module imports nothing of ours.

Orders and tables over categories are defined here and nowhere else; the words that
describe them to people are data in ``rules/taxonomy.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a server's definitions were read. ``locator`` has its secrets redacted already."""

    kind: OriginKind
    locator: str
    retrieved_at: str | None = None
    """RFC 3339, for live servers only: a file scanned twice gives the same bytes."""
    digest: str | None = None
    """SHA-256 (hex) of the canonical JSON of what was read."""
    authorization: str | None = None
    """As whom a live server was asked, never a secret: its list may differ by that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientUse:
    """A client whose config names a server, and the name under which it does."""

    client: str
    """Id in ``catalog/clients.yaml``; ``other`` where the file does not tell."""
    alias: str
    path: str
    """The config file."""
    scope: Literal["user", "project", "managed", "plugin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """The four hints as declared. None means not said; defaults are not filled in."""

    title: str | None = None
    read_only: bool | None = None
    destructive: bool | None = None
    idempotent: bool | None = None
    open_world: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One tool definition. ``raw`` is exactly what the server sent; evidence points into it."""

    name: str
    title: str | None = None
    description: str | None = None
    input_schema: Mapping[str, Json] | None = None
    output_schema: Mapping[str, Json] | None = None
    annotations: Annotations = Annotations()
    raw: Mapping[str, Json] = field(default_factory=dict)
    digest: str = ""
    """SHA-256 (hex) of the canonical JSON of ``raw``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One parameter, flattened through ``$ref``, ``anyOf`` and nesting."""

    name: str
    path: str
    """Dotted path in the arguments: ``filter.tags[].name``."""
    pointer: str
    """JSON pointer of its schema in the definition."""
    types: tuple[str, ...] = ()
    description: str | None = None
    required: bool = False
    enum: tuple[Json, ...] = ()
    default: Json = None
    has_default: bool = False
    format: str | None = None
    depth: int = 1
    schema: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words that prove a statement.

    ``quote`` is exactly the slice ``start:end`` (code points) of the string at ``field``, a JSON
    pointer into ``where``. For a declared hint the quote is its JSON (``true``). An absence is
    evidence too: the pointer of the missing member, an empty quote, 0, 0.
    """

    rule_id: str
    field: str
    quote: str = ""
    start: int = 0
    end: int = 0
    where: Place = "tool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a reader should know about a tool or server. Its identity is
    (rule_id, subject, evidence field, quote), which does not move when text around it moves."""

    rule_id: str
    subject: str
    """The tool's name, or the server's id."""
    message: str
    level: Level
    evidence: tuple[Evidence, ...]
    fix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    id: str
    """Stable, safe in file names, unique within a scan."""
    name: str
    title: str | None = None
    version: str | None = None
    protocol_version: str | None = None
    instructions: str | None = None
    origin: Origin
    tools: tuple[Tool, ...] = ()
    clients: tuple[ClientUse, ...] = ()
    """The client configs in which it was found; policies are written for these names."""
    findings: tuple[Finding, ...] = ()
    """What was wrong with entries that could not be taken as tools."""
    raw: Mapping[str, Json] = field(default_factory=dict)
    """What was read, as ``{"server": {...}, "tools": [...]}`` with every entry of the list as
    it was sent, malformed ones too; evidence with ``where="server"`` points into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFailure:
    """A target that could not be read; part of the result, never a pass."""

    target: str
    stage: Stage
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedServer:
    """A server that a client's config names and that was left alone on purpose."""

    name: str
    """The alias under which its client knows it."""
    target: str
    """Its command or URL, secrets masked; empty where it has none."""
    reason: Literal["disabled", "built-in", "declined"]
    """Switched off in the config; part of the client itself; the user said no."""
    clients: tuple[ClientUse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One rule that fired and what it added to each category or dimension."""

    rule_id: str
    title: str
    evidence: tuple[Evidence, ...]
    points: Mapping[str, float]
    """Category (log-odds) or dimension (score points) to what the rule added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerUp:
    category: RiskCategory
    margin: float
    """Probability of the category minus the runner-up's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """What a reader should know of a tool besides its category; ids and words are data in
    ``rules/traits.yaml``."""

    id: str
    title: str
    evidence: tuple[Evidence, ...]
    params: tuple[str, ...] = ()
    """Dotted paths of the parameters concerned; none where the tool as a whole is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionVerdict:
    """The verdict on one value of the parameter that selects a tool's operation."""

    param: str
    """Dotted path of the selecting parameter."""
    value: str
    category: RiskCategory
    confidence: float
    evidence: tuple[Evidence, ...]

    @property
    def access(self) -> Access:
        return self.category.access

    @property
    def severity(self) -> Severity:
        return self.category.severity


@dataclass(frozen=True, slots=True, kw_only=True)
class HintAdvice:
    """A proposed value of one member of the annotations, and why."""

    member: str
    """By its name in the specification: ``title``, ``readOnlyHint``..."""
    value: bool | str
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationAdvice:
    """A tool's annotations as declared, as a client must take them, and as they should be."""

    declared: Annotations
    effective: Annotations
    """With the specification's defaults filled in; ``title`` as the tool shows it, or None."""
    proposed: Annotations
    """None is: leave it out."""
    reasons: tuple[HintAdvice, ...] = ()
    """One for each proposed member, in the specification's order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskVerdict:
    category: RiskCategory
    confidence: float
    """Calibrated probability that the category is right, 0 to 1."""
    runner_up: RunnerUp | None
    rationale: str
    evidence: tuple[Evidence, ...]
    contributions: tuple[Contribution, ...] = ()
    """All rules that fired, strongest for the category first."""
    traits: tuple[Trait, ...] = ()
    actions: tuple[ActionVerdict, ...] = ()
    """In the order in which the definition lists the values; empty where no parameter selects an
    operation."""

    @property
    def access(self) -> Access:
        return self.category.access

    @property
    def severity(self) -> Severity:
        return self.category.severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextSignals:
    """Stage 1 of the TDQS specification: structural facts of a definition."""

    destructive: bool | None
    idempotent: bool | None
    open_world: bool | None
    read_only: bool | None
    definition_bytes: int
    has_annotations: bool
    has_nested_objects: bool
    has_output_schema: bool
    input_hash: str
    invocation_cost: int
    param_count: int
    params_with_descriptions: int
    params_with_enums: int
    required_field_count: int
    required_param_count: int
    schema_depth: int
    schema_description_coverage: int
    title_is_meaningful: bool
    union_choice_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a language model gave a definition. It stands beside the offline scores and never in
    their place: thresholds, policies and totals are made from those."""

    model: str
    """The name it was asked for by."""
    spec_version: str
    """Of the TDQS specification, whose rubric the model was given."""
    cached: bool
    """Whether the answer is one that was kept from an earlier run."""
    scores: Mapping[Dimension, int]
    rationales: Mapping[Dimension, str]
    tdqs: float
    tier: Tier
    flags: tuple[str, ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotJudged:
    """A model was to judge, and there is no judgement: the offline scores stand alone."""

    model: str
    status: Literal["failed", "skipped"]
    """Skipped: the specification fixes the scores without a model, or the model was not asked."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedShadow:
    """A shadow candidate of which a language model says that the purposes overlap."""

    tool: str
    cheaper_sibling: str
    rationale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoherenceJudgement:
    """What a language model gave a server's tools as a set, beside the offline scores."""

    model: str
    spec_version: str
    cached: bool
    scores: Mapping[CoherenceDimension, int]
    rationales: Mapping[CoherenceDimension, str]
    total: float
    """Mean of the four scores, one decimal."""
    tier: Tier
    """Of ``total``."""
    summary: str
    shadows: tuple[ConfirmedShadow, ...]
    overall: ServerRollUp | None
    """From the model's scores alone; None where it did not judge every tool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityScore:
    scores: Mapping[Dimension, int]
    """1 to 5 each."""
    rationales: Mapping[Dimension, str]
    tdqs: float
    """Weighted total, one decimal, 1.0 to 5.0."""
    tier: Tier
    smells: tuple[Dimension, ...]
    flags: tuple[str, ...]
    signals: ContextSignals
    contributions: Mapping[Dimension, tuple[Contribution, ...]] = field(default_factory=dict)
    judge: Judgement | NotJudged | None = None
    """None where no language model was to judge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowCandidate:
    """A tool that a sibling much cheaper to call may shadow, if their purposes overlap."""

    tool: str
    invocation_cost: int
    cheaper_sibling: str
    cheaper_sibling_invocation_cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """Two tools of a server that an agent may take for one another."""

    tools: tuple[str, str]
    likeness: float
    """0 to 1."""
    by: tuple[str, ...]
    """What they share, a clause each."""
    apart: str
    """How to tell them apart, as far as the definitions do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingOperation:
    """Something that a server's surface leaves out."""

    resource: str
    """The field of work (``mail``) or the thing that tools act on (``invoice``)."""
    operation: str
    essential: bool
    """Whether work in the field seldom goes without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRollUp:
    """The server-level numbers of the TDQS specification; each from 1.0 to 5.0, one decimal."""

    mean_tdqs: float
    min_tdqs: float
    description_quality: float
    """60 % mean and 40 % minimum: one bad definition spoils selection for the whole set."""
    coherence: float
    score: float
    """70 % description quality and 30 % coherence."""
    tier: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class CoherenceScore:
    """How well a server's tools work as a set."""

    scores: Mapping[CoherenceDimension, int]
    """1 to 5 each."""
    rationales: Mapping[CoherenceDimension, str]
    convention: str
    """How most names are made."""
    deviants: tuple[str, ...]
    """The names that break the convention."""
    fields: tuple[str, ...]
    """What the tools are about; empty where that is not known."""
    missing: tuple[MissingOperation, ...]
    look_alikes: tuple[LookAlike, ...]
    """Most alike first, at most a hundred."""
    shadow_candidates: tuple[ShadowCandidate, ...]
    overall: ServerRollUp
    judge: CoherenceJudgement | NotJudged | None = None
    """None where no language model was to judge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitUse:
    """How much of a client's limit a server takes."""

    client: str
    counts: Literal["tools", "tokens", "name_chars"]
    at_most: int
    used: int
    hard: bool
    """Whether the client refuses what is beyond; else it works worse, or loads tools later."""
    note: str

    @property
    def left(self) -> int:
        """Headroom; negative beyond the limit."""
        return self.at_most - self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextCost:
    """What a server's definitions cost in a model's context, estimated."""

    tokens: int
    """Of all definitions: name, description and input schema as compact JSON."""
    by_tool: tuple[int, ...]
    """In the server's order."""
    limits: tuple[LimitUse, ...]


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
