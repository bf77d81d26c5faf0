"""``annotate``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Toolmark


def test_the_table_names_tools_and_reasons(toolmark: Toolmark, notes: Path) -> None:
    done = toolmark("annotate", notes)
    assert (done.code, done.err) == (0, "")
    assert "| `delete_note` | readOnlyHint |  | false |" in done.out
    assert "### Ready" not in done.out


@pytest.mark.parametrize("store", ["claude", "chatgpt"])
def test_a_store_s_demands_are_shown(toolmark: Toolmark, notes: Path, store: str) -> None:
    done = toolmark("annotate", notes, "--tool", "delete_note", "--store", store)
    assert done.code == 0
    assert f"### Ready for {store}: no" in done.out


def test_the_blocks_are_written_to_a_file(toolmark: Toolmark, notes: Path, tmp_path: Path) -> None:
    path = tmp_path / "annotations.json"
    done = toolmark("annotate", notes, "--tool", "delete_note", "--format", "json", "-o", path)
    assert (done.code, done.out) == (0, "")
    assert '"destructiveHint": true' in path.read_text(encoding="utf-8")


def test_an_unknown_store_is_wrong_usage(toolmark: Toolmark, notes: Path) -> None:
    done = toolmark("annotate", notes, "--store", "corner")
    assert done.code == 2
    assert "corner" in done.err
