"""Look-alikes, missing work and the four scores, on small tool sets written for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.coherence import load_coherence_rules, read_tool_set, score_coherence
from analyzer.coherence.lookalikes import find_look_alikes
from analyzer.coherence.names import parse_names
from analyzer.model import CoherenceDimension, CoherenceScore, Tool
from tests.builders import build_quality, build_signals, build_tool

RULES = load_coherence_rules()
NAMING = CoherenceDimension.NAMING
DISAMBIGUATION = CoherenceDimension.DISAMBIGUATION
TOOL_COUNT = CoherenceDimension.TOOL_COUNT
COMPLETENESS = CoherenceDimension.COMPLETENESS

CALENDAR = {
    "list_events": "List the events of a calendar between two dates.",
    "get_event": "Read one event with its guests, place and reminders.",
    "create_event": "Create an event and invite its guests by e-mail.",
    "update_event": "Change the time, place or guests of an event.",
    "delete_event": "Delete an event and tell its guests.",
}


def _tools(texts: dict[str, str | None]) -> list[Tool]:
    return [build_tool(name, text) for name, text in texts.items()]


def _score(tools: Sequence[Tool]) -> CoherenceScore:
    return score_coherence(tools, [build_quality()] * len(tools), RULES)


def _pairs(tools: Sequence[Tool]) -> list[tuple[str, str]]:
    names = parse_names([tool.name for tool in tools], RULES.vocabulary)
    return [pair.tools for pair in find_look_alikes(tools, names, RULES.vocabulary)]


def test_a_whole_small_surface_is_as_good_as_can_be() -> None:
    score = _score(_tools(dict(CALENDAR)))
    assert set(score.scores.values()) == {5}
    assert score.fields == ("calendar",)
    assert (score.missing, score.look_alikes, score.deviants) == ((), (), ())
    assert score.overall.coherence == 5.0


@pytest.mark.parametrize("left_out", ["create_event", "update_event"])
def test_essential_work_that_is_left_out_is_named_and_costs(left_out: str) -> None:
    texts: dict[str, str | None] = {n: t for n, t in CALENDAR.items() if n != left_out}
    score = _score(_tools(texts))
    assert score.scores[COMPLETENESS] < 5
    missing = {gap.operation for gap in score.missing if gap.essential}
    assert missing == {
        {"create_event": "create an event", "update_event": "change an event"}[left_out]
    }
    assert missing.pop() in score.rationales[COMPLETENESS]


def test_a_thing_that_can_be_made_and_not_removed_is_a_dead_end() -> None:
    score = _score(_tools({"create_widget": "Create a widget.", "get_widget": "Read a widget."}))
    assert [(gap.resource, gap.operation) for gap in score.missing] == [("widget", "delete")]


def test_an_action_parameter_offers_what_its_values_say() -> None:
    values = {"properties": {"action": {"enum": ["create", "update", "delete", "get", "list"]}}}
    tool = replace(build_tool("calendar_event", "Work with calendar events."), input_schema=values)
    gaps = {gap.operation for gap in _score([tool, build_tool("ping_calendar")]).missing}
    assert not gaps & {"list events", "create an event", "change an event"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("parse_feed", "parse_feed_lite"),
        ("search_orders", "shop_search_orders"),
        ("read_note", "view_note"),
        ("add_footnote_enhanced", "add_footnote_robust"),
    ],
)
def test_names_that_tell_nothing_apart_look_alike(first: str, second: str) -> None:
    same = "Work on the thing that is named."
    other = build_tool("send_invoice", "Send an invoice to a customer.")
    pairs = _pairs([build_tool(first, same), build_tool(second, same), other])
    assert pairs == [(first, second)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("get_order", "delete_order"),
        ("get_order", "list_orders"),
        ("get_order", "get_orders"),
        ("create_user", "create_invoice"),
        ("search", "ping"),
    ],
)
def test_other_work_or_other_things_do_not(first: str, second: str) -> None:
    texts = {first: "Does the first of two things.", second: "Quite another matter altogether."}
    assert _pairs(_tools(dict(texts))) == []


def test_a_description_that_names_the_other_tool_tells_them_apart() -> None:
    alike: dict[str, str | None] = {
        "parse_feed": "Parse a feed.",
        "parse_feed_lite": "Parse a feed.",
    }
    told = alike | {"parse_feed_lite": "Parse a feed; where speed matters less use parse_feed."}
    assert _pairs(_tools(alike))
    assert not _pairs(_tools(told))


def test_look_alikes_lower_disambiguation_and_are_cited() -> None:
    texts = {
        f"{verb}_feed{end}": "Work on a feed." for verb in ("parse", "sort") for end in ("", "_v2")
    }
    score = _score(_tools(dict(texts)))
    assert score.scores[DISAMBIGUATION] <= 3
    assert "parse_feed and parse_feed_v2" in score.rationales[DISAMBIGUATION]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, 2),
        (2, 3),
        (3, 5),
        (14, 5),
        (15, 4),
        (19, 3),
        (25, 3),
        (26, 2),
        (49, 2),
        (50, 1),
        (300, 1),
    ],
)
def test_tool_count_follows_the_rubric(count: int, expected: int) -> None:
    tools = [build_tool(f"get_thing{number}") for number in range(count)]
    assert _score(tools).scores[TOOL_COUNT] == expected


def test_mixed_naming_scores_lower_and_names_the_strays() -> None:
    score = _score(_tools(dict.fromkeys(["get_a", "list_b", "fetchC", "weather_report"], "Reads.")))
    assert score.scores[NAMING] <= 4
    assert "weather_report" in score.rationales[NAMING]
    assert "fetchC" in score.rationales[NAMING]


def test_shadow_candidates_come_from_the_invocation_costs() -> None:
    costs = (0, 9)
    qualities = [build_quality(signals=build_signals(invocation_cost=cost)) for cost in costs]
    score = score_coherence(_tools({"ping": "Ping.", "run_query": "Run."}), qualities, RULES)
    assert [(c.tool, c.cheaper_sibling) for c in score.shadow_candidates] == [("run_query", "ping")]


def test_of_one_tool_nothing_is_said_of_several() -> None:
    rationales = _score(_tools({"list_files": "List files."})).rationales
    assert rationales[DISAMBIGUATION].endswith(
        "nothing to choose. It can be mistaken for no other."
    )
    assert "None breaks it" not in rationales[NAMING]


def test_a_set_is_not_said_to_hold_look_alikes_where_none_are_named() -> None:
    things = ("files", "users", "orders", "rooms", "maps", "songs", "books", "cars", "trees")
    score = _score(_tools({f"list_{thing}": f"List the {thing}." for thing in things}))
    assert score.scores[DISAMBIGUATION] == 5
    assert "lie close" not in score.rationales[DISAMBIGUATION]
    assert "taken for another." in score.rationales[DISAMBIGUATION]


def test_no_tool_no_score() -> None:
    with pytest.raises(ValueError, match="at least one tool"):
        score_coherence([], [], RULES)


def test_thousands_of_tools_about_one_thing_are_compared_in_bounded_work() -> None:
    tools = [build_tool(f"get_order_{number}", "Read an order.") for number in range(3000)]
    score = _score(tools)
    assert len(score.look_alikes) == 100
    assert score.scores[TOOL_COUNT] == 1


def test_every_measure_has_a_term_and_every_term_a_measure() -> None:
    measures = read_tool_set(_tools(dict(CALENDAR)), RULES).measures
    for dimension, card in RULES.scorecards.items():
        assert [m.id for m in measures[dimension]] == list(
            dict.fromkeys(m.id for m in measures[dimension])
        )
        assert {m.id for m in measures[dimension]} == set(card.terms)


SERVICES = """
    airtable arxiv asana aws azure bigquery blender clickhouse confluence discord docker duckdb
    dynamodb elasticsearch ethereum excel facebook figma firestore git github gitlab gmail google
    helm homeassistant hubspot instagram jira kubectl kubernetes k8s linear linkedin maven mongodb
    mysql notion npm opensearch outlook paypal postgres powerpoint pubmed pypi reddit redis
    salesforce sentry shopify slack snowflake solana spotify sqlite stripe subreddit supabase
    telegram tiktok trello tweet twitter unreal whatsapp wikipedia youtube
