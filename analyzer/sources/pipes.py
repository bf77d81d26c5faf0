"""JSON-RPC over the pipes of a started server, one message a line, within bounds."""

from __future__ import annotations

import collections
import contextlib
import json
import os
import queue
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from typing import IO

from analyzer.jsonio import JsonError, decode_json
from analyzer.model import Json
from analyzer.sources.channel import (
    BrokenError,
    Deadline,
    EndedError,
    FloodError,
    Message,
    NoAnswerError,
    is_response,
    reply_to,
)
from analyzer.sources.limits import in_mib, limits
from analyzer.sources.process import RunningProcess, exit_code
from analyzer.sources.quoting import printable
from analyzer.sources.redact import Redactor
from analyzer.sources.stopping import POLL_SECONDS, Stop

_CHUNK = 65536
_WAITING_CHUNKS = 16
_PUT_SECONDS = 0.1
_RETRY_SECONDS = 0.01
# A server that has ended: for its exit code and its last words to arrive.
_LAST_WORDS_SECONDS = 0.5
# What a server that has ended left behind may hold its output open and never speak; only where it
# ended well, what it started may be about to serve in its place.
_ORPHAN_SECONDS = 0.5
_SUCCESSOR_SECONDS = 3.0
# Threads end with the pipes; only a process that escaped keeps one of them waiting.
_JOIN_SECONDS = 1.0


class _LinePump(threading.Thread):
    """Splits standard output into lines; what is over the limits ends it."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True, name="toolmark-stdout")
        self._stream = stream
        self._stopped = threading.Event()
        self.lines: queue.Queue[list[bytes] | str | None] = queue.Queue(_WAITING_CHUNKS)
        """Lines; then a str says which limit was passed, or None that the output has ended."""

    def run(self) -> None:
        self._put(self._pump())

    def stop(self) -> None:
        self._stopped.set()

    def _pump(self) -> str | None:
        parts: list[bytes] = []
        pending = total = 0
        while not self._stopped.is_set() and (chunk := _read(self._stream)):
            total += len(chunk)
            if total > limits().session_bytes:
                return f"the server sent more than {in_mib(limits().session_bytes)}"
            head, newline, rest = chunk.partition(b"\n")
            parts.append(head)
            pending += len(head)
            if pending > limits().message_bytes:
                return f"the server sent more than {in_mib(limits().message_bytes)} in one line"
            if newline:
                *whole, tail = rest.split(b"\n")
                self._put([b"".join(parts), *whole])
                parts, pending = [tail], len(tail)
        if pending:
            self._put([b"".join(parts)])
        return None

    def _put(self, item: list[bytes] | str | None) -> None:
        while not self._stopped.is_set():
            with contextlib.suppress(queue.Full):
                return self.lines.put(item, timeout=_PUT_SECONDS)


class _TailPump(threading.Thread):
    """Keeps the end of what a server writes on standard error."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True, name="toolmark-stderr")
        self._stream = stream
        self._tail = b""
        self._cut = False

    def run(self) -> None:
        while chunk := _read(self._stream):
            whole = self._tail + chunk
            self._tail = whole[-limits().stderr_bytes :]
            self._cut = self._cut or len(whole) > len(self._tail)

    def last_line(self, redact: Redactor) -> str:
        """The last line that is not blank, secrets masked."""
        lines = self._tail.decode("utf-8", "replace").splitlines()
        number = next((n for n in reversed(range(len(lines))) if lines[n].strip()), None)
        if number is None:
            return ""
        text = redact(lines[number])
        # What is left of a line whose start is gone may begin within a secret.
        return text[redact.longest :] if self._cut and number == 0 else text


def _read(stream: IO[bytes]) -> bytes:
    try:
        return os.read(stream.fileno(), _CHUNK)
    except (OSError, ValueError):
        return b""


