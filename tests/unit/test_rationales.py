"""How rationales read: neighbouring sentences, and the forms of what is counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from analyzer.actions import raise_to_worst
from analyzer.assess import assess_server
from analyzer.model import (
    ActionVerdict,
    Contribution,
    Dimension,
    Evidence,
    Origin,
    RiskCategory,
    RunnerUp,
    Server,
    ToolAssessment,
)
from analyzer.risk.rationale import explain_verdict
from analyzer.rulebook import load_rulebook
from analyzer.sources import SourceOptions, read_target
from tests.builders import build_assessment, build_tool

E, D = RiskCategory.EXECUTE, RiskCategory.DESTRUCTIVE
Heard = Mapping[str, tuple[str, Mapping[str, float]]]
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


@pytest.mark.parametrize(
    ("name", "description", "hint"),
    [
        ("kv_put", "Put a value into the store.", "false"),
        ("maintenance_on", "Enable maintenance mode of an app.", "false"),
        ("kv_get", "Get a value from the store.", "true"),
    ],
)
def test_hints_are_asked_for_by_the_verdict(name: str, description: str, hint: str) -> None:
    origin = Origin(kind="file", locator="")
    server = Server(id="t", name="t", origin=origin, tools=(build_tool(name, description),))
    text = assess_server(server, load_rulebook()).tools[0].quality.rationales[Dimension.BEHAVIOR]
    assert f'"readOnlyHint": {hint}' in text


def test_an_operation_that_is_not_sure_asks_its_author() -> None:
    unsure = replace(build_action("withdraw", RiskCategory.DESTRUCTIVE), confidence=0.7)
    raised = raise_to_worst(build_assessment().risk, [unsure])
    assert raised.category is RiskCategory.DESTRUCTIVE
    assert "ask the author what “withdraw” changes" in raised.rationale
    sure = replace(unsure, confidence=0.9)
    assert "ask the author" not in raise_to_worst(build_assessment().risk, [sure]).rationale


def test_what_speaks_for_two_categories_alike_is_said_of_the_first() -> None:
    text = explained("Run a query.", 0.9, {"risk.lead.run": ("Run", {E: 1.0, D: 0.9})})
    assert text.startswith("Execute: it runs something (“Run a query”). ")


def test_a_verdict_for_which_nothing_spoke_does_not_say_that_it_has_no_effect() -> None:
    text = explained("Does things.", 0.9, {})
    assert text.startswith("Execute is the likeliest for a tool like this, though no word of “job”")
    unsure = explained("Does things.", 0.6, {})
    assert unsure.startswith("Execute, to be on the safe side: nothing in “job” or its text says")


def test_an_unsure_verdict_does_not_deny_what_it_asks() -> None:
    heard: Heard = {
        "risk.lead.run": ("Run", {E: 1.0, D: -1.0}),
        "risk.text.removes": ("Empty", {D: 1.0}),
    }
    text = explained("Run a job. Empty it.", 0.7, heard)
    assert " It may be Destructive instead: it also says “Empty it”. Unsure: ask" in text
    assert "Destructive was weighed because" in explained("Run a job. Empty it.", 0.9, heard)


def test_no_rationale_denies_a_word_that_spoke_softly_against_it() -> None:
    heard: Heard = {
        "risk.lead.run": ("Run", {E: 2.0}),
        "risk.lead.manage": ("manage", {E: -0.2}),
    }
    assert "No word of it" in explained("Run jobs.", 0.99, {"risk.lead.run": ("Run", {E: 2.0})})
    assert "No word of it" not in explained("Run and manage jobs.", 0.99, heard)


def explained(description: str, confidence: float, heard: Heard) -> str:
    """The rationale of an Execute verdict, Destructive next; the rules by id, each with the word
    that it found and its points."""
    contributions = []
    for rule, (word, points) in heard.items():
        start = description.index(word)
        place = Evidence(
            rule_id=rule, field="/description", quote=word, start=start, end=start + len(word)
        )
        contributions.append(
            Contribution(rule_id=rule, title=rule, evidence=(place,), points=points)
        )
    tool = build_tool("job", description)
    return explain_verdict(load_rulebook(), tool, contributions, E, D, confidence)


def build_action(value: str, category: RiskCategory) -> ActionVerdict:
    place = "/inputSchema/properties/action/enum/0"
    proof = Evidence(rule_id="actions.value", field=place, quote=value, end=len(value))
    return ActionVerdict(
        param="action", value=value, category=category, confidence=0.99, evidence=(proof,)
    )
