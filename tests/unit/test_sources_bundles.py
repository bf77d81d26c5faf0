"""Bundles are read from their manifests; an archive that could do harm is refused in one line."""

from __future__ import annotations

import json
import os
import stat
import struct
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import SourceError
from analyzer.model import Server, SourceFailure
from analyzer.sources import SourceOptions, read_target
from analyzer.sources.archive import open_archive
from analyzer.sources.bundles import Machine, build_bundle_launch, read_bundle, unpacked
from analyzer.sources.launch import Launch
from analyzer.sources.limits import limits
from tests.bundles import TOOLS, entry, manifest, write_bundle

MACHINE = Machine(home=Path("/somewhere/ann"), path=os.environ["PATH"], platform="linux")
MAIN = ("server/main.py", "print()")


def read(path: Path) -> Server | SourceFailure:
    (answer,) = read_target(str(path), SourceOptions())
    return answer


def refused(path: Path) -> str:
    """The one line with which an archive is refused, before anything is unpacked."""
    answer = read(path)
    assert isinstance(answer, SourceFailure), answer
    assert answer.target == str(path)
    assert answer.message.isprintable()
    with pytest.raises(SourceError) as error, open_archive(path):
        pytest.fail("the archive was opened")
    assert str(error.value) == answer.message
    return answer.message


def launch_of(path: Path, machine: Machine = MACHINE) -> Launch:
    return build_bundle_launch(path, machine)


@pytest.mark.parametrize("name", ["notes.mcpb", "NOTES.DXT"])
def test_a_bundle_is_read_from_its_manifest(tmp_path: Path, name: str) -> None:
    server = read(write_bundle(tmp_path / name, manifest(), [MAIN]))
    assert isinstance(server, Server), server
    assert (server.name, server.title, server.version) == ("notes", "Notes", "2.1.0")
    assert [tool.raw for tool in server.tools] == TOOLS
    assert [finding.rule_id for finding in server.findings] == ["source.partial-definition"]
    assert server.origin.kind == "file"
    assert server.instructions is None


def test_a_manifest_alone_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest(tools_generated=True)))
    server = read(path)
    assert isinstance(server, Server), server
    assert [tool.name for tool in server.tools] == ["list_notes", "delete_note"]
    rules = [finding.rule_id for finding in server.findings]
    assert rules == ["source.partial-definition", "source.more-at-run-time"]
    assert server.raw["server"]["tools_generated"] is True


def test_whole_definitions_kept_in_a_manifest_are_preferred(tmp_path: Path) -> None:
    whole = [{**tool, "inputSchema": {"type": "object"}} for tool in TOOLS]
    answers = {"initialize": {"instructions": "Ask first."}, "tools/list": {"tools": whole}}
    meta = {"com.example": 1, "com.example.windows": {"static_responses": answers}}
    server = read(write_bundle(tmp_path / "notes.mcpb", manifest(_meta=meta)))
    assert isinstance(server, Server), server
    assert [tool.raw for tool in server.tools] == whole
    assert server.instructions == "Ask first."
    assert server.findings == ()


def test_bundles_are_found_in_a_folder(tmp_path: Path) -> None:
    write_bundle(tmp_path / "notes.mcpb", manifest())
    answers = read_target(str(tmp_path), SourceOptions())
    assert [answer.name for answer in answers if isinstance(answer, Server)] == ["notes"]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (None, "there is no manifest.json at the top of the bundle"),
        ({"name": "x"}, "is no manifest of an MCP server"),
        ({"manifest_version": "0.3", "server": []}, "is no manifest of an MCP server"),
        (manifest(tools={"a": 1}), '"tools" of the manifest is an object, not an array'),
    ],
)
def test_a_bundle_without_a_good_manifest(
    tmp_path: Path, document: dict[str, Any] | None, message: str
) -> None:
    answer = read(write_bundle(tmp_path / "x.mcpb", document, [MAIN]))
    assert isinstance(answer, SourceFailure)
    assert answer.stage == "parse"
    assert message in answer.message


