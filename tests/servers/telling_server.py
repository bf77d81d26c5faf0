"""A server over stdio that tells a secret it was given: ``telling_server.py HOW NUMBER SPELLING``.

HOW is where it tells it: ``stderr`` and ``stdout`` before it ends, ``error`` in answer to the
list, ``banner`` before it works as it should, ``tool`` in a description. NUMBER counts what holds
the word canary among its arguments and variables; the last of them is all in one line.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from urllib.parse import quote

from tests.servers.stdio_server import TOOL, error, older, put

SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "json": json.dumps,
    "repr": repr,
    "percent": quote,
}


def secret() -> str:
    known = [text for text in (*sys.argv[4:], *os.environ.values()) if "canary" in text.lower()]
    known.append(" ".join(known))
    return SPELLINGS[sys.argv[3]](known[int(sys.argv[2]) % len(known)])


def main() -> None:
    how = sys.argv[1]
    if how in ("stderr", "stdout"):
        getattr(sys, how).write(f"cannot start with {secret()}\n")
        raise SystemExit(3)
    if how == "banner":
        put(f"started with {secret()}")
    for line in sys.stdin:
        message = json.loads(line)
        if how == "error" and message.get("method") == "tools/list":
            put(json.dumps(error(message, -32000, f"refused: {secret()}", {"data": secret()})))
            continue
        tools = ({**TOOL, "description": secret()},) if how == "tool" else (TOOL,)
        for answer in older(message, tools):
            put(json.dumps(answer))


if __name__ == "__main__":
    main()
