"""Text that would do harm if it were shown or stored as it is, for generated tests."""

from __future__ import annotations

import re

from hypothesis import strategies as st

_PIECES = [
    "\x1b[2J",
    "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07",
    "\x9b31m",
    "\r",
    "\b",
    "\n\n# heading",
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\ud800",
    "\U000e0041",
    "\x00",
    "`",
    "```",
    "|",
    "\\|",
    "\\",
    "@octocat",
    "<img src=x onerror=alert(1)>",
    "<!--",
    "</code>",
    "[a](javascript:alert(1))",
    "![a](http://evil.example/x.png)",
    "https://evil.example",
    "[bold red]",
    "{{ 7*7 }}",
    "../../etc",
    "削除",
    "\u0301" * 9,
    "#1",
    "***",
]

# What must never reach a terminal or a reader: controls but the line feed, bidirectional and
# zero-width characters, separators, surrogates, tags.
RAW = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\U000e0000-\U000e0fff]"
)


def hostile_text(max_pieces: int = 6) -> st.SearchStrategy[str]:
    """Fragments that mean something to some renderer, mixed with any text at all."""
    piece = st.sampled_from(_PIECES) | st.text(max_size=12)
    return st.lists(piece, max_size=max_pieces).map("".join)
