"""A verdict made from name and description alone is less sure, and says so."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.assess import assess_server
from analyzer.model import Origin, RiskVerdict
from analyzer.partial import load_partial_rule
from analyzer.rulebook import load_rulebook
from analyzer.sources.definitions import build_server

SAYS = "The definition holds no input schema"


def verdict(definition: dict[str, Any]) -> RiskVerdict:
    origin = Origin(kind="file", locator="x")
    server = build_server({"name": "x"}, [definition], fallback="x", origin=origin)
    return assess_server(server, load_rulebook()).tools[0].risk


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("delete_note", "Permanently deletes a note. This cannot be undone."),
        ("list_notes", "Lists all notes."),
        ("do_it", ""),
    ],
)
@pytest.mark.parametrize("schema", [{}, {"inputSchema": None}, {"inputSchema": "none"}])
def test_without_a_schema_the_confidence_is_lower(
    name: str, description: str, schema: dict[str, Any]
) -> None:
    definition = {"name": name, "description": description}
    whole = verdict({**definition, "inputSchema": {"type": "object"}})
    partial = verdict({**definition, **schema})
    assert partial.confidence < whole.confidence
    assert partial.confidence <= load_partial_rule().confidence
    assert SAYS in partial.rationale
    assert SAYS not in whole.rationale
    assert partial.runner_up is None or partial.runner_up.margin <= partial.confidence


def test_an_empty_schema_is_a_schema() -> None:
    assert SAYS not in verdict({"name": "list_notes", "inputSchema": {}}).rationale
