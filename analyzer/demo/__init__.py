"""A small real MCP server, the back office of an invented shop, for `toolmark demo` and tests."""
