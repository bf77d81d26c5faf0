"""What is kept of the compiled rules: the same verdicts, for the very rules and modules alone."""

from __future__ import annotations

import json
import marshal
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = [
    {"name": "get_parcel", "description": "Get a parcel. Never delete one while it is moved."},
    {"name": "shanchu", "description": "删除一个文件"},
    {"name": "frobnicate", "description": "Frobnicate the disk"},
]
KEY = 32
"""Bytes before the data: what it was made of."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of its own, without what this one keeps."""
    unkept = shutil.ignore_patterns("__pycache__")
    for name in ("analyzer", "rules", "catalog"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=unkept)
    (tmp_path / "tools.json").write_text(json.dumps({"tools": TOOLS}), encoding="utf-8")
    return tmp_path


def scanned(checkout: Path) -> dict[str, str]:
    """The category of each tool, as a run of its own finds it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, "-m", "analyzer", "scan", "tools.json", "--format", "json"],
        cwd=checkout,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    tools = json.loads(done.stdout)["servers"][0]["tools"]
    return {tool["name"]: tool["risk"]["category"] for tool in tools}


def kept_file(checkout: Path) -> Path:
    return checkout / "analyzer" / "__pycache__" / "patterns.bin"


def test_what_is_kept_gives_the_same_verdicts_and_is_used(checkout: Path) -> None:
    first = scanned(checkout)
    assert first["shanchu"] == "Destructive"
    kept = kept_file(checkout)
    content = kept.read_bytes()
    assert scanned(checkout) == first
    assert kept.read_bytes() == content
    compiled = marshal.loads(content[KEY:])
    kept.write_bytes(content[:KEY] + marshal.dumps({**compiled, "tables": {}}))
    assert scanned(checkout) != first


def test_an_edited_rule_is_compiled_anew(checkout: Path) -> None:
    first = scanned(checkout)
    kept = kept_file(checkout).read_bytes()
    verbs = checkout / "rules" / "lexicon" / "verbs.yaml"
    text = verbs.read_text("utf-8")
    assert "\n  removal: [" in text
    edited = text.replace("\n  removal: [", "\n  removal: [frobnicate, ")
    verbs.write_text(edited, encoding="utf-8")
    assert scanned(checkout) == {**first, "frobnicate": "Destructive"} != first
    assert kept_file(checkout).read_bytes() != kept


@pytest.mark.parametrize(
    "module", ["text.py", "rulebook/index.py", "rulebook/languages.py", "rulebook/compiled.py"]
)
def test_an_edited_module_compiles_anew(checkout: Path, module: str) -> None:
    first = scanned(checkout)
    kept = kept_file(checkout).read_bytes()
    with (checkout / "analyzer" / module).open("a", encoding="utf-8") as file:
        file.write("# edited\n")
    assert scanned(checkout) == first
    made = kept_file(checkout).read_bytes()
    assert made[:KEY] != kept[:KEY]
    assert made[KEY:] == kept[KEY:]


@pytest.mark.parametrize("cut", [0, 10, KEY, KEY + 1, -100])
def test_a_spoilt_copy_is_made_anew(checkout: Path, cut: int) -> None:
    first = scanned(checkout)
    kept = kept_file(checkout)
    good = kept.read_bytes()
    kept.write_bytes(good[:cut])
    assert scanned(checkout) == first
    assert kept.read_bytes() == good
