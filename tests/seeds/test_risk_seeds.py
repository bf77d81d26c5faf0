"""The two definitions that the project's user named come out as the pages they were taken from."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.assess import assess_server
from analyzer.model import Access, RiskCategory, Severity, ToolAssessment
from analyzer.rulebook import load_rulebook
from analyzer.sources import SourceOptions, read_target

SEEDS = Path(__file__).parent


def assess(name: str, *, ignore_annotations: bool = False) -> ToolAssessment:
    (server,) = read_target(str(SEEDS / f"{name}.json"), SourceOptions(), None)
    found = assess_server(server, load_rulebook(), ignore_annotations=ignore_annotations)  # type: ignore[arg-type]
    return found.tools[0]


@pytest.mark.parametrize("blind", [False, True])
def test_creating_a_backtest_is_execute_and_high(blind: bool) -> None:
    risk = assess("create_backtest", ignore_annotations=blind).risk
    assert (risk.category, risk.access, risk.severity) == (
        RiskCategory.EXECUTE,
        Access.EXECUTE,
        Severity.HIGH,
    )
    assert risk.runner_up is not None
    assert risk.runner_up.category is RiskCategory.WRITE
    assert "Create a new backtest request" in risk.rationale
    assert "not a simple write" in risk.rationale


@pytest.mark.parametrize("blind", [False, True])
def test_reading_the_orders_of_a_backtest_is_read_and_low(blind: bool) -> None:
    risk = assess("read_backtest_orders", ignore_annotations=blind).risk
    assert (risk.category, risk.access, risk.severity) == (
        RiskCategory.READ,
        Access.READ,
        Severity.LOW,
    )
    assert "Read orders from a backtest" in risk.rationale
