"""Standard output and standard error, and what is known of the terminal behind them."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from analyzer.errors import OutputError, UsageError

PIPED_WIDTH = 120
"""Columns where nobody's terminal says otherwise: reports in files and logs are not squeezed to
80. The variable COLUMNS says otherwise."""
_WIDEST = 180


def fill_closed_streams() -> None:
    """Stand-ins for the standard streams that the caller closed, for else the next file opened
    would take their numbers: nothing can be read from them, results cannot be written (a failure),
    and errors go nowhere."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_WRONLY if number == 2 else os.O_RDONLY)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def say(text: str, *, whole: bool = False) -> None:
    """A line on standard error, invisible characters shown as escapes; ``whole`` for a text of
    our own in several lines."""
    if not whole:
        from analyzer.output.visible import visible

        text = visible(text)
    # Where even errors cannot be written, the exit code still tells.
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def emit(text: str) -> None:
    """Results on standard output, as UTF-8 whatever the locale. A reader that has gone away is no
    error: the exit code still tells the verdict. Raises OutputError where the disk is full."""
    data = text.encode("utf-8", "backslashreplace")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        close_stdout()
    except OSError as error:
        close_stdout()
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"standard output: cannot be written: {reason}") from None


def close_stdout() -> None:
    """Nothing more can be written; the interpreter's last flush must not say so."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_result(text: str, output: Path | None) -> None:
    """To the file, whole or not at all, else to standard output. Raises OutputError."""
    if output is None:
        emit(text)
        return
    from analyzer.output.files import write_whole

    write_whole(output, text)


def on_terminal() -> bool:
    return sys.stdout.isatty()


def use_color(no_color: bool) -> bool:
    """Colour on a terminal that can show it, unless ``--no-color`` or NO_COLOR
    (https://no-color.org) says no."""
    wanted = not no_color and not os.environ.get("NO_COLOR")
    return wanted and on_terminal() and os.environ.get("TERM") != "dumb"


def text_width() -> int:
    """Columns of the terminal; PIPED_WIDTH where there is none and COLUMNS is not set."""
    if not on_terminal() and not os.environ.get("COLUMNS"):
        return PIPED_WIDTH
    import shutil  # Rarely wanted, and it brings every kind of compression.

    return min(shutil.get_terminal_size((PIPED_WIDTH, 24)).columns, _WIDEST)


def current_time() -> str:
    """Now, in RFC 3339, or what SOURCE_DATE_EPOCH says. Raises UsageError where that is no time."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        moment = time.gmtime(int(fixed) if fixed else None)
    except (ValueError, OverflowError, OSError):
        raise UsageError("SOURCE_DATE_EPOCH is not a number of seconds since 1970") from None
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", moment)
