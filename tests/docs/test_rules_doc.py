"""docs/rules.md says what the rules are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from analyzer.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[2]


def test_the_document_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "write_rules_doc.py"), "--check"], check=False
    )
    assert done.returncode == 0, "run `python scripts/write_rules_doc.py`"


def test_every_rule_has_an_anchor() -> None:
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    missing = [
        rule.id
        for rule in load_rulebook().rules["risk"]
        if f'<a id="{rule.id.replace(".", "-")}"></a>' not in text
    ]
    assert not missing
