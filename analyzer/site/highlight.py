"""Server text as people may safely see it: evidence spans marked, invisible characters shown.

Everything here returns text or pieces of text; escaping for HTML is left to the templates'
autoescape, so that no string is trusted twice.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

from analyzer.records import dataclass

# Drawn as nothing, or as a blank, although Unicode does not class them as control or format.
_BLANK = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f"
    "\U0001d159\U000e0100-\U000e01ef"
)
_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but tab and newline
    "\xad\u0600-\u0605\u061c\u06dd\u070f\u08e2"  # format characters
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e007f"
    "\ud800-\udfff"  # lone surrogates, which JSON can carry and UTF-8 cannot
    "\ufdd0-\ufdef\ufffe\uffff"  # noncharacters
    f"{_BLANK}]"
)
_JOINERS = "\u200d\ufe0e\ufe0f"


def _part_of_emoji(text: str, at: int) -> bool:
    """Whether the joiner at ``at`` follows a symbol, as in ordinary emoji, and so hides nothing."""
    before = text[at - 1] if at else ""
    if text[at] == "\u200d" and before == "\ufe0f":
        before = text[at - 2] if at > 1 else ""
    return bool(before) and (
        unicodedata.category(before) in {"So", "Sm", "Sk"} or before in "0123456789#*"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyph:
    """A run of text. Where ``code`` is given the text is one invisible character, shown by it."""

    text: str
    code: str = ""
    name: str = ""


def has_invisible(text: str) -> bool:
    """Whether ``split_invisible`` may find more than plain text; quick."""
    return _INVISIBLE.search(text) is not None


def split_invisible(text: str) -> tuple[Glyph, ...]:
    """``text`` cut at its invisible characters (control, format, bidi, zero width, surrogates)."""
    glyphs: list[Glyph] = []
    start = 0
    for match in _INVISIBLE.finditer(text):
        at = match.start()
        if text[at] in _JOINERS and _part_of_emoji(text, at):
            continue
        if at > start:
            glyphs.append(Glyph(text=text[start:at]))
        name = unicodedata.name(text[at], "control character")
        glyphs.append(Glyph(text=text[at], code=f"U+{ord(text[at]):04X}", name=name))
        start = match.end()
    if start < len(text):
        glyphs.append(Glyph(text=text[start:]))
    return tuple(glyphs)


def visible(text: str) -> str:
    """``text`` on one line, with each invisible character written as ``[U+200B]``."""
    flat = text.replace("\r\n", " ").replace("\n", " ").replace("\t", " ")
    if not _INVISIBLE.search(flat):
        return flat
    return "".join(f"[{g.code}]" if g.code else g.text for g in split_invisible(flat))


def visible_json(document: str) -> str:
    """JSON text with each invisible character as a ``\\u`` escape: same value, nothing hidden."""

    def escape(match: re.Match[str]) -> str:
        point = ord(match.group())
        if point <= 0xFFFF:
            return f"\\u{point:04x}"
        point -= 0x10000
        return f"\\u{0xD800 + (point >> 10):04x}\\u{0xDC00 + (point & 0x3FF):04x}"

    return _INVISIBLE.sub(escape, document)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """``start:end`` (code points) of a text, and what is to be said about it."""

    start: int
    end: int
    kind: str
    """``decides`` (names the category), ``counts`` (another rule fired) or ``warns``."""
    anchor: str
    """The id on the same page of what explains it."""
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text under the same spans; ``kind`` is empty where there are none."""

    glyphs: tuple[Glyph, ...]
    kind: str = ""
    anchor: str = ""
    label: str = ""


_KINDS = ("warns", "decides", "counts")


def highlight(text: str, spans: Iterable[Span]) -> tuple[Piece, ...]:
    """``text`` cut into pieces at the ends of ``spans``; joined, the pieces give ``text`` again.

    Where spans overlap, the piece takes the kind and link of the most important one, and the
    labels of all that touch it. Spans that are empty or outside the text mark nothing.
    """
    inside = [s for s in dict.fromkeys(spans) if 0 <= s.start < s.end <= len(text)]
    cuts = sorted({0, len(text), *(s.start for s in inside), *(s.end for s in inside)})
    inside.sort(key=lambda s: (_KINDS.index(s.kind), s.end - s.start, s.start, s.anchor))
    runs: list[tuple[Span | None, int, int, list[str]]] = []
    for start, end in pairwise(cuts):
        over = [s for s in inside if s.start <= start and end <= s.end]
        first = over[0] if over else None
        labels = [s.label for s in over]
        if runs and first is runs[-1][0]:
            # A lesser span ends inside the same mark: one mark goes on.
            labels = runs[-1][3] + labels
            start = runs.pop()[1]
        runs.append((first, start, end, labels))
    return tuple(_piece(text[start:end], over, labels) for over, start, end, labels in runs)


def _piece(text: str, span: Span | None, labels: Sequence[str]) -> Piece:
    glyphs = split_invisible(text)
    if span is None:
        return Piece(glyphs=glyphs)
    label = "; ".join(dict.fromkeys(labels))
    return Piece(glyphs=glyphs, kind=span.kind, anchor=span.anchor, label=label)
