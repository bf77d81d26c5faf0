"""Named numbers about a tool that rules and models can refer to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analyzer.features import Features
from analyzer.text import BREAK


@dataclass(frozen=True, slots=True)
class Fact:
    value: Callable[[Features], float]
    pointer: str
    """Where in the definition the number comes from."""
    about: str


def _described(features: Features) -> float:
    params = features.top_params
    if not params:
        return 1.0
    return sum(1 for p in params if (p.description or "").strip()) / len(params)


def _words(features: Features) -> float:
    return sum(1 for word in features.prose.words if word != BREAK)


FACTS: dict[str, Fact] = {
    "params.count": Fact(
        lambda f: len(f.top_params), "/inputSchema/properties", "outermost parameters"
    ),
    "params.required": Fact(
        lambda f: sum(p.required for p in f.top_params),
        "/inputSchema/required",
        "outermost parameters that every call must give",
    ),
    "params.described": Fact(
        _described, "/inputSchema/properties", "share of outermost parameters with a description"
    ),
    "description.words": Fact(_words, "/description", "words of the description"),
    "description.sentences": Fact(
        lambda f: len(f.sentences), "/description", "sentences of the description's opening prose"
    ),
    "siblings.count": Fact(lambda f: len(f.siblings), "/name", "other tools of the server"),
}
