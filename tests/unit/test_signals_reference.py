"""Stages 1 and 2 equal the reference implementation: every field, every hash, every gate."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tdqs import ToolDefinition, compute_context_signals, evaluate_hard_gates

from analyzer.model import Server, Tool
from analyzer.signals import context_signals, hard_gates
from analyzer.sources import SourceOptions, read_target
from tests.unit.definition_strategies import definitions


def _reference(definition: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...], bool]:
    tool = ToolDefinition.model_validate(definition)
    fields = compute_context_signals(tool).model_dump(by_alias=False)
    fields.update(fields.pop("annotation_values"))
    gates = evaluate_hard_gates(tool)
    return fields, gates.flags, gates.short_circuit


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(definitions())
def test_generated_definitions_equal_the_reference(definition: dict[str, Any]) -> None:
    tool = Tool(
        name=definition["name"],
        title=definition.get("title"),
        description=definition.get("description"),
        raw=definition,
    )
    gates = hard_gates(tool)
    assert (asdict(context_signals(tool)), gates.flags, gates.short_circuit) == _reference(
        definition
    )


def test_every_real_definition_equals_the_reference(shared_data: Path) -> None:
    compared = 0
    for path in sorted((shared_data / "servers").glob("*.json")):
        read = read_target(str(path), SourceOptions(), None)
        tools = [tool for server in read if isinstance(server, Server) for tool in server.tools]
        for tool in tools:
            gates = hard_gates(tool)
            ours = (asdict(context_signals(tool)), gates.flags, gates.short_circuit)
            assert ours == _reference(dict(tool.raw)), f"{path.name}: {tool.name}"
        compared += len(tools)
    assert compared > 3000


@pytest.mark.parametrize(
    ("members", "params"),
    [
        ({"input_schema": {"properties": {"a": {}}}}, 1),
        ({"inputSchema": {"properties": {"a": {}}}, "input_schema": {"properties": {}}}, 1),
        ({"inputSchema": None, "input_schema": {"properties": {"a": {}}}}, 0),
    ],
)
def test_both_spellings_of_a_key_are_read_camel_case_first(
    members: dict[str, Any], params: int
) -> None:
    definition = {"name": "x", "description": "Reads.", **members}
    signals = context_signals(Tool(name="x", raw=definition))
    assert signals.param_count == params
    assert asdict(signals) == _reference(definition)[0]
