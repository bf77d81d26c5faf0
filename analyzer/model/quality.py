"""How well a tool is described: the scores, and a language model's beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from analyzer.model.kinds import Dimension, Tier
from analyzer.model.risk import Contribution
from analyzer.records import dataclass


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
