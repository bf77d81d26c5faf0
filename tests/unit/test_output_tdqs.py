"""``--format tdqs``: the specification's own reader takes it, and its arithmetic agrees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tdqs import ScoreReport, ServerCoherence, ToolScore, compute_tdqs, compute_tier
from tdqs.rollup_server_score import rollup_server_score

from analyzer.assess import assess_server
from analyzer.model import Scan, Server, ServerAssessment
from analyzer.output.tdqs import render_tdqs
from analyzer.rulebook import load_rulebook
from analyzer.sources import SourceOptions, read_target
from tests.builders import build_scan, build_server

TIME = "2026-11-20T12:00:00Z"
DEMO = Path(__file__).resolve().parents[2] / "analyzer" / "demo" / "tools.json"


def _assess(path: Path) -> ServerAssessment:
    (server,) = read_target(str(path), SourceOptions())
    assert isinstance(server, Server)
    return assess_server(server, load_rulebook())


def _scan(*servers: ServerAssessment) -> Scan:
    return build_scan(*servers)


def _check(report: ScoreReport, assessment: ServerAssessment) -> None:
    assert [tool.name for tool in report.tools] == [tool.name for tool in assessment.server.tools]
    for tool in report.tools:
        assert tool.tdqs == compute_tdqs(tool.scores)
        assert tool.tier == compute_tier(tool.tdqs)
    score = report.server_score
    justifications: Any = score.coherence_justifications
    coherence: Any = {name: entry.score for name, entry in justifications.items()}
    again = rollup_server_score(
        coherence=ServerCoherence(
            justifications=justifications,
            scores=coherence,
            shadowing_risks=tuple(score.shadowing_risks),
            summary=score.coherence_summary,
        ),
        tool_count=report.server.tool_count,
        tool_scores=[ToolScore.model_validate(tool) for tool in report.tools],
    )
    assert score == again
    flagged = {tool.name for tool in report.tools if tool.server_flags}
    assert flagged == {risk.tool for risk in score.shadowing_risks}


def test_the_demo_server() -> None:
    assessment = _assess(DEMO)
    report = ScoreReport.model_validate_json(render_tdqs(_scan(assessment), generated_at=TIME))
    _check(report, assessment)
    assert report.generated_at == TIME
    assert report.spec_version == "1.2"
    assert report.model is not None and report.model.startswith("toolmark 0.0.0, offline")


def test_members_have_the_names_that_the_reference_writes() -> None:
    written = json.loads(render_tdqs(_scan(_assess(DEMO)), generated_at=TIME))
    reference = ScoreReport.model_validate(written).model_dump(mode="json")
    for ours, theirs in (
        (written, reference),
        (written["serverScore"], reference["serverScore"]),
        (written["tools"][0], reference["tools"][0]),
        (written["tools"][0]["contextSignals"], reference["tools"][0]["contextSignals"]),
    ):
        assert set(ours) == set(theirs)


def test_several_servers_give_a_list_and_a_server_without_tools_none() -> None:
    demo = _assess(DEMO)
    text = render_tdqs(_scan(demo, build_server(), demo), generated_at=TIME)
    assert len([ScoreReport.model_validate(entry) for entry in json.loads(text)]) == 2
    assert json.loads(render_tdqs(_scan(build_server()), generated_at=TIME)) == []


def test_every_real_server(shared_data: Path) -> None:
    for path in sorted((shared_data / "servers").glob("*.json"))[::9]:
        assessment = _assess(path)
        report = ScoreReport.model_validate_json(render_tdqs(_scan(assessment), generated_at=TIME))
        _check(report, assessment)


def test_a_name_with_a_lone_surrogate_can_be_read(tmp_path: Path) -> None:
    definition = {"name": "a\ud800b", "description": "Lists \udc00 things.", "inputSchema": {}}
    path = tmp_path / "tools.json"
    path.write_text(json.dumps([definition]), encoding="utf-8")
    text = render_tdqs(_scan(_assess(path)), generated_at=TIME)
    assert ScoreReport.model_validate_json(text).tools[0].name == "a\ufffdb"
