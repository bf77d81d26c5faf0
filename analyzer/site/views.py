"""What the templates are given: one context dataclass a page, and the parts that pages share.

Texts here are as the server sent them; the templates escape them and show what is invisible.
"""

from __future__ import annotations

from analyzer.model import (
    Finding,
    Server,
    SkippedServer,
    SourceFailure,
    ToolAssessment,
)
from analyzer.output.excerpt import Excerpt
from analyzer.records import dataclass
from analyzer.site.highlight import Piece
from analyzer.site.tool_set import CoherenceView, ContextView, LookAlikeView, Overall


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page carries."""

    root: str
    """Relative path to the report's folder: empty, or ``../`` repeated."""
    tool_version: str
    rules_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One bar of a distribution."""

    label: str
    key: str
    """The class that gives it its colour and the value the table filter knows it by."""
    meaning: str
    number: int
    percent: float
    """Of all tools, 0 to 100, one decimal."""
    offset: float
    """Sum of the percentages before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    tools: int
    access: tuple[Count, ...]
    categories: tuple[Count, ...]
    tiers: tuple[Count, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRow:
    name: str
    href: str
    """From the report's folder."""
    server: str
    server_href: str
    access: str
    category: str
    severity: str
    percent: int
    """Confidence, 0 to 100."""
    tier: str
    tdqs: float
    tokens: int
    """Estimated, of the definition."""
    excerpt: Excerpt
    """The deciding words among those around them."""
    rank: int
    """0 for the least severe category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRow:
    name: str
    href: str
    version: str
    alias: str
    """The name under which its first client knows it; empty where that is ``name``."""
    totals: Totals
    overall: Overall | None
    tokens: int
    worst: ToolRow | None
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPage:
    frame: Frame
    totals: Totals
    servers: tuple[ServerRow, ...]
    tools: tuple[ToolRow, ...]
    """Worst first."""
    failures: tuple[SourceFailure, ...]
    skipped: tuple[SkippedServer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    finding: Finding
    href: str
    """The tool's page from the report's folder; empty where it is about the server."""
    evidence: tuple[EvidenceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    quote: str
    place: str
    """Where the words stand: ``description``, ``parameter``, ``hint``..."""
    subject: str
    """The parameter or hint, or empty."""
    anchor: str
    """The id on the tool page where they are shown, or empty."""
    absent: bool
    """The evidence is that something is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofView:
    evidence: EvidenceView
    rules: tuple[tuple[str, str], ...]
    """Id on the page and title of each rule that rests on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPage:
    frame: Frame
    server: Server
    totals: Totals
    overall: Overall | None
    coherence: CoherenceView | None
    context: ContextView | None
    definition_bytes: int
    tools: tuple[ToolRow, ...]
    """Worst first."""
    findings: tuple[FindingView, ...]
    instructions: tuple[Piece, ...]
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    name: str
    """As in the protocol: ``readOnlyHint``."""
    label: str
    declared: bool | None
    effective: bool | None
    """What a client must assume; None where the hint has no meaning for the tool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamView:
    anchor: str
    path: str
    types: str
    required: bool
    depth: int
    description: tuple[Piece, ...]
    default: str
    """JSON, or empty where there is none."""
    enum: tuple[str, ...]
    limits: tuple[tuple[str, str], ...]
    """Other constraints: keyword and value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaView:
    given: bool
    params: tuple[ParamView, ...]
    document: str
    """The schema as JSON."""
    required: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """One rule that fired. ``points`` follow ``RiskCategory`` for risk rules, else hold one."""

    anchor: str
    rule_id: str
    title: str
    points: tuple[float | None, ...]
    evidence: tuple[EvidenceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TraitView:
    anchor: str
    title: str
    params: tuple[tuple[str, str], ...]
    """Id on the page (or empty) and dotted path of each parameter concerned."""
    evidence: tuple[EvidenceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionView:
    """The verdict on one value of the parameter that selects a tool's operation."""

    param: str
    value: str
    category: str
    severity: str
    percent: int
    evidence: tuple[EvidenceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionView:
    key: str
    title: str
    score: int
    weight: int
    question: str
    rationale: str
    why: str
    rules: tuple[RuleView, ...]
    """The heaviest."""
    smaller: int
    """How many more there were."""
    judged: tuple[int, str] | None
    """What the language model gave that was asked, and why; its name stands in the judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyView:
    document: str
    consequence: str
    effect: str
    """``allow``, ``limit``, ``hide`` or ``deny``."""
    most: int
    """Calls a window, for a limit."""
    window: str
    reason: str
    """What the agent is told, for a denial."""
    default: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolPage:
    frame: Frame
    server: Server
    server_href: str
    assessment: ToolAssessment
    server_name: str
    percent: int
    tokens: int
    """Estimated, of the definition."""
    look_alikes: tuple[LookAlikeView, ...]
    """This tool in the first place."""
    meaning: str
    what: str
    advice: str
    """One sentence."""
    categories: tuple[str, ...]
    """The columns of the rules' points."""
    name: tuple[Piece, ...]
    title: tuple[Piece, ...]
    description: tuple[Piece, ...]
    hints: tuple[Hint, ...]
    clash: str
    """What the declared hints say against the verdict, or empty."""
    proofs: tuple[ProofView, ...]
    rules: tuple[RuleView, ...]
    traits: tuple[TraitView, ...]
    actions: tuple[ActionView, ...]
    findings: tuple[FindingView, ...]
    policy: PolicyView
    call: str
    inputs: SchemaView
    outputs: SchemaView
    dimensions: tuple[DimensionView, ...]
    blocked: str
    """The policy document that hides the tool."""
    plain_name: bool
    """Whether the name can stand in a command line as it is."""
