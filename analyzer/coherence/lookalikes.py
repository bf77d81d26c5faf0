"""Pairs of tools that an agent may take for one another, by what, and how to tell them apart.

Only tools that share a word of the thing they act on are compared, so that the work grows with the
number of plausible pairs and not with the square of the number of tools.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from analyzer.coherence.names import Name, singular
from analyzer.coherence.rules import Vocabulary
from analyzer.coherence.scorecard import Measure, listed
from analyzer.model import LookAlike, Tool
from analyzer.records import dataclass
from analyzer.text import has_cjk

MIN_LIKENESS = 0.45
"""Below this two tools are told apart well enough; scale 0 to 1."""
STRONG_LIKENESS = 0.6
SAME_WORDS = 0.95
"""Share of the words of two descriptions, by weight, from which they say the same."""
HALF_SAID = 0.75
"""What is left of a likeness where one of the names says what is done and the other does not."""
MENTIONED = 0.6
"""What is left of a likeness where one description names the other tool."""
MAX_NEIGHBOURS = 120
"""A tool is compared with so many of those after it that share a word."""
MAX_COMPARISONS = 100_000
"""A bound for lists of thousands of tools; real ones were seen to need 3,000."""

_WORD = re.compile(r"[a-z0-9]+|[^\x00-\x7f]")
_DESCRIPTION_CHARS = 400


@dataclass(frozen=True, slots=True)
class _Sketch:
    """What of a tool is compared."""

    name: Name
    does: str
    """The operation, else the verb: get, read and fetch are one thing to do."""
    things: frozenset[str]
    """All words of the name but verb, prepositions and fillers; singular."""
    telling: frozenset[str]
    """Those of them that tell tools apart: no "lite", "advanced", "v2"."""
    says: frozenset[str]
    params: frozenset[str]
    mentions: str


def find_look_alikes(
    tools: Sequence[Tool], names: Sequence[Name], vocabulary: Vocabulary
) -> tuple[LookAlike, ...]:
    """The pairs above :data:`MIN_LIKENESS`, most alike first."""
    sketches = [_sketch(tool, name, vocabulary) for tool, name in zip(tools, names, strict=True)]
    rarity = _rarity(sketches)
    found = []
    for first, second in _candidates(sketches):
        pair = _compare(sketches[first], sketches[second], rarity)
        if pair is not None:
            found.append(pair)
    found.sort(key=lambda pair: (-pair.likeness, pair.tools))
    return tuple(found)


def _sketch(tool: Tool, name: Name, vocabulary: Vocabulary) -> _Sketch:
    words = {singular(w) for w in name.words if w != name.verb}
    things = frozenset(words - vocabulary.prepositions - vocabulary.fillers)
    description = (tool.description or "")[:_DESCRIPTION_CHARS].lower()
    properties = (tool.input_schema or {}).get("properties")
    return _Sketch(
        name=name,
        does="list" if name.lists else name.operation or name.verb or "",
        things=things,
        telling=things - vocabulary.weak,
        says=frozenset(_words(description)) - vocabulary.stopwords,
        params=frozenset(properties) if isinstance(properties, dict) else frozenset(),
        mentions=tool.description or "",
    )


def _words(description: str) -> Iterator[str]:
    """English words in the singular; Chinese, Japanese and Korean characters."""
    for word in _WORD.findall(description):
        if word.isascii() or has_cjk(word):
            yield singular(word)


def _rarity(sketches: Sequence[_Sketch]) -> dict[str, float]:
    """A word's weight: words that all descriptions of a server share say nothing."""
    counts = Counter(word for sketch in sketches for word in sketch.says)
    return {word: math.log(1 + len(sketches) / count) for word, count in counts.items()}


def _candidates(sketches: Sequence[_Sketch]) -> Iterator[tuple[int, int]]:
    """Pairs of positions that share a telling word, or have no telling word at all."""
    places: dict[str, list[int]] = {}
    for position, sketch in enumerate(sketches):
        for word in sorted(sketch.telling) or [""]:
            places.setdefault(word, []).append(position)
    seen: set[tuple[int, int]] = set()
    for members in places.values():
        for at, first in enumerate(members):
            for second in members[at + 1 : at + 1 + MAX_NEIGHBOURS]:
                pair = (first, second)
                if pair not in seen:
                    if len(seen) >= MAX_COMPARISONS:
                        return
                    seen.add(pair)
                    yield pair


