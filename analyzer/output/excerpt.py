"""Quotes with a little of the text around them, cut to a width: what a table cell shows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.cells import cell_len

from analyzer.model import Evidence, Json, Tool
from analyzer.output.visible import visible
from analyzer.records import dataclass

_CONTEXT = 300
"""Characters looked at on either side of a quote."""
_SENTENCE_END = re.compile(r"[.!?](?=\s)|[。!?]|\n\s*\n")
_PARAMETER = re.compile(r"/(?:inputSchema|outputSchema)/(?:.*/)?properties/([^/]+)(?:/.*)?")
_HINT = re.compile(r"/annotations/(\w+Hint)")
_NAMES = ("/name", "/title", "/annotations/title")
_CUT = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """One line in four parts; each is safe to show and may be empty."""

    label: str
    """Where the words stand, where that is not the description."""
    before: str
    quote: str
    after: str

    def __str__(self) -> str:
        label = f"{self.label}: " if self.label and self.quote else self.label
        return f"{label}{self.before}{quoted(self.quote)}{self.after}"


def quoted(quote: str) -> str:
    return f"“{quote}”" if quote else ""


def deciding(evidence: Iterable[Evidence]) -> Evidence | None:
    """The entry to show where there is room for one.

    Words of the definition say more than a name that stands beside them anyway, any words more
    than a bare hint, and a hint more than an absence; of equals, the strongest.
    """
    return min(evidence, key=_telling, default=None)


def _telling(entry: Evidence) -> int:
    if not entry.quote:
        return 3
    if _HINT.fullmatch(entry.field):
        return 2
    return 1 if entry.field in _NAMES else 0


def build_excerpt(tool: Tool, evidence: Evidence | None, width: int) -> Excerpt:
    """The evidence in at most ``width`` terminal cells, cut first where it matters least."""
    if evidence is None:
        return Excerpt(label="", before="", quote="", after="")
    label = _label(tool, evidence)
    if not evidence.quote:
        return Excerpt(label=cut(label, width), before="", quote="", after="")
    if label:
        label = cut(label, max(8, width // 2))
    room = max(8, width - (cell_len(label) + 2 if label else 0) - 2)
    quote = cut(visible(evidence.quote), room)
    before, after = _around(tool, evidence)
    rest = room - cell_len(quote)
    left = min(cell_len(before), max(rest // 2, rest - cell_len(after)))
    before = cut_left(before, left)
    after = cut(after, rest - cell_len(before))
    return Excerpt(label=label, before=before, quote=quote, after=after)


def cut(text: str, width: int) -> str:
    """The start of ``text`` in at most ``width`` cells, an ellipsis where something is left out,
    after a whole word where one ends near."""
    if cell_len(text) <= width:
        return text
    if width < 1:
        return ""
    kept, used = 0, 1
    for character in text:
        used += cell_len(character)
        if used > width:
            break
        kept += 1
    head = text[:kept]
    if kept < len(text) and not text[kept].isspace():
        space = head.rfind(" ")
        if space > 0 and kept - space <= 12:
            head = head[:space]
    return head.rstrip() + _CUT if head.strip() else (_CUT if width else "")


def cut_left(text: str, width: int) -> str:
    """The end of ``text``, as ``cut`` gives the start."""
    if cell_len(text) <= width:
        return text
    if width < 2:
        return ""
    kept, used = len(text), 1
    while kept and (used := used + cell_len(text[kept - 1])) <= width:
        kept -= 1
    tail = text[kept:]
    space = tail.find(" ")
    if kept and not text[kept - 1].isspace() and 0 <= space <= 12:
        tail = tail[space:]
    return _CUT + tail.lstrip() if tail.strip() else ""


def lookup(document: Json, pointer: str) -> Json:
    """What stands at a JSON pointer; None where nothing does."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list):
            inside = key.isdecimal() and key.isascii() and int(key) < len(document)
            document = document[int(key)] if inside else None
        elif isinstance(document, dict):
            document = document.get(key)
        else:
            return None
    return document


def place(evidence: Evidence) -> str:
    """Where the evidence stands, in words."""
    pointer = evidence.field
    if evidence.where != "tool":
        return visible(f"{evidence.where} {pointer}")
    if match := _PARAMETER.fullmatch(pointer):
        name = match[1].replace("~1", "/").replace("~0", "~")
        return f"parameter {visible(name)}"
    if match := _HINT.fullmatch(pointer):
        return match[1]
    return visible(pointer.removeprefix("/")).replace("/", ".") or "definition"


def _label(tool: Tool, evidence: Evidence) -> str:
    words = place(evidence)
    if evidence.quote:
        return "" if words == "description" else words.removeprefix("parameter ")
    if evidence.where == "tool" and lookup(tool.raw, evidence.field) in (None, ""):
        return f"no {words}"
    # A member as a whole is named where that says something: "description" alone would not.
    return words if words.startswith("parameter ") or evidence.where != "tool" else ""


def _around(tool: Tool, evidence: Evidence) -> tuple[str, str]:
    """The rest of the sentence on either side of the quote."""
    text = lookup(tool.raw, evidence.field) if evidence.where == "tool" else None
    start, end = evidence.start, evidence.end
    if not isinstance(text, str) or text[start:end] != evidence.quote or evidence.field == "/name":
        return "", ""
    before = text[max(0, start - _CONTEXT) : start]
    after = text[end : end + _CONTEXT]
    ends = [match.end() for match in _SENTENCE_END.finditer(before)]
    before = before[ends[-1] :] if ends else before
    if stop := _SENTENCE_END.search(after):
        after = after[: stop.end()]
    before, after = visible(before, trim=False).lstrip(), visible(after, trim=False).rstrip()
    return before, after
