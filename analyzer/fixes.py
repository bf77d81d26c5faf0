"""What to change in a definition to raise its score: each change measured by scoring it.

The wording is data (``rules/fixes.yaml``): texts that can be pasted, with ``<...>`` where only the
author knows what belongs there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from analyzer.coherence import context_cost, load_coherence_rules
from analyzer.features import Features
from analyzer.model import (
    Annotations,
    Dimension,
    Json,
    Param,
    QualityScore,
    RiskCategory,
    Tool,
    ToolAssessment,
)
from analyzer.quality import score_quality
from analyzer.quality.wording import clip
from analyzer.records import dataclass
from analyzer.rulebook import Rulebook
from analyzer.rulebook.facts.mentions import listed_params
from analyzer.rulebook.facts.prose import void_spans
from analyzer.rulebook.facts.siblings import nearest
from analyzer.rulefiles import read_rules
from analyzer.taxonomy import taxonomy
from analyzer.text import identifier

_KINDS = {
    RiskCategory.READ: "read",
    RiskCategory.EXECUTE: "run",
    RiskCategory.DESTRUCTIVE: "remove",
    RiskCategory.FINANCIAL: "pay",
}
"""Of the texts; a Write adds or changes."""
_MOST_PARAMS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One change and what it brings."""

    kind: str
    """A key of ``rules/fixes.yaml``."""
    title: str
    paste: str
    """What to put there, as it stands in the changed definition."""
    field: str
    """JSON pointer of the member it changes or adds."""
    before: Mapping[Dimension, int]
    after: Mapping[Dimension, int]
    tokens: int
    """Tokens that the change adds to every conversation (estimated); negative where it saves."""

    @property
    def gain(self) -> float:
        """Points of the total, before rounding."""
        weights = taxonomy().dimensions
        return sum(weights[d].weight * (self.after[d] - self.before[d]) for d in Dimension) / 100


@dataclass(frozen=True, slots=True)
class _Change:
    kind: str
    title: str
    paste: str
    field: str
    tool: Tool


def build_fixes(
    rulebook: Rulebook, item: ToolAssessment, siblings: Sequence[str]
) -> tuple[Fix, ...]:
    """The changes that raise the tool's total, or save tokens at the same total; greatest gain
    first, then the cheaper in tokens. What is said of the tool's effects follows its verdict."""
    tool = item.tool
    before = _score(rulebook, tool, siblings).scores
    cost = _tokens(tool)
    found = []
    for change in _changes(rulebook, item, siblings):
        fix = Fix(
            kind=change.kind,
            title=change.title,
            paste=change.paste,
            field=change.field,
            before=before,
            after=_score(rulebook, change.tool, siblings).scores,
            tokens=_tokens(change.tool) - cost,
        )
        if fix.gain > 0 or (fix.gain == 0 and fix.tokens < 0):
            found.append(fix)
    found.sort(key=lambda f: (-round(f.gain, 4), f.tokens, f.kind, f.field))
    return tuple(found)


@cache
def _texts() -> Mapping[str, Any]:
    document: Mapping[str, Any] = read_rules("fixes.yaml")
    return document


def _score(rulebook: Rulebook, tool: Tool, siblings: Sequence[str]) -> QualityScore:
    return score_quality(rulebook, rulebook.read(Features(tool, siblings)))


def _tokens(tool: Tool) -> int:
    return context_cost((tool,), load_coherence_rules().context).tokens


def _changes(
    rulebook: Rulebook, item: ToolAssessment, siblings: Sequence[str]
) -> Iterator[_Change]:
    tool = item.tool
    features = Features(tool, siblings)
    near = nearest(features)
    verb, thing = _said_by(rulebook, tool.name)
    other_verb, other = _said_by(rulebook, near or "")
    words = {
        "object": thing,
        "task": f"to {verb} the {thing}" if verb else f"for the {thing}",
        "sibling": near or "",
        "sibling_task": f"to {other_verb} the {other}" if other_verb else f"for the {other}",
        "sibling_need": f"to {other_verb} the {other}" if other_verb else f"the {other}",
    }
    yield from _annotated(item)
    yield from _described(features)
    yield from _cut(rulebook, features)
    kind = _texts()["kinds"][_kind(item)]
    titles, texts = {**_texts(), **kind["titles"]}, {**kind["texts"]}
    if features.description.strip():
        del texts["lead"]
        texts |= {k: v for k, v in _texts()["texts"].items() if k not in ("param", "example")}
    for name, text in texts.items():
        if near is None and "{sibling" in text:
            continue
        paste = text.format(**words)
        yield _with_text(tool, name, titles[name].format(name=near or ""), paste)


def _kind(item: ToolAssessment) -> str:
    known = _KINDS.get(item.risk.category)
    if known is not None:
        return known
    adds = item.annotations is not None and item.annotations.proposed.destructive is False
    return "add" if adds else "change"


def _said_by(rulebook: Rulebook, name: str) -> tuple[str, str]:
    """The verb of a name, or nothing, and its other words: ``list_open_issues`` gives ``list`` and
    ``open issues``."""
    acts = rulebook.read(Features(Tool(name=name, raw={"name": name}, digest=""))).zone("act")
    words = list(acts[0].words[1:] if acts else identifier("", name).words)
    empty = _texts()["empty"]
    while words and words[0] in empty:
        del words[0]
    while words and words[-1] in empty:
        del words[-1]
    return (acts[0].words[0] if acts else ""), " ".join(words) or "object"


