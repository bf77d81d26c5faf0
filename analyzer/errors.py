"""The exceptions of Toolmark, and the exit codes of its command.

    ToolmarkError               exit 2; the message is one line for the user
    ├── UsageError              the command line asks for something that cannot be
    ├── SourceError             a target could not be read; becomes a SourceFailure in the result
    ├── RuleError               a file under rules/ is wrong; names the file and the place in it
    └── OutputError             a result could not be written

Exit codes:
    0    done, nothing at or above the threshold
    1    a threshold was reached (--fail-on, --fail-under)
    2    wrong usage, or nothing at all could be read
    3    the targets were read and hold no tools
    4    some targets were read and some failed, or a model that was to judge left something
         unjudged (wins over 1)
    130  interrupted
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Not at run time: help needs the exit codes, and not the dataclasses.
    from analyzer.model import Stage

EXIT_DONE = 0
EXIT_THRESHOLD = 1
EXIT_UNUSABLE = 2
EXIT_NO_TOOLS = 3
EXIT_PARTIAL = 4
EXIT_INTERRUPTED = 130


class ToolmarkError(Exception):
    """Base of all errors that are shown to the user as one line."""


class UsageError(ToolmarkError):
    """The command line asks for something that cannot be done."""


class SourceError(ToolmarkError):
    """A target could not be read. ``stage`` says how far it came."""

    def __init__(self, stage: Stage, message: str) -> None:
        super().__init__(message)
        self.stage: Stage = stage


class RuleError(ToolmarkError):
    """A rule file is wrong; the message names the file, the place and the remedy."""


class OutputError(ToolmarkError):
    """A result could not be written; nothing half-written is left behind."""
