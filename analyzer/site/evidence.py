"""Evidence as a tool's page shows it: where the words stand, and which spans of which text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from analyzer.model import Contribution, Evidence, Finding, Json, Param, Server, Tool, Trait
from analyzer.site.highlight import Span
from analyzer.site.views import EvidenceView, ProofView

Spans = Mapping[str, Sequence[Span]]
"""JSON pointer of a string in the definition to the spans marked in it."""

_WHOLE = {
    "/name": ("name", "name"),
    "/title": ("title", "name"),
    "/annotations/title": ("title", "name"),
    "/description": ("description", "description"),
    "/inputSchema": ("input schema", "input"),
    "/outputSchema": ("output schema", "output"),
}


class Places:
    """What JSON pointers into a tool's definition, or a server's, mean to a reader."""

    def __init__(
        self,
        server: Server,
        tool: Tool | None = None,
        inputs: Sequence[Param] = (),
        outputs: Sequence[Param] = (),
    ) -> None:
        self._roots: dict[str, Json] = {"server": server.raw, "tool": tool.raw if tool else {}}
        self._params = {p.pointer: (p, f"in-{n}") for n, p in reversed(list(enumerate(inputs, 1)))}
        self._outputs = {
            p.pointer: (p, f"out-{n}") for n, p in reversed(list(enumerate(outputs, 1)))
        }

    def view(self, evidence: Evidence) -> EvidenceView:
        place, subject, anchor = self._place(evidence)
        root = self._roots.get(evidence.where, {})
        absent = not evidence.quote and not _exists(root, evidence.field)
        return EvidenceView(
            quote=evidence.quote, place=place, subject=subject, anchor=anchor, absent=absent
        )

    def views(self, items: Iterable[Evidence]) -> tuple[EvidenceView, ...]:
        return tuple(dict.fromkeys(self.view(e) for e in items))

    def proofs(
        self, items: Iterable[Evidence], rules: Sequence[tuple[str, Contribution]]
    ) -> tuple[ProofView, ...]:
        """Each quote once, with the rules (their id on the page, and title) that rest on it."""
        known = {rule.rule_id: (anchor, rule.title) for anchor, rule in rules}
        found: dict[EvidenceView, dict[tuple[str, str], None]] = {}
        for item in items:
            resting = found.setdefault(self.view(item), {})
            if item.rule_id in known:
                resting[known[item.rule_id]] = None
        return tuple(ProofView(evidence=view, rules=tuple(r)) for view, r in found.items())

    def _place(self, evidence: Evidence) -> tuple[str, str, str]:
        pointer = evidence.field
        if evidence.where == "server":
            known = pointer == "/server/instructions"
            return ("server instructions", "", "") if known else ("server", pointer, "")
        if pointer in _WHOLE:
            place, anchor = _WHOLE[pointer]
            return place, "", anchor
        if pointer.startswith("/annotations"):
            return "hint", pointer.removeprefix("/annotations").lstrip("/"), "hints"
        for kind, table in (("parameter", self._params), ("output member", self._outputs)):
            found = _owner(pointer, table)
            if found is not None:
                param, anchor = found
                return kind, param.path, anchor
        for whole in ("/inputSchema", "/outputSchema"):
            if pointer.startswith(whole):
                return _WHOLE[whole][0], "", _WHOLE[whole][1]
        return "definition", pointer, ""


def _owner(pointer: str, table: Mapping[str, tuple[Param, str]]) -> tuple[Param, str] | None:
    """The innermost parameter whose schema holds ``pointer``."""
    while pointer:
        if pointer in table:
            return table[pointer]
        pointer = pointer.rpartition("/")[0]
    return None


def _exists(root: Json, pointer: str) -> bool:
    """Whether a JSON pointer (RFC 6901) leads to a member of ``root``."""
    found = root
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isdecimal() and int(key) < len(found):
            found = found[int(key)]
        else:
            return False
    return True


def build_spans(
    deciding: Sequence[Evidence],
    rules: Sequence[tuple[str, Contribution]],
    findings: Sequence[tuple[str, Finding]],
    traits: Sequence[tuple[str, Trait]] = (),
) -> dict[str, list[Span]]:
    """The spans to mark in each string of a definition.

    ``rules``, ``findings`` and ``traits`` come with the id of the element that explains them.
    """
    anchors = {rule.rule_id: anchor for anchor, rule in rules}
    titles = {rule.rule_id: rule.title for _, rule in rules}
    spans: dict[str, list[Span]] = {}

    def add(evidence: Evidence, kind: str, anchor: str, label: str) -> None:
        if evidence.where == "tool" and evidence.quote:
            span = Span(
                start=evidence.start, end=evidence.end, kind=kind, anchor=anchor, label=label
            )
            spans.setdefault(evidence.field, []).append(span)

    for item in deciding:
        rule_id = item.rule_id
        add(item, "decides", anchors.get(rule_id, "why"), titles.get(rule_id, rule_id))
    for anchor, rule in rules:
        for item in rule.evidence:
            add(item, "counts", anchor, rule.title)
    for anchor, trait in traits:
        for item in trait.evidence:
            add(item, "counts", anchor, trait.title)
    for anchor, finding in findings:
        for item in finding.evidence:
            add(item, "warns", anchor, finding.message)
    return spans
