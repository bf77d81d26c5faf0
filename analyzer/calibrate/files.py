"""Weights as the text of their file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

_HEAD = "# Made by `toolmark calibrate`; not to be edited by hand.\n"


def render_weights(document: Mapping[str, Any]) -> str:
    """YAML with a line a rule."""
    parts = [_HEAD]
    for key, value in document.items():
        if key == "rules":
            rows = [f"  {rule}: {_flow(points)}\n" for rule, points in value.items()]
            parts.append("rules:\n" + "".join(rows))
        elif isinstance(value, Mapping) and any(isinstance(v, Mapping) for v in value.values()):
            rows = [f"  {name}: {_flow(inner)}\n" for name, inner in value.items()]
            parts.append(f"{key}:\n" + "".join(rows))
        else:
            parts.append(f"{key}: {_flow(value)}\n")
    return "".join(parts)


def _flow(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")
