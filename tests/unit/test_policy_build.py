"""Policies: the tables of rules/policy.yaml as documents."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import UsageError
from analyzer.model import RiskCategory, RunnerUp
from analyzer.policy import (
    build_server_policy,
    build_tool_policy,
    careful_tools,
    policy_consequence,
    render_policy,
    validate_policy,
)
from tests.builders import build_assessment, build_named, build_server, build_tool

# The document that a published catalogue recommends for this tool, to the byte.
CREATE_BACKTEST = """\
{
  "version": "1",
  "default": "deny",
  "tools": {
    "create_backtest": {
      "limits": [
        {
          "counter": "create_backtest_rate",
          "window": "minute",
          "max": 10,
          "scope": "grant"
        }
      ]
    }
  }
}
"""


def one_tool(category: RiskCategory, name: str = "x") -> dict[str, object]:
    return build_tool_policy(build_server(build_named({name: category})), name)


def test_an_execute_tool_gives_the_published_document() -> None:
    others = {"list_backtests": RiskCategory.READ, "create_backtest": RiskCategory.EXECUTE}
    document = build_tool_policy(build_server(build_named(others)), "create_backtest")
    assert render_policy(document) == CREATE_BACKTEST


def test_a_read_tool_is_allowed() -> None:
    assert one_tool(RiskCategory.READ) == {"version": "1", "default": "deny", "tools": {"x": {}}}


def test_a_write_tool_is_limited() -> None:
    limit = {"counter": "x_rate", "window": "minute", "max": 30, "scope": "grant"}
    assert one_tool(RiskCategory.WRITE)["tools"] == {"x": {"limits": [limit]}}


def test_a_destructive_tool_is_hidden_and_tools_is_there() -> None:
    document = one_tool(RiskCategory.DESTRUCTIVE)
    assert document == {"version": "1", "default": "deny", "hide": ["x"], "tools": {}}
    assert list(document) == ["version", "default", "hide", "tools"]


def test_a_financial_tool_is_denied_with_its_reason() -> None:
    denial = {"conditions": [], "on_deny": "Requires human approval."}
    assert one_tool(RiskCategory.FINANCIAL)["tools"] == {"x": {"deny_if": [denial]}}


def test_a_whole_server() -> None:
    names = {f"{category}_it".lower(): category for category in RiskCategory}
    tools = build_server_policy(build_server(build_named(names)))["tools"]
    assert {name: rule["limits"][0]["max"] for name, rule in tools.items() if "limits" in rule} == {
        "read_it": 60,
        "write_it": 30,
        "execute_it": 10,
    }
    assert tools["read_it"]["limits"][0]["window"] == "minute"
    assert tools["write_it"]["limits"][0]["window"] == "hour"
    assert tools["execute_it"]["limits"][0]["window"] == "minute"
    assert {n: rule["deny_if"] for n, rule in tools.items() if "deny_if" in rule} == {
        "destructive_it": [{"conditions": [], "on_deny": "Blocked by default. Requires approval."}],
        "financial_it": [{"conditions": [], "on_deny": "Requires human approval."}],
    }


def test_the_order_of_the_server_does_not_matter() -> None:
    names = {"b": RiskCategory.READ, "a": RiskCategory.WRITE, "B": RiskCategory.EXECUTE}
    forward = build_server(build_named(names))
    backward = build_server(build_named(dict(reversed(names.items()))))
    assert render_policy(build_server_policy(forward)) == render_policy(
        build_server_policy(backward)
    )


def test_names_that_differ_in_case_alone_do_not_share_a_counter() -> None:
    server = build_server(build_named(dict.fromkeys(["Get", "GET", "get"], RiskCategory.READ)))
    tools = build_server_policy(server)["tools"]
    counters = {name: rule["limits"][0]["counter"] for name, rule in tools.items()}
    assert counters == {"GET": "get_rate", "Get": "get_rate_2", "get": "get_rate_3"}
    limited = build_server(build_named(dict.fromkeys(["Get", "GET"], RiskCategory.WRITE)))
    single = build_tool_policy(limited, "Get")["tools"]
    assert single["Get"]["limits"][0]["counter"] == "get_rate_2"


def test_a_name_used_twice_counts_as_the_worse_of_its_tools() -> None:
    twice = build_named({"x": RiskCategory.FINANCIAL}) + build_named({"x": RiskCategory.READ})
    assert "deny_if" in build_server_policy(build_server(twice))["tools"]["x"]


def test_an_unknown_tool_is_refused() -> None:
    with pytest.raises(UsageError, match="corner-shop has no tool 'y'"):
        build_tool_policy(build_server(build_named({"x": RiskCategory.READ})), "y")


@pytest.mark.parametrize("category", RiskCategory)
def test_every_category_has_a_consequence_that_names_the_tool(category: RiskCategory) -> None:
    risk = build_assessment(build_tool("x"), category).risk
    assert "{x}" in policy_consequence(risk, "{x}")


@pytest.mark.parametrize(
    ("category", "other", "confidence", "likely", "rules"),
    [
        # Probability of the other category 0.2 in all but the last.
        ("Read", "Write", 0.85, 0.2, "Write"),
        ("Read", "Financial", 0.85, 0.2, "Financial"),
        ("Execute", "Destructive", 0.85, 0.2, "Destructive"),
        ("Read", "Write", 0.95, 0.2, "Read"),
        ("Execute", "Write", 0.85, 0.2, "Execute"),
        ("Read", "Write", 0.85, 0.05, "Read"),
    ],
)
def test_an_unsure_verdict_has_the_rule_of_the_more_severe_category(
    category: str, other: str, confidence: float, likely: float, rules: str
) -> None:
    runner_up = RunnerUp(category=RiskCategory(other), margin=confidence - likely)
    item = build_assessment(
        build_tool("x"), RiskCategory(category), confidence=confidence, runner_up=runner_up
    )
    server = build_server([item])
    sure = build_server(build_named({"x": RiskCategory(rules)}))
    assert build_server_policy(server) == build_server_policy(sure)
    assert build_tool_policy(server, "x") == build_tool_policy(sure, "x")
    unsure = rules != category
    assert careful_tools(server, alone=False) == (("x",) if unsure else ())
    assert ("more severe" in policy_consequence(item.risk, "x")) is unsure


def test_a_more_severe_category_does_not_loosen_a_rule() -> None:
    # For a whole server an Execute tool may be called more often in an hour than a Write tool.
    runner_up = RunnerUp(category=RiskCategory.EXECUTE, margin=0.6)
    item = build_assessment(
        build_tool("x"), RiskCategory.WRITE, confidence=0.85, runner_up=runner_up
    )
    (limit,) = build_server_policy(build_server([item]))["tools"]["x"]["limits"]
    assert (limit["window"], limit["max"]) == ("hour", 30)
    (limit,) = build_tool_policy(build_server([item]), "x")["tools"]["x"]["limits"]
    assert (limit["window"], limit["max"]) == ("minute", 10)


@given(
    names=st.dictionaries(
        st.text(st.characters(), min_size=1), st.sampled_from(list(RiskCategory)), max_size=8
    )
)
def test_documents_hold_to_the_schema_whatever_the_names(names: dict[str, RiskCategory]) -> None:
    server = build_server(build_named(names))
    documents = [build_server_policy(server), *(build_tool_policy(server, n) for n in names)]
    for document in documents:
        validate_policy(document)
        text = render_policy(document)
        assert json.loads(text) == document
        assert text.isascii()
    limits = [r["limits"][0]["counter"] for r in documents[0]["tools"].values() if "limits" in r]
    assert len(set(limits)) == len(limits)
