"""The pages of a hostile server: escaped, whole, linked and the same each time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from analyzer.assess import assess_server
from analyzer.model import (
    ClientUse,
    CoherenceDimension,
    CoherenceJudgement,
    Origin,
    RiskCategory,
    Server,
    SkippedServer,
    Tier,
)
from analyzer.policy import build_tool_policy, render_policy
from analyzer.rulebook import load_rulebook
from analyzer.site import write_site
from analyzer.sources import SourceOptions, read_target
from analyzer.taxonomy import taxonomy
from tests.builders import build_scan, build_server, build_shop
from tests.site.hostile import (
    NAMES,
    SCRIPT,
    Page,
    build_hostile_scan,
    build_hostile_server,
)

_KNOWN_TAGS = set(
    re.split(
        r"\s+",
        "a article aside b bdi body button caption code dd details div dl dt footer form h1 h2 h3 "
        "head header html input label li link main mark meta nav ol option p pre q rect script "
        "section select span strong summary svg table tbody td th thead title tr ul wbr",
    )
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "report"
    write_site(build_hostile_scan(), folder)
    return folder


@pytest.fixture(scope="module")
def pages(report: Path) -> dict[Path, Page]:
    return {path: Page(path=path) for path in sorted(report.rglob("*.html"))}


def find_tool(pages: dict[Path, Page], name: str) -> Page:
    """The page whose recommended policy or call is about exactly that tool."""
    for page in pages.values():
        calls = [e.text for e in page.all("pre") if e.attributes["id"] == "call-json"]
        if calls and json.loads(calls[0])["params"]["name"] == name:
            return page
    raise AssertionError(f"no page for {name!r}")


def words_of(page: Page) -> str:
    return re.sub(r"\s+", " ", page.all("main")[0].text)


def section(page: Page, name: str) -> str:
    """The HTML of one section of a page."""
    match = re.search(
        rf'<section id="{name}".*?</section>', page.path.read_text("utf-8"), re.DOTALL
    )
    assert match
    return match.group()


def test_every_server_and_tool_has_a_page(pages: dict[Path, Page]) -> None:
    assert len(pages) == 1 + 1 + len(NAMES) + 1 + len(build_shop().tools)
    for name in NAMES:
        if "\ud800" not in name and "\udc80" not in name:
            find_tool(pages, name)


def test_only_our_elements_and_attributes(pages: dict[Path, Page]) -> None:
    for page in pages.values():
        assert {e.tag for e in page.elements} <= _KNOWN_TAGS
        for element in page.elements:
            for name in element.attributes:
                assert not name.startswith("on") and name != "style", element
        (script,) = page.all("script")
        assert script.attributes["src"].endswith("assets/report.js") and not script.text


def check_links(report: Path, pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), path
        for element in page.elements:
            for name in ("href", "src"):
                link = element.attributes.get(name)
                if link is None or link.startswith("data:image/svg+xml,"):
                    continue
                parts = urlsplit(link)
                assert not parts.scheme and not parts.netloc and not parts.query, link
                goal = (path.parent / unquote(parts.path)).resolve() if parts.path else path
                assert goal.is_file() and goal.is_relative_to(report.resolve()), link
                if parts.fragment:
                    assert parts.fragment in pages[goal].ids, (path, link)


def test_ids_are_unique_and_links_lead_somewhere(report: Path, pages: dict[Path, Page]) -> None:
    check_links(report, pages)


def test_every_page_can_be_reached_from_the_index(report: Path, pages: dict[Path, Page]) -> None:
    index = pages[report / "index.html"]
    linked = {(report / e.attributes["href"]).resolve() for e in index.all("a")}
    assert {p.resolve() for p in pages} <= linked | {(report / "index.html").resolve()}


def test_styles_and_scripts_fetch_nothing(report: Path) -> None:
    for path in (report / "assets").iterdir():
        text = path.read_text("utf-8")
        assert not re.search(r"url\(|@import|https?:|//[a-z]+\.|fetch\(|XMLHttp|eval\(", text)
        assert "innerHTML" not in text


def test_headings_landmarks_and_tables(pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        levels = [int(e.tag[1]) for e in page.elements if re.fullmatch(r"h[1-6]", e.tag)]
        assert levels[0] == 1 and levels.count(1) == 1, path
        assert all(b <= a + 1 for a, b in pairwise(levels)), path
        assert len(page.all("main")) == 1 and page.elements[0].attributes["lang"] == "en"
        for head in page.all("th"):
            assert head.attributes.get("scope") in ("col", "row"), path
        for element in page.elements:
            if element.tag == "button":
                assert element.attributes["type"] in ("button", "reset")
            for reference in ("aria-labelledby", "data-copy"):
                if reference in element.attributes:
                    assert element.attributes[reference] in page.ids, path


def test_nothing_invisible_reaches_a_page(pages: dict[Path, Page]) -> None:
    unseen = re.compile(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
    )
    for path in pages:
        found = unseen.search(path.read_text("utf-8"))
        assert found is None, (path, found)


def test_marks_hold_exactly_the_quote(pages: dict[Path, Page]) -> None:
    page = find_tool(pages, "Tool")
    marks = [
        (e.attributes["class"], e.text)
        for e in page.all("mark")
        if "section" in e.inside and "td" not in e.inside
    ]
    # The rule on scripts overlaps the deciding words, which win where both hold.
    assert marks == [
        ("m-counts", f"{SCRIPT} "),
        ("m-decides", "Deletes every file & folder"),
    ]
    links = [a for a in page.all("a") if "mark" in a.inside]
    assert [a.text for a in links] == [mark.text for mark in page.all("mark")]


def test_policy_is_what_the_policy_command_writes(pages: dict[Path, Page]) -> None:
    server = build_hostile_server()
    for name in ("Tool", SCRIPT, "../../../../etc/passwd"):
        page = find_tool(pages, name)
        (shown,) = [e.text for e in page.all("pre") if e.attributes["id"] == "policy-json"]
        assert shown + "\n" == render_policy(build_tool_policy(server, name))


def test_json_shown_is_the_value_that_was_sent(pages: dict[Path, Page]) -> None:
    page = find_tool(pages, "Tool")
    (tool,) = [t.tool for t in build_hostile_server().tools if t.tool.name == "Tool"]
    for member, shown in (("inputSchema", "input-json"), ("outputSchema", "output-json")):
        (text,) = [e.text for e in page.all("pre") if e.attributes["id"] == shown]
        assert json.loads(text) == tool.raw[member]


def test_a_tool_page_says_all_it_should(pages: dict[Path, Page]) -> None:
    page = find_tool(pages, "empty_basket")
    text = words_of(page)
    words = taxonomy()
    for dimension in words.dimensions.values():
        assert dimension.question in text and dimension.why in text
    titles = [e.text.split("\n")[0] for e in page.all("h3") if "article" in e.inside]
    assert [t.rsplit(" ", 1)[0] for t in titles] == [d.title for d in words.dimensions.values()]
    for said in (
        "Critical risk",
        "Write access",
        words.categories[RiskCategory.DESTRUCTIVE].meaning,
        "Permanently removes",
        "Next comes Write, 71 points of probability behind",
        "is hidden: agents neither see it nor can call it",
        "Everything else on the server is denied unless you say otherwise",
        "How do I block empty_basket completely?",
        "read-only no by default",
        "destructive yes by default",
    ):
        assert said in text, said


def test_a_server_page_shows_its_tools_as_a_set(tmp_path: Path) -> None:
    shop = build_shop()
    coherence = shop.coherence
    assert coherence
    verdict = CoherenceJudgement(
        model="stub-1",
        spec_version="1.2",
        cached=False,
        scores=dict.fromkeys(CoherenceDimension, 2),
        rationales=dict.fromkeys(CoherenceDimension, "A model's opinion."),
        total=2.0,
        tier=Tier.C,
        summary="",
        shadows=(),
        overall=None,
    )
    shop = replace(shop, coherence=replace(coherence, judge=verdict))
    write_site(build_scan(shop), tmp_path)
    text = words_of(Page(path=tmp_path / "servers" / "corner-shop" / "index.html"))
    for dimension, words in taxonomy().coherence.items():
        assert f"{words.title} {coherence.scores[dimension]}/5 {words.question}" in text
        assert coherence.rationales[dimension] in text
    # Cells and terms stand beside one another without a space in the text.
    text = text.replace(" ", "")
    for said in (
        "Overall C 2.8 of 5",
        "C 2.4 mean 3.1, lowest 1.3",
        "A 3.8 as a set",
        "stub-1 2/5 A model's opinion.",
        "list_items status 64 % both read the basket Only one of them is described.",
        "shop find products essential",
        "1 tool with a much cheaper sibling",
        "about 600 tokens of a model's context",
        "1 of 3 limits is passed",
        "One client 6 of 128 tools 122 left; a hard limit: a request with more is refused",
        "A small client 6 of 5 tools 1 too many; a soft limit: for all servers together",
    ):
        assert said.replace(" ", "") in text, said
    text = words_of(Page(path=tmp_path / "servers" / "corner-shop" / "status.html"))
    assert "Easily mistaken for list_items 64 % alike" in text
    assert "120 bytes, about 100 tokens" in text


def test_fragments_of_a_hostile_page(
    pages: dict[Path, Page], golden: Callable[[str, str], None]
) -> None:
    page = find_tool(pages, SCRIPT)
    wanted = ("description", "findings", "why", "signals", "actions", "call", "input")
    golden("site-hostile.html", "\n".join(section(page, name) for name in wanted) + "\n")


def test_lists_show_the_deciding_words_among_those_around_them(tmp_path: Path) -> None:
    write_site(build_scan(build_shop()), tmp_path / "report")
    index = Page(path=tmp_path / "report/index.html")
    said = [e.text for e in index.all("span") if e.attributes.get("class") == "said"]
    # The quotation marks are the style's.
    assert "List the items of a basket." in said
    assert "no description" in said
    assert "List" in [e.text for e in index.all("q")]


def test_failures_are_listed_and_not_passed_over(pages: dict[Path, Page], report: Path) -> None:
    index = pages[report / "index.html"]
    assert "1 target could not be read" in index.all("main")[0].text
    assert any(SCRIPT in e.text for e in index.all("th"))


def test_servers_of_configs_say_which_clients_use_them_and_as_what(tmp_path: Path) -> None:
    uses = (
        ClientUse(client="cursor", alias="shop", path="/a/mcp.json", scope="project"),
        ClientUse(client="other", alias="store", path="/b/servers.json", scope="file"),
    )
    origin = Origin(kind="http", locator="https://example.com/mcp", authorization="bearer token")
    server = build_server(build_shop().tools, clients=uses, origin=origin)
    off = SkippedServer(name="off", target="x", reason="disabled", clients=uses[:1])
    write_site(replace(build_scan(server), skipped=(off,)), tmp_path / "report")
    page = Page(path=tmp_path / "report/servers/corner-shop/index.html")
    facts = [e.text for e in page.all("dd")]
    assert "cursor (project) as shop, servers.json (client config) as store" in facts
    assert "bearer token" in facts
    index = Page(path=tmp_path / "report/index.html")
    assert "as shop" in words_of(index)
    (row,) = [e.text for e in index.all("tr") if "switched off" in e.text]
    assert "off" in row and "cursor (project)" in row


def test_the_same_scan_gives_the_same_bytes(report: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    write_site(build_hostile_scan(), again)
    first = {p.relative_to(report): p.read_bytes() for p in report.rglob("*") if p.is_file()}
    second = {p.relative_to(again): p.read_bytes() for p in again.rglob("*") if p.is_file()}
    assert first == second


def test_empty_scans_and_servers_have_pages(tmp_path: Path) -> None:
    write_site(build_scan(build_server()), tmp_path / "server")
    write_site(build_scan(), tmp_path / "scan")
    for path in sorted(tmp_path.rglob("*.html")):
        Page(path=path)


def test_reports_on_real_servers(shared_data: Path, tmp_path: Path) -> None:
    rulebook = load_rulebook()
    names = ("QuantConnect__mcp-server.json", "pypi_alpaca-mcp-server.json")
    read = [
        server
        for name in names
        for server in read_target(str(shared_data / "servers" / name), SourceOptions(), None)
    ]
    servers = [server for server in read if isinstance(server, Server)]
    assert len(servers) == len(names)
    write_site(build_scan(*[assess_server(s, rulebook) for s in servers]), tmp_path / "report")
    pages = {path: Page(path=path) for path in sorted(tmp_path.rglob("*.html"))}
    check_links(tmp_path / "report", pages)
    page = find_tool(pages, "create_backtest")
    words = page.all("main")[0].text
    assert "Create a new backtest request and get the backtest Id" in words
    assert "model.projectId" in words
