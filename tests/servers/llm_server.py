"""An OpenAI-compatible chat endpoint on the loopback that answers as the test scripts it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from analyzer.model import CoherenceDimension, Dimension

Scores = Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP answer. ``hang`` sends nothing until the test is over."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came in."""

    path: str
    headers: Mapping[str, str]
    """By their names in lower case."""
    request: Mapping[str, Any]

    @property
    def prompt(self) -> str:
        """The user's message."""
        return str(self.request["messages"][1]["content"])

    @property
    def tool(self) -> str:
        """The tool that is to be scored; empty where the tools are to be scored as a set."""
        first = self.prompt.partition("\n")[0]
        return first.removeprefix("TOOL NAME: ") if first.startswith("TOOL NAME: ") else ""

    @property
    def attempt(self) -> int:
        """1 for a first question; more where the model is told what was wrong with its answer."""
        return len(self.request["messages"]) // 2


def completion(content: str | None, **members: Any) -> Reply:
    """A chat completion with that content; ``members`` go into the choice."""
    choice = {"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    body = json.dumps({"object": "chat.completion", "choices": [{**choice, **members}]}).encode()
    return Reply(body=body, headers={"Content-Type": "application/json"})


def tool_content(
    scores: Scores = (5, 4, 3, 2, 5, 4), *, why: str = "Because", clash: bool = False
) -> dict[str, Any]:
    """What the rubric asks for of a tool; the scores in the order of ``Dimension``."""
    return {
        "annotation_contradiction": clash,
        "scores": _justified(zip(Dimension, scores, strict=True), why),
        "summary": "A stub's view.",
    }


def set_content(
    scores: Scores = (4, 5, 3, 2),
    *,
    why: str = "As a set",
    shadows: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """What the rubric asks for of a server's tools; in the order of ``CoherenceDimension``."""
    return {
        "scores": _justified(zip(CoherenceDimension, scores, strict=True), why),
        "shadowing_risks": list(shadows),
        "summary": "A stub's view of the set.",
    }


def _justified(scores: Iterator[tuple[str, int]], why: str) -> dict[str, Any]:
    return {str(d): {"score": score, "justification": f"{why}: {d}."} for d, score in scores}


def well(asked: Asked) -> Reply:
    """The answer of a model that does as it is told."""
    return completion(json.dumps(tool_content() if asked.tool else set_content()))


Answering = Callable[[Asked], Reply]


class Endpoint(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answering: Answering = well
        self.asked: list[Asked] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client that went away is no error."""


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: pytest shows standard error."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(path=self.path, headers=headers, request=json.loads(body))
        self.server.asked.append(asked)
        reply = self.server.answering(asked)
        if reply.hang:
            self.server.over.wait(30)
            return
        with suppress(ConnectionError):
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)


@contextmanager
def running() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    thread = threading.Thread(target=endpoint.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.over.set()
        endpoint.shutdown()
        thread.join()
        endpoint.server_close()
