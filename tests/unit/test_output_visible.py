"""Hostile text made safe to show."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.output.visible import visible
from tests.hostile import hostile_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words", "plain words"),
        ("  two\n\tlines\r\n ", "two lines"),
        ("red\x1b[31m", "red\\x1b[31m"),
        ("c1\x9b31m", "c1\\x9b31m"),
        ("left‮right", "left\\u202eright"),
        ("zero​width", "zero\\u200bwidth"),
        ("\ud800", "\\ud800"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("filler\u3164", "filler\\u3164"),
        ("braille\u2800", "braille\\u2800"),
        ("selector\ufe01", "selector\\ufe01"),
        ("warning ⚠️ sign", "warning ⚠ sign"),
        ("削除 delete", "削除 delete"),
        ("wide　space", "wide space"),
        ("é e\u0301", "é e\u0301"),
        ("\x1c\x85", "\\x1c\\x85"),
        ("", ""),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_stacked_marks_are_bounded() -> None:
    shown = visible("a" + "\u0301" * 40)
    assert shown.startswith("a" + "\u0301" * 4 + "\\u0301")
    assert shown.count("\u0301") == 4


@given(text=hostile_text())
def test_nothing_invisible_is_left(text: str) -> None:
    for character in visible(text):
        assert unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(text=st.text(st.characters(codec="ascii", categories=["L", "N", "P"])))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text
