"""Text of a stranger made safe to stand in one line of ours."""

from __future__ import annotations

import unicodedata

# Control, format (bidirectional marks, zero width), surrogate, private use, separators of lines.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str, limit: int) -> str:
    """``text`` in one line of at most ``limit`` characters.

    Characters that a terminal or reader would act on or not show are written as escapes; runs of
    blanks become one; what is left out at the end is marked with an ellipsis.
    """
    out: list[str] = []
    length = 0
    # Blanks may be many: look at a bounded part only.
    for character in " ".join(text[: 4 * limit].split()):
        shown = _escaped(character)
        if length + len(shown) > limit - 1:
            return "".join(out) + "…"
        out.append(shown)
        length += len(shown)
    return "".join(out) + ("…" if len(text) > 4 * limit else "")


def _escaped(character: str) -> str:
    if character < "\x7f" and character >= " ":
        return character
    if unicodedata.category(character) not in _HIDDEN:
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
