"""JSON laid out for readers, two spaces deep."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import Any

_WORDS = {None: "null", True: "true", False: "false"}
_scalar = json.JSONEncoder(allow_nan=False).encode


def lay_out(value: Any, margin: str = "\n") -> str:
    """The text of ``json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)``, which takes
    twice as long: Python's writer hands every piece up through a generator a level."""
    if isinstance(value, str):
        return encode_basestring(value)
    inner = f"{margin}  "
    if isinstance(value, dict) and value:
        members = [f"{encode_basestring(k)}: {lay_out(v, inner)}" for k, v in value.items()]
        return f"{{{inner}{f',{inner}'.join(members)}{margin}}}"
    if isinstance(value, list | tuple) and value:
        return f"[{inner}{f',{inner}'.join([lay_out(v, inner) for v in value])}{margin}]"
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    return int.__repr__(value) if isinstance(value, int) else _scalar(value)
