"""Tiny real MCP servers that the live tests run: most of them misbehave, each in one way."""
