"""Markdown for pull requests: readable, and server text is nothing but text in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from markdown_it import MarkdownIt

from analyzer.model import RiskCategory
from analyzer.output.markdown import code, render_markdown
from analyzer.output.summary import By
from analyzer.output.visible import visible
from tests.builders import build_named, build_scan, build_server, build_shop
from tests.hostile import RAW, hostile_text
from tests.unit.test_output_json import hostile_scan

READER = MarkdownIt("gfm-like", {"linkify": False})


def test_the_shop_as_written(golden: Callable[[str, str], None]) -> None:
    golden("scan.md", render_markdown(build_scan(build_shop())))


@pytest.mark.parametrize("by", ["access", "category", "tier"])
def test_groups_have_their_headings(by: By) -> None:
    text = render_markdown(build_scan(build_shop()), by=by)
    first = {"access": "## Execute: 2", "category": "## Financial: 1", "tier": "## Tier D: 1"}
    assert text.index("## ") == text.index(first[by])


def test_many_tools_of_low_risk_are_folded_away() -> None:
    names = {f"get_{number}": RiskCategory.READ for number in range(11)}
    text = render_markdown(
        build_scan(build_server(build_named({**names, "pay": RiskCategory("Financial")})))
    )
    folded = text[text.index("<details>") : text.index("</details>")]
    assert "<summary>11 tools of low risk</summary>\n\n|" in folded
    assert "`get_3`" in folded
    assert "`pay`" not in folded


def test_servers_of_one_name_are_told_apart_by_their_ids() -> None:
    twins = build_scan(build_server(name="shop", id="shop"), build_server(name="shop", id="shop-2"))
    text = render_markdown(twins)
    assert "## `shop`\n" in text
    assert "## `shop` (`shop-2`)\n" in text
    assert "| `shop` (`shop-2`) | 0 |" in text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "`plain`"),
        ("", "(empty)"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("a|b", "`a\\|b`"),
        ("a\\|b", "`a\\ \\|b`"),
        ("two\nlines", "`two lines`"),
        ("@octocat", "`@octocat`"),
    ],
)
def test_code_spans(text: str, written: str) -> None:
    assert code(text) == written


@given(text=hostile_text())
@example(text="\\|")
@example(text="a` | b ` c")
def test_a_code_span_in_a_table_reads_as_the_text(text: str) -> None:
    tokens = READER.parse(f"| a | b |\n|---|---|\n| {code(text)} | end |\n")
    inline = [token for token in tokens if token.type == "inline"]
    assert len(inline) == 4
    assert inline[3].content == "end"
    (child,) = inline[2].children or []
    if visible(text):
        assert child.type == "code_inline"
        assert child.content.replace(" ", "") == visible(text).replace(" ", "")


@given(text=hostile_text())
def test_server_text_stays_text(text: str) -> None:
    for by in ("server", "category"):
        rendered = render_markdown(hostile_scan(text), by=by)
        assert not RAW.search(rendered)
        tokens = READER.parse(rendered)
        kinds = {token.type for token in tokens}
        kinds |= {child.type for token in tokens for child in token.children or []}
        assert kinds.isdisjoint({"link_open", "image", "html_block", "fence", "code_block"})
        html = {c.content for t in tokens for c in t.children or [] if c.type == "html_inline"}
        assert html <= {"<sub>", "</sub>"}
        headings = [t for t in tokens if t.type == "heading_open" and t.tag == "h1"]
        assert len(headings) == 1
