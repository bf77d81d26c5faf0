"""Quotes with the text around them, cut to a width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from analyzer.model import Evidence
from analyzer.output.excerpt import build_excerpt, cut, cut_left, deciding, lookup
from tests.builders import build_evidence, build_tool
from tests.hostile import hostile_text

LONG = "Reads first. This call permanently deletes the whole project and all its files. Then more."


def test_the_sentence_around_the_quote_is_shown() -> None:
    tool = build_tool(description=LONG)
    excerpt = build_excerpt(tool, build_evidence(tool, "deletes"), 200)
    assert str(excerpt) == ("This call permanently “deletes” the whole project and all its files.")


def test_the_quote_survives_where_the_context_does_not() -> None:
    tool = build_tool(description=LONG)
    evidence = build_evidence(tool, "deletes")
    assert str(build_excerpt(tool, evidence, 40)) == "…permanently “deletes” the whole…"
    assert str(build_excerpt(tool, evidence, 10)) == "“deletes”…"


def test_a_quote_that_is_too_long_is_cut_after_a_word() -> None:
    tool = build_tool(description=LONG)
    excerpt = build_excerpt(tool, build_evidence(tool, LONG), 30)
    assert str(excerpt) == "“Reads first. This call…”"


@pytest.mark.parametrize(
    ("evidence", "shown"),
    [
        (Evidence(rule_id="r", field="/name", quote="drop", start=0, end=4), "name: “drop”"),
        (Evidence(rule_id="r", field="/annotations"), "no annotations"),
        (
            Evidence(
                rule_id="r",
                field="/inputSchema/properties/sql/description",
                quote="SQL",
                start=4,
                end=7,
            ),
            "sql: Any “SQL” at all",
        ),
        (
            Evidence(rule_id="r", field="/annotations/readOnlyHint", quote="true"),
            "readOnlyHint: “true”",
        ),
        (
            Evidence(rule_id="r", field="/x", quote="here", where="server"),
            "server /x: “here”",
        ),
    ],
)
def test_places_other_than_the_description_are_named(evidence: Evidence, shown: str) -> None:
    schema = {"properties": {"sql": {"type": "string", "description": "Any SQL at all"}}}
    tool = build_tool("drop_table", "Drops.", inputSchema=schema)
    assert str(build_excerpt(tool, evidence, 80)) == shown


def test_a_missing_description_is_said() -> None:
    tool = build_tool(description=None)
    evidence = Evidence(rule_id="r", field="/description")
    assert str(build_excerpt(tool, evidence, 80)) == "no description"


def test_what_says_most_is_preferred() -> None:
    absent = Evidence(rule_id="r", field="/inputSchema/properties/x")
    hint = Evidence(rule_id="r", field="/annotations/readOnlyHint", quote="true", end=4)
    words = Evidence(rule_id="r", field="/name", quote="a", end=1)
    described = Evidence(rule_id="r", field="/description", quote="a", end=1)
    assert deciding([absent, hint, words, described]) is described
    # The value of a parameter that makes a tool what it is stands before its description.
    value = Evidence(rule_id="r", field="/inputSchema/properties/x/enum/0", quote="a", end=1)
    assert deciding([words, value, described]) is value
    assert deciding([words, described, value]) is described
    assert deciding([absent, hint, words]) is words
    assert deciding([absent, hint]) is hint
    assert deciding([absent]) is absent
    assert deciding([]) is None


def test_a_member_that_is_there_and_has_no_quote_is_not_named() -> None:
    tool = build_tool(inputSchema={"properties": {"x": {}}})
    for field, shown in (("/description", ""), ("/inputSchema/properties/x", "parameter x")):
        assert str(build_excerpt(tool, Evidence(rule_id="r", field=field), 80)) == shown


def test_pointers_are_followed_through_lists_and_escapes() -> None:
    document = {"a/b": [{"~": "found"}]}
    assert lookup(document, "/a~1b/0/~0") == "found"
    assert lookup(document, "/a~1b/1") is None
    assert lookup(document, "/a~1b/x") is None
    assert lookup(document, "/a~1b/0/~0/deeper") is None


@given(text=st.text(max_size=60), width=st.integers(min_value=0, max_value=40))
def test_cuts_fit(text: str, width: int) -> None:
    for done in (cut(text, width), cut_left(text, width)):
        assert cell_len(done) <= max(width, 0) or done == text == ""


@given(
    before=hostile_text(),
    quote=hostile_text().filter(bool),
    after=hostile_text(),
    width=st.integers(min_value=12, max_value=120),
)
def test_excerpts_fit(before: str, quote: str, after: str, width: int) -> None:
    tool = build_tool(description=before + quote + after)
    start, end = len(before), len(before) + len(quote)
    evidence = Evidence(rule_id="r", field="/description", quote=quote, start=start, end=end)
    assert cell_len(str(build_excerpt(tool, evidence, width))) <= width
