"""Frozen dataclasses that are quick to make: a scan makes a hundred before it reads a tool."""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen: bool, slots: bool, kw_only: bool = False):
        """The decorator of that name, as the type checker sees it.

        Python compiles six methods for every frozen class. Here ``__init__`` alone is compiled; all
        classes share how records are compared, hashed and shown, and that none is ever changed is
        held by the type checker.
        """
        make = dataclasses.dataclass(eq=False, repr=False, slots=slots, kw_only=kw_only)

        def build(cls: type) -> type:
            cls.__eq__, cls.__hash__ = _equals, _hash
            cls.__repr__ = _show
            made = make(cls)
            compared = [field.name for field in dataclasses.fields(made) if field.compare]
            made.__compared__ = attrgetter("__class__", *compared)
            return made

        return build


def _equals(record: Any, other: Any) -> Any:
    if type(other) is not type(record):
        return NotImplemented
    return record.__compared__(record) == record.__compared__(other)


def _hash(record: Any) -> int:
    return hash(record.__compared__(record))


def _show(record: Any) -> str:
    shown = [
        f"{field.name}={getattr(record, field.name)!r}"
        for field in dataclasses.fields(record)
        if field.repr
    ]
    return f"{type(record).__qualname__}({', '.join(shown)})"
