"""MCP over HTTP on the loopback, misbehaving as the path of the URL says: ``/BEHAVIOUR``."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.servers.stdio_server import Message, error, newer, older

SESSION = "session-1"
MIB = 2**20


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Loopback

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: pytest shows standard error."""

    def do_DELETE(self) -> None:
        self.note("DELETE")
        self.send(204, "", b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message: Message = json.loads(body)
        self.note(str(message.get("method", "reply")))
        behaviour = self.path.partition("?")[0].strip("/").replace("-", "_")
        if behaviour.isdecimal():
            challenge = {"WWW_Authenticate": self.server.challenge} if self.server.challenge else {}
            self.send(int(behaviour), "text/plain", b"no", **challenge)
            return
        with self.server.quiet():
            getattr(self, f"on_{behaviour}")(message)

    def note(self, what: str) -> None:
        self.server.seen.append((what, dict(self.headers)))

    def send(self, status: int, kind: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer(self, messages: Iterator[Message], **headers: str) -> None:
        found = list(messages)
        if not found:
            self.send(202, "", b"")
            return
        self.send(200, "application/json", json.dumps(found[0]).encode(), **headers)

    def stream(self, *pieces: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for piece in pieces:
            self.wfile.write(piece)
        self.close_connection = True

    def on_json(self, message: Message) -> None:
        self.answer(older(message))

    def on_newer(self, message: Message) -> None:
        meta = message["params"]["_meta"]
        assert (
            self.headers["MCP-Protocol-Version"] == meta["io.modelcontextprotocol/protocolVersion"]
        )
        assert self.headers["Mcp-Method"] == message["method"]
        self.answer(newer(message))

    def on_sse(self, message: Message) -> None:
        events = [f"event: message\ndata: {json.dumps(m)}\n\n".encode() for m in older(message)]
        if events:
            self.stream(b": hello\n\nid: 1\ndata:\n\n", b"event: other\ndata: x\n\n", *events)
        else:
            self.send(202, "", b"")

    def on_session(self, message: Message) -> None:
        """Wants initialize first, then its session id, the version and the notification."""
        method = message["method"]
        if method == "initialize":
            self.answer(older(message), Mcp_Session_Id=SESSION)
        elif self.headers.get("Mcp-Session-Id") != SESSION:
            self.send(400, "text/plain", b"no session")
        elif method == "tools/list":
            assert self.headers["MCP-Protocol-Version"] == "2025-11-25"
            assert any(what == "notifications/initialized" for what, _ in self.server.seen)
            self.answer(older(message))
        else:
            self.send(202, "", b"")

    def on_asks_its_client(self, message: Message) -> None:
        if message.get("method") != "tools/list":
            self.answer(older(message))
            return
        ping = {"jsonrpc": "2.0", "id": "p", "method": "ping"}
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(f"data: {json.dumps(ping)}\n\n".encode())
        assert self.server.wait_for("reply")
        for answer in older(message):
            self.wfile.write(f"data: {json.dumps(answer)}\n\n".encode())
        self.close_connection = True

    def on_error_in_404(self, message: Message) -> None:
        if message["method"] == "server/discover":
            body = json.dumps({**error(message, -32601, "what?"), "id": None}).encode()
            self.send(404, "application/json", body)
        else:
            self.answer(older(message))

    def on_refuses_list(self, message: Message) -> None:
        if message["method"] == "tools/list":
            said = f"not with {self.headers.get('Authorization')}"
            self.answer(iter([error(message, -32000, said)]))
        else:
            self.answer(older(message))

    def on_forbids_list(self, message: Message) -> None:
        if message["method"] == "tools/list":
            self.send(403, "text/plain", b"no")
        else:
            self.answer(older(message))

    def on_drops_list(self, message: Message) -> None:
        if message["method"] == "tools/list":
            self.close_connection = True
        else:
            self.answer(older(message))

    def on_repeats_in_phrase(self, message: Message) -> None:
        self.send_response(400, f"bad {self.headers['Authorization']}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def on_html(self, message: Message) -> None:
        self.send(200, "text/html; charset=utf-8", b"<!doctype html><title>Welcome</title>")

    def on_text(self, message: Message) -> None:
        self.send(200, "text/plain\x1b", b"hello")

    def on_broken_json(self, message: Message) -> None:
        self.send(200, "application/json", b'{"jsonrpc": "2.0", "id":')

    def on_other_json(self, message: Message) -> None:
        self.send(200, "application/json", b'{"status": "ok"}')

    def on_202(self, message: Message) -> None:
        self.send(202, "", b"")

    def on_sse_ends(self, message: Message) -> None:
        self.stream(b": nothing more\n\n")

    def on_huge_json(self, message: Message) -> None:
        self.send(200, "application/json", b" " * (33 * MIB))

    def on_huge_event(self, message: Message) -> None:
        self.stream(b"data: ", *[b"x" * MIB] * 33)

    def on_endless_events(self, message: Message) -> None:
        self.stream(*[b": " + b"x" * MIB + b"\n\n"] * 80)

    def on_compressed(self, message: Message) -> None:
        """Compressed though nobody asked for it."""
        body = json.dumps(next(older(message), None)).encode()
        self.send(200, "application/json", gzip.compress(body), Content_Encoding="gzip")

    def on_compressed_bomb(self, message: Message) -> None:
        body = gzip.compress(b" " * (100 * MIB), 1)
        self.send(200, "application/json", body, Content_Encoding="gzip")

    def on_hangs(self, message: Message) -> None:
        self.server.closing.wait(30)

    def on_drips(self, message: Message) -> None:
        self.stream(b"data: ")
        while not self.server.closing.wait(0.05):
            self.wfile.write(b"x")

    def on_silent_on_discover(self, message: Message) -> None:
        if message["method"] == "server/discover":
            self.server.closing.wait(30)
        else:
            self.answer(older(message))

    def on_moved(self, message: Message) -> None:
        self.send(307, "", b"", Location="/json")

    def on_moves_on(self, message: Message) -> None:
        self.send(301, "", b"", Location="/moves-on")

    def on_moved_away(self, message: Message) -> None:
        self.send(308, "", b"", Location=self.server.elsewhere)


class Loopback(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, dict[str, str]]] = []
        """Method and headers of each request, in order."""
        self.closing = threading.Event()
        self.elsewhere = ""
        self.challenge = ""
        """What goes with a refusal by status."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client that gives up is what is tested."""

    @contextmanager
    def quiet(self) -> Iterator[None]:
        with suppress(BrokenPipeError, ConnectionResetError):
            yield

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"

    def wait_for(self, what: str) -> bool:
        for _ in range(200):
            if any(seen == what for seen, _ in self.seen):
                return True
            time.sleep(0.02)
        return False


@contextmanager
def serving() -> Iterator[Loopback]:
    """A server on a free port of the loopback, stopped on the way out."""
    with Loopback() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()
