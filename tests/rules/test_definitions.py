"""Short definitions of many fields, each with the categories that a careful reader would give."""

from __future__ import annotations

from pathlib import Path

from analyzer.actions import judge_actions, raise_to_worst
from analyzer.features import Features
from analyzer.risk import judge_risk
from analyzer.rulebook import Rulebook, load_rulebook
from tests.builders import build_tool

LINES = [
    [part.strip() for part in line.split("|")]
    for line in (Path(__file__).parent / "definitions.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
FEWEST = 900


def category(rulebook: Rulebook, name: str, description: str, params: str) -> str:
    pairs = (param.strip().partition(":") for param in params.split(",") if param.strip())
    properties = {key: {"type": kind or "string"} for key, _, kind in pairs}
    schema = {"type": "object", "properties": properties}
    tool = build_tool(name, description, inputSchema=schema)
    reading = rulebook.read(Features(tool, ()))
    judged = judge_risk(rulebook, reading, explain=False)
    return raise_to_worst(judged, judge_actions(rulebook, reading)).category.value


def test_each_definition_has_a_category_that_a_reader_would_give() -> None:
    rulebook = load_rulebook()
    assert len(LINES) >= FEWEST
    wrong = [
        (name, description, found, wanted)
        for name, description, params, wanted in LINES
        if (found := category(rulebook, name, description, params)) not in wanted.split("/")
    ]
    assert not wrong
