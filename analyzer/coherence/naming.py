"""Whether tool names follow one convention, which, and the names that break it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analyzer.coherence.names import Name
from analyzer.coherence.scorecard import Measure, listed
from analyzer.records import dataclass

_ORDERS = {
    "verb-first": "a verb, then what it acts on",
    "verb-later": "what it acts on, then a verb",
    "noun": "nouns without a verb",
}
"""Orders of words that can be a convention; a bare verb goes with verb-first."""


@dataclass(frozen=True, slots=True)
class Naming:
    convention: str
    """The case and order of words that most names share."""
    deviants: tuple[str, ...]
    """The names that break it, in the server's order."""
    measures: tuple[Measure, ...]


def read_naming(names: Sequence[Name]) -> Naming:
    """``names`` is not empty."""
    order = _main_order(names)
    style = _main_style(names)
    fitting = {"verb-first": {"verb-first", "bare-verb"}, "noun": {"noun", "bare-noun"}}.get(
        order, {order}
    )
    strays = [n.text for n in names if n.shape not in fitting]
    odd = [n.text for n in names if n.style == "odd"]
    restyled = [n.text for n in names if n.style not in (style, "plain", "odd")]
    bare = [n.text for n in names if n.shape.startswith("bare")]
    broken = {*strays, *odd, *restyled}
    several = len(names) > 1
    prefixed = [n for n in names if n.prefix]
    convention = f"{style}: {_ORDERS[order]}"
    if prefixed:
        convention += f", after {' '.join(prefixed[0].prefix)!r}"
    facts = {"convention": convention}
    return Naming(
        convention=convention,
        deviants=tuple(n.text for n in names if n.text in broken),
        measures=(
            Measure(
                "strays",
                len(strays) / len(names) if several else 0.0,
                facts | {"names": listed(strays)},
            ),
            Measure("odd", float(bool(odd)), facts | {"names": listed(odd)}),
            Measure("styles", float(bool(restyled)), facts | {"names": listed(restyled)}),
            Measure("nouns", float(order == "noun" and several), facts),
            Measure(
                "bare",
                len(bare) / len(names) if len(names) > 2 else 0.0,
                facts | {"names": listed(bare)},
            ),
            Measure("repeats", *_repeats(names)),
        ),
    )


def _main_order(names: Sequence[Name]) -> str:
    shapes = Counter(name.shape for name in names)
    families = {
        "verb-first": shapes["verb-first"] + shapes["bare-verb"],
        "verb-later": shapes["verb-later"],
        "noun": shapes["noun"] + shapes["bare-noun"],
    }
    return max(families, key=lambda family: families[family])


def _main_style(names: Sequence[Name]) -> str:
    styles = Counter(name.style for name in names if name.style not in ("plain", "odd"))
    if not styles:
        return "lower case" if names[0].style == "plain" else "free text"
    return min(styles, key=lambda style: (-styles[style], style))


def _repeats(names: Sequence[Name]) -> tuple[float, dict[str, str]]:
    """The share of names that are another's with a word before it (``x``, ``server_x``)."""
    known = {name.words for name in names}
    twice = [name.text for name in names if len(name.words) > 2 and name.words[1:] in known]
    return len(twice) / len(names), {"names": listed(twice)}
