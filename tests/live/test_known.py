"""Known servers that need no account, fetched by their ordinary clients: ``pytest -m live``."""

from __future__ import annotations

import os
import shutil

import pytest

from analyzer.model import Server
from analyzer.sources import SourceOptions, read_launch
from analyzer.sources.known import KnownServer, build_known_launch, load_known
from analyzer.sources.placeholders import Values, fill_in

# These leave folders in the home of whoever starts them, or are very large.
LEFT_OUT = {"basic-memory", "serena", "n8n"}
SERVERS = [s for s in load_known() if s.account == "none" and s.id not in LEFT_OUT]


@pytest.mark.live
@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.id)
def test_a_known_server_lists_its_tools(
    server: KnownServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if server.launch and shutil.which(server.launch[0]) is None:
        pytest.skip(f"{server.launch[0]} is not installed")
    launch, missing = fill_in(build_known_launch(server, {}), Values(variables={}))
    assert missing == ()
    home = tmp_path_factory.mktemp("home")
    inherited = {**os.environ, "XDG_DATA_HOME": str(home)}
    answer = read_launch(launch, SourceOptions(timeout=300.0, inherited_env=inherited))
    assert isinstance(answer, Server), answer
    assert answer.id == server.id
    assert answer.tools
