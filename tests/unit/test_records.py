"""Records behave like the frozen dataclasses that they stand for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest

from analyzer.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    name: str
    secret: str = dataclasses.field(default="s", repr=False)
    note: str = dataclasses.field(default="", compare=False)
    sizes: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    name: str
    secret: str = dataclasses.field(default="s", repr=False)
    note: str = dataclasses.field(default="", compare=False)
    sizes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Holder:
    members: Mapping[str, int]


def test_records_are_shown_as_dataclasses_are() -> None:
    ours, theirs = Ours(name="a", sizes=(1,)), Theirs(name="a", sizes=(1,))
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert "secret" not in repr(ours)


@pytest.mark.parametrize(
    ("other", "equal"),
    [
        (Ours(name="a"), True),
        (Ours(name="a", note="not compared"), True),
        (Ours(name="b"), False),
        (Ours(name="a", secret="other"), False),
        (Theirs(name="a"), False),
        ("a", False),
    ],
)
def test_records_are_compared_by_kind_and_members(other: object, equal: bool) -> None:
    one = Ours(name="a")
    assert (one == other) is equal
    assert (other == one) is equal
    assert (len({one, other}) == 1) is equal


def test_a_record_of_something_unhashable_has_no_hash() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Holder({"a": 1}))


def test_records_are_dataclasses_with_nothing_but_their_members() -> None:
    one = Ours(name="a")
    assert [field.name for field in dataclasses.fields(one)] == ["name", "secret", "note", "sizes"]
    assert dataclasses.replace(one, name="b") == Ours(name="b")
    assert not hasattr(one, "__dict__")
    with pytest.raises(TypeError):
        Ours("a")  # type: ignore[call-arg]
