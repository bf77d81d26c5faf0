"""Where the bundled data lies: inside the wheel, else in the checkout; and how it is read."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

_PACKAGE = Path(__file__).resolve().parent


@cache
def bundled(name: Literal["rules", "reports", "catalog"]) -> Path:
    """The folder of that name: the wheel's copy, else the checkout's.

    Raises FileNotFoundError where neither exists, which means a broken installation.
    """
    for folder in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the bundled folder {name!r} is missing; reinstall toolmark")


def parse_yaml(content: bytes) -> Any:
    """The data of a bundled file. Raises ValueError, in one line, for what is not YAML."""
    from analyzer.plainyaml import parse_yaml  # a scan has its rules parsed already

    return parse_yaml(content)
