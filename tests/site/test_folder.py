"""The report's folder: whole or not at all, and never over what is not ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import OutputError
from analyzer.model import RiskCategory
from analyzer.site import write_site
from analyzer.site.folder import MARKER, replace_folder
from tests.builders import build_named, build_scan, build_server, build_shop


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_returned_paths_are_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "report"
    written = write_site(build_scan(build_shop()), folder)
    assert written == sorted(p for p in folder.rglob("*") if p.is_file())
    assert {folder / MARKER, folder / "index.html"} <= set(written)
    assert names(tmp_path / "new") == ["report"]


@pytest.mark.parametrize("before", ["nothing", "empty", "report"])
def test_an_earlier_report_is_replaced_whole(tmp_path: Path, before: str) -> None:
    folder = tmp_path / "report"
    if before == "empty":
        folder.mkdir()
    elif before == "report":
        write_site(build_scan(build_server(build_named({"old": RiskCategory.READ}))), folder)
    write_site(build_scan(build_shop()), folder)
    write_site(build_scan(build_shop()), tmp_path / "fresh")
    assert tree(folder) == tree(tmp_path / "fresh")
    assert names(tmp_path) == ["fresh", "report"]


@pytest.mark.parametrize("name", ["notes.txt", "index.html"])
def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(OutputError, match="holds other files") as caught:
        write_site(build_scan(build_shop()), tmp_path)
    assert "\n" not in str(caught.value)
    assert tree(tmp_path) == {name: b"mine"}


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_text("mine")
    with pytest.raises(OutputError, match="is a file"):
        write_site(build_scan(build_shop()), path)
    with pytest.raises(OutputError, match="the report cannot be written"):
        write_site(build_scan(build_shop()), path / "below")
    assert path.read_text() == "mine"


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
@pytest.mark.parametrize("before", ["nothing", "empty", "report"])
def test_a_failure_leaves_everything_as_it_was(
    tmp_path: Path, before: str, error: BaseException
) -> None:
    folder = tmp_path / "report"
    if before == "empty":
        folder.mkdir()
    elif before == "report":
        write_site(build_scan(build_shop()), folder)
    old = tree(tmp_path)

    def fill(new: Path) -> None:
        (new / "index.html").write_text("half")
        raise error

    with pytest.raises((OutputError, KeyboardInterrupt)):
        replace_folder(folder, fill)
    assert tree(tmp_path) == old
    assert folder.exists() == (before != "nothing")


def test_a_failed_exchange_puts_the_old_report_back(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    write_site(build_scan(build_shop()), folder)
    old = tree(folder)

    def fill(new: Path) -> None:
        (new / "index.html").write_text("new")
        # The old report's place for this name is taken when the exchange comes to it.
        (new.parent / "old" / "servers").write_text("in the way")

    with pytest.raises(OutputError, match="the report cannot be written"):
        replace_folder(folder, fill)
    assert tree(folder) == old


def test_what_an_interrupted_run_left_behind_does_not_block(tmp_path: Path) -> None:
    (tmp_path / ".toolmark-new-abc").mkdir()
    write_site(build_scan(build_shop()), tmp_path)
    assert names(tmp_path) == [MARKER, "assets", "index.html", "servers"]
