"""The demo server, run for real over both of its transports by the SDK's own client."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pytest
from mcp import Client, StdioServerParameters

from analyzer.demo.server import load_definitions

COMMAND = ["-m", "analyzer.demo.server"]
STDIO = StdioServerParameters(command=sys.executable, args=COMMAND)
Mode = Literal["auto", "legacy"]
"""The newer protocol, found by asking the server, and the handshake of the older ones."""
DEFINITIONS = load_definitions()

# Arguments under which each tool succeeds on a fresh shop, and one member of its answer.
CALLS: dict[str, tuple[dict[str, Any], str, Any]] = {
    "search_products": (
        {"query": "trowel"},
        "products",
        [{"sku": "FS-0001", "name": "Hand trowel, ash handle", "price": 14.5, "stock": 40}],
    ),
    "get_order": ({"order": "O-1001"}, "status", "shipped"),
    "list_orders": (
        {"customer": "C-0007"},
        "orders",
        [
            {
                "order": "O-1002",
                "date": "2026-03-04",
                "customer": "C-0007",
                "total": 27.0,
                "status": "open",
            }
        ],
    ),
    "sales_report": ({"from": "2026-03-01", "to": "2026-03-05"}, "revenue", 90.5),
    "update_stock": ({"sku": "FS-0003", "quantity": 6}, "now", 6),
    "create_discount_code": ({"code": "SPRING", "percent": 10}, "code", "SPRING"),
    "send_newsletter": ({"segment": "all", "subject": "Hi", "html": "<p>Hi</p>"}, "sent", 0),
    "run_report_script": ({"script": "raise SystemExit"}, "output", ""),
    "reindex_catalog": ({}, "indexed", 5),
    "clear_abandoned_carts": ({"days": 60}, "deleted", 1),
    "purge_customer": ({"customer": "C-0042", "confirm": True}, "deleted", True),
    "issue_refund": ({"order": "O-1003"}, "refunded", 32.9),
}


@contextmanager
def http_server() -> Iterator[str]:
    """The server's address; the process is gone afterwards."""
    process = subprocess.Popen(
        [sys.executable, *COMMAND, "--http", "0"], stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        words = process.stderr.readline().split()
        assert words[:2] == ["listening", "on"]
        yield words[2]
    finally:
        process.terminate()
        process.communicate(timeout=20)


def text_of(result: Any) -> str:
    text = result.content[0].text
    assert isinstance(text, str)
    return text


def sent_definitions(tools: list[Any]) -> list[dict[str, Any]]:
    return [tool.model_dump(by_alias=True, exclude_none=True, mode="json") for tool in tools]


async def check_all_tools(client: Client) -> None:
    async with client:
        assert client.server_info is not None
        assert client.server_info.name == DEFINITIONS["server"]["name"]
        assert client.instructions == DEFINITIONS["server"]["instructions"]
        assert sent_definitions((await client.list_tools()).tools) == DEFINITIONS["tools"]
        for tool, (arguments, member, expected) in CALLS.items():
            result = await client.call_tool(tool, arguments)
            assert not result.is_error, (tool, text_of(result))
            assert json.loads(text_of(result))[member] == expected, tool


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_every_tool_can_be_listed_and_called_over_stdio(mode: Mode) -> None:
    assert [tool["name"] for tool in DEFINITIONS["tools"]] == list(CALLS)
    asyncio.run(check_all_tools(Client(STDIO, mode=mode)))


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_every_tool_can_be_listed_and_called_over_http(mode: Mode) -> None:
    with http_server() as address:
        asyncio.run(check_all_tools(Client(address, mode=mode)))


def test_bad_calls_are_refused_with_a_reason() -> None:
    refusals: list[tuple[str, dict[str, Any], str]] = [
        ("get_order", {"order": "O-9"}, "no order has the number 'O-9'"),
        ("get_order", {}, "'order' is a required property"),
        ("update_stock", {"sku": "FS-0001", "quantity": -1}, "less than the minimum"),
        ("update_stock", {"sku": "?", "quantity": 1}, "no product has the SKU '?'"),
        ("purge_customer", {"customer": "C-0042", "confirm": False}, "confirm is not true"),
        ("issue_refund", {"order": "O-1001", "amount": 99}, "no 99 euro left"),
        ("launch_rocket", {}, "no tool is called 'launch_rocket'"),
    ]

    async def run() -> None:
        async with Client(STDIO) as client:
            for tool, arguments, reason in refusals:
                result = await client.call_tool(tool, arguments)
                assert result.is_error, tool
                assert reason in text_of(result)

    asyncio.run(run())
