"""What the sentences of a rationale can speak of: traits that hold, and words to fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from analyzer.model import Evidence, RiskCategory
from analyzer.quality.signals import ALTERNATIVE, SITUATION, Signals
from analyzer.quality.wording import clip, join, names, share, stub
from analyzer.rulebook.facts.mentions import (
    described_params,
    is_covered,
    listed_params,
    mentioned_params,
)
from analyzer.rulebook.facts.siblings import named_siblings, nearest
from analyzer.rulefiles import read_rules
from analyzer.signals import NO_DESCRIPTION, TAUTOLOGICAL_DESCRIPTION

_KINDS: Mapping[RiskCategory | None, str] = {
    RiskCategory.READ: "read",
    RiskCategory.EXECUTE: "run",
}
"""Of what is asked for; any other category, and none, is a change."""
_FAR_APART = 0.2
"""Names less alike than this are no siblings that could be confused."""

_HINTING = (
    "quality.usage.purpose-clause",
    "quality.usage.next",
    "quality.usage.context-scope",
    "quality.usage.examples-of-use",
)
_SPECIFIC = (
    "quality.purpose.specifics",
    "quality.purpose.means",
    "quality.purpose.outcome",
    "quality.purpose.scope",
    "quality.purpose.quantity",
)
_FITS_ANY = ("quality.purpose.any-adjunct", "quality.purpose.frame")
_VAGUE = ("quality.purpose.vague-verb", "quality.purpose.generic-object")
_WASTE = (
    "quality.conciseness.marketing",
    "quality.conciseness.filler",
    "quality.conciseness.self-reference",
    "quality.conciseness.orders",
    "quality.conciseness.purpose-heading",
    "quality.conciseness.internal",
)
_HINT_NAMES = (
    ("readOnlyHint", "read_only"),
    ("destructiveHint", "destructive"),
    ("idempotentHint", "idempotent"),
    ("openWorldHint", "open_world"),
)


@cache
def phrases() -> Mapping[str, Any]:
    """``rules/rationale.yaml``, read once."""
    document: Mapping[str, Any] = read_rules("rationale.yaml")
    return document


def build_context(
    signals: Signals,
    flags: Sequence[str],
    clash: Sequence[Evidence],
    category: RiskCategory | None = None,
) -> dict[str, str]:
    """Traits by name, each with the words that its placeholder gives ("" where it is only a
    trait). What does not hold is not in it. What is asked for follows the ``category`` of the
    tool's verdict."""
    found: dict[str, str] = {"tool": signals.reading.features.tool.name}
    if NO_DESCRIPTION in flags:
        found["empty"] = ""
    if TAUTOLOGICAL_DESCRIPTION in flags:
        found["tautology"] = ""
    _purpose(signals, found)
    _usage(signals, found)
    _parameters(signals, found)
    _behavior(signals, found, category)
    if clash:
        found["contradiction"] = clip(next((e.quote for e in clash if e.quote), ""), 60)
    _conciseness(signals, found)
    _completeness(signals, found)
    return found


def _clause(signals: Signals, rule_id: str) -> str | None:
    """What a rule that holds says, with the first words that prove it."""
    proof = signals.proofs.get(rule_id)
    if proof is None:
        return None
    quotes = [e.quote for e in proof.evidence if e.quote]
    if not quotes:
        return proof.rule.says.replace(" (“{quote}”)", "")
    return proof.rule.says.replace("{quote}", clip(quotes[0], 60))


def _first(signals: Signals, rules: Sequence[str]) -> str | None:
    return next((c for r in rules if (c := _clause(signals, r))), None)


def _quote(signals: Signals, rules: Sequence[str]) -> str | None:
    for rule in rules:
        proof = signals.proofs.get(rule)
        for evidence in proof.evidence if proof else ():
            if evidence.quote and evidence.field == "/description":
                return clip(evidence.quote, 50)
    return None


def _put(found: dict[str, str], name: str, words: str | None) -> None:
    if words:
        found[name] = words


def _purpose(signals: Signals, found: dict[str, str]) -> None:
    features = signals.reading.features
    sentences = features.sentences
    lead = sentences[0] if sentences else None
    found["lead"] = clip(lead.text[lead.starts[0] : lead.ends[-1]]) if lead else ""
    if signals.value("quality.purpose.only-name"):
        found["adds-nothing"] = ""
    if signals.value("quality.purpose.verb"):
        found["verb"] = ""
    if signals.value("quality.purpose.tool-opening"):
        found["tool-opening"] = ""
    _put(found, "vague", _quote(signals, _VAGUE))
    _put(found, "fits-any", _quote(signals, _FITS_ANY))
    _put(found, "specific", _first(signals, _SPECIFIC))
    close = nearest(features)
    if close is not None and signals.value("siblings.alike") > _FAR_APART:
        found["sibling"] = ""
        found["nearest"] = close
    else:
        found["alone"] = phrases()["words"]["alone"]
    count = len(features.siblings)
    found["siblings"] = str(count)
    if count > 1:
        found["siblings-many"] = ""
    named = sorted(named_siblings(features).items(), key=lambda item: item[1])
    if named:
        found["names-sibling"] = ""
        found["named"] = named[0][0]
    words = features.zone("name")[0].words if features.zone("name") else ()
    found["object"] = " ".join(words[1:]) or "object"


def _usage(signals: Signals, found: dict[str, str]) -> None:
    _put(found, "when", _first(signals, SITUATION))
    _put(found, "when-not", _clause(signals, "quality.usage.when-not"))
    _put(found, "alternative", _first(signals, ALTERNATIVE))
    _put(found, "before", _clause(signals, "quality.usage.before"))
    _put(found, "use-hint", _first(signals, _HINTING))


