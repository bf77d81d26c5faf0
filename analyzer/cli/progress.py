"""What is under way, in one line of the terminal that goes when all is done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, ProgressColumn, SpinnerColumn, Task
from rich.table import Column
from rich.text import Text

from analyzer.output.visible import visible


class _Names(ProgressColumn):
    """The last column: what is under way now."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1))
        self._names = names

    def render(self, task: Task) -> Text:
        return Text(", ".join(visible(name) for name in self._names), "dim")


class Display:
    """Counts what is done and names what is under way; told so by several threads."""

    def __init__(self, count: int) -> None:
        self._lock = threading.Lock()
        self._names: list[str] = []
        self._progress = Progress(
            SpinnerColumn(),
            MofNCompleteColumn(),
            _Names(self._names),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("", total=count)

    def __enter__(self) -> Display:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    @contextmanager
    def during(self, label: str) -> Iterator[None]:
        """Something of that name is under way until this ends, well or not."""
        with self._lock:
            self._names.append(label)
        try:
            yield
        finally:
            with self._lock:
                self._names.remove(label)
            self._progress.advance(self._task)
