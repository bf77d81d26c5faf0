"""Toolmark: what the tools of an MCP server can do, and how well they are described."""

__version__ = "0.1.0"
