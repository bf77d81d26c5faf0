"""The annotations that a tool should declare, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.annotations.clashes import (
    CLOSED_REACHES_OUT,
    DESTRUCTIVE_READS,
    NOT_DESTRUCTIVE_REMOVES,
    READ_ONLY_CHANGES,
    READ_UNMARKED,
    Clash,
    short,
)
from analyzer.annotations.rules import annotation_rules
from analyzer.model import (
    AnnotationAdvice,
    Annotations,
    Evidence,
    HintAdvice,
    RiskCategory,
    RiskVerdict,
    Tool,
    Trait,
)
from analyzer.rulebook import Rulebook
from analyzer.rulebook.reading import Reading
from analyzer.text import identifier

RULE = "annotations.proposal"
_SPOKEN_AGAINST = {
    "readOnlyHint": (READ_ONLY_CHANGES, DESTRUCTIVE_READS, READ_UNMARKED),
    "destructiveHint": (NOT_DESTRUCTIVE_REMOVES, DESTRUCTIVE_READS, READ_ONLY_CHANGES),
    "openWorldHint": (CLOSED_REACHES_OUT,),
}
_RUNS_ANYTHING = frozenset({"takes-code", "takes-shell"})
_ACTS = ("act", "lead_act", "title_act")


def build_advice(
    rulebook: Rulebook, reading: Reading, risk: RiskVerdict, clashes: Sequence[Clash]
) -> AnnotationAdvice:
    """Declared, effective and proposed annotations of the tool that was read.

    What the author declared is kept where the definition does not speak clearly against it; with
    the hints unseen nothing is kept.
    """
    tool = reading.features.tool
    adviser = _Adviser(rulebook, reading, risk, clashes)
    title = adviser.title()
    read_only = adviser.read_only()
    destructive = adviser.destructive(reads=read_only.value is True)
    idempotent = adviser.idempotent(reads=read_only.value is True)
    open_world = adviser.open_world()
    reasons = [r for r in (title, read_only, destructive, idempotent, open_world) if r is not None]
    return AnnotationAdvice(
        declared=tool.annotations,
        effective=effective(tool),
        proposed=Annotations(
            title=str(title.value),
            read_only=bool(read_only.value),
            destructive=bool(destructive.value),
            idempotent=None if idempotent is None else bool(idempotent.value),
            open_world=bool(open_world.value),
        ),
        reasons=tuple(reasons),
    )


def effective(tool: Tool) -> Annotations:
    """The hints as a client must take them, with the specification's defaults: readOnlyHint false,
    destructiveHint true, idempotentHint false, openWorldHint true.

    destructiveHint and idempotentHint mean nothing for a tool that is read-only: None there.
    """
    declared = tool.annotations
    reads = declared.read_only is True
    return Annotations(
        title=tool.title or declared.title,
        read_only=reads,
        destructive=None if reads else declared.destructive is not False,
        idempotent=None if reads else declared.idempotent is True,
        open_world=declared.open_world is not False,
    )


class _Adviser:
    """Proposes a value for each member; every method gives its reason and evidence."""

    def __init__(
        self, rulebook: Rulebook, reading: Reading, risk: RiskVerdict, clashes: Sequence[Clash]
    ) -> None:
        self._rules = annotation_rules()["proposals"]
        self._lexicon = rulebook.lexicon
        self._reading = reading
        self._risk = risk
        self._clashes = {clash.rule.id for clash in clashes}
        self._traits: dict[str, Trait] = {trait.id: trait for trait in risk.traits}

    def title(self) -> HintAdvice:
        tool = self._reading.features.tool
        given = tool.annotations.title or tool.title
        if given is not None and given.strip():
            return self._say("title", given, "kept")
        words = identifier("/name", tool.name).words
        return self._say("title", " ".join(words).capitalize() or tool.name, "title")

    def read_only(self) -> HintAdvice:
        kept = self._kept("readOnlyHint")
        if kept is not None:
            return kept
        evidence = self._risk.evidence[:2]
        if self._risk.category is RiskCategory.READ:
            return self._say("readOnlyHint", True, "read", evidence)
        return self._say("readOnlyHint", False, "changes", evidence)

    def destructive(self, *, reads: bool) -> HintAdvice:
        if reads:
            return self._say("destructiveHint", False, "nothing-to-destroy")
        kept = self._kept("destructiveHint")
        if kept is not None:
            return kept
        category, evidence = self._risk.category, self._risk.evidence[:2]
        if category is RiskCategory.DESTRUCTIVE:
            return self._say("destructiveHint", True, "destroys", evidence)
        if category is RiskCategory.FINANCIAL:
            return self._say("destructiveHint", True, "moves-money", evidence)
        running = [t for name, t in self._traits.items() if name in _RUNS_ANYTHING]
        if category is RiskCategory.EXECUTE and running:
            return self._say("destructiveHint", True, "runs-anything", running[0].evidence[:2])
        # A tool that creates or updates alters, whichever its name says.
        if altering := self._verbs("altering", anywhere=True):
            return self._say("destructiveHint", True, "alters", altering)
        kind = "additive_execute" if category is RiskCategory.EXECUTE else "additive"
        if adding := self._verbs(kind):
            return self._say("destructiveHint", False, "adds", adding)
        return self._say("destructiveHint", True, "destructive-default")

    def idempotent(self, *, reads: bool) -> HintAdvice | None:
        kept = self._kept("idempotentHint")
        if reads or kept is not None:
            return kept
        if (trait := self._traits.get("idempotent")) is not None:
            return self._say("idempotentHint", True, "says-idempotent", trait.evidence[:1])
        if cumulative := self._verbs("cumulative"):
            return self._say("idempotentHint", False, "cumulative", cumulative)
        if repeatable := self._verbs("repeatable"):
            return self._say("idempotentHint", True, "repeatable", repeatable)
        return None

    def open_world(self) -> HintAdvice:
        kept = self._kept("openWorldHint")
        if kept is not None:
            return kept
        if (trait := self._traits.get("open-world")) is not None:
            return self._say("openWorldHint", True, "reaches-out", trait.evidence[:2])
        if "takes-path" in self._traits and not self._names_outside():
            return self._say("openWorldHint", False, "closed", self._traits["takes-path"].evidence)
        return self._say("openWorldHint", True, "open-default")

    def _names_outside(self) -> bool:
        """Whether the definition speaks of something that is no file: a service, a repository."""
        features = self._reading.features
        said = {
            word
            for zone in ("name", "title", "lead")
            for s in features.zone(zone)
            for word in s.words
        }
        said.update(word for p in features.top_params for word in identifier("", p.name).words)
        return not said.isdisjoint(self._rules["outside"])

    def _kept(self, member: str) -> HintAdvice | None:
        """The declared value, where nothing speaks clearly against it."""
        declared = self._reading.features.hint(member)
        against = self._clashes.intersection(_SPOKEN_AGAINST.get(member, ()))
        if declared is None or against:
            return None
        quote = "true" if declared else "false"
        place = Evidence(rule_id=RULE, field=f"/annotations/{member}", quote=quote, end=len(quote))
        return self._say(member, declared, "kept", (place,))

    def _verbs(self, kind: str, *, anywhere: bool = False) -> tuple[Evidence, ...]:
        """The acts of the name, or else of the first sentence, or else of the title, that begin
        with such a verb; with ``anywhere`` those of the first of them where there are any."""
        words: set[str] = set()
        for entry in self._rules[kind]:
            words |= self._lexicon.group(f"{entry}.base") or {entry, f"{entry}s"}
        self._reading.rule_id = RULE
        for zone in _ACTS:
            acts = [a for a in self._reading.zone(zone) if a.words]
            read = self._lexicon.read
            found = [self._reading.quote(a, 0, 1) for a in acts if read(a.words[:1])[0] in words]
            if found or (acts and not anywhere):
                return tuple(found[:2])
        return ()

    def _say(
        self, member: str, value: bool | str, reason: str, evidence: Iterable[Evidence] = ()
    ) -> HintAdvice:
        proof = tuple(evidence)
        quote = next((e.quote for e in proof if e.quote), self._reading.features.tool.name)
        trait = self._traits.get("open-world")
        text = self._rules["reasons"][reason].format(
            quote=short(quote),
            category=self._risk.category,
            trait=_outside(self._traits.values()) if trait else "",
        )
        if reason in ("read", "changes") and self._risk.confidence < self._rules["doubtful"]:
            text += "; this is doubtful, so look at it"
        return HintAdvice(member=member, value=value, reason=text, evidence=proof)


def _outside(traits: Iterable[Trait]) -> str:
    """The trait that makes a tool reach out, in words."""
    order = ("untrusted-content", "sends-out", "takes-url", "open-world")
    titles = {trait.id: trait.title for trait in traits}
    title = next(titles[name] for name in order if name in titles)
    return title[0].lower() + title[1:]
