"""File names that no name can make unsafe."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from analyzer.site.paths import build_file_names
from tests.site.hostile import NAMES

WINDOWS = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
names = st.lists(
    st.text(st.characters(), max_size=90) | st.sampled_from(NAMES) | st.from_regex(WINDOWS),
    max_size=12,
)


def check(given_names: list[str]) -> None:
    made = build_file_names(given_names)
    assert len(made) == len(given_names)
    assert len({unicodedata.normalize("NFKC", m).casefold() for m in made}) == len(made)
    for name in made:
        assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.~-]*", name), name
        assert not name.endswith(".") and ".." not in name and len(name) <= 90
        assert not WINDOWS.fullmatch(f"{name}.html")
        assert name.lower() not in ("index", "assets")


@given(names)
def test_names_are_safe_and_unique(given_names: list[str]) -> None:
    check(given_names)


def test_hostile_names() -> None:
    check(list(NAMES))
    check(list(NAMES) * 2)


def test_plain_names_stay_as_they_are() -> None:
    plain = ["create_backtest", "readFile", "files.read-all", "x" * 60]
    assert list(build_file_names(plain)) == plain


def test_a_name_does_not_depend_on_the_order() -> None:
    forward = dict(zip(NAMES, build_file_names(NAMES), strict=True))
    back = NAMES[::-1]
    assert dict(zip(back, build_file_names(back), strict=True)) == forward
