"""Tool names taken apart: style, prefix, verb, and what is acted on."""

from __future__ import annotations

import pytest

from analyzer.coherence.names import parse_names, singular, style_of
from analyzer.coherence.naming import read_naming
from analyzer.coherence.rules import load_coherence_rules
from analyzer.coherence.scorecard import listed

WORDS = load_coherence_rules().vocabulary


@pytest.mark.parametrize(
    ("name", "shape", "operation", "resource", "lists"),
    [
        ("get_issue", "verb-first", "get", ("issue",), False),
        ("getIssues", "verb-first", "get", ("issue",), True),
        ("get_docs", "verb-first", "get", ("doc",), False),
        ("list-open-issues-by-author", "verb-first", "list", ("open", "issue"), True),
        ("issue_list", "verb-later", "list", ("issue",), True),
        ("get_build_log", "verb-first", "get", ("build", "log"), False),
        ("distance_matrix", "noun", None, ("distance", "matrix"), False),
        ("search", "bare-verb", "search", (), False),
        ("elevation", "bare-noun", None, ("elevation",), False),
        ("deleteUser-v2", "verb-first", "delete", ("user", "v"), False),
        ("!!!", "noun", None, (), False),
    ],
)
def test_a_name_alone(
    name: str, shape: str, operation: str | None, resource: tuple[str, ...], lists: bool
) -> None:
    (parsed,) = parse_names([name], WORDS)
    assert (parsed.shape, parsed.operation, parsed.resource, parsed.lists) == (
        shape,
        operation,
        resource,
        lists,
    )


def test_the_prefix_that_most_names_share_is_left_out() -> None:
    names = parse_names(["crm_get_deal", "crm_add_deal", "crm_search", "ping"], WORDS)
    assert [n.prefix for n in names] == [("crm",), ("crm",), ("crm",), ()]
    assert [n.shape for n in names] == ["verb-first", "verb-first", "bare-verb", "bare-verb"]


def test_a_verb_is_no_prefix() -> None:
    assert parse_names(["get_a", "get_b", "get_c"], WORDS)[0].prefix == ()


@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("get_issue", "snake_case"),
        ("get-issue", "kebab-case"),
        ("getIssue", "camelCase"),
        ("GetIssue", "PascalCase"),
        ("issues.get", "dotted"),
        ("search", "plain"),
        ("get issue", "odd"),
        ("get_issue-now", "odd"),
        ("!search", "odd"),
        ("", "odd"),
    ],
)
def test_style(name: str, style: str) -> None:
    assert style_of(name) == style


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("issues", "issue"),
        ("queries", "query"),
        ("boxes", "box"),
        ("branches", "branch"),
        ("status", "status"),
        ("address", "address"),
        ("analysis", "analysis"),
        ("news", "news"),
        ("ids", "ids"),
    ],
)
def test_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


def test_names_that_break_the_convention_are_named() -> None:
    naming = read_naming(
        parse_names(["get_a", "set_b", "make_c", "weather_report", "sendMail", "do it"], WORDS)
    )
    assert naming.convention == "snake_case: a verb, then what it acts on"
    assert naming.deviants == ("weather_report", "sendMail", "do it")


def test_a_name_of_blanks_is_shown_in_quotes() -> None:
    assert listed(["a", " ", "c", "d"]) == "a, “ ”, c and 1 more"
    assert listed([" "]) == "“ ”"
