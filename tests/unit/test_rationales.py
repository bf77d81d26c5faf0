"""How rationales read: neighbouring sentences, and the forms of what is counted."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from analyzer.actions import raise_to_worst
from analyzer.assess import assess_server
from analyzer.model import (
    ActionVerdict,
    Evidence,
    RiskCategory,
    RunnerUp,
    Server,
    ToolAssessment,
)
from analyzer.rulebook import load_rulebook
from analyzer.sources import SourceOptions, read_target
from tests.builders import build_assessment

SENTENCE = re.compile(r"(?<=[.!?”])\s+(?=[A-Z“`])")
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
    actions = [build_action(value, RiskCategory.READ) for value in values]
    actions.append(build_action("delete", RiskCategory.DESTRUCTIVE))
    raised = raise_to_worst(build_assessment().risk, actions)
    assert f"The others are Read: {said} Refuse" in raised.rationale


def test_an_operation_that_is_sure_speaks_for_a_whole_that_is_not() -> None:
    runner_up = RunnerUp(category=RiskCategory.READ, margin=0.5)
    verdict = build_assessment(
        category=RiskCategory.DESTRUCTIVE, confidence=0.7, runner_up=runner_up
    ).risk
    deletes = build_action("delete", RiskCategory.DESTRUCTIVE)
    raised = raise_to_worst(verdict, [deletes])
    assert (raised.category, raised.confidence) == (RiskCategory.DESTRUCTIVE, 0.99)
    assert raised.runner_up and raised.runner_up.category is RiskCategory.READ
    assert "“delete”" in raised.rationale
    sure = replace(verdict, confidence=0.9)
    assert raise_to_worst(sure, [deletes]) == replace(sure, actions=(deletes,))


def build_action(value: str, category: RiskCategory) -> ActionVerdict:
    place = "/inputSchema/properties/action/enum/0"
    proof = Evidence(rule_id="actions.value", field=place, quote=value, end=len(value))
    return ActionVerdict(
        param="action", value=value, category=category, confidence=0.99, evidence=(proof,)
    )
