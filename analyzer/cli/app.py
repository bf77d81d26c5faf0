"""The group of commands and the way in: what was typed -> an exit code."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from types import FrameType
from typing import NoReturn

import click

from analyzer import __version__
from analyzer.cli.console import close_stdout, fill_closed_streams, say
from analyzer.errors import EXIT_DONE, EXIT_INTERRUPTED, EXIT_UNUSABLE, ToolmarkError

NAME = "toolmark"

COMMANDS = {
    "scan": "Say what each tool can do and how well it is described.",
    "explain": "Show what is behind the verdicts on a tool.",
    "policy": "Write a policy.json that says what agents may call.",
    "annotate": "Propose the annotations that tools should declare.",
    "fix": "Show what to change in a definition to raise its score.",
    "report": "Write a report as web pages.",
    "compare": "Show where a model's scores, or another scan's, differ.",
    "known": "List the well-known servers that can be scanned by name.",
    "calibrate": "Make the weights of the rules from labelled tools.",
    "demo": "Scan a small live server that comes with Toolmark.",
}
"""Each command's module (of this package) and line of help: ``--help`` imports none of them."""

_GARBAGE_THRESHOLD = 500_000
"""New objects between two searches for cycles. Verdicts hold none, and at Python's 700 the searches
take a sixth of a scan."""

_EPILOG = """\b
Exit codes:
  0    done, nothing at or above a threshold
  1    a threshold was reached (--fail-on, --fail-under)
  2    wrong usage, or nothing at all could be read
  3    the targets were read and hold no tools
  4    some targets were read and some failed, or --judge left something
       unjudged (wins over 1)
  130  interrupted

\b
Start here:
  toolmark demo
  toolmark scan tools.json
  toolmark scan -- npx -y @modelcontextprotocol/server-everything
"""


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"analyzer.cli.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            known = ", ".join(COMMANDS)
            raise click.UsageError(f"there is no command {args[0]!r}; the commands are {known}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name=NAME, message="%(prog)s %(version)s")
def group() -> None:
    """Reads the tool definitions of MCP servers: what can each tool do, which words prove it, and
    how well is it described? Verdicts are made offline, from readable rules."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code (``analyzer.errors``)."""
    gc.set_threshold(_GARBAGE_THRESHOLD)
    fill_closed_streams()
    _end_on_signals()
    _leave(run(sys.argv[1:] if arguments is None else arguments))


def _leave(code: int) -> NoReturn:
    """End at once. All files, processes and threads ended with the blocks that opened them; to take
    apart every verdict and module one by one, as the interpreter does, is a tenth of a scan."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def run(arguments: Sequence[str]) -> int:
    """The exit code of a command line; everything it has to say is said."""
    typed, command = _split(arguments)
    try:
        with group.make_context(NAME, typed, obj=command) as context:
            code = group.invoke(context)
        sys.stdout.flush()
        return code if isinstance(code, int) else EXIT_DONE
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message(), whole=True)
        return EXIT_UNUSABLE
    except click.ClickException as error:
        say(f"{_asked(error)}: {error.format_message()}{_hint(error)}")
        return EXIT_UNUSABLE
    except ToolmarkError as error:
        say(f"{NAME}: {error}")
        return EXIT_UNUSABLE
    except (click.Abort, KeyboardInterrupt, EOFError):
        say(f"{NAME}: interrupted")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Only help and the version are written past our own writer; their reader has seen enough.
        close_stdout()
        return EXIT_DONE
    except Exception as error:
        if os.environ.get("TOOLMARK_DEBUG"):
            import traceback

            traceback.print_exc()
        say(
            f"{NAME}: a bug in Toolmark: {type(error).__name__}: {error} "
            "(TOOLMARK_DEBUG=1 shows where)"
        )
        return EXIT_UNUSABLE


def _split(arguments: Sequence[str]) -> tuple[list[str], tuple[str, ...] | None]:
    """What stands before ``--``, and the command after it; click itself would swallow the mark."""
    typed = list(arguments)
    if "--" not in typed:
        return typed, None
    mark = typed.index("--")
    return typed[:mark], tuple(typed[mark + 1 :])


def _end_on_signals() -> None:
    """A termination unwinds like an interruption, so that no started server is left behind."""

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # nohup has it ignored, and so it stays.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


def _asked(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return context.command_path if context else NAME


def _hint(error: click.ClickException) -> str:
    return f" (see {_asked(error)} --help)" if isinstance(error, click.UsageError) else ""
