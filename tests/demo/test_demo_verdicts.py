"""The demo's definitions show what they are there to show: every category and every tier."""

from __future__ import annotations

from analyzer.assess import assess_server
from analyzer.demo.server import DEFINITIONS
from analyzer.model import Level, RiskCategory, Server, ServerAssessment, Tier
from analyzer.rulebook import load_rulebook
from analyzer.sources import SourceOptions, read_target

# reindex_catalog is left out: without a description nobody can tell.
CATEGORIES = {
    RiskCategory.READ: {"search_products", "get_order", "list_orders", "sales_report"},
    RiskCategory.WRITE: {"update_stock", "create_discount_code"},
    RiskCategory.EXECUTE: {"send_newsletter", "run_report_script"},
    RiskCategory.DESTRUCTIVE: {"clear_abandoned_carts", "purge_customer"},
    RiskCategory.FINANCIAL: {"issue_refund"},
}


def assessed() -> ServerAssessment:
    (server,) = read_target(str(DEFINITIONS), SourceOptions(), None)
    assert isinstance(server, Server)
    return assess_server(server, load_rulebook())


def test_demo_spans_all_categories() -> None:
    found = {item.tool.name: item.risk.category for item in assessed().tools}
    expected = {name: category for category, names in CATEGORIES.items() for name in names}
    assert {name: found[name] for name in expected} == expected


def test_demo_spans_all_tiers_best_and_worst_where_they_belong() -> None:
    tiers = {item.tool.name: item.quality.tier for item in assessed().tools}
    assert set(tiers.values()) == {Tier.A, Tier.B, Tier.C, Tier.D}
    assert tiers["search_products"] is Tier.A
    assert tiers["reindex_catalog"] is Tier.D


def test_tautology_and_missing_description_are_flagged() -> None:
    flags = {item.tool.name: item.quality.flags for item in assessed().tools if item.quality.flags}
    assert flags["sales_report"] == ("Tautological Description",)
    assert flags["reindex_catalog"] == ("No Description",)


def test_one_declared_hint_contradicts_its_text() -> None:
    errors = [finding for finding in assessed().findings if finding.level is Level.ERROR]
    assert [finding.subject for finding in errors] == ["clear_abandoned_carts"]
