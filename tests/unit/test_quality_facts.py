"""Numbers that the scorecards read, on definitions of our own."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.features import Features
from analyzer.rulebook import load_rulebook
from tests.unit.quality_tools import read_tool


def fact(of: str, description: str, **members: Any) -> float:
    rulebook = load_rulebook()
    return rulebook.read(Features(read_tool(description, **members), ())).fact(of)


@pytest.mark.parametrize(
    ("name", "description", "missing"),
    [
        ("get_parcel", "Get a specific parcel.", 1),
        ("get_parcel", "Get a parcel by ID.", 1),
        ("delete_parcel", "Delete a parcel.", 1),
        ("copy_selection", "Copy the selection to the clipboard.", 0),
        ("upload_queue", "Shows the upload queue.", 0),
        ("list_parcels", "List the parcels.", 0),
        ("delete_all_parcels", "Delete all parcels.", 0),
    ],
)
def test_inputs_that_the_schema_lacks(name: str, description: str, missing: int) -> None:
    assert fact("params.missing", description, name=name) == missing
    assert fact("params.missing", description, name=name, params={"parcel": "Which one"}) == 0


@pytest.mark.parametrize(
    ("schema", "share"),
    [
        ({"type": "object"}, 0.5),
        ({"type": "object", "properties": {"a": {"description": "Of the box"}}}, 0.0),
        ({"type": "array", "items": {"type": "object"}}, 0.5),
        ({"type": "array", "items": {"type": "string"}}, 0.0),
        ({"type": "boolean"}, 0.5),
        ({"type": "integer", "default": 3}, 0.5),
        ({"type": "integer", "default": None}, 0.0),
        ({"type": "string"}, 0.0),
    ],
)
def test_parameters_that_no_name_explains(schema: dict[str, Any], share: float) -> None:
    params = {"filling": schema, "street": "Where to"}
    assert fact("params.unguessable", "Ship a parcel.", params=params) == share


def test_a_switch_that_the_text_mentions_can_be_guessed() -> None:
    params = {"fragile": {"type": "boolean"}}
    assert fact("params.unguessable", "Ship a parcel.", params=params) == 1
    assert fact("params.unguessable", "Ship a parcel that is fragile.", params=params) == 0


def test_shapes_that_nothing_shows() -> None:
    params: dict[str, Any] = {
        "box": {"type": "object"},
        "label": {"type": "string", "description": "As JSON"},
    }
    required = ["box", "label"]
    assert fact("params.shapeless", "Ship.", params=params, required=required) == 2
    assert fact("params.shapeless", "Ship.", params=params) == 0
    params["box"] = {"type": "object", "properties": {"width": {"type": "number"}}}
    params["label"] = {"type": "string", "description": 'As JSON, e.g. {"to": "Rome"}'}
    assert fact("params.shapeless", "Ship.", params=params, required=required) == 0


def test_items_that_repeat_the_schema_or_earn_their_place() -> None:
    text = "Ship a parcel.\n\nArgs:\n    street: Street and number of the house, with floor\n"
    told = {"street": "Street and number of the house, with floor"}
    assert fact("params.repeated", text, params=told) == 1
    assert fact("params.repeated", text, params={"street": "Where"}) == 0
    bare: dict[str, Any] = {"street": {"type": "string"}}
    assert fact("params.earned", text, params=bare) == 1
    assert fact("params.earned", text, params=told) == 0


PARAMS = {
    "speed": {"type": "string", "enum": ["slow", "night"], "description": "How fast"},
    "street": "Where to",
}


@pytest.mark.parametrize(
    ("description", "kinds"),
    [
        ("Ship a parcel.", 0),
        ("Ship a parcel. Set `speed` to 'night' so that couriers drive after dark.", 4),
        ("Ship a parcel. If speed is omitted, the cheapest courier drives.", 1),
        ("Ship a parcel. At least one of the parameters must name a town.", 2),
        ("Ship a parcel. The street supports either format.", 1),
        ("Ship a parcel. Supported formats: any.", 0),
        ("Ship a parcel. Ship a parcel.", 0),
    ],
)
def test_kinds_of_direction(description: str, kinds: int) -> None:
    assert fact("filling.directions", description, params=PARAMS) == kinds


def test_sentences_explain_what_nothing_else_does() -> None:
    bare = {"drop_off": {"type": "string"}, "weight": {"type": "number"}}
    text = "Ship a parcel. The drop_off must be a depot with a crane, e.g. north."
    assert fact("filling.told", text, params=bare) == 0.5
    assert fact("filling.told", text, params={"drop_off": "Where", "weight": "Grams"}) == 0
    assert fact("filling.hints", text, params=bare) >= 2
    assert fact("filling.hints", text, params={"drop_off": "Where", "weight": "Grams"}) == 0


@pytest.mark.parametrize(
    ("description", "slips"),
    [
        ("Ships a parcel.", 0),
        ("Ships a parcel, e.g. a box (see https://a.example/b.c).", 0),
        ("getParcel returns a box.", 0),
        ("ships a parcel.", 1),
        ("Ships a parcel.Returns the price.", 1),
        ("Ships the the parcel.", 1),
        ("Ships a parcel to:", 1),
        ("ships an parcel, Then waits", 3),
    ],
)
def test_carelessness(description: str, slips: int) -> None:
    assert fact("description.careless", description) == slips


@pytest.mark.parametrize("kind", [["object", "null"], {"a": 1}, None, 3, ["string"]])
def test_items_of_any_type_are_read(kind: Any) -> None:
    params: dict[str, Any] = {"rows": {"type": "array", "items": {"type": kind}}}
    shapeless = fact("params.shapeless", "Ship.", params=params, required=["rows"])
    assert shapeless == (kind != ["string"])
