"""The tables for people: what they show, at which widths, and that no server text acts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from rich.cells import cell_len

from analyzer.model import Contribution, Dimension, Finding, Level, RiskCategory
from analyzer.output.explain import render_explanation
from analyzer.output.summary import By
from analyzer.output.terminal import render_terminal
from tests.builders import (
    build_assessment,
    build_named,
    build_quality,
    build_scan,
    build_server,
    build_shop,
    build_tool,
)
from tests.hostile import RAW, hostile_text
from tests.unit.test_output_json import hostile_scan

WIDTHS = (60, 80, 99, 100, 120, 200)
GROUPINGS: tuple[By, ...] = ("server", "access", "category", "tier")


def lines_fit(text: str, width: int) -> bool:
    return all(cell_len(line) <= width for line in text.splitlines())


@pytest.mark.parametrize("width", [80, 120])
def test_the_shop_as_shown(width: int, golden: Callable[[str, str], None]) -> None:
    golden(f"terminal-{width}.txt", render_terminal(build_scan(build_shop()), width=width))


@pytest.mark.parametrize("by", GROUPINGS[1:])
def test_the_shop_grouped(by: By, golden: Callable[[str, str], None]) -> None:
    other = build_server(build_named({"peek": RiskCategory.READ}), id="other", name="Other")
    scan = build_scan(build_shop(), other)
    golden(f"terminal-by-{by}.txt", render_terminal(scan, by=by, width=100))


def test_the_explanation_as_shown(golden: Callable[[str, str], None]) -> None:
    shop = build_shop()
    (item,) = (one for one in shop.tools if one.tool.name == "empty_basket")
    scan = build_scan(build_server([item], version="1.2.0"))
    golden("explain-80.txt", render_explanation(scan, width=80))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("many", ["x" * 300, "a name of words " * 30, "\u4e16\u754c" * 200])
def test_a_long_name_and_version_are_cut_to_the_width(width: int, many: str) -> None:
    server = build_server(build_shop().tools, name=many, version=f"1.0-{many}")
    text = render_terminal(build_scan(server), width=width)
    head, origin = text.splitlines()[:2]
    assert head.count("…") == 2
    assert cell_len(head) <= width
    assert origin.startswith("file ")
    assert many not in render_explanation(build_scan(server), width=width).replace("\n", "")


def test_a_name_as_they_are_is_shown_whole() -> None:
    name = "io.github.example-organisation/example-server"
    server = build_server(build_shop().tools, name=name, version="2026.11.20-rc.1")
    assert render_terminal(build_scan(server), width=80).startswith(
        f"{name} 2026.11.20-rc.1\nfile "
    )


def test_worst_comes_first() -> None:
    text = render_terminal(build_scan(build_shop()), width=120)
    names = [item.tool.name for item in build_shop().tools]
    places = sorted(names, key=text.index)
    assert places == ["buyNow", "empty_basket", "run_report", "add_note", "status", "list_items"]


def test_without_colour_there_is_no_escape_and_with_it_the_same_text() -> None:
    scan = build_scan(build_shop())
    plain = render_terminal(scan, width=80)
    coloured = render_terminal(scan, width=80, color=True)
    assert "\x1b" not in plain
    assert "\x1b[" in coloured


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("by", GROUPINGS)
def test_long_names_and_wide_characters_fit(width: int, by: By) -> None:
    tools = [
        build_assessment(build_tool("x" * 300, "Delete " + "y" * 500), quote="Delete"),
        build_assessment(build_tool("削除" * 60, "すべてを削除する。" * 30), quote="削除"),
        build_assessment(build_tool("a_tool", "Deletes. " * 80), quote="Deletes. Deletes. "),
    ]
    finding = Finding(
        rule_id="r", subject="a_tool", message="m " * 90, level=Level.ERROR, evidence=(), fix="f"
    )
    server = build_server(tools, name="n" * 150, version="v" * 90, findings=(finding,))
    text = render_terminal(build_scan(server, server), by=by, width=width)
    assert lines_fit(text, width)
    joined = "".join(text.split())
    assert joined.count("x") >= 300  # a name is folded, never cut


def test_a_server_without_tools_has_a_line_and_no_table() -> None:
    text = render_terminal(build_scan(build_server(name="Bare")))
    assert text == "Bare  file shop.json\n0 tools\n"


def test_several_servers_end_in_a_total() -> None:
    scan = build_scan(build_shop(), build_shop())
    assert render_terminal(scan).endswith(
        "2 servers, 12 tools: 4 Read, 4 Write, 4 Execute; 4 critical\n"
    )


def test_servers_of_one_name_are_told_apart_by_their_ids() -> None:
    twins = build_scan(build_server(name="shop", id="shop"), build_server(name="shop", id="shop-2"))
    assert "shop  file" in render_terminal(twins)
    assert "shop shop-2  file" in render_terminal(twins)
    alone = build_scan(build_server(name="shop", id="a"), build_server(name="Shop", id="b"))
    assert "shop  file" in render_terminal(alone)


def test_findings_are_shown_under_their_table() -> None:
    finding = Finding(
        rule_id="source.entry",
        subject="look",
        message="the name is given twice",
        level=Level.WARNING,
        evidence=(),
        fix="Rename one.",
    )
    server = build_server(build_named({"look": RiskCategory.READ}), findings=(finding,))
    text = render_terminal(build_scan(server))
    assert "Findings\n  warning  look: the name is given twice. Rename one.\n" in text


def test_small_terms_of_a_dimension_are_summed() -> None:
    terms = tuple(
        Contribution(rule_id=f"q.{number}", title="T", evidence=(), points={Dimension.PURPOSE: p})
        for number, p in enumerate((0.5, 0.2, -0.3, 0.4, 0.04, 0.3, -0.03))
    )
    quality = build_quality(contributions={Dimension.PURPOSE: terms})
    text = render_explanation(build_scan(build_server([build_assessment(quality=quality)])))
    assert " +0.30 T  q.5\n  +0.01 2 smaller terms together (all in --format json)\n" in text
    assert "q.4" not in text


@given(text=hostile_text())
def test_no_server_text_acts_on_the_terminal(text: str) -> None:
    scan = hostile_scan(text)
    for rendered in (
        render_terminal(scan, width=80),
        render_terminal(scan, by="category", width=120),
        render_explanation(scan, width=80),
    ):
        assert not RAW.search(rendered)
    coloured = render_terminal(scan, width=80, color=True)
    assert not RAW.search(coloured.replace("\x1b[", ""))
