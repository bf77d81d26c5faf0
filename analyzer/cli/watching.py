"""A line on what is under way, on a terminal alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

Watch = Callable[[str], AbstractContextManager[object]]
"""What is entered while the thing of that name is under way; in any thread."""


@contextmanager
def watching(count: int, *, least: int = 2) -> Iterator[Watch]:
    """A watch over so many things; it shows nothing where there are fewer than ``least``, or nobody
    looks."""
    if count < least or not sys.stderr.isatty():
        yield nullcontext
        return
    from analyzer.cli.progress import Display

    with Display(count) as display:
        yield display.during