def test_a_manifest_that_is_no_json(tmp_path: Path) -> None:
    answer = read(write_bundle(tmp_path / "x.mcpb", None, [("manifest.json", "{")]))
    assert isinstance(answer, SourceFailure)
    assert answer.message.startswith("manifest.json in the bundle: line 1")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../evil", '"../evil" in it leads out of the bundle'),
        ("a/../../evil", "leads out of the bundle"),
        ("/etc/passwd", '"/etc/passwd" in it is an absolute path'),
        ("C:/evil", "is a Windows path"),
        ("c:evil", "is a Windows path"),
        ("a\\..\\evil", "is a Windows path"),
        ("\\\\host\\share", "is a Windows path"),
        ("a\x1b[2Jb", "holds what no path should"),
        ("a\u202eb", "holds what no path should"),
        ("x" * 2000, "is too long"),
        ("manifest.json", 'it holds "manifest.json" twice'),
        ("MANIFEST.JSON", 'it holds "MANIFEST.JSON" twice'),
        ("./manifest.json", 'it holds "manifest.json" twice'),
        ("manifest.json/x", '"manifest.json" in it is a file, and holds "manifest.json/x"'),
    ],
)
def test_a_path_that_does_not_stay_inside(tmp_path: Path, name: str, message: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # "Duplicate name", says the packer.
        path = write_bundle(tmp_path / "x.mcpb", manifest(), [(entry(name), "x")])
    assert message in refused(path)


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        (stat.S_IFLNK | 0o777, '"link" in it is a symbolic link'),
        (stat.S_IFIFO | 0o644, '"link" in it is no plain file'),
        (stat.S_IFBLK | 0o644, '"link" in it is no plain file'),
    ],
)
def test_an_entry_that_is_no_plain_file(tmp_path: Path, mode: int, message: str) -> None:
    files = [(entry("link", mode=mode), "/etc/passwd")]
    assert message in refused(write_bundle(tmp_path / "x.mcpb", manifest(), files))


def test_a_bomb_is_refused_by_what_it_would_become(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "x.mcpb", manifest(), [("zeros", bytes(64 * 2**20))])
    assert path.stat().st_size < 2**20
    assert '"zeros" in it grows' in refused(path)


def test_a_bomb_of_many_files_is_refused_by_their_sum(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "x.mcpb", manifest(), [("a", b"x" * 100)])
    data = path.read_bytes()
    # The list of entries claims 2 GiB for the last of them, and what it says counts.
    at = data.rfind(b"PK\x01\x02") + 24
    path.write_bytes(data[:at] + struct.pack("<L", 2**31) + data[at + 4 :])
    assert "unpacked it is larger than 1024 MiB" in refused(path)


def test_a_hundred_thousand_entries(tmp_path: Path) -> None:
    path = tmp_path / "x.mcpb"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest()))
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"")
    assert "it holds 100,001 entries; 20,000 are allowed" in refused(path)


def test_a_list_of_entries_without_end(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "x.mcpb", manifest())
    data = path.read_bytes()
    start, end = data.find(b"PK\x01\x02"), data.rfind(b"PK\x05\x06")
    listing = data[start:end] * (limits().bundle_directory_bytes // (end - start) + 2)
    tail = bytearray(data[end:])
    tail[12:16] = struct.pack("<L", len(listing))
    path.write_bytes(data[:start] + listing + tail)
    assert "its list of entries is larger than 8 MiB" in refused(path)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "x.mcpb", manifest())
    with path.open("r+b") as stream:
        stream.truncate(limits().bundle_bytes + 1)
    assert "larger than 512 MiB" in refused(path)


def test_entries_that_share_bytes(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "x.mcpb", manifest(), [("a", "same"), ("b", "same")])
    data = bytearray(path.read_bytes())
    first = data.find(b"PK\x01\x02", data.find(b"PK\x01\x02") + 1)
    second = data.rfind(b"PK\x01\x02")
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    path.write_bytes(data)
    assert "overlaps with something else" in refused(path)


