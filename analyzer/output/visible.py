"""Server text made safe to show in one line: what a terminal or reader would act on, or would not
show, is written as an escape."""

from __future__ import annotations

import re
import unicodedata

_BLANKS = re.compile(r"[ \t\n\r\f\v\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# Control, format (bidirectional marks, zero width, tags), surrogate, private use, unassigned,
# separators of lines.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Shown as nothing, though their category says letter, symbol or mark: fillers, the Braille blank,
# joiners, variation selectors.
_BLANK_CHARACTERS = re.compile(
    "[\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f"
    "\U000e0100-\U000e01ef]"
)
_MARKS = frozenset({"Mn", "Me"})
_MARKS_IN_A_ROW = 4
"""Living scripts stack fewer; a longer stack is drawn over the lines around it."""
_EMOJI_STYLE = "\ufe0f"


def visible(text: str, *, trim: bool = True) -> str:
    """``text`` in one line: runs of blanks become one space, anything invisible an escape such as
    ``\\u202e``. The ends are trimmed unless told. An emoji's style selector is left out."""
    text = _BLANKS.sub(" ", text)
    if trim:
        text = text.strip(" ")
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    marks = 0
    before = ""
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0
        if character == _EMOJI_STYLE and before in ("So", "Sm"):
            pass
        elif _is_hidden(character, category) or marks > _MARKS_IN_A_ROW:
            shown.append(escaped(character))
        else:
            shown.append(character)
        before = category
    return "".join(shown)


def escaped(character: str) -> str:
    """The escape of one character, as Python and JSON readers know it."""
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _is_hidden(character: str, category: str) -> bool:
    return category in _HIDDEN_CATEGORIES or bool(_BLANK_CHARACTERS.match(character))
