"""Two or three sentences on a verdict, written from the rules that fired.

What decided, with the words that prove it; what spoke for the runner-up and why it did not win;
then what would change the verdict or, where it is unsure, what to ask the author. The phrases are
data: ``rules/rationale-risk.yaml`` and the clause ``says`` of every rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.model import Contribution, Evidence, RiskCategory, Tool
from analyzer.rulebook import Rulebook

_CLAUSES = 3
_SAID = 2
_SPEAKS = 0.35
"""Log-odds between two categories from which a rule counts as having spoken."""
_SOFTLY = 0.15
"""Log-odds against a category from which it cannot be said that no word speaks against it."""
_SHARE = 0.3
"""Of the strongest rule's log-odds: what is weaker is left unsaid beside it."""
_OBJECTS = 0.6
"""Log-odds from which a rule for the runner-up is worth an answer, unless the verdict is clear."""
_CLEAR = 0.985
_UNSURE = 0.8
_QUOTE_CHARS = 64
_END = re.compile(r"[.!?。！？](?:\s|$)|[;:)\]\n。]|\s[-–—(\[]|,\s")
_WORD = re.compile(r"\s+")


def explain_verdict(
    rulebook: Rulebook,
    tool: Tool,
    contributions: Sequence[Contribution],
    category: RiskCategory,
    runner_up: RiskCategory,
    confidence: float,
) -> str:
    """The rationale of a verdict; one line of plain text, quotes in typographic marks."""
    texts = rulebook.texts["rationale-risk"]
    writer = _Writer(rulebook, tool)
    spoke = _spoke(contributions, category, runner_up, _SPEAKS)
    quiet = texts["quiet"]
    telling = [c for c in spoke if _part(c) not in quiet]
    decided = (
        writer.clauses(telling, _CLAUSES)
        or writer.clauses(spoke, 1)
        or writer.clauses(_own(contributions, category, quiet), _SAID)
    )
    said: list[str] = []
    if confidence < _CLEAR:
        against = _spoke(contributions, runner_up, category, _OBJECTS)
        said = writer.clauses([c for c in against if _part(c) not in quiet], _SAID)
    sentences = [_decided(texts, tool, category, decided, confidence)]
    if said and confidence < _UNSURE:
        sentences.append(texts["weighed_unsure"].format(other=runner_up, said=_joined(said)))
    elif said:
        sentences.append(texts["weighed"][category][runner_up].format(said=_joined(said)))
    elif decided and confidence >= _UNSURE and not _hinted(contributions, category, quiet):
        sentences.append(texts["unopposed"][category])
    if confidence < _UNSURE:
        pair = sorted((category, runner_up), key=lambda c: c.rank)
        sentences.append(texts["ask"][f"{pair[0]}-{pair[1]}"])
    else:
        fired = [c for c in contributions if c.points.get(category, 0.0) >= _OBJECTS]
        sentences.append(_turn(texts, (spoke, fired), category, runner_up))
    return " ".join(sentences)


def _spoke(
    contributions: Sequence[Contribution],
    wanted: RiskCategory,
    other: RiskCategory,
    least: float,
) -> list[Contribution]:
    """The rules that spoke for ``wanted`` against ``other``, strongest first."""
    found = [
        (c.points.get(wanted, 0.0) - c.points.get(other, 0.0), c)
        for c in contributions
        if c.points.get(wanted, 0.0) > 0 or c.points.get(other, 0.0) < 0
    ]
    found.sort(key=lambda pair: (-pair[0], pair[1].rule_id))
    bound = max(least, _SHARE * found[0][0]) if found else least
    return [c for apart, c in found if apart >= bound]


def _own(
    contributions: Sequence[Contribution], category: RiskCategory, quiet: Sequence[str]
) -> list[Contribution]:
    """The rules that spoke for the category, and for the runner-up as much: they decided against
    the others. They come strongest first."""
    heard = [c for c in contributions if _part(c) not in quiet]
    return [c for c in heard if c.points.get(category, 0.0) >= _SPEAKS]


def _hinted(
    contributions: Sequence[Contribution], category: RiskCategory, quiet: Sequence[str]
) -> bool:
    """Whether any words spoke against the category, however softly: then nobody may say that none
    did."""
    return any(
        _part(c) not in quiet
        and any(e.quote for e in c.evidence)
        and (
            c.points.get(category, 0.0) <= -_SOFTLY
            or any(p - c.points.get(category, 0.0) >= _SPEAKS for p in c.points.values())
        )
        for c in contributions
    )


