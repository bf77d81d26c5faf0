"""Declared hints against what the definition says: clashes, and what should stand there.

To learn whether a tool contradicts its own annotations (the quality model's case)::

    evidence = contradicts(rulebook, reading)   # the words that prove it, or None

where ``reading`` is ``rulebook.read(Features(tool, siblings))``. It is pure and costs nothing for
a tool without hints.
"""

from __future__ import annotations

from analyzer.annotations.advice import build_advice
from analyzer.annotations.clashes import (
    build_findings,
    contradicts,
    find_clashes,
    hinted,
    judge_text,
)
from analyzer.annotations.stores import check_store, store_names

__all__ = [
    "build_advice",
    "build_findings",
    "check_store",
    "contradicts",
    "find_clashes",
    "hinted",
    "judge_text",
    "store_names",
]
