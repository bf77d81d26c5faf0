"""How rationales read: neighbouring sentences, and the forms of what is counted."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from analyzer.assess import assess_server
from analyzer.model import Origin, Server, ToolAssessment
from analyzer.rulebook import load_rulebook
from analyzer.sources import SourceOptions, read_target
from tests.builders import build_tool

SENTENCE = re.compile(r"(?<=[.!?”])\s+(?=[A-Z“`])")
ORIGIN = Origin(kind="file", locator="notes.json")
LARGE = ("github__github-mcp-server", "grafana__mcp-grafana", "pypi__workspace-mcp")


def rationales(item: ToolAssessment) -> list[str]:
    return [item.risk.rationale, *item.quality.rationales.values()]


def opening(sentence: str) -> list[str]:
    return sentence.split()[:2]


@pytest.mark.parametrize("name", LARGE)
def test_no_sentence_opens_as_the_one_before_it(shared_data: Path, name: str) -> None:
    (server,) = read_target(str(shared_data / "servers" / f"{name}.json"), SourceOptions())
    assert isinstance(server, Server)
    repeated = [
        text
        for item in assess_server(server, load_rulebook()).tools
        for text in rationales(item)
        for before, after in pairwise(SENTENCE.split(text))
        if opening(before) == opening(after)
    ]
    assert repeated == []


@pytest.mark.parametrize(
    ("count", "said"),
    [(4, "list, get, search, find."), (6, "list, get, search, find and 2 more.")],
)
def test_operations_beyond_the_first_are_counted(count: int, said: str) -> None:
    values = ["list", "get", "search", "find", "show", "read"][:count]
    action = {"enum": [*values, "delete"], "type": "string", "description": "What to do."}
    schema = {"type": "object", "properties": {"action": action}, "required": ["action"]}
    tool = build_tool("notes", "Work with the notes.", inputSchema=schema)
    server = Server(id="notes", name="notes", origin=ORIGIN, tools=(tool,))
    (item,) = assess_server(server, load_rulebook()).tools
    assert f"The others are Read: {said} Refuse" in item.risk.rationale
