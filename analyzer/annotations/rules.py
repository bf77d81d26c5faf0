"""``rules/annotations.yaml``, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from analyzer.resources import bundled


@cache
def annotation_rules() -> Mapping[str, Any]:
    """The rules of contradiction, proposals and stores, as the file lays them out."""
    path = bundled("rules") / "annotations.yaml"
    data: Mapping[str, Any] = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    return data
