"""A verdict on each operation of a tool whose operation one parameter selects.

Each operation is judged as a tool of its own, derived from the definition: its value takes the
place of the name's verb, what the definition says of it alone the place of the description. One
risk model decides on tools and operations alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from analyzer.actions.derived import Derived, derive_tool
from analyzer.actions.selectors import Operation, Selector, action_rules, find_selector
from analyzer.features import Features
from analyzer.model import ActionVerdict, Evidence, RiskCategory, RiskVerdict, RunnerUp
from analyzer.risk import judge_risk
from analyzer.rulebook import Rulebook
from analyzer.rulebook.lexicon import Lexicon
from analyzer.rulebook.reading import Reading
from analyzer.text import name_words

RULE = "actions.value"
"""The rule of evidence that points at a value itself."""
_STATED = re.compile(r"^/inputSchema/.*/(?:enum/\d+|const)$")
"""Pointers to values that the schema gives."""
_MAX_EVIDENCE = 3
_SHOWN = 4
"""Values of a category that a rationale names."""
_STEM = 5
"""Letters of a value that its inflected forms share: delet(e|es|ing|ed)."""


def judge_actions(rulebook: Rulebook, reading: Reading) -> tuple[ActionVerdict, ...]:
    """A verdict for each value of the selecting parameter, in the order of the definition; none
    where no parameter selects an operation. Declared hints are not looked at: they speak of the
    tool as a whole."""
    features = reading.features
    selector = find_selector(features, rulebook.lexicon)
    if selector is None:
        return ()
    http = _requests(features)
    requests = all(o.value.upper() in http for o in selector.operations)
    spoken = selector.strong or _spoken(selector, features)
    if not spoken and not requests and _kinds_of_a_thing(selector, rulebook.lexicon):
        return ()
    verdicts = []
    unread = []
    for operation in selector.operations:
        if requests:
            known = http[operation.value.upper()]
            category, confidence = RiskCategory(known["category"]), known["confidence"]
            evidence: tuple[Evidence, ...] = (_place(operation),)
        else:
            derived = derive_tool(features.tool, operation, rulebook.lexicon)
            verdict = judge_risk(rulebook, rulebook.read(_read(derived, features)), explain=False)
            category, confidence = verdict.category, verdict.confidence
            evidence = _evidence(derived, operation, verdict)
            if not _recognised(verdict):
                confidence = min(confidence, action_rules()["unread"])
                if not _shows(operation):
                    unread.append(operation.value)
            if not spoken:
                confidence = min(confidence, action_rules()["unspoken"])
        verdicts.append(
            ActionVerdict(
                param=selector.path,
                value=operation.value,
                category=category,
                confidence=confidence,
                evidence=evidence,
            )
        )
    return _no_reads_unread(verdicts, unread)


def _shows(operation: Operation) -> bool:
    """Whether the value tells which of some things is shown: "current", "latest"."""
    return frozenset(action_rules()["shown"]).issuperset(name_words(operation.value))


def _requests(features: Features) -> dict[str, Any]:
    """The verdicts on requests of HTTP, as they are for the addresses that the tool takes."""
    rules = action_rules()
    names = {"_".join(name_words(param.name)) for param in features.params}
    anywhere = not names.isdisjoint(rules["http_address"])
    return {**rules["http"], **(rules["http_anywhere"] if anywhere else {})}


def _no_reads_unread(
    verdicts: Sequence[ActionVerdict], unread: Sequence[str]
) -> tuple[ActionVerdict, ...]:
    """The same, with no operation called Read for want of a word that is known, where others
    change things: it is called what the mildest of those is."""
    changing = [v.category for v in verdicts if v.category is not RiskCategory.READ]
    if not changing:
        return tuple(verdicts)
    mildest = min(changing, key=lambda category: category.rank)
    return tuple(
        replace(v, category=mildest) if v.value in unread and v.category is RiskCategory.READ else v
        for v in verdicts
    )


def worst_action(actions: Sequence[ActionVerdict]) -> ActionVerdict | None:
    """The most severe of the operations judged surely enough to speak for the tool, the surest of
    those; None where there is none."""
    sure = [a for a in actions if a.confidence >= action_rules()["raise_at"]]
    return max(sure, key=lambda a: (a.category.rank, a.confidence), default=None)


def settled(actions: Sequence[ActionVerdict]) -> bool:
    """Whether the schema gives all operations and each is judged surely: then they say all."""
    sure = action_rules()["settle_at"]
    return bool(actions) and all(
        a.confidence >= sure and _STATED.search(a.evidence[0].field) for a in actions
    )


def raise_to_worst(verdict: RiskVerdict, actions: Sequence[ActionVerdict]) -> RiskVerdict:
    """The tool's verdict with its operations: at least as severe as the worst of them, and no more
    where they say all (:func:`settled`)."""
    verdict = replace(verdict, actions=tuple(actions))
    worst = worst_action(actions)
    if worst is None or not _prevails(worst, verdict, actions):
        return verdict
    other: RiskCategory | None = verdict.category
    if other is worst.category:
        other = verdict.runner_up.category if verdict.runner_up else None
    return replace(
        verdict,
        category=worst.category,
        confidence=worst.confidence,
        runner_up=None
        if other is None
        else RunnerUp(category=other, margin=_margin(verdict, worst)),
        rationale=_rationale(worst, actions),
        evidence=(*worst.evidence, *verdict.evidence)[: max(len(verdict.evidence), 6)],
    )


def _prevails(worst: ActionVerdict, verdict: RiskVerdict, actions: Sequence[ActionVerdict]) -> bool:
    """Whether the worst operation says more than the verdict on the whole. Where both say the same
    it does so only where the whole is not sure: the author need not be asked what a value says."""
    if worst.category is verdict.category:
        return bool(verdict.confidence < action_rules()["settle_at"] < worst.confidence)
    return worst.category.rank > verdict.category.rank or settled(actions)


def _rationale(worst: ActionVerdict, actions: Sequence[ActionVerdict]) -> str:
    texts = action_rules()
    milder = [a for a in actions if a.category.rank < worst.category.rank]
    groups = (
        (category, [a.value for a in milder if a.category is category]) for category in RiskCategory
    )
    others = "; ".join(f"{category}: {_listed(values)}" for category, values in groups if values)
    said = texts["rationale"].format(
        value=worst.value,
        param=worst.param,
        category=worst.category,
        others=texts["rationale_others"].format(others=others) if others else "",
    )
    if worst.confidence < texts["settle_at"]:
        said += texts["rationale_ask"].format(value=worst.value)
    return str(said)


def _listed(values: Sequence[str]) -> str:
    more = len(values) - _SHOWN
    return ", ".join(values[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _recognised(verdict: RiskVerdict) -> bool:
    """Whether any words spoke for the category; else it is only what most tools are."""
    name = verdict.category.value
    return any(
        c.points.get(name, 0.0) > 0 and any(e.quote for e in c.evidence)
        for c in verdict.contributions
    )


def _spoken(selector: Selector, features: Features) -> bool:
    """Whether the tool's own text speaks of any of its operations, or of managing."""
    managing = frozenset(action_rules()["managing"])
    said = [w for zone in ("name", "title", "prose") for s in features.zone(zone) for w in s.words]
    if managing.intersection(said[:20]):
        return True
    stems = {o.value[:_STEM].lower() for o in selector.operations}
    return any(word.startswith(stem) for stem in stems for word in said)