def _behavior(signals: Signals, found: dict[str, str], category: RiskCategory | None) -> None:
    features = signals.reading.features
    given = [(name, getattr(features.annotations, field)) for name, field in _HINT_NAMES]
    declared = [f"{name}={'true' if v else 'false'}" for name, v in given if v is not None]
    _put(found, "hints", join(declared))
    found["and-no-hints"] = "" if declared else " and there are no annotations"
    kind = _KINDS.get(category, "change")
    found[{"read": "reading", "change": "mutating", "run": "running"}[kind]] = ""
    topics = phrases()["words"]["topics"][kind]
    open_topics = [t for t in topics if not signals.value(t["rule"])]
    if signals.value("output.schema"):
        open_topics = [t for t in open_topics if t["rule"] != "quality.behavior.returns"]
    _put(found, "missing-behavior", join([t["missing"] for t in open_topics[:3]], "or"))
    found["behavior-fix"] = join([t["add"] for t in open_topics[:2]]) or "its limits and costs"
    held = [r for r in sorted(signals.proofs) if r.startswith("quality.behavior.")]
    held.sort(key=lambda r: (r not in {t["rule"] for t in topics}, r))
    said = [c for r in held[:2] if (c := _clause(signals, r))]
    _put(found, "disclosed", join(said))
    values = {
        "read": '{"readOnlyHint": true}',
        "change": '{"readOnlyHint": false, "destructiveHint": …}',
        "run": '{"readOnlyHint": false, "openWorldHint": …}',
    }
    found["block"] = f'"annotations": {values[kind]}'


def _parameters(signals: Signals, found: dict[str, str]) -> None:
    features = signals.reading.features
    top = features.top_params
    if not top:
        found["no-params"] = ""
        if signals.value("params.missing"):
            found["inputs-missing"] = ""
        return
    described = described_params(features)
    listed = listed_params(features)[0]
    found["count"] = str(len(top))
    found["first-param"] = top[0].name
    found["coverage"] = share(len(described), len(top))
    if is_covered(features):
        found["covered"] = ""
    _put(found, "listed", names(list(listed)))
    missing = [p for p in top if p not in described and p.name not in listed]
    if not missing:
        found["all-explained"] = ""
    else:
        left = names([p.name for p in missing])
        found["unexplained"] = f"{left} {'is' if len(missing) == 1 else 'are'}"
        found["first-unexplained"] = f"`{missing[0].name}`"
        found["stub"] = stub(next((p for p in missing if p.required), missing[0]))
    mentioned = mentioned_params(features)
    _put(found, "mentioned", names([p.name for p in missing if p.name in mentioned]))
    rules = ("format", "example", "bound", "default", "relations", "source", "required")
    said = [c for r in rules if (c := _clause(signals, f"quality.parameters.{r}"))]
    _put(found, "param-facts", join(said[:2]))
    if len(top) > 2:
        found["relation-fix"] = ""


def _conciseness(signals: Signals, found: dict[str, str]) -> None:
    fact = signals.reading.fact
    words = round(fact("description.words"))
    sentences = max(1, round(fact("description.statements")))
    found["size"] = (
        f"{words} words" if sentences == 1 else f"{words} words in {sentences} sentences"
    )
    if words == 1:
        found["size"] = "A single word"
    if words < 5:
        found["fragment"] = ""
    if signals.value("quality.conciseness.docstring"):
        found["docstring"] = ""
    if words <= 8:
        found["short"] = ""
    if words > 120:
        found["long"] = ""
    if signals.value("quality.purpose.verb") and not signals.value("quality.purpose.tool-opening"):
        found["verb-first"] = ""
    if fact("description.empty") + fact("description.stuffed") > 0:
        found["repeated"] = ""
        found["waste"] = "says things twice"
    elif signals.value("quality.conciseness.schema-echo"):
        found["echo"] = ""
        found["waste"] = "repeats in a list what the schema describes"
    else:
        _put(found, "waste", _first(signals, _WASTE))
    if fact("description.careless"):
        found["careless"] = ""
    _put(found, "waste-quote", _quote(signals, _WASTE[:2]))


def _completeness(signals: Signals, found: dict[str, str]) -> None:
    count = len(signals.reading.features.top_params)
    parts = ["no parameters" if not count else f"{count} parameter{'s' * (count != 1)}"]
    schema = bool(signals.value("output.schema"))
    parts.append("annotations" if "hints" in found else "no annotations")
    parts.append("an output schema" if schema else "no output schema")
    found["complexity"] = f"a tool with {join(parts)}"
    missing = []
    if "inputs-missing" in found:
        missing.append(phrases()["words"]["inputs-missing"])
    if not schema and not signals.value("quality.behavior.returns"):
        found["returns-open"] = ""
        missing.append("what comes back")
    if "unexplained" in found:
        missing.append(f"the meaning of {found['unexplained'].rsplit(' ', 1)[0]}")
    if "mutating" in found and not signals.value("quality.behavior.side-effects"):
        missing.append("what the change brings with it")
    if not missing and "missing-behavior" in found:
        missing.append(found["missing-behavior"].split(", ")[0].split(" or ")[0])
    _put(found, "missing-context", join(missing))
    found["covered-by"] = (
        "The output schema covers what comes back."
        if schema
        else "It says what comes back."
        if signals.value("quality.behavior.returns")
        else ""
    )