def _with_text(tool: Tool, kind: str, title: str, paste: str) -> _Change:
    """The description with a sentence after its opening prose."""
    features = Features(tool)
    head = features.description
    tail = ""
    starts = [a for k, spans in features.sections.items() if k != "prose" for a, _ in spans]
    if starts and head[: min(starts)].strip():
        # Sections of a docstring stay where they are, at the end.
        head, tail = head[: min(starts)].rstrip() + " ", "\n\n" + head[min(starts) :]
    end = "" if not head.strip() or head.rstrip()[-1] in ".!?:。" else "."
    text = f"{head.rstrip()}{end} {paste}".strip() + tail
    return _Change(kind, title, paste, "/description", _with(tool, description=text))


def _with(tool: Tool, **members: Json) -> Tool:
    raw = {**tool.raw, **members}
    schema, description = raw.get("inputSchema"), raw.get("description")
    return replace(
        tool,
        description=description if isinstance(description, str) else None,
        input_schema=schema if isinstance(schema, dict) else None,
        raw=raw,
    )


def _annotated(item: ToolAssessment) -> Iterator[_Change]:
    """The proposed hints, where none is declared or one of those declared is wrong."""
    if item.annotations is None:
        return
    tool, declared = item.tool, _hints(item.annotations.declared)
    proposed = _hints(item.annotations.proposed)
    wrong = any(proposed.get(name, value) is not value for name, value in declared.items())
    if declared and not wrong:
        return
    given = tool.raw.get("annotations")
    merged = {**(given if isinstance(given, dict) else {}), **proposed}
    changed = replace(_with(tool, annotations=merged), annotations=item.annotations.proposed)
    title = _texts()["annotations-wrong" if wrong else "annotations"]
    paste = f'"annotations": {json.dumps(merged)}'
    yield _Change("annotations", title, paste, "/annotations", changed)


def _hints(annotations: Annotations) -> dict[str, bool]:
    """The hints that are given, by their names in the specification."""
    hints = {
        "readOnlyHint": annotations.read_only,
        "destructiveHint": annotations.destructive,
        "idempotentHint": annotations.idempotent,
        "openWorldHint": annotations.open_world,
    }
    return {name: value for name, value in hints.items() if value is not None}


def _described(features: Features) -> Iterator[_Change]:
    """A description for each parameter that nothing explains, and for all of them at once."""
    listed = listed_params(features)[0]
    missing = [
        p for p in features.top_params if not (p.description or "").strip() and p.name not in listed
    ]
    stubs = {p.pointer: _stub(p) for p in missing}
    for param in missing[:_MOST_PARAMS] if len(missing) > 1 else missing:
        title = _texts()["param"].format(name=param.name)
        paste = json.dumps({param.name: {"description": stubs[param.pointer]}}, ensure_ascii=False)
        changed = _with_descriptions(features.tool, {param.pointer: stubs[param.pointer]})
        yield _Change("param", title, paste, f"{param.pointer}/description", changed)
    if len(missing) > 1:
        paste = json.dumps(
            {p.name: {"description": stubs[p.pointer]} for p in missing},
            ensure_ascii=False,
            indent=2,
        )
        title = _texts()["params"].format(count=len(missing))
        changed = _with_descriptions(features.tool, stubs)
        yield _Change("params", title, paste, "/inputSchema/properties", changed)


def _stub(param: Param) -> str:
    facts = ["required" if param.required else "optional"]
    if param.enum:
        facts.append("one of " + ", ".join(clip(str(v), 20) for v in param.enum[:6]))
    low, high = param.schema.get("minimum"), param.schema.get("maximum")
    if low is not None or high is not None:
        facts.append(f"{low if low is not None else '…'} to {high if high is not None else '…'}")
    if param.has_default and param.default is not None:
        facts.append(f"default {clip(str(param.default), 20)}")
    if param.format:
        facts.append(f"format {clip(param.format, 20)}")
    words = " ".join(identifier("", param.name).words) or param.name
    template: str = _texts()["texts"]["param"]
    return template.replace("{words}", words).replace("{facts}", ", ".join(facts))


def _with_descriptions(tool: Tool, texts: Mapping[str, str]) -> Tool:
    """The tool with descriptions at these pointers of its schemas; the rest is shared."""
    raw: Json = tool.raw
    for pointer, text in texts.items():
        parts = [p.replace("~1", "/").replace("~0", "~") for p in pointer.split("/")[1:]]
        raw = _put(raw, parts, text)
    return _with(replace(tool, raw=raw))


def _put(node: Json, parts: Sequence[str], text: str) -> Json:
    if not parts:
        return {**node, "description": text} if isinstance(node, dict) else node
    if isinstance(node, list):
        index = int(parts[0])
        return [*node[:index], _put(node[index], parts[1:], text), *node[index + 1 :]]
    if isinstance(node, dict) and parts[0] in node:
        return {**node, parts[0]: _put(node[parts[0]], parts[1:], text)}
    return node


def _cut(rulebook: Rulebook, features: Features) -> Iterator[_Change]:
    """The description without the sentences that are said twice."""
    spans = void_spans(features, lambda name: rulebook.lexicon.words(name, "fixes"))
    if not spans:
        return
    kept, here = [], 0
    for start, end in spans:
        kept.append(features.description[here:start])
        here = end + (features.description[end : end + 1] in (".", "!", "?"))
    text = "".join([*kept, features.description[here:]]).strip()
    cut = "\n".join(f"- {clip(features.description[a:b])}" for a, b in spans)
    yield _Change(
        "repeated",
        _texts()["repeated"],
        cut,
        "/description",
        _with(features.tool, description=text),
    )
