"""``rules/annotations.yaml``, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from analyzer.rulefiles import read_rules


@cache
def annotation_rules() -> Mapping[str, Any]:
    """The rules of contradiction, proposals and stores, as the file lays them out."""
    data: Mapping[str, Any] = read_rules("annotations.yaml")
    return data
