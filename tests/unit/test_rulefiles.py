"""What is kept of the parsed rules: used for the very files it was made from, and for no others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.errors import RuleError
from analyzer.rulefiles import parsed_files, read_rule_files, render_parsed

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "from analyzer.rulefiles import read_rules; print(read_rules('partial.yaml')['says'])"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of its own, without what this one keeps."""
    unkept = shutil.ignore_patterns("__pycache__")
    for name in ("analyzer", "rules", "catalog"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=unkept)
    return tmp_path


def says(checkout: Path, **variables: str) -> str:
    """What a run of its own takes from a rule file."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=checkout,
        env={**kept, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def kept_file(checkout: Path) -> Path:
    return checkout / "analyzer" / "__pycache__" / "rules.json"


def says_written(checkout: Path, text: str) -> None:
    path = checkout / "rules" / "partial.yaml"
    path.write_text(f"confidence: 0.5\nsays: {text}\n", encoding="utf-8")


@pytest.mark.parametrize("name", ["rules", "clients"])
def test_what_is_kept_is_what_was_read(name: str) -> None:
    files = parsed_files(ROOT)[name]
    kept = json.loads(render_parsed(files))
    assert kept["digest"] == files.digest
    assert kept["data"] == files.data


def test_a_checkout_reads_an_edited_file_anew(checkout: Path) -> None:
    says_written(checkout, "first")
    assert says(checkout) == "first"
    first = kept_file(checkout).read_bytes()
    says_written(checkout, "other")
    assert says(checkout) == "other"
    assert kept_file(checkout).read_bytes() != first
    (checkout / "rules" / "new.yaml").write_text("a: 1\n", encoding="utf-8")
    assert says(checkout) == "other"
    assert "new.yaml" in json.loads(kept_file(checkout).read_bytes())["data"]


def test_what_is_kept_is_used(checkout: Path) -> None:
    says_written(checkout, "written")
    assert says(checkout) == "written"
    kept = kept_file(checkout)
    kept.write_text(kept.read_text("utf-8").replace('"written"', '"kept"'), encoding="utf-8")
    assert says(checkout) == "kept"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"form": 1}', '{"form": 0, "data": {}}'])
def test_a_spoilt_copy_is_made_anew(checkout: Path, content: str) -> None:
    says_written(checkout, "written")
    says(checkout)
    kept = kept_file(checkout)
    good = kept.read_bytes()
    kept.write_text(content, encoding="utf-8")
    assert says(checkout) == "written"
    assert kept.read_bytes() == good


def test_nothing_is_kept_where_python_keeps_no_bytecode(checkout: Path, tmp_path: Path) -> None:
    says_written(checkout, "written")
    assert says(checkout, PYTHONDONTWRITEBYTECODE="1") == "written"
    assert not kept_file(checkout).exists()
    elsewhere = tmp_path / "elsewhere"
    assert says(checkout, PYTHONPYCACHEPREFIX=str(elsewhere)) == "written"
    assert not kept_file(checkout).exists()
    assert len(list(elsewhere.rglob("rules.json"))) == 1


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(RuleError, match=r"^rules/broken\.yaml: not YAML: [^\n]+$"):
        read_rule_files(tmp_path)
