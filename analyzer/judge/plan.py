"""What is to be asked of a model for a scan, and what is known already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from analyzer.errors import UsageError
from analyzer.jsonio import digest
from analyzer.judge.answers import Answer
from analyzer.judge.cache import Cache
from analyzer.judge.options import JudgeOptions
from analyzer.model import (
    CoherenceDimension,
    Dimension,
    NotJudged,
    Scan,
    ServerAssessment,
)
from analyzer.records import dataclass
from analyzer.signals import hard_gates, scoring_inputs

MOST_TOOLS = 500
"""Of a server whose tools are judged as a set, as in the specification's reference: the prompt
lists them all."""
_NO_DESCRIPTION = "it has no description, which the specification scores without a model"
_PART = "a part of its tools was chosen"

Place = tuple[int, int]
"""Server and tool by position; -1 for the server's tools as a set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    place: Place
    key: str
    """In the cache."""
    kind: Literal["tool", "coherence"]
    name: str
    """The server's, for the set; else the tool's."""
    definitions: tuple[Mapping[str, Any], ...]
    siblings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``questions`` go to the endpoint; ``known`` is in the cache; ``settled`` needs no model."""

    questions: tuple[Question, ...]
    known: Mapping[Place, Answer]
    settled: Mapping[Place, NotJudged]
    spec_version: str

    @property
    def sent(self) -> int:
        """How many tools' definitions leave the machine, those in a set included."""
        tools = {q.place for q in self.questions if q.kind == "tool"}
        for question in self.questions:
            if question.kind == "coherence":
                tools |= {(question.place[0], n) for n in range(len(question.definitions))}
        return len(tools)


def require_extra() -> str:
    """The version of the specification that the installed ``tdqs`` follows. Raises UsageError where
    the extra is not installed."""
    try:
        from analyzer.judge.client import SPEC_VERSION
    except ImportError:
        raise UsageError("--judge needs the extra: pip install 'toolmark[judge]'") from None
    return SPEC_VERSION


def plan_judging(
    scan: Scan, options: JudgeOptions, cache: Cache, *, ignore_annotations: bool = False
) -> Plan:
    """Read the cache and see what is left to ask. Nothing is sent.

    Raises UsageError where the extra is not installed.
    """
    spec_version = require_extra()
    asked: list[Question] = []
    known: dict[Place, Answer] = {}
    settled: dict[Place, NotJudged] = {}
    for number, assessment in enumerate(scan.assessments):
        for place, reason in _needless(number, assessment):
            settled[place] = NotJudged(model=options.model, status="skipped", reason=reason)
        for question in _questions(number, assessment, options, spec_version, ignore_annotations):
            if question.place in settled:
                continue
            dimensions = Dimension if question.kind == "tool" else CoherenceDimension
            answer = cache.read(question.key, dimensions)
            if answer is None:
                asked.append(question)
            else:
                known[question.place] = answer
    return Plan(questions=tuple(asked), known=known, settled=settled, spec_version=spec_version)


def _needless(number: int, assessment: ServerAssessment) -> Iterator[tuple[Place, str]]:
    for position, item in enumerate(assessment.tools):
        if hard_gates(item.tool).short_circuit:
            yield (number, position), _NO_DESCRIPTION
    tools = len(assessment.server.tools)
    if len(assessment.tools) != tools:
        yield (number, -1), _PART
    elif tools > MOST_TOOLS:
        yield (number, -1), f"it has {tools} tools, more than the {MOST_TOOLS} judged as a set"


def _questions(
    number: int,
    assessment: ServerAssessment,
    options: JudgeOptions,
    spec_version: str,
    ignore_annotations: bool,
) -> Iterator[Question]:
    asker = {
        "model": options.model,
        "url": options.url,
        "request": options.request,
        "spec_version": spec_version,
    }
    server = assessment.server
    names = [tool.name for tool in server.tools]
    definitions = []
    for position, item in enumerate(assessment.tools):
        definition = scoring_inputs(item.tool, ignore_annotations=ignore_annotations)
        definitions.append(definition)
        siblings = tuple(name for name in names if name != item.tool.name)
        asked = {"input_hash": item.quality.signals.input_hash, "siblings": siblings}
        yield Question(
            place=(number, position),
            key=digest({**asker, "tool": asked}),
            kind="tool",
            name=item.tool.name,
            definitions=(definition,),
            siblings=siblings,
        )
    if assessment.coherence is not None:
        hashes = [item.quality.signals.input_hash for item in assessment.tools]
        yield Question(
            place=(number, -1),
            key=digest({**asker, "server": {"name": server.name, "input_hashes": hashes}}),
            kind="coherence",
            name=server.name,
            definitions=tuple(definitions),
        )
