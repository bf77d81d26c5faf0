"""A server to its assessment: the only module that knows all the judges."""

from __future__ import annotations

from dataclasses import replace

from analyzer.actions import judge_actions, raise_to_worst
from analyzer.annotations import (
    build_advice,
    build_findings,
    find_clashes,
    hinted,
    judge_text,
)
from analyzer.coherence import context_cost, load_coherence_rules, score_coherence
from analyzer.features import Features
from analyzer.model import Server, ServerAssessment, ToolAssessment
from analyzer.partial import lower_if_partial
from analyzer.quality import score_quality
from analyzer.risk import judge_risk
from analyzer.rulebook import Rulebook
from analyzer.traits import find_traits


def assess_server(
    server: Server, rulebook: Rulebook, *, ignore_annotations: bool = False
) -> ServerAssessment:
    """Judge every tool of a server. With ``ignore_annotations`` the declared hints are unseen."""
    names = tuple(tool.name for tool in server.tools)
    tools, clashes = [], []
    for tool in server.tools:
        features = Features(tool, names, ignore_annotations=ignore_annotations)
        reading = rulebook.read(features)
        judged = judge_risk(rulebook, reading)
        risk = raise_to_worst(judged, judge_actions(rulebook, reading))
        risk = replace(risk, traits=find_traits(rulebook, reading, risk.category))
        risk = lower_if_partial(tool, risk)
        text = judge_text(rulebook, reading) if hinted(features.annotations) else judged
        clashing = find_clashes(features.annotations, text, risk.actions, risk.traits)
        clashes.append((tool, clashing))
        advice = build_advice(rulebook, reading, risk, clashing)
        quality = score_quality(
            rulebook, reading, ignore_annotations=ignore_annotations, category=risk.category
        )
        tools.append(ToolAssessment(tool=tool, risk=risk, quality=quality, annotations=advice))
    findings = (
        server.findings
        if ignore_annotations
        else (*server.findings, *build_findings(server, clashes))
    )
    coherence = None
    rules = load_coherence_rules()
    if tools:
        coherence = score_coherence(server.tools, [item.quality for item in tools], rules)
    return ServerAssessment(
        server=server,
        tools=tuple(tools),
        findings=findings,
        coherence=coherence,
        context=context_cost(server.tools, rules.context),
    )