def _kinds_of_a_thing(selector: Selector, lexicon: Lexicon) -> bool:
    """Whether its values are single words, one of them more a noun than a verb: the call and put
    of an option are no operations, unless the tool speaks of them."""
    words = [lexicon.read_name(name_words(operation.value)) for operation in selector.operations]
    nouns = lexicon.group("noun_like")
    return all(len(w) < 2 for w in words) and any(w[0] in nouns for w in words if w)


def _margin(verdict: RiskVerdict, worst: ActionVerdict) -> float:
    return round(max(0.0, worst.confidence - min(verdict.confidence, 1 - worst.confidence)), 4)


def _read(derived: Derived, features: Features) -> Features:
    return Features(derived.tool, features.siblings, ignore_annotations=True)


def _place(operation: Operation) -> Evidence:
    pointer, start, end = operation.place
    return Evidence(rule_id=RULE, field=pointer, quote=operation.value, start=start, end=end)


def _evidence(derived: Derived, operation: Operation, verdict: RiskVerdict) -> tuple[Evidence, ...]:
    """The verdict's evidence, pointing into the definition as it was sent; the value first."""
    found = [_place(operation)]
    for item in verdict.evidence:
        for place in derived.trace(item):
            if place.quote and all(not _same(place, known) for known in found):
                found.append(place)
    return tuple(found[:_MAX_EVIDENCE])


def _same(one: Evidence, other: Evidence) -> bool:
    return (one.field, one.start, one.end) == (other.field, other.start, other.end)