def test_an_encrypted_entry(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "x.mcpb", manifest(), [("a", "x")])
    data = bytearray(path.read_bytes())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert '"a" in it is encrypted' in refused(path)


def test_a_packing_that_bundles_do_not_use(tmp_path: Path) -> None:
    path = tmp_path / "x.mcpb"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("manifest.json", json.dumps(manifest()))
    assert "packed in a way that bundles do not use" in refused(path)


@pytest.mark.parametrize("data", [b"", b"{}", b"PK\x05\x06", b"PK\x03\x04" + bytes(100)])
def test_a_file_that_is_no_zip(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.mcpb"
    path.write_bytes(data)
    assert "no zip archive, or a broken one" in refused(path)


def test_a_missing_bundle_and_a_folder_by_its_name(tmp_path: Path) -> None:
    answer = read(tmp_path / "none.mcpb")
    assert isinstance(answer, SourceFailure)
    assert answer.message == "no such file or folder"
    (tmp_path / "folder.mcpb").mkdir()
    answer = read_bundle(tmp_path / "folder.mcpb", "t")
    assert isinstance(answer, SourceFailure)
    assert answer.stage == "open"


@given(at=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.integers(0, 10_000))
def test_whatever_a_byte_says_nothing_is_raised_or_written_outside(
    at: int, byte: int, cut: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write_bundle(
            Path(folder) / "x.mcpb", manifest(), [MAIN, ("a/b", b"y" * 500), ("a/c/", "")]
        )
        data = bytearray(path.read_bytes())
        data[at % len(data)] = byte
        path.write_bytes(data[: len(data) - (cut if cut < 200 else 0)])
        assert isinstance(read_bundle(path, "x"), Server | SourceFailure)
        _unpack_inside(path, Path(folder))


@given(
    names=st.lists(
        st.text(alphabet="ab./\\:C~é\x00", min_size=1, max_size=12), min_size=1, max_size=4
    ),
    mode=st.sampled_from([0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK, stat.S_IFSOCK]),
)
def test_whatever_paths_say_nothing_is_written_outside(names: list[str], mode: int) -> None:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        files = [(entry(name, mode=mode | 0o644), "x") for name in names]
        path = write_bundle(Path(folder) / "x.mcpb", manifest(), files)
        _unpack_inside(path, Path(folder))


def _unpack_inside(path: Path, folder: Path) -> None:
    """Unpack where it is allowed; only the folder for it may have changed."""
    target = folder / "deep" / "target"
    target.mkdir(parents=True)
    try:
        with open_archive(path) as archive:
            archive.unpack(target)
    except (SourceError, OSError):
        pass
    assert sorted(one.name for one in folder.iterdir()) == ["deep", path.name]
    assert [one.name for one in (folder / "deep").iterdir()] == ["target"]
    assert not [one for one in target.rglob("*") if one.is_symlink()]


def test_files_keep_nothing_of_their_rights_but_that_they_run(tmp_path: Path) -> None:
    runs = entry("bin/run", mode=stat.S_IFREG | 0o6777)
    path = write_bundle(tmp_path / "x.mcpb", manifest(), [(runs, "x"), MAIN])
    target = tmp_path / "target"
    target.mkdir()
    with open_archive(path) as archive:
        archive.unpack(target)
    assert stat.S_IMODE((target / "bin/run").stat().st_mode) == 0o700
    assert stat.S_IMODE((target / "server/main.py").stat().st_mode) == 0o600


def with_config(tmp_path: Path, config: Any, *files: str, **members: Any) -> Path:
    server = {"type": "node", "entry_point": "server/index.js", "mcp_config": config}
    document = manifest(server=server, **members)
    return write_bundle(tmp_path / "x.mcpb", document, [(name, "x") for name in files])


def test_a_bundle_without_a_command_is_started_by_its_type(tmp_path: Path) -> None:
    launch = launch_of(write_bundle(tmp_path / "x.mcpb", manifest(), [MAIN]))
    assert launch.argv[0] in ("python", "python3")
    assert launch.argv[1:] == ("<bundle>/server/main.py",)
    assert (launch.alias, launch.cwd, launch.fills_variables) == ("notes", "<bundle>", False)
    assert launch.label == str(tmp_path / "x.mcpb")


def test_placeholders_and_settings_of_a_command(tmp_path: Path) -> None:
    settings = {
        "folders": {"type": "directory", "multiple": True, "default": ["${HOME}/a", "${DESKTOP}"]},
        "key": {"type": "string", "sensitive": True, "required": True},
        "size": {"type": "number", "default": 10},
        "fast": {"type": "boolean", "default": False},
        "extra": {"type": "string"},
    }
    config = {
        "command": "sh",
        "args": [
            "${__dirname}/server/index.js",
            "${user_config.folders}",
            "--size=${user_config.size}",
            "${user_config.extra}",
            "a${/}b",
        ],
        "env": {
            "KEY": "${user_config.key}",
            "FAST": "${user_config.fast}",
            "EXTRA": "${user_config.extra}",
            "ALL": "${user_config.folders}",
        },
    }
    launch = launch_of(with_config(tmp_path, config, user_config=settings))
    assert launch.argv == (
        "sh",
        "<bundle>/server/index.js",
        "/somewhere/ann/a",
        "/somewhere/ann/Desktop",
        "--size=${input:size}",
        "a/b",
    )
    assert launch.env == {
        "KEY": "${input:key}",
        "FAST": "${input:fast}",
        "ALL": "/somewhere/ann/a,/somewhere/ann/Desktop",
    }
    assert launch.defaults == {"size": "10", "fast": "false"}


def test_what_a_platform_overrides(tmp_path: Path) -> None:
    config = {
        "command": "server/run",
        "args": ["--a"],
        "env": {"A": "1", "B": "2"},
        "platform_overrides": {"linux": {"args": ["--b"], "env": {"B": "3"}}, "win32": {}},
    }
    launch = launch_of(with_config(tmp_path, config, "server/run"))
    assert launch.argv == ("<bundle>/server/run", "--b")
    assert launch.env == {"A": "1", "B": "3"}
    windows = Machine(home=Path("C:/Users/ann"), path="", platform="win32")
    path = with_config(tmp_path, {"command": "server/run"}, "server/run.exe")
    assert launch_of(path, windows).argv == ("<bundle>/server/run.exe",)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"server": {"type": "node"}}, "says neither a command nor an entry point"),
        ({"server": {"type": "ruby", "entry_point": "a"}}, 'type "ruby" is not known'),
        ({"compatibility": {"platforms": ["win32"]}}, "is for win32, not for linux"),
        (
            {"server": {"type": "binary", "entry_point": "none"}},
            'does not hold its own command "none"',
        ),
        (
            {"server": {"mcp_config": {"command": "no-such-program"}}},
            'needs "no-such-program", which is not installed here',
        ),
    ],
)
def test_what_keeps_a_bundle_from_being_started(
    tmp_path: Path, members: dict[str, Any], message: str
) -> None:
    path = write_bundle(tmp_path / "x.mcpb", manifest(**members))
    with pytest.raises(SourceError, match=message) as error:
        launch_of(path)
    assert error.value.stage == "start"


def test_the_folder_of_a_started_bundle_is_gone_afterwards(tmp_path: Path) -> None:
    launch = launch_of(write_bundle(tmp_path / "x.mcpb", manifest(), [MAIN]))
    with unpacked(launch) as ready:
        folder = Path(ready.cwd or "")
        assert ready.argv[1] == f"{folder}/server/main.py"
        assert Path(ready.argv[1]).read_text() == "print()"
        assert ready.shown == launch.shown
        assert sys.platform == "win32" or stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()
