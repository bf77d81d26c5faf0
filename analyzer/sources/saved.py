"""Servers -> files that can be scanned again offline (``--save``)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from analyzer.errors import OutputError
from analyzer.model import Server
from analyzer.sources.files import reason
from analyzer.sources.ids import unique_ids


def write_saved(servers: Iterable[Server], folder: Path) -> list[Path]:
    """Write ``<id>.json`` a server, ``{"server": {...}, "tools": [...]}`` with the entries as sent.

    The folder is made where it is missing. Returns the paths in the order of the servers; raises
    OutputError naming the file that could not be written.
    """
    written = []
    for server in unique_ids(servers):
        path = folder / f"{server.id}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _write_whole(path, _saved(server))
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {reason(error)}") from None
        written.append(path)
    return written


def _saved(server: Server) -> bytes:
    info = server.raw.get("server")
    known = {**info} if isinstance(info, dict) else {}
    tools = server.raw.get("tools", [tool.raw for tool in server.tools])
    document = {"server": {**known, "name": server.name}, "tools": tools}
    if server.origin.authorization is not None:
        document["authorization"] = server.origin.authorization
    # ASCII: a lone surrogate has no UTF-8 form, and must come back as it was.
    return (json.dumps(document, indent=2) + "\n").encode("ascii")


def _write_whole(path: Path, data: bytes) -> None:
    import tempfile  # Rarely wanted, and it brings much.

    handle, name = tempfile.mkstemp(prefix=".toolmark-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        # mkstemp makes private files; what a server answered is no secret of the user's.
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
