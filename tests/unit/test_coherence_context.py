"""Token estimates stay near what the o200k_base vocabulary gives; limits count the right thing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.coherence import context_cost, estimate_tokens, load_coherence_rules
from analyzer.model import Tool

RULES = load_coherence_rules().context
DEMO = Path(__file__).resolve().parents[2] / "analyzer" / "demo" / "tools.json"

PARCEL = Tool(
    name="find_parcel",
    description="Find a parcel by its tracking number and say where it is. Returns the last ten "
    "scans, newest first, with time and place. Use list_parcels to see all parcels of a customer.",
    input_schema={
        "type": "object",
        "properties": {
            "trackingNumber": {
                "type": "string",
                "description": "Twelve digits, as printed on the label.",
                "pattern": "^[0-9]{12}$",
            },
            "language": {"type": "string", "enum": ["en", "de", "fr"], "default": "en"},
        },
        "required": ["trackingNumber"],
        "additionalProperties": False,
    },
)
PICKUP = Tool(
    name="book_pickup",
    description="Book a courier.\n\n    Args:\n        address: Where to pick up.\n"
    "        max_weight_kg: At most 31.5.\n\n    Returns:\n        The booking's id.\n    ",
    input_schema={
        "type": "object",
        "title": "book_pickupArguments",
        "properties": {
            "address": {"title": "Address", "type": "string"},
            "max_weight_kg": {
                "anyOf": [{"type": "number"}, {"type": "null"}],
                "default": None,
                "title": "Max Weight Kg",
            },
        },
        "required": ["address"],
    },
)
FREIGHT = Tool(
    name="查询运费",
    description="根据重量和目的地查询运费，返回人民币价格。",
    input_schema={"type": "object", "properties": {"重量": {"type": "number"}}},
)


def _demo() -> list[Tool]:
    entries = json.loads(DEMO.read_text(encoding="utf-8"))["tools"]
    return [
        Tool(
            name=entry["name"],
            description=entry.get("description"),
            input_schema=entry.get("inputSchema"),
            raw=entry,
        )
        for entry in entries
    ]


# Counted with tiktoken 0.14.0 and o200k_base.
@pytest.mark.parametrize(("tool", "tokens"), [(PARCEL, 119), (PICKUP, 117), (FREIGHT, 39)])
def test_estimates_stand_near_the_count(tool: Tool, tokens: int) -> None:
    assert context_cost([tool], RULES).tokens == pytest.approx(tokens, rel=0.12, abs=6)


def test_the_estimate_is_of_the_compact_json() -> None:
    text = '{"name":"x","inputSchema":{"type":"object"}}'
    assert context_cost([Tool(name="x")], RULES).tokens == estimate_tokens(
        text.encode(), RULES.token_weights
    )


def test_a_server_costs_the_sum_of_its_tools() -> None:
    cost = context_cost(_demo(), RULES)
    assert cost.tokens == sum(cost.by_tool)
    assert all(tokens > 0 for tokens in cost.by_tool)


def test_what_a_model_does_not_see_costs_nothing() -> None:
    bare = Tool(name="x", description="Reads.", input_schema={"type": "object"})
    noted = Tool(
        name="x",
        description="Reads.",
        input_schema={"type": "object"},
        output_schema={"type": "object"},
        raw={"_meta": {"a": "b" * 1000}},
    )
    assert context_cost([noted], RULES).tokens == context_cost([bare], RULES).tokens


def test_limits_say_what_is_left() -> None:
    tools = [Tool(name=f"tool{number:03}{'x' * 60}") for number in range(130)]
    cost = context_cost(tools, RULES)
    used = {"tools": 130, "tokens": cost.tokens, "name_chars": 67}
    assert {limit.counts for limit in cost.limits} == set(used)
    for limit in cost.limits:
        assert limit.used == used[limit.counts]
        assert limit.left == limit.at_most - limit.used
    refused = {limit.client for limit in cost.limits if limit.hard and limit.left < 0}
    assert {"OpenAI API", "Claude"} <= refused


def test_nothing_costs_nothing() -> None:
    cost = context_cost([], RULES)
    assert (cost.tokens, cost.by_tool) == (0, ())


def test_text_that_is_no_unicode_is_counted() -> None:
    assert context_cost([Tool(name="x", description="\ud800")], RULES).tokens > 0
