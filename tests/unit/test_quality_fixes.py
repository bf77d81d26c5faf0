"""Fixes are measured by scoring the changed definition, and ordered by what they bring."""

from __future__ import annotations

import json

from analyzer.features import Features
from analyzer.fixes import build_fixes
from analyzer.model import Dimension
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


def test_fixes_are_ordered_by_gain_and_start_at_the_score() -> None:
    fixes = build_fixes(load_rulebook(), BARE, SIBLINGS)
    gains = [round(fix.gain, 4) for fix in fixes]
    assert gains == sorted(gains, reverse=True)
    assert all(fix.gain > 0 or fix.tokens < 0 for fix in fixes)
    assert all(fix.before == score(BARE, SIBLINGS).scores for fix in fixes)


def test_what_is_pasted_gives_the_score_that_is_promised() -> None:
    fixes = build_fixes(load_rulebook(), BARE, SIBLINGS)
    sentence = next(fix for fix in fixes if fix.kind in ("sibling", "when", "when-not"))
    changed = read_tool(
        f"Ship a parcel. {sentence.paste}",
        params=BARE.raw["inputSchema"]["properties"],
        required=["street"],
    )
    assert score(changed, SIBLINGS).scores == sentence.after
    assert sentence.tokens > 0


def test_parameter_stub_holds_what_the_schema_says() -> None:
    fixes = build_fixes(load_rulebook(), BARE, SIBLINGS)
    pasted = json.loads(next(fix.paste for fix in fixes if fix.kind == "params"))
    assert "1 to 30" in pasted["weight"]["description"]
    assert "default 2" in pasted["weight"]["description"]
    assert "required" in pasted["street"]["description"]


def test_nearest_sibling_is_named() -> None:
    fixes = build_fixes(load_rulebook(), BARE, SIBLINGS)
    assert any("`list_parcels`" in f.paste or "`ship_letter`" in f.paste for f in fixes)


def test_tool_without_description_gets_one() -> None:
    fixes = build_fixes(load_rulebook(), read_tool(None), SIBLINGS)
    assert fixes[0].after[Dimension.PURPOSE] > 1


def test_repetition_is_cut() -> None:
    twice = read_tool("Ship a parcel to a street by night courier. " * 4)
    fixes = build_fixes(load_rulebook(), twice, SIBLINGS)
    cut = [fix for fix in fixes if fix.kind == "repeated"]
    assert cut and cut[0].tokens < 0


def test_the_definition_itself_is_left_alone() -> None:
    before = json.dumps(BARE.raw)
    build_fixes(load_rulebook(), BARE, SIBLINGS)
    assert json.dumps(BARE.raw) == before
    assert Features(BARE).description == "Ship a parcel."
