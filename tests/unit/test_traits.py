"""Traits of tools, and the rules behind them held to the examples beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from analyzer.features import Features
from analyzer.model import RiskCategory, Tool, Trait
from analyzer.resources import bundled
from analyzer.rulebook import load_rulebook
from analyzer.rulefiles import EXAMPLES
from analyzer.traits import KIND, find_traits, trait_texts
from tests.builders import build_tool


def tool_of(example: dict[str, Any]) -> Tool:
    params = {
        name: about if isinstance(about, dict) else {"type": "string", "description": about}
        for name, about in example.get("params", {}).items()
    }
    schema = {"type": "object", "properties": params}
    return build_tool(example["name"], example.get("description"), inputSchema=schema)


def all_examples() -> Iterator[tuple[str, bool, dict[str, Any]]]:
    for path in sorted((bundled("rules") / KIND).glob("*" + EXAMPLES)):
        for rule, entries in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for key in ("holds", "fails"):
                assert entries[key], f"{rule} has no example that {key}"
                for example in entries[key]:
                    yield rule, key == "holds", example


ALL = list(all_examples())


def test_every_rule_has_examples_and_a_trait() -> None:
    rules = {rule.id for rule in load_rulebook().rules[KIND]}
    assert rules == {rule for rule, _, _ in ALL}
    assert {rule.split(".")[1] for rule in rules} == set(trait_texts())


@pytest.mark.parametrize(
    ("rule", "expected", "example"), ALL, ids=[f"{r}-{e['name']}-{h}" for r, h, e in ALL]
)
def test_rules_hold_for_their_examples_alone(
    rule: str, expected: bool, example: dict[str, Any]
) -> None:
    rulebook = load_rulebook()
    reading = rulebook.read(Features(tool_of(example)))
    reading.category = RiskCategory(example.get("category", "Read"))
    assert (rule in {hit.rule.id for hit in rulebook.hits(KIND, reading)}) is expected


def traits_of(tool: Tool, category: RiskCategory = RiskCategory.READ) -> dict[str, Trait]:
    rulebook = load_rulebook()
    reading = rulebook.read(Features(tool))
    return {trait.id: trait for trait in find_traits(rulebook, reading, category)}


def test_a_trait_names_the_parameters_concerned() -> None:
    schema = {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "options": {"type": "object", "properties": {"save_path": {"type": "string"}}},
        },
    }
    trait = traits_of(build_tool("keep", "Keep it.", inputSchema=schema))["takes-path"]
    assert trait.params == ("options.save_path",)
    assert trait.title == trait_texts()["takes-path"].title
    assert trait.evidence[0].field == "/inputSchema/properties/options/properties/save_path"


def test_a_trait_of_the_whole_tool_names_none() -> None:
    tool = build_tool("drop", "Permanently deletes a note.")
    trait = traits_of(tool, RiskCategory.DESTRUCTIVE)["irreversible"]
    assert trait.params == ()
    assert trait.evidence[0].quote == "Permanently deletes"


def test_fetching_from_an_address_reaches_the_open_world() -> None:
    tool = tool_of({"name": "fetch_page", "params": {"url": ""}})
    traits = traits_of(tool)
    assert {"takes-url", "untrusted-content", "open-world"} <= set(traits)
    assert traits["open-world"].params == ("url",)


def test_traits_come_in_the_order_of_the_file() -> None:
    tool = tool_of({"name": "fetch_page", "params": {"url": "", "password": "", "sql": ""}})
    order = list(trait_texts())
    found = list(traits_of(tool))
    assert len(found) > 3
    assert found == sorted(found, key=order.index)


def test_a_plain_tool_has_none() -> None:
    assert traits_of(tool_of({"name": "list_planets", "params": {"limit": ""}})) == {}
