"""Every quality rule has examples beside it, and they hold and fail as they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from analyzer.features import Features
from analyzer.quality.signals import read_signals
from analyzer.rulebook import load_rulebook
from tests.conftest import ROOT
from tests.unit.quality_tools import read_tool

FILES = sorted((ROOT / "rules" / "quality").rglob("*.examples.yaml"))


def entries(path: Path) -> dict[str, dict[str, list[dict[str, Any]]]]:
    found: dict[str, dict[str, list[dict[str, Any]]]] = yaml.safe_load(
        path.read_text(encoding="utf-8")
    )
    return found


EXAMPLES = {rule: given for path in FILES for rule, given in entries(path).items()}


def proves(rule: str, entry: dict[str, Any]) -> bool:
    rulebook = load_rulebook()
    reading = rulebook.read(Features(read_tool(**entry)))
    return rule in read_signals(rulebook, reading).proofs


@pytest.mark.parametrize("rule", [rule.id for rule in load_rulebook().rules["quality"]])
def test_examples_of_rule(rule: str) -> None:
    given = EXAMPLES[rule]
    assert given["holds"] and given["fails"]
    for entry in given["holds"]:
        assert proves(rule, entry), entry
    for entry in given["fails"]:
        assert not proves(rule, entry), entry


def test_no_example_without_a_rule() -> None:
    assert set(EXAMPLES) == {rule.id for rule in load_rulebook().rules["quality"]}
