"""rules/policy.yaml: what is wrong in it is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from analyzer.errors import RuleError
from analyzer.policy.defaults import load_defaults, policy_defaults
from analyzer.resources import bundled

BUNDLED = bundled("rules") / "policy.yaml"


def changed(tmp_path: Path, **entry: object) -> Path:
    data = yaml.safe_load(BUNDLED.read_text(encoding="utf-8"))
    data["tool"]["Write"] = entry
    path = tmp_path / "policy.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return path


def test_the_bundled_file_is_read() -> None:
    assert load_defaults(BUNDLED) == policy_defaults()


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"rule": "ask", "consequence": "c"}, "tool.Write: rule is one of"),
        ({"rule": "limit", "consequence": "c", "window": "minute"}, "tool.Write: limit takes"),
        ({"rule": "allow", "consequence": "c", "max": 3}, "tool.Write: allow takes exactly"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, entry: dict[str, object], message: str) -> None:
    with pytest.raises(RuleError, match=message):
        load_defaults(changed(tmp_path, **entry))


def test_a_missing_category_is_named(tmp_path: Path) -> None:
    data = yaml.safe_load(BUNDLED.read_text(encoding="utf-8"))
    del data["server"]["Read"]
    path = tmp_path / "policy.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(RuleError, match="server: name each of the five categories once"):
        load_defaults(path)
