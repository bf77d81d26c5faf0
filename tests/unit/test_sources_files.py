"""Files, folders and standard input; saving what was read."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from analyzer.errors import OutputError
from analyzer.model import Origin, Server, SourceFailure
from analyzer.sources import SourceOptions, read_target, write_saved
from analyzer.sources.definitions import build_server

TOOL = {"name": "echo", "inputSchema": {"type": "object"}}
OPTIONS = SourceOptions()


def served(target: Path) -> Server:
    (server,) = read_target(str(target), OPTIONS)
    assert isinstance(server, Server), server
    return server


def failed(target: Path) -> SourceFailure:
    (failure,) = read_target(str(target), OPTIONS)
    assert isinstance(failure, SourceFailure), failure
    assert failure.target == str(target)
    return failure


def test_a_file_names_a_server_that_does_not_say_its_name(tmp_path: Path) -> None:
    path = tmp_path / "My Tools.json"
    path.write_text(json.dumps([TOOL]))
    server = served(path)
    assert (server.id, server.name) == ("my-tools", "My Tools")
    assert server.origin.kind == "file"
    assert server.origin.locator == path.as_posix()
    assert server.origin.retrieved_at is None


def test_a_folder_gives_its_files_in_order_at_any_depth(tmp_path: Path) -> None:
    for name in ("b.json", "a/z.json", "a/b/c.jsonl", "c.JSON", "a.json", "notes.txt", "d.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([TOOL]))
    names = [
        server.name for server in read_target(str(tmp_path), OPTIONS) if isinstance(server, Server)
    ]
    assert names == ["c", "z", "a", "b", "c"]


def test_a_folder_may_hold_files_that_fail(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.json").write_text(json.dumps([TOOL]))
    failure, server = read_target(str(tmp_path), OPTIONS)
    assert isinstance(failure, SourceFailure)
    assert failure.target == str(tmp_path / "a.json")
    assert isinstance(server, Server)


def test_a_folder_without_json_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    failure = failed(tmp_path)
    assert (failure.stage, failure.message) == (
        "open",
        "no *.json, *.jsonl or *.mcpb files below this folder",
    )


def test_installed_packages_in_a_folder_are_passed_over(tmp_path: Path) -> None:
    for name in ("node_modules", ".git", "src"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "tools.json").write_text(json.dumps([TOOL]))
    (server,) = read_target(str(tmp_path), OPTIONS)
    assert isinstance(server, Server)
    assert server.origin.locator.endswith("src/tools.json")
    # Where one is named, it is meant.
    assert len(read_target(str(tmp_path / "node_modules"), OPTIONS)) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (failure,) = read_target(str(tmp_path), OPTIONS)
    assert isinstance(failure, SourceFailure)
    assert (failure.target, failure.message) == (str(tmp_path / "pipe.json"), "no regular file")


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([TOOL]))
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert len(read_target(str(tmp_path), OPTIONS)) == 1


def test_a_missing_file(tmp_path: Path) -> None:
    failure = failed(tmp_path / "gone.json")
    assert (failure.stage, failure.message) == ("open", "no such file or folder")


def test_a_file_name_that_no_system_allows() -> None:
    (failure,) = read_target("a\0b", OPTIONS)
    assert isinstance(failure, SourceFailure)
    assert failure.stage == "open"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[]")
    path.chmod(0)
    failure = failed(path)
    assert (failure.stage, failure.message) == ("open", "permission denied")


def test_a_file_that_never_ends_is_cut_off_by_the_limit() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("needs /dev/zero")
    failure = failed(Path("/dev/zero"))
    assert (failure.stage, failure.message) == (
        "open",
        "more than 64 MiB; split it into a file a server",
    )


def test_standard_input() -> None:
    (server,) = read_target("-", OPTIONS, io.BytesIO(json.dumps([TOOL]).encode()))
    assert isinstance(server, Server)
    (failure,) = read_target("-", OPTIONS, None)
    assert failure == SourceFailure(target="-", stage="open", message="standard input is closed")


def test_real_servers_are_read_whole(shared_data: Path) -> None:
    answers = read_target(str(shared_data / "servers"), OPTIONS)
    assert len(answers) == 143
    assert not [answer for answer in answers if isinstance(answer, SourceFailure)]
    servers = [answer for answer in answers if isinstance(answer, Server)]
    rules = [finding.rule_id for server in servers for finding in server.findings]
    assert rules == ["source.partial-definition"]
    lacking = [
        tool.name for server in servers for tool in server.tools if tool.input_schema is None
    ]
    assert len(lacking) == 1


def test_what_is_saved_says_as_whom_the_list_was_seen(tmp_path: Path) -> None:
    origin = Origin(kind="http", locator="https://a.example", authorization="bearer token")
    server = build_server({"name": "a"}, [TOOL], fallback="a", origin=origin)
    (path,) = write_saved([server], tmp_path)
    again = served(path)
    assert (again.origin.kind, again.origin.authorization) == ("file", "bearer token")
    assert again.raw == server.raw


def test_what_is_saved_reads_back_as_it_was(tmp_path: Path) -> None:
    info = {"name": "../Evil\n", "version": "1", "instructions": "é \ud800", "extra": [1]}
    entries = [TOOL, 7, {"name": "x", "description": "\ud83d \u2028 \x00"}, {"name": "x"}]
    source = tmp_path / "in.json"
    source.write_text(json.dumps({"server": info, "tools": entries}))
    server = served(source)
    paths = write_saved([server, server], tmp_path / "new" / "folder")
    assert [path.name for path in paths] == ["evil.json", "evil-2.json"]
    again = served(paths[0])
    assert again.origin.authorization is None
    assert again.tools == server.tools
    assert again.raw == server.raw
    assert again.findings == server.findings
    assert again.origin.digest == server.origin.digest
    assert sorted(path.name for path in paths[0].parent.iterdir()) == ["evil-2.json", "evil.json"]


def test_saving_where_nothing_can_be_written(tmp_path: Path) -> None:
    source = tmp_path / "in.json"
    source.write_text(json.dumps([TOOL]))
    with pytest.raises(OutputError, match=r"in\.json.*in\.json: cannot be written: "):
        write_saved([served(source)], source)


def test_a_failed_save_leaves_nothing_half_written(tmp_path: Path) -> None:
    source = tmp_path / "in.json"
    source.write_text(json.dumps([TOOL]))
    folder = tmp_path / "out"
    (folder / "in.json").mkdir(parents=True)
    with pytest.raises(OutputError, match="cannot be written"):
        write_saved([served(source)], folder)
    assert [path.name for path in folder.iterdir()] == ["in.json"]
