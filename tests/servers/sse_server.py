"""MCP over HTTP with server-sent events, the transport of 2024-11-05, on the loopback:
``/BEHAVIOUR`` opens the stream, ``/BEHAVIOUR/messages`` takes messages."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.servers.stdio_server import Message, older

MIB = 2**20
END = b""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Legacy

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: pytest shows standard error."""

    @property
    def behaviour(self) -> str:
        return self.path.partition("?")[0].strip("/").partition("/")[0]

    def answer(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def note(self, what: str) -> None:
        self.server.seen.append((what, dict(self.headers)))

    def do_GET(self) -> None:
        self.note("GET")
        with suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, f"get_{self.behaviour.replace('-', '_')}", self.get_sse)()

    def do_POST(self) -> None:
        message: Message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.note(str(message.get("method", "reply")))
        if not self.path.partition("?")[0].endswith("/messages"):
            self.answer(self.server.refusal)
            return
        if self.behaviour == "refuses-messages":
            self.answer(500)
            return
        if self.behaviour == "ends" and message["method"] == "tools/list":
            self.server.events.put(END)
        elif self.behaviour == "asks-its-client" and message.get("method") == "tools/list":
            ping = {"jsonrpc": "2.0", "id": "p", "method": "ping"}
            self.server.put(ping)
            self.server.waiting = message
        elif "method" not in message:
            self.server.put_answers(self.server.waiting)
        else:
            self.server.put_answers(message, padding=self.server.padding)
        if self.behaviour == "slow-to-confirm":
            # The answer is read from the stream before this POST is answered.
            self.server.read.wait(20)
        self.answer(202)

    def begin(self, kind: str = "text/event-stream") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def endpoint(self, url: str) -> None:
        self.write(b": hello\r\n\r\n")
        self.write(f"event: endpoint\r\ndata: {url}\r\n\r\n".encode())

    def relay(self) -> None:
        while (data := self.server.events.get()) != END:
            self.write(data)
            self.server.read.set()

    def get_sse(self) -> None:
        self.begin()
        self.endpoint(f"/{self.behaviour}/messages?session=1")
        self.relay()

    def get_absolute(self) -> None:
        self.begin()
        self.endpoint(self.server.url("/absolute/messages"))
        self.relay()

    def get_elsewhere(self) -> None:
        self.begin()
        self.endpoint("http://127.0.0.1:9/messages?key=abc")
        self.relay()

    def get_wrong_endpoint(self) -> None:
        self.begin()
        self.endpoint("http://[::1/")
        self.relay()

    def get_no_endpoint(self) -> None:
        self.begin()
        self.write(b"event: message\ndata: {}\n\n")
        self.relay()

    def get_page(self) -> None:
        self.begin("text/html")
        self.write(b"<!doctype html>")

    def get_nothing(self) -> None:
        self.answer(404)

    def get_guarded(self) -> None:
        self.answer(401, WWW_Authenticate='Bearer scope="notes.read"')

    def get_silent(self) -> None:
        self.begin()
        self.relay()

    def get_floods(self) -> None:
        self.begin()
        self.endpoint("/floods/messages")
        while True:
            self.write(b": " + b"x" * MIB + b"\n\n")


class Legacy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, dict[str, str]]] = []
        """Method and headers of each request, in order."""
        self.events: queue.Queue[bytes] = queue.Queue()
        self.read = threading.Event()
        """Whether an event has gone out."""
        self.waiting: Message = {}
        self.refusal = 405
        """With which a message is refused that is posted to the stream's URL."""
        self.padding = ""
        """Added to the description of the tool, to make it long."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client that gives up is what is tested."""

    def put(self, message: Message) -> None:
        self.events.put(f"event: message\ndata: {json.dumps(message)}\n\n".encode())

    def put_answers(self, message: Message, padding: str = "") -> None:
        for answer in older(message):
            if padding and "tools" in answer.get("result", {}):
                answer["result"]["tools"] = [
                    {**tool, "description": padding} for tool in answer["result"]["tools"]
                ]
            self.put(answer)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


@contextmanager
def serving_legacy() -> Iterator[Legacy]:
    """A server on a free port of the loopback, stopped on the way out."""
    with Legacy() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.events.put(END)
            server.shutdown()
            thread.join()
