"""Every risk rule holds for the examples beside it that it should hold for, and for no other."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from analyzer.errors import RuleError
from analyzer.features import Features
from analyzer.model import Annotations, RiskCategory, Tool
from analyzer.resources import bundled
from analyzer.rulebook import load_rulebook
from analyzer.rulebook.lexicon import build_lexicon, parse_pattern
from analyzer.rulefiles import EXAMPLES
from tests.builders import build_tool

RULES = bundled("rules")
HINTS = {
    "readOnlyHint": "read_only",
    "destructiveHint": "destructive",
    "idempotentHint": "idempotent",
    "openWorldHint": "open_world",
}


def tool_of(example: dict[str, Any]) -> Tool:
    params = {
        name: about if isinstance(about, dict) else {"type": "string", "description": about}
        for name, about in example.get("params", {}).items()
    }
    members = {k: v for k, v in example.items() if k in ("title", "annotations")}
    tool = build_tool(
        example["name"],
        example.get("description"),
        inputSchema={"type": "object", "properties": params},
        **members,
    )
    hints = {HINTS[k]: v for k, v in example.get("annotations", {}).items()}
    return Tool(
        name=tool.name,
        title=example.get("title"),
        description=tool.description,
        input_schema=tool.input_schema,
        annotations=Annotations(**hints),
        raw=tool.raw,
    )


def examples() -> Iterator[tuple[str, bool, dict[str, Any]]]:
    for path in sorted((RULES / "risk").glob("*" + EXAMPLES)):
        for rule, entries in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for key in ("holds", "fails"):
                assert entries[key], f"{rule} has no example that {key}"
                for example in entries[key]:
                    yield rule, key == "holds", example


ALL = list(examples())


def rule_files() -> list[Path]:
    return [p for p in sorted((RULES / "risk").glob("*.yaml")) if not p.name.endswith(EXAMPLES)]


def test_every_rule_has_examples_in_the_file_beside_its_own() -> None:
    for path in rule_files():
        beside = path.with_name(path.stem + EXAMPLES)
        ids = {rule["id"] for rule in yaml.safe_load(path.read_text(encoding="utf-8"))}
        assert ids == set(yaml.safe_load(beside.read_text(encoding="utf-8"))), path.name


def test_rules_hold_for_their_examples_alone() -> None:
    rulebook = load_rulebook()
    wrong = []
    for rule, expected, example in ALL:
        reading = rulebook.read(Features(tool_of(example), example.get("siblings", ())))
        if (rule in {hit.rule.id for hit in rulebook.hits("risk", reading)}) is not expected:
            wrong.append((rule, expected, example))
    assert not wrong


@pytest.mark.parametrize("path", rule_files(), ids=lambda p: p.stem)
def test_rule_files_fit_the_schema(path: Path) -> None:
    schema = json.loads((RULES / "rule.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(
        yaml.safe_load(path.read_text(encoding="utf-8"))
    )


def test_every_rule_has_a_weight_and_every_weight_a_rule() -> None:
    rulebook = load_rulebook()
    weights = rulebook.weights["risk"]["rules"]
    assert set(weights) == {rule.id for rule in rulebook.rules["risk"]}


def test_no_weight_turns_what_its_rule_leans_to() -> None:
    rulebook = load_rulebook()
    weights = rulebook.weights["risk"]["rules"]
    turned = [
        (rule.id, category)
        for rule in rulebook.rules["risk"]
        for category, lean in rule.leans.items()
        if weights[rule.id][RiskCategory(category)] * lean < 0
    ]
    assert not turned


def test_weights_were_made_for_these_rules() -> None:
    rulebook = load_rulebook()
    made_for = rulebook.weights["risk"]["provenance"]["rules"]
    assert made_for == rulebook.digests["risk"], "run `toolmark calibrate TRAIN --only risk`"


def patterns_of(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from patterns_of(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from patterns_of(inner, key)
    elif isinstance(value, str) and key in ("match", "unless", "param"):
        yield value


def misread(pattern: str) -> bool:
    """Whether a bar joins phrases: it binds single words, so that "run at|send at" asks for three
    words and "dry run|dry-run" wants "dry dry-run"."""
    for one, other in itertools.pairwise(pattern.split()):
        if one[0] in "*^!" or other[0] in "*$!":
            continue
        before, after = set(one.split("|")), set(other.split("|"))
        if any(f"{a}-{b}" in after for a in before for b in after):
            return True
        if len(before) > 1 and len(after) > 1 and before & after:
            return True
    return False


def test_misread_alternations_are_known() -> None:
    assert misread("execute at|run at|send at")
    assert misread("a dry run|dry-run")
    assert not misread("execute|run|send at")
    assert not misread("real money|funds")


@pytest.mark.parametrize("path", rule_files(), ids=lambda p: p.stem)
def test_no_bar_joins_phrases(path: Path) -> None:
    rules = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [p for p in patterns_of(rules) if misread(p)] == []


@pytest.mark.parametrize(("pattern", "said"), [("^ *2 send", "opens"), ("send *2 $", "ends")])
def test_a_gap_between_nothing_is_refused(pattern: str, said: str) -> None:
    lexicon = build_lexicon({}, {}, {})
    with pytest.raises(RuleError, match=f"{said} with a gap; take it out"):
        parse_pattern(pattern, lexicon, "rules/risk/name.yaml")


@pytest.mark.parametrize("word", [False, True, "two words"])
def test_a_word_that_yaml_read_as_something_else_is_refused(word: object) -> None:
    with pytest.raises(RuleError, match="no single word"):
        build_lexicon({}, {"switch": ["left", word]}, {})  # type: ignore[list-item]
