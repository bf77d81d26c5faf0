"""docs/scoring.md says what the rules say."""

from __future__ import annotations

import pytest

from analyzer.model import Dimension
from analyzer.quality.page import render_scorecards
from analyzer.rulebook import load_rulebook
from analyzer.taxonomy import taxonomy
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "scoring.md"


def test_page_is_fresh(request: pytest.FixtureRequest) -> None:
    text = render_scorecards(load_rulebook())
    if request.config.getoption("--update-golden"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "--update-golden writes docs/scoring.md anew"


def test_page_has_a_scorecard_of_every_dimension() -> None:
    text = render_scorecards(load_rulebook())
    for dimension in Dimension:
        assert f"## {taxonomy().dimensions[dimension].title} (" in text
