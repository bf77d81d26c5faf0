"""Totals, tiers, smells, roll-ups and shadow candidates equal the reference implementation."""

from __future__ import annotations

import itertools
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tdqs import (
    CostedTool,
    Justification,
    ServerCoherence,
    compute_tdqs,
    compute_tier,
    find_shadow_candidates,
)
from tdqs.compute_smells import compute_smells
from tdqs.rollup_server_score import rollup_server_score
from tdqs.tool_score import ToolScore

from analyzer.model import Dimension, Tier, Tool
from analyzer.signals import (
    context_signals,
    roll_up,
    shadow_candidates,
    smells,
    tdqs_total,
)
from analyzer.taxonomy import tier_of

_COHERENCE = (
    "disambiguation",
    "naming_consistency",
    "tool_count_appropriateness",
    "completeness",
)


def test_every_score_vector_gives_the_reference_total() -> None:
    for vector in itertools.product(range(1, 6), repeat=6):
        scores = dict(zip(Dimension, vector, strict=True))
        theirs: Any = {str(d): s for d, s in scores.items()}
        total = tdqs_total(scores)
        assert total == compute_tdqs(theirs), vector
        assert tier_of(total) == compute_tier(total), vector
        assert list(smells(scores)) == compute_smells(theirs), vector


def test_the_guard_tier_lies_below_every_total() -> None:
    assert tier_of(0.9) is Tier.F


totals = st.lists(st.integers(10, 50).map(lambda tenths: tenths / 10), min_size=1, max_size=40)


@settings(max_examples=300, deadline=None)
@given(totals, st.tuples(*[st.integers(1, 5)] * 4))
def test_roll_ups_equal_the_reference(totals: list[float], scores: tuple[int, ...]) -> None:
    by_name: Any = dict(zip(_COHERENCE, scores, strict=True))
    reasons: Any = {name: Justification(justification="", score=3) for name in _COHERENCE}
    theirs = rollup_server_score(
        coherence=ServerCoherence(
            justifications=reasons, scores=by_name, shadowing_risks=(), summary=""
        ),
        tool_count=len(totals),
        tool_scores=[ToolScore.model_construct(tdqs=total) for total in totals],
    )
    ours = roll_up(totals, scores)
    assert ours.mean_tdqs == theirs.mean_tdqs
    assert ours.min_tdqs == theirs.min_tdqs
    assert ours.description_quality == theirs.description_quality_score
    assert ours.coherence == theirs.coherence_score
    assert ours.score == theirs.overall_score
    assert ours.tier == theirs.overall_tier


def test_a_roll_up_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        roll_up([], (3, 3, 3, 3))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c", "B", "\U0001f600", "\uffee"]), st.integers(0, 30)
        ),
        max_size=12,
    )
)
def test_shadow_candidates_equal_the_reference(costs: list[tuple[str, int]]) -> None:
    theirs = find_shadow_candidates(CostedTool(name=n, invocation_cost=c) for n, c in costs)
    assert [asdict(c) for c in shadow_candidates(costs)] == [
        c.model_dump(by_alias=False) for c in theirs
    ]


def test_a_schema_that_branches_without_end_is_measured_in_bounded_work() -> None:
    names = [f"d{n}" for n in range(40)]
    definitions = {
        name: {"type": "object", "allOf": [{"$ref": f"#/$defs/{n}"} for n in names]}
        for name in names
    }
    schema = {"properties": {"x": {"$ref": "#/$defs/d0"}}, "required": ["x"], "$defs": definitions}
    signals = context_signals(Tool(name="x", raw={"name": "x", "inputSchema": schema}))
    assert signals.required_field_count >= 1


def test_ignoring_annotations_is_as_if_there_were_none() -> None:
    bare: dict[str, Any] = {"name": "x", "description": "Reads."}
    noted = bare | {"annotations": {"readOnlyHint": True}}
    assert context_signals(Tool(name="x", raw=noted), ignore_annotations=True) == context_signals(
        Tool(name="x", raw=bare)
    )
    assert context_signals(Tool(name="x", raw=noted)).read_only is True
