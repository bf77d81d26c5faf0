"""The published JSON Schemas (2020-12) of what Toolmark writes, and of labelled tools."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Literal


def load_schema(
    name: Literal["scan", "explain", "policy", "annotate", "compare", "label"],
) -> dict[str, Any]:
    """The schema of that document, decoded."""
    text = (files(__package__) / f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
