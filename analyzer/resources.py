"""Where the bundled data lies: inside the wheel, else in the checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

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