"""


def test_no_field_of_work_is_known_by_a_service_or_product() -> None:
    for domain in RULES.domains:
        needed = {word for need in domain.needs for word in need.how | need.of}
        assert not (domain.signs | needed | {domain.name}) & set(SERVICES.split()), domain.name


def test_needs_speak_of_known_operations_or_of_words() -> None:
    for domain in RULES.domains:
        assert domain.needs and domain.signs, domain.name
        assert any(need.essential for need in domain.needs) or domain.name == "web", domain.name
        for need in domain.needs:
            assert need.how or need.of, (domain.name, need.what)


names = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["get_{x}", "list%s", "削除_ユーザー", "\ud800", "a" * 300, "{0}", "get_get_get"]
    ),
    st.lists(
        st.sampled_from(["get", "list", "create", "delete", "user", "orders", "v2", "by", "api"]),
        min_size=1,
        max_size=5,
    ).map("_".join),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(names, st.one_of(st.none(), st.text(max_size=40))), min_size=1, max_size=12)
)
def test_any_names_are_scored_the_same_twice(entries: list[tuple[str, str | None]]) -> None:
    tools = [build_tool(name, text) for name, text in entries]
    score = _score(tools)
    assert all(1 <= value <= 5 for value in score.scores.values())
    assert all(rationale.strip() for rationale in score.rationales.values())
    assert _score(tools) == score
