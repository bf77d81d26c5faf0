"""The demo MCP server: ``python -m analyzer.demo.server [--http PORT]``.

It speaks MCP over stdio, or with ``--http`` Streamable HTTP at ``http://127.0.0.1:PORT/mcp``; port
0 takes a free one, and the address is said on stderr. What it answers to ``tools/list`` is
``tools.json`` beside this file, member for member.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    PaginatedRequestParams,
    TextContent,
)

from analyzer.demo.shop import Shop, ShopError

Context = ServerRequestContext[Any]

DEFINITIONS = Path(__file__).with_name("tools.json")


def load_definitions() -> dict[str, Any]:
    """``{"server": {...}, "tools": [...]}`` as shipped."""
    document: dict[str, Any] = json.loads(DEFINITIONS.read_bytes())
    return document


def _answer(shop: Shop, tool: Mapping[str, Any], arguments: Mapping[str, Any]) -> CallToolResult:
    try:
        jsonschema.validate(arguments, tool["inputSchema"])
        result = shop.call(tool["name"], arguments)
    except jsonschema.ValidationError as error:
        return _refusal(error.message)
    except ShopError as error:
        return _refusal(str(error))
    text = TextContent(type="text", text=json.dumps(result))
    structured = result if "outputSchema" in tool else None
    return CallToolResult(content=[text], structured_content=structured)


def _refusal(message: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=message)], is_error=True)


def build_server() -> Server[Any]:
    """The MCP server over a fresh shop."""
    definitions = load_definitions()
    about, tools = definitions["server"], {tool["name"]: tool for tool in definitions["tools"]}
    shop = Shop()

    async def list_tools(context: Context, params: PaginatedRequestParams) -> dict[str, Any]:
        # The decoded file itself: a typed result would drop or reorder members.
        # The members beside it are those that the newest revision of the protocol asks for.
        return {
            "tools": definitions["tools"],
            "resultType": "complete",
            "ttlMs": 0,
            "cacheScope": "public",
        }

    async def call_tool(context: Context, params: CallToolRequestParams) -> CallToolResult:
        if params.name not in tools:
            return _refusal(f"no tool is called {params.name!r}")
        return _answer(shop, tools[params.name], params.arguments or {})

    server: Server[Any] = Server(
        about["name"],
        version=about["version"],
        title=about["title"],
        instructions=about["instructions"],
        # The newer protocol demands these members; the SDK fills them only into its own types.
        cache_hints={"tools/list": CacheHint()},
        on_call_tool=call_tool,
    )
    server.add_request_handler("tools/list", PaginatedRequestParams, list_tools)
    return server


async def _serve_stdio() -> None:
    server = build_server()
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


async def _serve_http(port: int) -> None:
    import uvicorn

    listener = socket.create_server(("127.0.0.1", port))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
    sys.stderr.write(f"listening on {address}\n")
    sys.stderr.flush()
    config = uvicorn.Config(build_server().streamable_http_app(), log_level="warning")
    await uvicorn.Server(config).serve(sockets=[listener])


def main() -> None:
    """Serve until the client goes away (stdio) or the process is interrupted (HTTP)."""
    parser = argparse.ArgumentParser(prog="python -m analyzer.demo.server", description=__doc__)
    parser.add_argument("--http", type=int, metavar="PORT", help="serve Streamable HTTP instead")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    if arguments.http is None:
        asyncio.run(_serve_stdio())
    else:
        asyncio.run(_serve_http(arguments.http))


if __name__ == "__main__":
    main()
