"""A command that serves MCP over its standard input and output -> a server.

The SDK's client for this transport buffers a line without bound, logs what servers write, takes
the environment from the process and leaves a server's children alone where the server itself
ends in time; so the process is run here, with plain pipes and a thread for each.
"""

from __future__ import annotations

import contextlib
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from analyzer.errors import SourceError
from analyzer.model import Origin, Server, SourceFailure
from analyzer.sources.authorization import describe_variables
from analyzer.sources.channel import Deadline, EndedError
from analyzer.sources.definitions import build_server
from analyzer.sources.files import reason
from analyzer.sources.options import SourceOptions
from analyzer.sources.pipes import StdioChannel
from analyzer.sources.process import COOKIE, end_process
from analyzer.sources.redact import Redactor, redact_command, secrets_in_command
from analyzer.sources.session import Answer, Session
from analyzer.sources.stopping import StoppedError


def read_process(argv: Sequence[str], options: SourceOptions) -> Server | SourceFailure:
    """Start ``argv``, ask it for its tools, and end it with all that it started.

    Raises StoppedError, when all has ended, where ``options.stop`` was asked for.
    """
    redact = Redactor([*options.env.values(), *options.secrets, *secrets_in_command(argv)])
    target = redact(redact_command(argv)) if options.shown is None else options.shown
    if not argv:
        return SourceFailure(target=target, stage="start", message="no command is given")
    deadline = Deadline(options.timeout)
    try:
        try:
            answer, stray = _ask(argv, options, redact, deadline, probe=True)
        except EndedError:
            if deadline.left() < options.timeout / 2:
                raise
            # Some servers of the older era end at anything but initialize: once more without it.
            answer, stray = _ask(argv, options, redact, deadline, probe=False)
    except EndedError as error:
        return SourceFailure(target=target, stage="start", message=str(error))
    except SourceError as error:
        return SourceFailure(target=target, stage=error.stage, message=str(error))
    return build_server(
        answer.info,
        answer.entries,
        fallback=Path(argv[0]).stem,
        origin=Origin(
            kind="stdio",
            locator=target,
            retrieved_at=options.now,
            authorization=describe_variables(options.env),
        ),
        stray=stray,
        tells=redact.finds,
    )


def _ask(
    argv: Sequence[str],
    options: SourceOptions,
    redact: Redactor,
    deadline: Deadline,
    *,
    probe: bool,
) -> tuple[Answer, list[str]]:
    with _started(argv, options, redact) as channel:
        try:
            session = Session(channel, timeout=options.timeout, deadline=deadline, redact=redact)
            return session.run(probe=probe), channel.stray
        except SourceError as error:
            raise SourceError(error.stage, channel.explained(str(error))) from None
        except EndedError as error:
            raise EndedError(channel.explained(str(error))) from None


@contextlib.contextmanager
def _started(
    argv: Sequence[str], options: SourceOptions, redact: Redactor
) -> Iterator[StdioChannel]:
    """The channel to the running command; it and its children are ended on the way out."""
    cookie = secrets.token_hex(16)
    process = _start(argv, options, cookie)
    channel: StdioChannel | None = None
    # Whoever presses Ctrl-C does not wait for manners; a failure of the server's own may.
    at_once = True
    try:
        channel = StdioChannel(process, redact, options.stop)
        yield channel
        at_once = False
    except StoppedError:
        raise
    except Exception:
        at_once = False
        raise
    finally:
        if channel is not None:
            channel.stop()
        if sys.platform == "win32":
            tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(tree, capture_output=True, check=False)  # noqa: S603
        end_process(process, cookie, at_once=at_once)
        if channel is not None:
            channel.close()


def _start(argv: Sequence[str], options: SourceOptions, cookie: str) -> subprocess.Popen[bytes]:
    options.stop.check()
    if options.cwd is not None and not options.cwd.is_dir():
        raise SourceError("start", f"the working directory {str(options.cwd)!r} is no folder")
    try:
        return subprocess.Popen(  # noqa: S603 -- the command is the one that the user named
            list(argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=options.cwd,
            env={**options.inherited_env, **options.env, COOKIE: cookie},
            start_new_session=True,
        )
    except FileNotFoundError:
        message = "command not found; install it, or give its whole path"
        raise SourceError("start", message) from None
    except PermissionError:
        raise SourceError("start", "the command is not an executable file") from None
    except OSError as error:
        raise SourceError("start", f"the command cannot be started: {reason(error)}") from None
    except ValueError:
        message = "the command or its environment holds a character that cannot be passed on"
        raise SourceError("start", message) from None
