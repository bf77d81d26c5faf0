"""Fixes are measured by scoring the changed definition, and ordered by what they bring."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from analyzer.assess import assess_server
from analyzer.features import Features
from analyzer.fixes import Fix, _said_by, build_fixes
from analyzer.model import Dimension, Origin, Server, Tool
from analyzer.rulebook import load_rulebook
from tests.unit.quality_tools import read_tool, score

SIBLINGS = ["ship_parcel", "ship_letter", "list_parcels"]
BARE = read_tool(
    "Ship a parcel.",
    params={
        "street": {"type": "string"},
        "weight": {"type": "number", "minimum": 1, "maximum": 30, "default": 2},
    },
    required=["street"],
)


def fixes_of(tool: Tool) -> tuple[Fix, ...]:
    """Its fixes as a tool of a server that has SIBLINGS too."""
    others = [read_tool(None, name=name) for name in SIBLINGS if name != tool.name]
    origin = Origin(kind="file", locator="")
    server = Server(id="test", name="test", origin=origin, tools=(tool, *others))
    item = assess_server(server, load_rulebook()).tools[0]
    return build_fixes(load_rulebook(), item, SIBLINGS)


@pytest.mark.parametrize(
    ("name", "description", "effects", "hints"),
    [
        ("list_parcels", "List parcels of the warehouse.", "Say what a call needs", (True, False)),
        (
            "delete_parcel",
            "Permanently delete a parcel of the warehouse.",
            "Say what the change",
            (False, True),
        ),
        ("add_parcel", "Add a new parcel to the warehouse.", "Say what the change", (False, False)),
        ("run_script", "Run a shell command on the server.", "Say what the run", (False, True)),
    ],
)
def test_what_is_proposed_follows_the_verdict(
    name: str, description: str, effects: str, hints: tuple[bool, bool]
) -> None:
    # With more or less said already, so that each change moves a score in one of them.
    texts = [f"{description}{more}" for more in ("", " Requires the clerk role.", " Costs a cent.")]
    found = [fix for text in texts for fix in fixes_of(read_tool(text, name=name))]
    said = [fix for fix in found if fix.kind == "effects"]
    declared = [fix for fix in found if fix.kind == "annotations"]
    assert said and declared
    for fix in said:
        assert fix.title.startswith(effects)
        assert ("Read-only" in fix.paste) is hints[0]
    for fix in declared:
        pasted = json.loads("{" + fix.paste + "}")["annotations"]
        assert (pasted["readOnlyHint"], pasted["destructiveHint"]) == hints


@pytest.mark.parametrize(
    ("name", "description", "says"),
    [
        ("delete_parcel", "Permanently delete a parcel of the warehouse.", "Permanently removes"),
        ("add_parcel", "Add a new parcel to the warehouse.", "overwrites nothing"),
        ("update_parcel", "Update a parcel of the warehouse.", "Overwrites existing values"),
        ("refund_parcel", "Refund the price of a parcel.", "Commits real money"),
    ],
)
def test_what_is_said_of_effects_is_true_of_the_tool(
    name: str, description: str, says: str
) -> None:
    texts = [f"{description}{more}" for more in ("", " Requires the clerk role.", " Costs a cent.")]
    found = [fix for text in texts for fix in fixes_of(read_tool(text, name=name))]
    said = [fix.paste for fix in found if fix.kind == "effects"]
    assert said
    assert all(says in paste for paste in said)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("list_open_parcels", ("list", "open parcels")),
        ("parcel_write", ("write", "parcel")),
        ("courier_post_message", ("post", "courier message")),
        ("MatrixTool", ("", "matrix")),
        ("parcel-get-all", ("get", "parcel")),
        ("fetch", ("fetch", "object")),
    ],
)
def test_a_name_says_what_its_tool_does_to_what(name: str, said: tuple[str, str]) -> None:
    assert _said_by(load_rulebook(), name) == said


def test_a_hint_that_is_wrong_is_corrected() -> None:
    lying = {"readOnlyHint": True, "title": "Delete"}
    tool = read_tool("Permanently delete a parcel.", name="delete_parcel", annotations=lying)
    fixes = {fix.kind: fix for fix in fixes_of(tool)}
    assert fixes["annotations"].title == "Correct the annotations"
    pasted = json.loads("{" + fixes["annotations"].paste + "}")["annotations"]
    assert (pasted["title"], pasted["readOnlyHint"]) == ("Delete", False)
    assert "Read-only" not in fixes["effects"].paste
    right = {"readOnlyHint": False, "destructiveHint": True}
    kept = read_tool("Permanently delete a parcel.", name="delete_parcel", annotations=right)
    assert "annotations" not in {fix.kind for fix in fixes_of(kept)}


def test_fixes_are_ordered_by_gain_and_start_at_the_score() -> None:
    fixes = fixes_of(BARE)
    gains = [round(fix.gain, 4) for fix in fixes]
    assert gains == sorted(gains, reverse=True)
    assert all(fix.gain > 0 or fix.tokens < 0 for fix in fixes)
    assert all(fix.before == score(BARE, SIBLINGS).scores for fix in fixes)


def test_what_is_pasted_gives_the_score_that_is_promised() -> None:
    fixes = fixes_of(BARE)
    sentence = next(fix for fix in fixes if fix.kind in ("sibling", "when", "when-not"))
    changed = read_tool(
        f"Ship a parcel. {sentence.paste}",
        params=BARE.raw["inputSchema"]["properties"],
        required=["street"],
    )
    assert score(changed, SIBLINGS).scores == sentence.after
    assert sentence.tokens > 0


def test_parameter_stub_holds_what_the_schema_says() -> None:
    fixes = fixes_of(BARE)
    pasted = json.loads(next(fix.paste for fix in fixes if fix.kind == "params"))
    assert "1 to 30" in pasted["weight"]["description"]
    assert "default 2" in pasted["weight"]["description"]
    assert "required" in pasted["street"]["description"]


def test_nearest_sibling_is_named() -> None:
    fixes = fixes_of(BARE)
    assert any("`list_parcels`" in f.paste or "`ship_letter`" in f.paste for f in fixes)


def test_tool_without_description_gets_one() -> None:
    fixes = fixes_of(read_tool(None))
    assert fixes[0].after[Dimension.PURPOSE] > 1


def test_description_of_a_wrong_type_is_as_none() -> None:
    tool = read_tool(None, name="list_parcels", params={"street": {"type": "string"}})
    wrong = replace(tool, raw={**tool.raw, "description": 5})
    assert [fix.paste for fix in fixes_of(wrong)] == [fix.paste for fix in fixes_of(tool)]


def test_repetition_is_cut() -> None:
    twice = read_tool("Ship a parcel to a street by night courier. " * 4)
    fixes = fixes_of(twice)
    cut = [fix for fix in fixes if fix.kind == "repeated"]
    assert cut and cut[0].tokens < 0


def test_the_definition_itself_is_left_alone() -> None:
    before = json.dumps(BARE.raw)
    fixes_of(BARE)
    assert json.dumps(BARE.raw) == before
    assert Features(BARE).description == "Ship a parcel."