def _compare(a: _Sketch, b: _Sketch, rarity: dict[str, float]) -> LookAlike | None:
    if a.does != b.does and a.does and b.does:
        return None
    said = _overlap(a.says, b.says, rarity)
    given = len(a.params & b.params) / len(a.params | b.params) if a.params | b.params else 0.5
    only_a, only_b = a.telling - b.telling, b.telling - a.telling
    described = bool(a.says and b.says)
    nameless = not (a.telling & b.telling) and a.name.verb != b.name.verb
    if (only_a and only_b) or nameless:
        # Names for different things: only descriptions that say the same make them alike.
        named, likeness = 0.0, 0.6 if described and said > SAME_WORDS else 0.0
    else:
        named = 0.6 if only_a or only_b else 0.9
        likeness = named * (0.55 + 0.3 * (said if described else 0.5) + 0.15 * given)
    if a.does != b.does:
        likeness *= HALF_SAID
    if b.name.text in a.mentions or a.name.text in b.mentions:
        likeness *= MENTIONED
    if likeness < MIN_LIKENESS:
        return None
    return LookAlike(
        tools=(a.name.text, b.name.text),
        likeness=round(likeness, 3),
        by=_reasons(a, b, said if described else 0.0, given, named),
        apart=_apart(a, b),
    )


def _overlap(a: frozenset[str], b: frozenset[str], rarity: dict[str, float]) -> float:
    # fsum, because sets have no order and the same scan must give the same bytes.
    both = math.fsum(rarity[w] for w in a & b)
    either = math.fsum(rarity[w] for w in a | b)
    return both / either if either else 0.0


def _reasons(a: _Sketch, b: _Sketch, said: float, given: float, named: float) -> tuple[str, ...]:
    reasons = []
    if named > 0.5:
        shared = [w for w in a.name.words if singular(w) in b.things or w == b.name.verb]
        reasons.append(f"both names say {' '.join(shared)!r}" if shared else "bare names")
    if said >= 0.5:
        reasons.append("much the same words in the descriptions")
    if given >= 0.5 and a.params:
        reasons.append("the same parameters")
    return tuple(reasons)


def _apart(a: _Sketch, b: _Sketch) -> str:
    only_a, only_b = sorted(a.params - b.params), sorted(b.params - a.params)
    words_a = " ".join(w for w in a.name.words if w not in b.name.words)
    words_b = " ".join(w for w in b.name.words if w not in a.name.words)
    parts = []
    if words_a and words_b:
        parts.append(f"{words_a!r} against {words_b!r} in the name")
    elif words_a or words_b:
        longer = a if words_a else b
        parts.append(f"only {longer.name.text} says {words_a or words_b!r}")
    if only_a:
        parts.append(f"only {a.name.text} takes {', '.join(only_a[:3])}")
    if only_b:
        parts.append(f"only {b.name.text} takes {', '.join(only_b[:3])}")
    return "; ".join(parts)


def read_look_alikes(pairs: Sequence[LookAlike], names: Sequence[Name]) -> tuple[Measure, ...]:
    """Measures of how well an agent can tell the tools apart."""
    count = len(names)
    best = pairs[0] if pairs else None
    facts = {
        "first": best.tools[0] if best else "",
        "second": best.tools[1] if best else "",
        "more": f" (and {len(pairs) - 1} more)" if len(pairs) > 1 else "",
        "by": "; ".join(best.by) if best else "",
        "apart": best.apart or "nothing" if best else "",
    }
    things = Counter(word for name in names for word in dict.fromkeys(name.resource))
    thing = max(things, key=lambda word: things[word], default="")
    group = [name.text for name in names if thing in name.resource]
    close = ""
    if len(group) > 2:
        word = next((w for name in names for w in name.words if singular(w) == thing), thing)
        close = f": {listed(group)} all act on {word!r}"
    strong = [pair for pair in pairs if pair.likeness >= STRONG_LIKENESS]
    twins = {tool for pair in strong for tool in pair.tools}
    vague = [name.text for name in names if len(name.words) == 1 and name.verb]
    return (
        Measure("crowd", float(count), {"close": close}),
        Measure("likeness", best.likeness if best else 0.0, facts),
        Measure("twins", len(twins) / count, {"names": listed(sorted(twins))}),
        Measure("vague", len(vague) / count if count > 1 else 0.0, {"names": listed(vague)}),
    )