def _part(contribution: Contribution) -> str:
    return contribution.rule_id.rpartition(".")[2]


def _turn(
    texts: Mapping[str, Any],
    heard: Sequence[Sequence[Contribution]],
    category: RiskCategory,
    runner_up: RiskCategory,
) -> str:
    """What would change the verdict, as close to what decided it as there are words for; the rules
    heard first are asked first."""
    for contributions in heard:
        parts = {_part(c) for c in contributions}
        for turn in texts["turns"][category]:
            if not parts.isdisjoint(turn["by"]):
                return str(turn["text"])
    return str(texts["change"][category][runner_up])


def _decided(
    texts: Mapping[str, Any],
    tool: Tool,
    category: RiskCategory,
    clauses: Sequence[str],
    confidence: float,
) -> str:
    name = _WORD.sub(" ", tool.name)[:_QUOTE_CHARS]
    if not clauses:
        form = "decided_nothing" if (tool.description or "").strip() else "decided_name"
        if category is RiskCategory.EXECUTE and confidence < _UNSURE:
            form = "decided_careful"
        return str(texts[form].format(category=category, name=name))
    form = "decided" if confidence >= _UNSURE else "decided_weak"
    return str(texts[form].format(category=category, clauses=_joined(clauses)))


def _joined(clauses: Sequence[str]) -> str:
    if len(clauses) < 3:
        return " and ".join(clauses)
    return ", ".join(clauses[:-1]) + ", and " + clauses[-1]


class _Writer:
    def __init__(self, rulebook: Rulebook, tool: Tool) -> None:
        self._rulebook = rulebook
        self._tool = tool
        self._quoted: list[str] = []
        self._said: set[str] = set()

    def clauses(self, contributions: Sequence[Contribution], count: int) -> list[str]:
        """What these rules say, the first ``count`` things; each thing once."""
        found: list[str] = []
        described: dict[str, Contribution] = {}
        for contribution in contributions:
            if any(e.quote and e.field == "/description" for e in contribution.evidence):
                described.setdefault(self._plain(contribution), contribution)
        for heard in contributions:
            # The same said by name and by text is quoted from the text, unless that was quoted.
            contribution = described.get(self._plain(heard), heard)
            clause = self._clause(contribution) or self._clause(heard)
            if clause:
                found.append(clause)
            if len(found) == count:
                break
        return found

    def _plain(self, contribution: Contribution) -> str:
        """The clause without its quote."""
        return self._rulebook.says(contribution.rule_id).partition(" (“")[0]

    def _clause(self, contribution: Contribution) -> str | None:
        """The rule's clause with its quote; None where the same was said already."""
        says = self._rulebook.says(contribution.rule_id)
        plain = self._plain(contribution)
        if plain in self._said:
            return None
        evidence = min(
            contribution.evidence, key=lambda e: (not e.quote, e.field != "/description")
        )
        if "{quote}" in says:
            quote = self._quote(evidence)
            near = quote.lower()
            if any(near in known or known in near for known in self._quoted):
                return None
            self._quoted.append(near)
            says = says.replace("{quote}", quote)
        else:
            param = _param(evidence)
            if param:
                says = f"{says} (“{param}”)"
        self._said.add(plain)
        return says

    def _quote(self, evidence: Evidence) -> str:
        """The evidence's words and what follows to the end of the clause; a name as a whole."""
        text = evidence.quote
        if evidence.where == "tool" and evidence.field in ("/name", "/description", "/title"):
            whole = self._tool.raw.get(evidence.field[1:])
            if isinstance(whole, str):
                start = 0 if evidence.field == "/name" else evidence.start
                text = whole[start : start + _QUOTE_CHARS + 1]
                least = max(evidence.end - start, 0)
                if evidence.field != "/name":
                    end = _END.search(text, min(least, len(text)))
                    text = text[: end.start()] if end else text
                if len(text) > _QUOTE_CHARS:
                    cut = text.rfind(" ", least, _QUOTE_CHARS)
                    text = text[: cut if cut > 0 else _QUOTE_CHARS] + " …"
        return _WORD.sub(" ", text).strip()


def _param(evidence: Evidence) -> str:
    """The name of the parameter that a place in a schema belongs to."""
    if not evidence.field.startswith("/inputSchema/"):
        return ""
    parts = evidence.field.split("/")
    for at in range(len(parts) - 1, 0, -1):
        if parts[at - 1] == "properties":
            return parts[at].replace("~1", "/").replace("~0", "~")
    return ""
