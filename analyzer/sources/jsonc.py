"""JSON with comments and trailing commas, as editors keep their settings."""

from __future__ import annotations

import re

from analyzer.jsonio import JsonError, decode_json
from analyzer.model import Json

# A string, or what is no JSON. What never ends reaches to the end of the text, so that no text
# is looked at twice.
_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\Z)|(?P<out>//[^\n]*|/\*.*?(?:\*/|\Z))', re.DOTALL)
_COMMA = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\Z)|(?P<out>,)(?=\s*[}\]])', re.DOTALL)
_INK = re.compile(r"[^\r\n]")


def decode_jsonc(text: str, *, max_depth: int) -> Json:
    """The value of a JSON document that may have comments and trailing commas.

    Strict JSON is read as such. What else there is becomes blanks, so that an error names the
    place where it is. Raises JsonError.
    """
    try:
        return decode_json(text, max_depth=max_depth)
    except JsonError:
        bare = _COMMA.sub(_blanked, _COMMENT.sub(_blanked, text))
        return decode_json(bare, max_depth=max_depth)


def _blanked(match: re.Match[str]) -> str:
    return match[0] if match["out"] is None else _INK.sub(" ", match[0])