class StdioChannel:
    """The channel to a process that was started with three pipes."""

    def __init__(self, process: RunningProcess, redact: Redactor, stop: Stop) -> None:
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise ValueError("the process was started without pipes")
        self._process = process
        self._redact = redact
        self._stop = stop
        self._stdin = process.stdin
        if os.name == "posix":
            # A server that does not read must not keep us waiting.
            os.set_blocking(self._stdin.fileno(), False)
        self._output = _LinePump(process.stdout)
        self._errors = _TailPump(process.stderr)
        self._waiting: collections.deque[bytes] = collections.deque()
        self._over: str | None = None
        self._ended = False
        self._silence: Deadline | None = None
        """Until when something may still come from the pipes of a process that has ended."""
        self._noise = 0
        self.stray: list[str] = []
        """The first lines that are no messages, secrets masked, cut to the limit of a quote."""
        self._output.start()
        self._errors.start()

    def call(self, message: Message, headers: Mapping[str, str], seconds: float) -> Message:
        """See Channel. Answers pings and declines other requests while it waits."""
        deadline = Deadline(seconds)
        self._send(message, deadline)
        while True:
            for item in self._messages(self._next_line(deadline)):
                if is_response(item, message["id"]):
                    return item
                if (reply := reply_to(item)) is not None:
                    self._send(reply, deadline)

    def notify(self, message: Message, headers: Mapping[str, str], seconds: float) -> None:
        """See Channel."""
        self._send(message, Deadline(seconds))

    def stop(self) -> None:
        """Take no more of the output, so that the server can be ended while it floods us."""
        self._output.stop()

    def close(self) -> None:
        """Release the pipes of a process that has ended."""
        self._output.stop()
        for thread, stream in (
            (self._output, self._process.stdout),
            (self._errors, self._process.stderr),
        ):
            thread.join(_JOIN_SECONDS)
            # A descriptor must not be closed, and so reused, under a thread that reads it.
            if stream is not None and not thread.is_alive():
                stream.close()

    def explained(self, message: str) -> str:
        """``message`` with the server's last words, where it said any."""
        if said := self._errors.last_line(self._redact):
            return f"{message}; its last words: {self._quoted(said)}"
        if self.stray:
            return f"{message}; it wrote {self._quoted(self.stray[0])} instead of a message"
        return message

    def _quoted(self, text: str) -> str:
        return f'"{printable(self._redact(text), limits().quote_chars)}"'

    def _send(self, message: Message, deadline: Deadline) -> None:
        data = (json.dumps(message) + "\n").encode("ascii")
        while data:
            try:
                written = self._stdin.write(data) or 0
            except OSError:
                # Closed at the other end: its output says what became of the server.
                return
            data = data[written:]
            self._stop.check()
            if data and not deadline.left():
                raise NoAnswerError
            if data:
                time.sleep(_RETRY_SECONDS)

    def _next_line(self, deadline: Deadline) -> bytes:
        while not self._waiting:
            if self._over is not None:
                raise FloodError(self._over)
            if self._ended:
                raise EndedError(self._how_it_ended())
            self._stop.check()
            try:
                item = self._output.lines.get(timeout=min(deadline.left(), POLL_SECONDS))
            except queue.Empty:
                self._ended = self._is_deserted()
                if self._ended or deadline.left():
                    continue
                raise NoAnswerError from None
            self._silence = None
            if isinstance(item, str):
                self._over = item
            elif item is None:
                self._ended = True
            else:
                self._waiting.extend(item)
        if not deadline.left():
            raise NoAnswerError
        return self._waiting.popleft()

    def _is_deserted(self) -> bool:
        """Whether the process has ended and what it left behind keeps silent."""
        if (code := self._process.poll()) is None:
            return False
        if self._silence is None:
            self._silence = Deadline(_ORPHAN_SECONDS if code else _SUCCESSOR_SECONDS)
        return not self._silence.left()

    def _messages(self, line: bytes) -> Iterator[Message]:
        if not line.strip():
            return
        try:
            value = decode_json(line, max_depth=limits().document_depth)
        except JsonError as error:
            if line.lstrip().startswith(b"{") and b'"jsonrpc"' in line:
                raise BrokenError(f"the server sent a broken message: {error}") from None
            value = None
        # Batches were part of one revision of the protocol.
        items = value if isinstance(value, list) and value else [value]
        if not all(_is_message(item) for item in items):
            self._note_stray(line)
        yield from (item for item in items if _is_message(item))

    def _note_stray(self, line: bytes) -> None:
        self._noise += 1
        if len(self.stray) < limits().noise_kept:
            text = self._redact(line[: 8 * limits().quote_chars].decode("utf-8", "replace"))
            self.stray.append(text.strip()[: limits().quote_chars])
        if self._noise > limits().noise_lines:
            most = f"{limits().noise_lines:,}"
            self._over = f"the server wrote more than {most} lines that are no messages"
            raise FloodError(self._over)

    def _how_it_ended(self) -> str:
        code = exit_code(self._process, _LAST_WORDS_SECONDS)
        if code is None:
            return "the server closed its standard output before it answered"
        self._errors.join(_LAST_WORDS_SECONDS)
        if code >= 0:
            return f"the server ended with exit code {code} before it answered"
        with contextlib.suppress(ValueError):
            return f"the server was ended by {signal.Signals(-code).name} before it answered"
        return f"the server was ended by signal {-code} before it answered"


def _is_message(value: Json) -> bool:
    if not isinstance(value, dict):
        return False
    return "method" in value or "result" in value or "error" in value
