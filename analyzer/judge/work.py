"""The questions of a plan put to the model, and the scan with the answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from analyzer.judge.answers import Answer, build_coherence_judgement, build_judgement
from analyzer.judge.cache import Cache
from analyzer.judge.options import JudgeOptions
from analyzer.judge.plan import Place, Plan, Question
from analyzer.model import (
    CoherenceJudgement,
    Judgement,
    NotJudged,
    Scan,
    ServerAssessment,
    ToolAssessment,
)
from analyzer.signals import roll_up

if TYPE_CHECKING:
    from analyzer.judge.client import Judge

_FAILURES_IN_A_ROW = 3
"""After so many nothing more is asked: the endpoint has a problem, not the definition."""

Watch = Callable[[str], AbstractContextManager[object]]

Outcome = tuple[Answer, bool] | NotJudged
"""An answer and whether it was kept from an earlier run; or why there is none."""


def judge_scan(
    scan: Scan, plan: Plan, options: JudgeOptions, cache: Cache, watch: Watch = nullcontext
) -> Scan:
    """The scan with a judgement, or why there is none, beside each tool's and server's scores.
    ``watch`` is entered with the name of what a question is about while it is asked."""
    outcomes: dict[Place, Outcome] = {
        **{place: (answer, True) for place, answer in plan.known.items()},
        **plan.settled,
        **_ask(plan, options, cache, watch),
    }
    assessments = tuple(
        _judged(assessment, number, outcomes, options.model, plan.spec_version)
        for number, assessment in enumerate(scan.assessments)
    )
    return replace(scan, assessments=assessments)


class _Desk:
    """Hands out questions and gathers outcomes; closes when going on is of no use."""

    def __init__(self, questions: Sequence[Question], model: str) -> None:
        self.stop = threading.Event()
        self.outcomes: dict[Place, Outcome] = {}
        self._waiting: SimpleQueue[Question] = SimpleQueue()
        for question in questions:
            self._waiting.put(question)
        self._model = model
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._last = ""

    def next(self) -> Question | None:
        try:
            return None if self.stop.is_set() else self._waiting.get_nowait()
        except Empty:
            return None

    def answered(self, question: Question, answer: Answer) -> None:
        with self._lock:
            self._in_a_row = 0
            self.outcomes[question.place] = (answer, False)

    def failed(self, question: Question, reason: str, *, final: bool) -> None:
        with self._lock:
            self._in_a_row += 1
            self._last = reason
            self.outcomes[question.place] = NotJudged(
                model=self._model, status="failed", reason=reason
            )
            if final or self._in_a_row >= _FAILURES_IN_A_ROW:
                self.stop.set()

    def not_asked(self) -> NotJudged:
        reason = f"not asked, after: {self._last}"
        return NotJudged(model=self._model, status="failed", reason=reason)


def _ask(plan: Plan, options: JudgeOptions, cache: Cache, watch: Watch) -> dict[Place, Outcome]:
    """An outcome for each question; what was answered is in the cache at once."""
    if not plan.questions:
        return {}
    from analyzer.judge.client import Judge

    desk = _Desk(plan.questions, options.model)
    about = {"model": options.model, "spec_version": plan.spec_version}
    judge = Judge(options, desk.stop)
    threads = [
        # Daemons: an interruption does not wait for what is under way.
        threading.Thread(
            target=_work,
            args=(desk, judge, cache, watch, about),
            daemon=True,
            name=f"toolmark-judge-{number}",
        )
        for number in range(min(options.workers, len(plan.questions)))
    ]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except BaseException:
        desk.stop.set()
        raise
    judge.close()
    if len(desk.outcomes) < len(plan.questions) and not desk.stop.is_set():
        raise RuntimeError("a thread of the judge ended early")
    return {q.place: desk.outcomes.get(q.place, desk.not_asked()) for q in plan.questions}


def _work(desk: _Desk, judge: Judge, cache: Cache, watch: Watch, asked: Mapping[str, str]) -> None:
    from analyzer.judge.client import JudgeError
    from analyzer.judge.transport import StoppedError

    while (question := desk.next()) is not None:
        try:
            with watch(question.name):
                answer = _answer(judge, question)
        except JudgeError as error:
            desk.failed(question, str(error), final=error.final)
        except StoppedError:
            return
        else:
            desk.answered(question, answer)
            about = {"kind": question.kind, "name": question.name, **asked}
            cache.write(question.key, answer, about)


def _answer(judge: Judge, question: Question) -> Answer:
    if question.kind == "tool":
        return judge.score_tool(question.definitions[0], question.siblings)
    return judge.score_coherence(question.name, question.definitions)


def _judged(
    assessment: ServerAssessment,
    number: int,
    outcomes: Mapping[Place, Outcome],
    model: str,
    spec_version: str,
) -> ServerAssessment:
    judged = []
    for position, item in enumerate(assessment.tools):
        outcome = outcomes[number, position]
        verdict: Judgement | NotJudged
        if isinstance(outcome, NotJudged):
            verdict = outcome
        else:
            answer, cached = outcome
            verdict = build_judgement(answer, model=model, spec_version=spec_version, cached=cached)
        judged.append(replace(item, quality=replace(item.quality, judge=verdict)))
    coherence = assessment.coherence
    if coherence is not None:
        outcome = outcomes[number, -1]
        of_set: CoherenceJudgement | NotJudged
        if isinstance(outcome, NotJudged):
            of_set = outcome
        else:
            answer, cached = outcome
            of_set = _rolled_up(
                build_coherence_judgement(
                    answer, model=model, spec_version=spec_version, cached=cached
                ),
                judged,
            )
        coherence = replace(coherence, judge=of_set)
    return replace(assessment, tools=tuple(judged), coherence=coherence)


def _rolled_up(
    judgement: CoherenceJudgement, tools: Sequence[ToolAssessment]
) -> CoherenceJudgement:
    """With the server's numbers, where no tool's total is missing; a tool without a description has
    the specification's, which is also the offline one."""
    totals = []
    for item in tools:
        match item.quality.judge:
            case Judgement(tdqs=total):
                totals.append(total)
            case NotJudged(status="skipped"):
                totals.append(item.quality.tdqs)
            case _:
                return judgement
    return replace(judgement, overall=roll_up(totals, list(judgement.scores.values())))
