"""Paths of members as ``catalog/clients.yaml`` writes them, followed through a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from analyzer.model import Json

_STEP = re.compile(r"\[([^\]]+)\]|([^.\[\]]+)")

Found = tuple[tuple[str, ...], Mapping[str, Json], Json]
"""The keys that lead to a member, the object that holds it, and its value."""


def find_members(document: Json, path: str) -> Iterator[Found]:
    """What a path leads to: ``a.b`` steps into objects, ``*`` is any member, and a name that has
    dots itself stands in brackets."""
    return _walk(document, split_path(path), ())


def split_path(path: str) -> list[str]:
    return [dotted or plain for dotted, plain in _STEP.findall(path)]


def _walk(value: Json, left: list[str], keys: tuple[str, ...]) -> Iterator[Found]:
    if not isinstance(value, Mapping):
        return
    names = [str(name) for name in value] if left[0] == "*" else [left[0]]
    for name in names:
        if name not in value:
            continue
        if len(left) == 1:
            yield (*keys, name), value, value[name]
        else:
            yield from _walk(value[name], left[1:], (*keys, name))
