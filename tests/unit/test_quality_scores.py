"""Six scores a tool: gates, evidence, the seed, and text that must not be rewarded."""

from __future__ import annotations

import json
from bisect import bisect_right
from math import fsum

import pytest

from analyzer.features import Features
from analyzer.model import Dimension
from analyzer.quality.scorecard import score_all, scorecards
from analyzer.quality.signals import read_signals
from analyzer.rulebook import load_rulebook
from tests.conftest import ROOT
from tests.unit.quality_tools import exact_total, read_tool, score

PLAIN = "List the parcels of a warehouse by weight."
GIVEN = (
    read_tool(PLAIN, name="list_parcels"),
    read_tool("Ship a parcel.", params={"street": {"type": "string"}}, required=["street"]),
    read_tool("Delete a parcel from the warehouse.", name="delete_parcel"),
    read_tool(
        "Track a parcel.\n\nArgs:\n    number: Number of the parcel\n\nReturns:\n    Its last stop",
        name="track_parcel",
        params={"number": {"type": "string"}},
    ),
    read_tool("Get parcel data", name="get_parcel", params={"id": "The id"}),
    read_tool("Courier tool", name="courier"),
)
NAMES = [tool.name for tool in GIVEN]


SEEDS = (ROOT / "tests" / "seeds" / "labels.jsonl").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("line", SEEDS, ids=["among-siblings", "alone"])
def test_seed_scores_as_published(line: str) -> None:
    row = json.loads(line)
    members = dict(row["tool"])
    schema = members.pop("inputSchema")
    tool = read_tool(members.pop("description"), inputSchema=schema, **members)
    assert [score(tool, row["siblings"]).scores[d] for d in Dimension] == [4, 2, 2, 4, 5, 4]


@pytest.mark.parametrize("description", [None, "", " \n\t"])
def test_no_description_scores_one_throughout(description: str | None) -> None:
    found = score(read_tool(description))
    assert set(found.scores.values()) == {1}
    assert found.flags == ("No Description",)
    assert not found.contributions
    assert all(found.rationales.values())


def test_tautology_is_capped() -> None:
    found = score(read_tool("Ship_Parcel"))
    assert found.scores[Dimension.PURPOSE] <= 2
    assert found.flags == ("Tautological Description",)


def test_contradiction_scores_one_in_behavior() -> None:
    tool = read_tool("Deletes a parcel for good.", annotations={"readOnlyHint": True})
    found = score(tool)
    assert found.scores[Dimension.BEHAVIOR] == 1
    assert "Annotation Contradiction" in found.flags
    assert "contradicts" in found.rationales[Dimension.BEHAVIOR]


@pytest.mark.parametrize("tool", GIVEN, ids=NAMES)
def test_contributions_add_up_to_the_score(tool: object) -> None:
    rulebook = load_rulebook()
    chosen = next(t for t in GIVEN if t is tool)
    reading = rulebook.read(Features(chosen, NAMES))
    values = read_signals(rulebook, reading).values()
    found = score(chosen, NAMES)
    for dimension, card in scorecards(rulebook).items():
        shown = sum(c.points[dimension.value] for c in found.contributions[dimension])
        # Terms under a hundredth of a point are not shown.
        assert card.base + shown == pytest.approx(card.total(values), abs=0.4)
        assert all(c.evidence and c.title for c in found.contributions[dimension])


@pytest.mark.parametrize("tool", GIVEN, ids=NAMES)
def test_scores_are_what_their_terms_and_pairs_say(tool: object) -> None:
    rulebook = load_rulebook()
    chosen = next(t for t in GIVEN if t is tool)
    values = read_signals(rulebook, rulebook.read(Features(chosen, NAMES))).values()
    cards = scorecards(rulebook)
    scores = score_all(cards, values)
    for dimension, card in cards.items():
        added = [t.points[bisect_right(t.edges, values.get(t.signal, 0.0))] for t in card.terms]
        for pair in card.pairs:
            one, other = (
                bisect_right(edges, values.get(signal, 0.0))
                for signal, edges in zip(pair.signals, pair.edges, strict=True)
            )
            added.append(pair.points[one][other])
        assert card.points(values) == added
        assert scores[dimension] == 1 + bisect_right(card.cuts, fsum([card.base, *added]))


@pytest.mark.parametrize("tool", GIVEN, ids=NAMES)
def test_rationales_are_sentences_and_repeat_exactly(tool: object) -> None:
    chosen = next(t for t in GIVEN if t is tool)
    first, second = score(chosen, NAMES), score(chosen, NAMES)
    assert first.rationales == second.rationales
    assert first.scores == second.scores
    for text in first.rationales.values():
        assert text[:1].isupper() or text[:1] in "“`0123456789"
        assert text.endswith((".", "”", "”."))
        assert "{" not in text.replace('{"', "")


def test_braces_of_a_server_are_no_placeholders() -> None:
    found = score(read_tool("List {nearest} {tool} parcels of {lead}."))
    assert "{nearest} {tool}" in found.rationales[Dimension.PURPOSE]


PADDING = [
    "This is a powerful, amazing and seamless tool.",
    "It is the best and most advanced solution, easy and fast.",
    "use this when when not instead",
    "use when not instead only never always before after limit rate auth error returns",
    "rate limit auth permission error returns pagination default example format",
    "authentication authorization permission irreversible idempotent pagination rate limit errors",
]


@pytest.mark.parametrize("tool", GIVEN, ids=NAMES)
@pytest.mark.parametrize("padding", PADDING)
def test_padding_earns_nothing(tool: object, padding: str) -> None:
    chosen = next(t for t in GIVEN if t is tool)
    longer = {**chosen.raw, "description": f"{(chosen.description or '').rstrip('.')}. {padding}"}
    description = str(longer.pop("description"))
    padded = read_tool(description, **longer)
    assert exact_total(score(padded, NAMES)) <= exact_total(score(chosen, NAMES)) + 0.1


@pytest.mark.parametrize("tool", GIVEN, ids=NAMES)
@pytest.mark.parametrize("times", [1, 4])
def test_repetition_earns_nothing(tool: object, times: int) -> None:
    chosen = next(t for t in GIVEN if t is tool)
    once = (chosen.description or "").rstrip(".") + "."
    longer = {**chosen.raw, "description": " ".join([once] * (times + 1))}
    description = str(longer.pop("description"))
    padded = read_tool(description, **longer)
    assert exact_total(score(padded, NAMES)) <= exact_total(score(chosen, NAMES)) + 0.1
