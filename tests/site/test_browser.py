"""The report in a real browser, opened from ``file://``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analyzer.site import write_site
from tests.site.hostile import SCRIPT, build_hostile_scan

webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium (extra dev)")
waiting = pytest.importorskip("selenium.webdriver.support.ui", reason="needs selenium (extra dev)")

_SETTLED = 5
"""Seconds in which a page must have taken the size of its window."""
_SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "report"
    write_site(build_hostile_scan(), folder)
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next((path for name in names if (path := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("needs chromium and chromedriver (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    profile = tmp_path_factory.mktemp("profile")
    for switch in (*_SWITCHES, f"--user-data-dir={profile}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = webdriver.Chrome(
        options=options, service=webdriver.ChromeService(executable_path=driver)
    )
    try:
        started.execute_cdp_cmd(
            "Browser.grantPermissions",
            {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]},
        )
        yield started
    finally:
        started.quit()


def open_page(browser: Any, path: Path, fragment: str = "") -> None:
    browser.get("about:blank")
    browser.get(path.as_uri() + fragment)


def find_page(report: Path, name: str) -> Path:
    """The page of the hostile server's tool of that name."""
    call = json.dumps({"name": name}, ensure_ascii=False)[1:-1]
    escaped = call.replace('"', "&#34;").replace("<", "&lt;").replace(">", "&gt;")
    (path,) = [p for p in report.rglob("*.html") if escaped in p.read_text("utf-8")]
    return path


def shown_rows(browser: Any) -> list[str]:
    script = (
        "return [...document.querySelectorAll('#tool-table tbody tr')].filter(r => !r.hidden)"
        ".map(r => r.querySelector('th code').textContent)"
    )
    rows: list[str] = browser.execute_script(script)
    return rows


def type_into(browser: Any, text: str) -> None:
    field = browser.find_element("css selector", "input[type=search]")
    field.clear()
    field.send_keys(text)


def check_quiet(browser: Any) -> None:
    """No console message, no request but for files of the report, no script of a server ran."""
    assert browser.get_log("browser") == []
    sent = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [
        message["params"]["request"]["url"]
        for message in sent
        if message["method"] == "Network.requestWillBeSent"
        and message["params"]["documentURL"].startswith("file://")
    ]
    assert urls
    assert [u for u in urls if not u.startswith(("file://", "data:"))] == []
    assert browser.execute_script("return window.hacked === undefined")
    assert (
        browser.execute_script("return document.querySelectorAll('img, svg[onload]').length") == 0
    )


def test_index_filters_and_sorts(browser: Any, report: Path) -> None:
    open_page(browser, report / "index.html")
    everything = shown_rows(browser)
    assert len(everything) > 30
    type_into(browser, "corner charge")
    assert shown_rows(browser) == ["buyNow"]
    count = browser.find_element("css selector", ".filter .count")
    assert count.text == f"1 of {len(everything)} tools"
    type_into(browser, "no such tool anywhere")
    assert browser.find_element("css selector", "[data-empty]").is_displayed()
    browser.find_element("css selector", "[data-clear]").click()
    assert shown_rows(browser) == everything
    browser.find_element("css selector", "a[data-filter='tier=D']").click()
    assert shown_rows(browser) == ["status"]
    browser.find_element("css selector", ".filter [type=reset]").click()
    type_into(browser, "corner")
    head = browser.find_element("css selector", "#tool-table thead th")
    button = head.find_element("css selector", "button")
    names = ["add_note", "buyNow", "empty_basket", "list_items", "run_report", "status"]
    button.click()
    assert (shown_rows(browser), head.get_attribute("aria-sort")) == (names, "ascending")
    button.click()
    assert (shown_rows(browser), head.get_attribute("aria-sort")) == (names[::-1], "descending")
    check_quiet(browser)


def test_copy_button_copies_the_policy(browser: Any, report: Path) -> None:
    open_page(browser, find_page(report, SCRIPT))
    button = browser.find_element("css selector", "[data-copy=policy-json]")
    assert button.text.startswith("Copy")
    button.click()
    copied = browser.execute_async_script(
        "const done = arguments[0];"
        "setTimeout(() => navigator.clipboard.readText().then(done, e => done(String(e))), 50)"
    )
    assert SCRIPT in json.loads(copied)["tools"]
    assert button.text.startswith("Copied")
    check_quiet(browser)


def test_a_mark_opens_the_rule_it_leads_to(browser: Any, report: Path) -> None:
    open_page(browser, find_page(report, "Tool"))
    rules = browser.find_element("css selector", "#rules")
    assert rules.get_attribute("open") is None
    mark = browser.find_element("css selector", "#description mark.m-decides a")
    assert mark.text == "Deletes every file & folder"
    mark.click()
    assert rules.get_attribute("open") is not None
    check_quiet(browser)


def test_a_link_from_elsewhere_opens_what_it_points_at(browser: Any, report: Path) -> None:
    open_page(browser, find_page(report, "Tool"), "#rule-2")
    assert browser.find_element("css selector", "#rules").get_attribute("open") is not None


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_no_page_is_wider_than_the_window(browser: Any, report: Path, width: int) -> None:
    fits = f"return document.documentElement.scrollWidth <= {width}"
    tool = find_page(report, "Tool")
    for page in (report / "index.html", tool, tool.parent / "index.html"):
        metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        open_page(browser, page)
        # The first layout may still have the window's own size.
        waiting.WebDriverWait(browser, _SETTLED).until(lambda b: b.execute_script(fits), str(page))
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_values_of_an_operation_can_be_read_on_a_phone(browser: Any, report: Path) -> None:
    metrics = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    open_page(browser, find_page(report, "Tool"))
    value = browser.find_element("css selector", "table.actions tbody th")
    width = value.size["width"]
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert width >= 110


def test_everything_can_be_read_without_the_script(browser: Any, report: Path) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        open_page(browser, report / "index.html")
        assert not browser.find_element("css selector", ".filter").is_displayed()
        rows = browser.find_elements("css selector", "#tool-table tbody tr")
        assert rows[0].is_displayed() and rows[-1].is_displayed()
        open_page(browser, find_page(report, "Tool"))
        assert not browser.find_element("css selector", ".copy").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
