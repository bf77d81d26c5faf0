"""The rules under ``rules/``, compiled: what the analyzer believes, read once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from analyzer.errors import RuleError
from analyzer.features import Features
from analyzer.model import Evidence
from analyzer.records import dataclass
from analyzer.rulebook.compiled import keep_compiled, recall_compiled, render_compiled
from analyzer.rulebook.conditions import (
    Condition,
    Trigger,
    compile_condition,
    heeds_annotations,
    triggers,
)
from analyzer.rulebook.index import PatternIndex
from analyzer.rulebook.lexicon import Lexicon, build_lexicon
from analyzer.rulebook.reading import Reading
from analyzer.rulefiles import RuleFiles, bundled_rules, parse_words, read_rule_files

KINDS = ("risk", "quality", "traits")
_WORDS = ("lexicon/verbs.", "lexicon/words.", "lexicon/languages.")


Plan = tuple[tuple[int, ...], Mapping[str, Mapping[int, Sequence[int]]]]
"""Numbers of the rules that are always asked; of those to ask by zone and by group that matches."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A named belief: when it holds, and how to say so."""

    id: str
    title: str
    why: str
    says: str
    """A clause for rationales, with ``{quote}`` for the words that prove it."""
    holds: Condition
    leans: Mapping[str, float]
    """Category to the log-odds that the author of the rule expects; calibration starts from them
    and never turns their sign."""
    heeds_annotations: bool
    """Whether it may hold otherwise with the declared annotations unseen."""
    triggers: frozenset[Trigger] | None
    """Pattern groups of which one must match; None where it may hold without a match."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that holds for a tool, with its evidence (never empty)."""

    rule: Rule
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Rulebook:
    rules: Mapping[str, tuple[Rule, ...]]
    """By kind (:data:`KINDS`), in the order of their ids."""
    weights: Mapping[str, Any]
    """``rules/weights/<kind>.json`` by kind."""
    index: PatternIndex
    lexicon: Lexicon
    digest: str
    """SHA-256 (hex) of all rule data, examples left out."""
    digests: Mapping[str, str]
    """By kind, SHA-256 (hex) of its rules and of the verbs and words they are written with: what
    its weights were made for."""

    texts: Mapping[str, Any]
    """Phrases by the name of their file: ``rationale-risk``."""
    plans: Mapping[str, Plan]
    """By kind, which rules to ask for which matches."""
    clauses: Mapping[str, str]
    """The ``says`` of every rule by its id."""

    def says(self, rule_id: str) -> str:
        return self.clauses[rule_id]

    def read(self, features: Features) -> Reading:
        return Reading(features, self.index)

    def hits(self, kind: str, reading: Reading) -> Iterator[Hit]:
        """The rules of a kind that hold, in the order of their ids."""
        always, by_zone = self.plans[kind]
        chosen = set(always)
        for zone, by_group in by_zone.items():
            for group in reading.matched(zone) & by_group.keys():
                chosen.update(by_group[group])
        rules = self.rules[kind]
        seen = reading.seen.get(kind)
        held: dict[int, tuple[Evidence, ...]] = {}
        for number in sorted(chosen):
            rule = rules[number]
            if seen is None or rule.heeds_annotations:
                reading.rule_id = rule.id
                answer = rule.holds(reading)
                if answer is None:
                    continue
                evidence = tuple(answer) or (Evidence(rule_id=rule.id, field="/name"),)
            elif number in seen:
                evidence = seen[number]
            else:
                continue
            held[number] = evidence
            yield Hit(rule, evidence)
        reading.held[kind] = held


@cache
def load_rulebook() -> Rulebook:
    """The bundled rules. Raises RuleError where a file is wrong."""
    files = bundled_rules()
    known = recall_compiled(files.digest)
    if known is not None:
        lexicon = Lexicon(known["classes"], known["stand_ins"], known["far"], known["deeds"])
        return _build(files, PatternIndex(lexicon, known))
    index = PatternIndex(_build_lexicon(files))
    rulebook = _build(files, index)
    keep_compiled(files.digest, index.compiled())
    return rulebook


def build_rulebook(folder: Path) -> Rulebook:
    """The rules of a folder laid out like ``rules/``. Raises RuleError where a file is wrong."""
    files = read_rule_files(folder)
    return _build(files, PatternIndex(_build_lexicon(files)))


def compiled_rules(files: RuleFiles) -> bytes:
    """What a wheel carries of its rules compiled. Raises RuleError where a file is wrong."""
    index = PatternIndex(_build_lexicon(files))
    _build(files, index)
    return render_compiled(files.digest, index.compiled())


def _build_lexicon(files: RuleFiles) -> Lexicon:
    words = parse_words(files)
    verbs = words.pop("verbs", None) or {}
    languages = words.pop("languages", None)
    nouns = {name: group for classes in words.values() for name, group in (classes or {}).items()}
    return build_lexicon(
        verbs.get("classes", {}), nouns, verbs.get("irregular", {}), languages, verbs.get("deeds")
    )


def _build(files: RuleFiles, index: PatternIndex) -> Rulebook:
    data = files.data
    rules = {kind: _build_rules(kind, data, index) for kind in KINDS}
    return Rulebook(
        rules=rules,
        weights={kind: data.get(f"weights/{kind}.json") or {} for kind in KINDS},
        index=index,
        lexicon=index.lexicon,
        digest=files.digest,
        digests={kind: _digest_of(kind, files) for kind in KINDS},
        texts={"rationale-risk": data.get("rationale-risk.yaml") or {}},
        plans={kind: _plan(found) for kind, found in rules.items()},
        clauses={rule.id: rule.says for kind in rules.values() for rule in kind},
    )


def _plan(rules: Sequence[Rule]) -> Plan:
    always: list[int] = []
    by_zone: dict[str, dict[int, list[int]]] = {}
    for number, rule in enumerate(rules):
        if rule.triggers is None:
            always.append(number)
            continue
        for zone, group in rule.triggers:
            by_zone.setdefault(zone, {}).setdefault(group, []).append(number)
    return tuple(always), by_zone


def _digest_of(kind: str, files: RuleFiles) -> str:
    digest = hashlib.sha256()
    for name, content in files.contents.items():
        if name.startswith((f"{kind}/", *_WORDS)):
            digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()


def _build_rules(kind: str, data: Mapping[str, Any], index: PatternIndex) -> tuple[Rule, ...]:
    rules: dict[str, Rule] = {}
    for name, entries in data.items():
        if not name.startswith(kind + "/"):
            continue
        for number, entry in enumerate(entries or ()):
            where = f"rules/{name}/{number}"
            try:
                rule_id, when = entry["id"], entry["when"]
                title, why, says = entry["title"], entry["why"], entry["says"]
            except (KeyError, TypeError) as error:
                raise RuleError(f"{where}: a rule needs id, title, why, says and when") from error
            if rule_id in rules:
                raise RuleError(f"{where}: the id {rule_id!r} is taken; rename one")
            where = f"rules/{name}: {rule_id}"
            holds = compile_condition(when, index, where)
            needs = triggers(when, index, where)
            rules[rule_id] = Rule(
                rule_id,
                title,
                why,
                says,
                holds,
                entry.get("leans") or {},
                heeds_annotations(when),
                None if needs is None else frozenset(needs),
            )
    return tuple(rules[rule_id] for rule_id in sorted(rules))
