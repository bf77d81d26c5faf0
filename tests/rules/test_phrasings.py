"""However a description puts it, the verdict is the same.

``phrasings.txt`` has a way of putting it a line: ``{b}`` stands for a verb ("delete"), ``{t}`` and
``{g}`` for its third person and gerund, ``{o}`` for what it acts on; ``{B}`` and ``{T}`` begin with
a capital. The name of the tool says nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.features import Features
from analyzer.model import RiskCategory
from analyzer.risk import judge_risk
from analyzer.rulebook import load_rulebook
from analyzer.text import inflect_verb
from tests.builders import build_tool

PHRASINGS = (Path(__file__).parent / "phrasings.txt").read_text(encoding="utf-8").splitlines()
NAMES = ("tool_7", "tool_8")
SCHEMA = {"type": "object", "properties": {"ref": {"type": "string"}}}

R, W, E, D, F = RiskCategory


@pytest.mark.parametrize(
    ("verb", "thing", "category"),
    [
        ("delete", "a record", D),
        ("wipe", "the disk", D),
        ("restart", "the service", E),
        ("click", "an element on the page", E),
        ("run", "a shell command", E),
        ("send", "an email to a customer", E),
        ("update", "a profile", W),
        ("rename", "a folder", W),
        ("refund", "the customer", F),
        ("pay", "an invoice", F),
        ("search", "the documents", R),
        ("list", "the records", R),
    ],
)
def test_however_it_is_put_the_verdict_is_the_same(
    verb: str, thing: str, category: RiskCategory
) -> None:
    rulebook = load_rulebook()
    forms = inflect_verb(verb)
    third = next(form for form in forms["base"] if form != verb)
    gerund = forms["gerund"][-1]  # of "runing" and "running" the second
    wrong = []
    for phrasing in PHRASINGS:
        text = phrasing.format(
            b=verb, t=third, g=gerund, o=thing, B=verb.capitalize(), T=third.capitalize()
        )
        tool = build_tool(NAMES[0], text, inputSchema=SCHEMA)
        verdict = judge_risk(rulebook, rulebook.read(Features(tool, NAMES)), explain=False)
        if verdict.category is not category:
            wrong.append((text, verdict.category.value))
    assert not wrong
