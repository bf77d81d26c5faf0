"""How well a server's tools work as a set, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from analyzer.model.kinds import CoherenceDimension, Tier
from analyzer.model.quality import NotJudged
from analyzer.records import dataclass


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
