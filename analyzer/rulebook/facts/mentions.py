"""Where the description speaks of parameters: in a list of its own, by name, in passing."""

from __future__ import annotations

import re
from collections.abc import Callable

from analyzer import text
from analyzer.features import Features
from analyzer.model import Param
from analyzer.rulebook.facts.words import Words, content, name_stems, parts
from analyzer.text import BREAK

_ITEM = re.compile(
    r"(?:^|\n|(?<=[;,.] )|(?<=: ))[ \t]*(?:(?:[-*•+]|\d+[.)])[ \t]*)?(?:[@:]param(?:eter)?[ \t]+"
    r"(?:\{[^}\n]*\}[ \t]*)?)?[`*\"'\[]{0,3}(?P<name>[A-Za-z_][\w.\[\]-]*)[`*\"'\]]{0,3}[ \t]*"
    r"(?:\((?:[^()\n]|\([^()\n]*\)){0,80}\)[ \t]*)?(?P<mark>[:：=]|-{1,2} |– |— )(?P<rest>[^\n]*)"
)
_COVERED = 0.8
_ID = frozenset({"id"})
_CODE = re.compile(r"[A-Za-z_][\w-]*")


def mentioned_params(features: Features) -> frozenset[str]:
    """The outermost parameters all of whose words stand in the description, as one word or
    several."""
    kept: frozenset[str] | None = features.memo.get("mentioned")
    if kept is None:
        kept = features.memo["mentioned"] = _mentioned(features)
    return kept


def _mentioned(features: Features) -> frozenset[str]:
    top = features.top_params
    held = {s for w in features.prose.words if w != BREAK for s in parts(w)}
    held.update(features.prose.words)
    return frozenset(p.name for p in top if is_named(p.name, held, _ID))


def is_named(name: str, held: set[str] | frozenset[str], left_out: frozenset[str]) -> bool:
    """Whether words and stems hold a parameter's name: as one word, or all its words but a last one
    that may be ``left_out``, as "order" names ``order_id``."""
    if name.lower() in held:
        return True
    own = name_stems(name)
    last = text.identifier("", name).words[-1:]
    if len(own) > 1 and not left_out.isdisjoint(last):
        own = own[:-1]
    return bool(own) and held.issuperset(own)


def listed_params(features: Features) -> tuple[dict[str, tuple[int, int]], list[str]]:
    """The outermost parameters that the description explains as items of a list, each with the
    span of its explanation, and the listed names under ``Args:`` that the schema does not have."""
    kept: tuple[dict[str, tuple[int, int]], list[str]] | None = features.memo.get("listed")
    if kept is not None:
        return kept
    names = {p.name: p.name for p in features.top_params}
    lowered = {n.lower(): n for n in names}
    in_arguments = text.falls_in(features.sections.get("args", ()))
    found: dict[str, tuple[int, int]] = {}
    phantom = []
    for match in _ITEM.finditer(features.description):
        given = match["name"].rsplit(".", 1)[-1]
        name = names.get(given) or lowered.get(given.lower())
        if name is not None:
            if match["rest"].strip():
                found.setdefault(name, (match.start("name"), match.end()))
        elif match["mark"] in ":：" and in_arguments(match.start("name")):
            phantom.append(given)
    features.memo["listed"] = found, phantom
    return found, phantom


def described_params(features: Features) -> list[Param]:
    """The outermost parameters that the schema describes."""
    return [p for p in features.top_params if (p.description or "").strip()]


def is_covered(features: Features) -> bool:
    """Whether the schema describes so many of them that the TDQS takes it for covered."""
    return len(described_params(features)) > _COVERED * len(features.top_params)


def bare_params(features: Features) -> list[Param]:
    """The outermost parameters that neither the schema describes nor a list explains."""
    kept: list[Param] | None = features.memo.get("bare")
    if kept is None:
        told = {*(p.name for p in described_params(features)), *listed_params(features)[0]}
        kept = features.memo["bare"] = [p for p in features.top_params if p.name not in told]
    return kept


def schema_stems(features: Features, words: Words) -> dict[str, frozenset[str]]:
    """By the pointer of a parameter, the stems of what the schema's description of it says."""
    kept: dict[str, frozenset[str]] | None = features.memo.get("schema_stems")
    if kept is None:
        dull = words("q_stop")
        kept = features.memo["schema_stems"] = {
            segment.pointer.removesuffix("/description"): frozenset(content(segment, dull))
            for segment in features.zone("param_texts")
        }
    return kept


def told_of_param(features: Features) -> Callable[[int], bool]:
    """Whether the description speaks of a single parameter at a place: in the section on arguments,
    in items of lists and in sentences that name a parameter as code is named."""
    kept: Callable[[int], bool] | None = features.memo.get("told_of_param")
    if kept is None:
        spans = [*features.sections.get("args", ()), *listed_params(features)[0].values()]
        names = {p.name for p in features.top_params if len(p.name) > 1}
        for sentence in features.statements:
            start, end = sentence.starts[0], sentence.ends[-1]
            if any(
                _is_code(features.description, *m.span())
                for m in _CODE.finditer(features.description, start, end)
                if m.group() in names
            ):
                spans.append((start, end))
        kept = features.memo["told_of_param"] = text.falls_in(spans)
    return kept


def _is_code(text: str, start: int, end: int) -> bool:
    """Whether a word is written as code: in marks, or as no plain word is."""
    word = text[start:end]
    return (
        not word.isalpha()
        or word not in (word.lower(), word.capitalize(), word.upper())
        or text[start - 1 : start] in ("`", "'", '"')
    )
