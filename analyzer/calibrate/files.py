"""Weights as the text of their file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_ABOUT = "Made by `toolmark calibrate`; not to be edited by hand."


def render_weights(document: Mapping[str, Any]) -> str:
    """JSON, which is read many times faster than YAML, with a line a rule. Its member ``about``
    is added."""
    members = []
    for key, value in {"about": _ABOUT, **document}.items():
        if isinstance(value, Mapping) and any(isinstance(v, Mapping) for v in value.values()):
            rows = ",\n".join(f"    {_line(name)}: {_line(row)}" for name, row in value.items())
            members.append(f"  {_line(key)}: {{\n{rows}\n  }}")
        else:
            members.append(f"  {_line(key)}: {_line(value)}")
    return "{\n" + ",\n".join(members) + "\n}\n"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
