"""MCP over stdio in plain Python, misbehaving as its argument says: ``stdio_server.py BEHAVIOUR``.

Without a misbehaviour of its own a server is of the older era (initialize) and has one tool. A
behaviour is a generator function of the incoming message that yields answers; what it does at
the start stands in ``START``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Message = dict[str, Any]

TOOL: Message = {
    "name": "echo",
    "description": "Say it again.",
    "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}},
}
MODERN = "2026-07-28"


def put(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def result(message: Message, value: Any) -> Message:
    return {"jsonrpc": "2.0", "id": message["id"], "result": value}


def error(message: Message, code: int, text: str, data: Any = None) -> Message:
    return {
        "jsonrpc": "2.0",
        "id": message["id"],
        "error": {"code": code, "message": text, "data": data},
    }


def older(message: Message, tools: Any = (TOOL,), **more: Any) -> Iterator[Message]:
    """A server of the older era that lists ``tools``, with ``more`` members in the result."""
    match message.get("method"):
        case "initialize":
            info = {"name": "Tiny Server", "version": "1.2", "title": "Tiny"}
            version = message["params"]["protocolVersion"]
            yield result(
                message,
                {
                    "protocolVersion": version,
                    "capabilities": {"tools": {}},
                    "serverInfo": info,
                    "instructions": "Be gentle.",
                },
            )
        case "tools/list":
            listed = list(tools) if isinstance(tools, tuple) else tools
            yield result(message, {"tools": listed, **more})
        case _ if "id" in message and "method" in message:
            yield error(message, -32601, "Method not found")


def newer(message: Message) -> Iterator[Message]:
    """A server of the newer era alone, which checks what comes with each request."""
    meta = message.get("params", {}).get("_meta", {})
    if meta.get("io.modelcontextprotocol/protocolVersion") != MODERN:
        yield error(message, -32022, "Unsupported protocol version", {"supported": [MODERN]})
    elif message["method"] == "server/discover":
        yield result(
            message,
            {
                "resultType": "complete",
                "supportedVersions": [MODERN],
                "capabilities": {"tools": {}},
                "_meta": {"io.modelcontextprotocol/serverInfo": {"name": "Newer", "version": "9"}},
            },
        )
    else:
        assert meta["io.modelcontextprotocol/clientInfo"]["name"] == "toolmark"
        value = {"resultType": "complete", "ttlMs": 0, "cacheScope": "public", "tools": [TOOL]}
        yield result(message, value)


def silent_on_discover(message: Message) -> Iterator[Message]:
    if message.get("method") != "server/discover":
        yield from older(message)


def discovers_older_versions(message: Message) -> Iterator[Message]:
    if message.get("method") == "server/discover":
        yield result(message, {"supportedVersions": ["2025-06-18"], "capabilities": {}})
    else:
        yield from older(message)


def ends_at_discover(message: Message) -> Iterator[Message]:
    if message.get("method") == "server/discover":
        raise SystemExit("expected initialize")
    yield from older(message)


def hangs(message: Message) -> Iterator[Message]:
    time.sleep(600)
    yield from ()


def hangs_in_list(message: Message) -> Iterator[Message]:
    yield from hangs(message) if message.get("method") == "tools/list" else older(message)


def pages(message: Message) -> Iterator[Message]:
    if message.get("method") != "tools/list":
        yield from older(message)
        return
    page = int(message.get("params", {}).get("cursor", "0"))
    tools = [{**TOOL, "name": f"tool_{page}_{number}"} for number in range(2)]
    more = {"nextCursor": str(page + 1)} if page < 2 else {"nextCursor": ""}
    yield result(message, {"tools": tools, **more})


def endless_pages(message: Message) -> Iterator[Message]:
    page = int(message.get("params", {}).get("cursor", "0"))
    yield from older(message, ({**TOOL, "name": f"tool_{page}"},), nextCursor=str(page + 1))


def cursor_loop(message: Message) -> Iterator[Message]:
    yield from older(message, nextCursor="again")


def number_as_cursor(message: Message) -> Iterator[Message]:
    yield from older(message, nextCursor=2)


def endless_tools(message: Message) -> Iterator[Message]:
    page = int(message.get("params", {}).get("cursor", "0"))
    tools = tuple({"name": f"{page}-{number}"} for number in range(10_001))
    yield from older(message, tools, nextCursor=str(page + 1))


def crashes_in_list(message: Message) -> Iterator[Message]:
    if message.get("params", {}).get("cursor"):
        sys.stderr.write("Traceback...\nKeyError: 'API_KEY'\n\n")
        raise SystemExit(3)
    yield from older(message, nextCursor="2")


def broken_json(message: Message) -> Iterator[Message]:
    if message.get("method") == "tools/list":
        put('{{"jsonrpc":"2.0","id":{},"result":{{"tools":[{{"name":'.format(message["id"]))
    else:
        yield from older(message)


def wrong_json(message: Message) -> Iterator[Message]:
    if message.get("method") == "tools/list":
        yield result(message, "all of them")
    else:
        yield from older(message)


def no_list(message: Message) -> Iterator[Message]:
    yield from older(message, {"echo": TOOL})


def null_list(message: Message) -> Iterator[Message]:
    yield from older(message, None)


def refuses_list(message: Message) -> Iterator[Message]:
    if message.get("method") == "tools/list":
        yield error(message, -32000, f"no access with {os.environ.get('SECRET_TOKEN')}\x1b[2J")
    else:
        yield from older(message)


def no_tools(message: Message) -> Iterator[Message]:
    if message.get("method") == "initialize":
        about = {"protocolVersion": "2024-11-05", "capabilities": {"prompts": {}}}
        yield result(message, {**about, "serverInfo": {"name": "prompts only", "version": 3}})
    elif "id" in message:
        yield error(message, -32601, "Method not found")


def unknown_members(message: Message) -> Iterator[Message]:
    odd = {
        **TOOL,
        "x-vendor": {"b": [1.0, 1e2, None], "a": "\ud800"},
        "inputSchema": {
            "type": "object",
            "properties": {"q": {"type": "object", "x-mcp-header": "bad header\n"}},
        },
    }
    yield from older(message, (odd,), undocumented=True)


def malformed_entries(message: Message) -> Iterator[Message]:
    tools = (TOOL, 7, {"description": "who am I"}, {**TOOL, "name": "b", "inputSchema": "none"})
    yield from older(message, tools)


def asks_its_client(message: Message) -> Iterator[Message]:
    """Lists its tools only after its ping was answered and its other request declined."""
    if message.get("method") == "tools/list":
        asks_its_client.waiting = message  # type: ignore[attr-defined]
        put(json.dumps({"jsonrpc": "2.0", "method": "notifications/message", "params": {}}))
        yield {"jsonrpc": "2.0", "id": "p", "method": "ping"}
        yield {"jsonrpc": "2.0", "id": "r", "method": "roots/list"}
    elif message.get("id") == "p":
        assert message["result"] == {}
    elif message.get("id") == "r":
        assert message["error"]["code"] == -32601
        yield from older(asks_its_client.waiting)  # type: ignore[attr-defined]
    else:
        yield from older(message)


def answers_in_batch(message: Message) -> Iterator[Message]:
    answers = [{**answer, "id": str(answer["id"])} for answer in older(message)]
    if answers:
        put(json.dumps([{"jsonrpc": "2.0", "method": "notifications/x"}, *answers]))
    yield from ()


def write_pid(number: int) -> None:
    with Path(os.environ["PID_FILE"]).open("a", encoding="utf-8") as stream:
        stream.write(f"{number}\n")


def ignore_sigterm() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    write_pid(os.getpid())


def spawn(*, detached: bool) -> None:
    write_pid(os.getpid())
    # The child holds our pipes open and would outlive us.
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    child = subprocess.Popen([sys.executable, "-c", code], start_new_session=detached)
    write_pid(child.pid)
    child.returncode = 0  # We leave it running on purpose: no warning about it.


def leave_a_child(code: int, *argv: str) -> None:
    """End at once; a child keeps our pipes open."""
    # Handed on as it is: what runs in the background of a shell would get another input.
    child = subprocess.Popen([sys.executable, *argv])
    child.returncode = 0  # We leave it running on purpose: no warning about it.
    os._exit(code)


def flood(piece: bytes) -> None:
    try:
        while True:
            os.write(1, piece)
    except BrokenPipeError:
        raise SystemExit(0) from None


def crash_at_start() -> None:
    sys.stderr.write(
        "loading\n\x1b[31mError: SECRET_TOKEN={} is bad\n".format(os.environ["SECRET_TOKEN"])
    )
    raise SystemExit(3)


def floods_without_reading() -> None:
    for number in range(5000):
        put(json.dumps({"jsonrpc": "2.0", "id": number, "method": "ping"}))
    time.sleep(600)


def close_stdout() -> None:
    os.close(1)
    time.sleep(600)


START: dict[str, Callable[[], object]] = {
    "slow": lambda: time.sleep(1.5),
    "slow-newer": lambda: time.sleep(1.5),
    "crash-at-start": crash_at_start,
    "killed-at-start": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "flood-without-newline": lambda: flood(b"x" * 65536),
    "flood-with-lines": lambda: flood(b"no message\n" * 1000),
    "flood-with-messages": lambda: flood(
        b'{"jsonrpc":"2.0","method":"n","params":["%s"]}\n' % (b"x" * 2**20)
    ),
    "floods-without-reading": floods_without_reading,
    "flood-on-stderr": lambda: sys.stderr.write(("noise " * 20 + "\n") * 50_000),
    "banner": lambda: put(
        "Tiny Server \x1b[1mv1.2\x1b[0m listening, token {}".format(os.environ.get("SECRET_TOKEN"))
    ),
    "ignores-sigterm": ignore_sigterm,
    "ignores-everything": ignore_sigterm,
    "grandchild": lambda: spawn(detached=False),
    "detached-grandchild": lambda: spawn(detached=True),
    "leaves-a-silent-child": lambda: leave_a_child(5, "-c", "import time; time.sleep(600)"),
    "leaves-a-serving-child": lambda: leave_a_child(0, __file__, "slow"),
    "closed-stdout": close_stdout,
}
ANSWER: dict[str, Callable[[Message], Iterator[Message]]] = {
    "newer": newer,
    "slow-newer": newer,
    "ignores-everything": hangs,
    **{
        function.__name__.replace("_", "-"): function
        for function in (
            older, silent_on_discover, discovers_older_versions, ends_at_discover, hangs,
            hangs_in_list, pages, endless_pages, cursor_loop, number_as_cursor, endless_tools,
            crashes_in_list, broken_json, wrong_json, no_list, null_list, refuses_list, no_tools,
            unknown_members, malformed_entries, asks_its_client, answers_in_batch,
        )
    },
}  # fmt: skip


def main() -> None:
    behaviour = sys.argv[1]
    if behaviour not in START and behaviour not in ANSWER:
        raise SystemExit(f"no behaviour {behaviour}")
    START.get(behaviour, lambda: None)()
    answer = ANSWER.get(behaviour, older)
    for line in sys.stdin:
        for message in answer(json.loads(line)):
            put(json.dumps(message))
    if behaviour == "ignores-everything" or behaviour == "ignores-sigterm":
        time.sleep(600)


if __name__ == "__main__":
    main()
