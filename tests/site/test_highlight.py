"""Spans marked exactly, invisible characters shown."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.site.highlight import Span, highlight, split_invisible, visible, visible_json

TEXTS = st.text(st.characters(), max_size=60)
EDGES = st.integers(-3, 63)
KINDS = st.sampled_from(["warns", "decides", "counts"])


def span(start: int, end: int, kind: str = "decides", anchor: str = "rule-1") -> Span:
    return Span(start=start, end=end, kind=kind, anchor=anchor, label=f"{kind} {anchor}")


@given(TEXTS, st.lists(st.builds(span, EDGES, EDGES, KINDS), max_size=6))
def test_marked_text_is_exactly_what_the_spans_cover(text: str, spans: list[Span]) -> None:
    pieces = highlight(text, spans)
    assert "".join(g.text for p in pieces for g in p.glyphs) == text
    marked = [bool(p.kind) for p in pieces for g in p.glyphs for _ in g.text]
    real = [s for s in spans if 0 <= s.start < s.end <= len(text)]
    assert marked == [any(s.start <= n < s.end for s in real) for n in range(len(text))]


def test_overlapping_spans_keep_the_most_important_and_all_labels() -> None:
    pieces = highlight("abcdef", [span(0, 4, "counts", "r2"), span(2, 6, "warns", "f1")])
    assert [(p.glyphs[0].text, p.kind, p.anchor) for p in pieces] == [
        ("ab", "counts", "r2"),
        ("cdef", "warns", "f1"),
    ]
    assert pieces[1].label == "warns f1; counts r2"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("plain words\n\ttabs", []),
        ("a\u200bb", ["U+200B"]),
        ("\u202egnp.exe", ["U+202E"]),
        ("\x1b[31m", ["U+001B"]),
        ("tag\U000e0041", ["U+E0041"]),
        ("\ud800", ["U+D800"]),
        ("\r", ["U+000D"]),
        ("soft\u00adhyphen", ["U+00AD"]),
        ("a\ufe0fb", ["U+FE0F"]),
        ("\u26a0\ufe0f \U0001f469\u200d\U0001f52c 1\ufe0f", []),
        ("\u3164", ["U+3164"]),
    ],
)
def test_invisible_characters_are_shown_by_their_code(text: str, codes: list[str]) -> None:
    assert [g.code for g in split_invisible(text) if g.code] == codes
    assert all(f"[{code}]" in visible(text) for code in codes)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_visible_json_hides_nothing_and_changes_no_value(value: object) -> None:
    shown = visible_json(json.dumps(value, ensure_ascii=False, indent=2))
    assert json.loads(shown) == value
    assert not any(g.code for g in split_invisible(shown) if g.code not in ("U+FE0F", "U+FE0E"))
    shown.encode()
