"""A number about the care with which the description is written."""

from __future__ import annotations

import re
from collections.abc import Mapping

from analyzer.features import Features
from analyzer.rulebook.facts.words import Words

ABOUT: dict[str, tuple[str, str]] = {
    "description.careless": (
        "/description",
        "kinds of carelessness: an opening in lower case, a space too few or too many, a word "
        "twice, no end",
    ),
}

_HEAD = 400
"""Characters that are looked at."""
_QUOTED = re.compile(r"`[^`]*`|https?://\S+|\"[^\"\n]*\"|'[^'\n]*'|\{[^}]*\}")
_SHORT_FORMS = re.compile(r"\b(?:e\.g|i\.e|etc|vs|eg|ie|incl|max|min|approx|no)\.|\.\.\.")
_BLANKS = re.compile(r"[ \t]+")
_SLIPS = tuple(
    map(
        re.compile,
        (
            # Opens in lower case, and with no name such as getUser or api.get.
            r"^[a-z]+\b(?![\w.])",
            # No space behind a mark, or one before it.
            r"[a-z]{2}[.!?;:][A-Z][a-z]+ |[a-z]{3},[a-z]{3,}[ ,]|\w ,\w|[a-z] , |[a-z] \.(?:\s|$)",
            # "an list", "a endpoint".
            r"\b[Aa]n [bcdfgjkpqtvwyz][a-z]{2,}|(?:\ba|^A) [aeio](?!ne\b|nce|uro|wned)[a-z]{2,}",
            # A sentence on the way opens in lower case, or a comma stands for a full stop.
            r"[a-z]{3}[.?] [a-z]{2,} ",
            r"[a-z]{3}, (?:Use|This|It|You|Returns?|If|Please|Then|After)\b",
            r"\b([a-z]{2,}) \1\b",
        ),
    )
)
_BREAKS_OFF = (",", ":", ";", "(")


def measure(features: Features, words: Words) -> Mapping[str, float]:
    """The numbers of :data:`ABOUT` for one tool."""
    written = features.description.strip()
    plain = _QUOTED.sub("X", written[:_HEAD])
    head = _SHORT_FORMS.sub("", _BLANKS.sub(" ", plain)).strip()
    slips = sum(bool(slip.search(head)) for slip in _SLIPS)
    return {"description.careless": slips + written.endswith(_BREAKS_OFF)}
