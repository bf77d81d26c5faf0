"""A fact that the rubric asks for never lowers the dimension that asks for it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model import Dimension
from tests.unit.quality_tools import read_tool, score

SIBLINGS = ["ship_letter", "list_parcels", "delete_parcel", "track_parcel", "ship_parcel"]
LEADS = [
    "Ship a parcel",
    "Ship a parcel to a street by the night courier",
    "Manage parcels",
    "This tool sends things",
    "Parcel service",
    "List all parcels of a warehouse, including their weight and last stop",
    "Deletes a parcel from the warehouse permanently",
    "发送包裹到指定地址",
]
FACTS = {
    Dimension.PURPOSE: [
        "It covers boxes, tubes and pallets of up to 30 kilograms.",
        "Unlike `ship_letter`, it takes boxes only.",
    ],
    Dimension.USAGE: [
        "Use this when the customer asks for a courier.",
        "Do not use this for letters.",
        "Use `ship_letter` instead for anything under 50 grams.",
        "Requires a label that track_parcel has confirmed.",
        "Use this when the default path of a parcel ends in an error.",
    ],
    Dimension.BEHAVIOR: [
        "You can undo this within an hour, if your role allows it.",
        "Requires an API key with the sender role.",
        "Returns the tracking number and the price.",
        "Limited to 60 calls a minute.",
        "This cannot be undone.",
        "Fails with an error if the street is unknown.",
        "Runs asynchronously and takes about ten seconds.",
        "Overwrites an existing label.",
    ],
    Dimension.PARAMETERS: [
        "`street` is the street and number, e.g. Main Street 5.",
        "weight: kilograms, between 1 and 30 (default: 1).",
    ],
    Dimension.COMPLETENESS: [
        "Returns the tracking number and the price.",
        "Fails with an error if the street is unknown.",
        "`street` is the street and number, e.g. Main Street 5.",
    ],
}
PAIRS = [(dimension, fact) for dimension, facts in FACTS.items() for fact in facts]

leads = st.sampled_from(LEADS)
more = st.lists(
    st.sampled_from([fact for facts in FACTS.values() for fact in facts]), max_size=3, unique=True
)
unexplained = more.map(lambda facts: [f for f in facts if f not in FACTS[Dimension.PARAMETERS]])
"""Facts that explain no parameter. Where the text explains them all and the schema none, the rubric
gives more than for a schema that describes them and a text that only repeats it."""
schemas: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(["street", "weight", "zone", "data", "id"]),
    st.sampled_from(
        [
            {"type": "string"},
            {"type": "number", "description": "Kilograms"},
            {"type": "string", "enum": ["a", "b"]},
            {"type": "object"},
        ]
    ),
    max_size=4,
)
hints = st.sampled_from(
    [{}, {"annotations": {"readOnlyHint": False}}, {"annotations": {"readOnlyHint": True}}]
)


def text_of(lead: str, facts: list[str]) -> str:
    return " ".join([lead + ("。" if lead[0] > "z" else "."), *facts])


@settings(max_examples=120, deadline=None, derandomize=True)
@given(lead=leads, facts=more, params=schemas, members=hints, pair=st.sampled_from(PAIRS))
def test_a_fact_in_the_text_never_lowers_its_dimension(
    lead: str,
    facts: list[str],
    params: dict[str, Any],
    members: dict[str, Any],
    pair: tuple[Dimension, str],
) -> None:
    dimension, fact = pair
    before = read_tool(text_of(lead, facts), params=params, **members)
    after = read_tool(text_of(lead, [*facts, fact]), params=params, **members)
    found = score(after, SIBLINGS)
    if "Annotation Contradiction" in found.flags:
        return
    assert found.scores[dimension] >= score(before, SIBLINGS).scores[dimension]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    lead=leads,
    facts=unexplained,
    params=schemas,
    name=st.sampled_from(["street", "weight", "zone"]),
)
def test_a_parameter_description_never_lowers_parameters(
    lead: str, facts: list[str], params: dict[str, Any], name: str
) -> None:
    bare = {**params, name: {"type": "string"}}
    told = {**params, name: {"type": "string", "description": "Where it goes, e.g. Main Street"}}
    before = score(read_tool(text_of(lead, facts), params=bare), SIBLINGS)
    after = score(read_tool(text_of(lead, facts), params=told), SIBLINGS)
    for dimension in (Dimension.PARAMETERS, Dimension.COMPLETENESS):
        assert after.scores[dimension] >= before.scores[dimension]


@pytest.mark.parametrize("lead", LEADS)
def test_an_output_schema_never_lowers_completeness(lead: str) -> None:
    output = {"type": "object", "properties": {"number": {"type": "string"}}}
    before = score(read_tool(lead), SIBLINGS)
    after = score(read_tool(lead, outputSchema=output), SIBLINGS)
    dimension = Dimension.COMPLETENESS
    assert after.scores[dimension] >= before.scores[dimension]
