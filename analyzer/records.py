"""Frozen dataclasses that are quick to make: a scan makes a hundred before it reads a tool."""

from __future__ import annotations

import dataclasses
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
            return make(cls)

        return build


def _values(record: Any) -> tuple[Any, ...]:
    return tuple([getattr(record, f.name) for f in dataclasses.fields(record) if f.compare])


def _equals(record: Any, other: object) -> Any:
    if other.__class__ is not record.__class__:
        return NotImplemented
    return _values(record) == _values(other)


def _hash(record: Any) -> int:
    return hash(_values(record))


def _show(record: Any) -> str:
    shown = [
        f"{field.name}={getattr(record, field.name)!r}"
        for field in dataclasses.fields(record)
        if field.repr
    ]
    return f"{type(record).__qualname__}({', '.join(shown)})"
