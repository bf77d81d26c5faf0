"""Weights from labels: reading them, fitting, and rebuilding the file that ships."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer.calibrate.data import Labels, read_labels
from analyzer.calibrate.files import render_weights
from analyzer.calibrate.risk import (
    CATEGORIES,
    IN_FULL,
    Fit,
    build_sample,
    calibrate_risk,
    confidence_map,
    fit_weights,
    held_back,
    leans,
)
from analyzer.errors import SourceError
from analyzer.features import Features
from analyzer.model import RiskCategory
from analyzer.risk import judge_risk
from analyzer.rulebook import load_rulebook


def row(server: str, name: str, risk: str, **members: Any) -> dict[str, Any]:
    tool = {"name": name, "description": members.pop("text", ""), "inputSchema": {}}
    return {"id": name, "server": server, "siblings": [name], "tool": tool, "risk": risk, **members}


def labels_of(tmp_path: Path, rows: list[dict[str, Any]]) -> Labels:
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return read_labels([path])


def test_labels_carry_their_server_and_second_category(tmp_path: Path) -> None:
    labels = labels_of(tmp_path, [row("a", "get_it", "Read", alt="Write", q=[5, 4, 3, 3, 5, 4])])
    (label,) = labels.rows
    assert (label.server, label.risk, label.also) == ("a", RiskCategory.READ, RiskCategory.WRITE)
    assert label.scores == (5, 4, 3, 3, 5, 4)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{}", "'server' is a required property"),
        ("[1", "the JSON ends too early"),
        ("[]", "is not of type 'object'"),
        ('{"server": "a", "tool": {"name": " "}}', "tool.name: ' ' does not match"),
        ('{"server": "a", "tool": {"name": "x"}, "risk": "Reads"}', "risk: 'Reads' is not one of"),
        ('{"server": "a", "tool": {"name": "x"}, "q": [1, 2, 3, 4, 5, 6]}', "q[5]: 6 is greater"),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(row("a", "get_it", "Read")) + f"\n{line}\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_labels([path])
    assert str(caught.value).startswith(f"{path}:2: ")
    assert said in str(caught.value)


def test_labels_that_lack_what_is_to_be_fitted_are_refused(tmp_path: Path) -> None:
    rows = [row(f"s{n}", "get_it", "Read", q=[5, 4, 3, 3, 5, 4]) for n in range(50)]
    assert labels_of(tmp_path, rows).with_risk().with_scores().servers == 50
    with pytest.raises(SourceError, match="of 49 servers; give tools of 50 or more"):
        labels_of(tmp_path, rows[1:]).with_risk()
    rows[7]["risk"] = rows[8]["risk"] = None
    rows[9]["q"][2] = None
    with pytest.raises(SourceError, match=r'jsonl:8: .*give it "risk", and 1 more'):
        labels_of(tmp_path, rows).with_risk()
    with pytest.raises(SourceError, match=r'jsonl:10: the tool lacks scores; give it "q"$'):
        labels_of(tmp_path, rows).with_scores()


def test_a_server_lies_in_one_fold(tmp_path: Path) -> None:
    labels = labels_of(tmp_path, [row(s, f"get_{n}", "Read") for s in "abcdef" for n in range(3)])
    by_server: dict[str, set[int]] = {}
    for label, fold in zip(labels.rows, labels.folds(4), strict=True):
        by_server.setdefault(label.server, set()).add(fold)
    assert all(len(folds) == 1 for folds in by_server.values())
    assert len(set(labels.folds(4))) > 1


def test_weights_keep_the_sign_of_their_lean_even_against_the_data(tmp_path: Path) -> None:
    rows = [row(f"s{n}", f"delete_thing{n}", "Read", text="Delete a thing.") for n in range(40)]
    rulebook = load_rulebook()
    labels = labels_of(tmp_path, rows)
    lean = leans(rulebook)
    fit = fit_weights(*build_sample(rulebook, labels).part(np.ones(40, dtype=bool)), lean)
    assert (fit.weights * np.sign(lean) >= 0).all()


def test_a_rule_that_no_tool_met_keeps_what_its_author_gave_it(tmp_path: Path) -> None:
    rulebook = load_rulebook()
    labels = labels_of(tmp_path, [row("a", "get_it", "Read"), row("b", "add_it", "Write")])
    sample = build_sample(rulebook, labels)
    lean = leans(rulebook)
    fit = fit_weights(*sample.part(np.ones(2, dtype=bool)), lean)
    unmet = sample.seen.sum(axis=0) == 0
    assert unmet.any()
    assert np.allclose(fit.weights[unmet], lean[unmet], atol=0.011)


def test_a_verdict_is_what_the_calibration_takes_it_for(tmp_path: Path) -> None:
    texts = (
        "Export the results of a query",
        "Restart a service and tell the team",
        "Delete a record",
        "Look a record up",
        "Pay a bill",
    )
    rows = [row("a", f"act_{n}", "Read", text=text) for n, text in enumerate(texts)]
    labels = labels_of(tmp_path, rows)
    rulebook = load_rulebook()
    shipped = rulebook.weights["risk"]
    assert [shipped["in_doubt"][c.value] for c in CATEGORIES] == list(held_back())
    ids = [rule.id for rule in rulebook.rules["risk"]]
    weights = [[shipped["rules"][i][c.value] for c in CATEGORIES] for i in ids]
    fit = Fit(
        weights=np.array(weights),
        bias=np.array([shipped["bias"][c.value] for c in CATEGORIES]),
        speaks=leans(rulebook)[:, CATEGORIES.index(RiskCategory.EXECUTE)] > 0,
    )
    for chances, label in zip(
        fit.chances(build_sample(rulebook, labels).seen), labels.rows, strict=True
    ):
        verdict = judge_risk(rulebook, rulebook.read(Features(label.tool, label.siblings)))
        assert CATEGORIES[chances.argmax()] is verdict.category


def test_what_is_nearly_as_likely_an_act_is_one() -> None:
    weights = np.zeros((3, len(CATEGORIES)))
    read, act = CATEGORIES.index(RiskCategory.READ), CATEGORIES.index(RiskCategory.EXECUTE)
    weights[0, [read, act]] = 1.0, 0.5
    weights[1, read] = 1.0
    weights[2, [read, act]] = 1.0, 0.5
    fit = Fit(
        weights=weights,
        bias=np.zeros(len(CATEGORIES)),
        speaks=np.array([True, True, False]),
    )
    some, nothing, by_the_way = fit.chances(np.eye(3))
    assert some.argmax() == act
    assert nothing.argmax() == read
    assert by_the_way.argmax() == read


def test_little_that_is_said_for_an_act_counts_in_proportion() -> None:
    weights = np.zeros((2, len(CATEGORIES)))
    act = CATEGORIES.index(RiskCategory.EXECUTE)
    weights[:, act] = IN_FULL / 5, IN_FULL
    fit = Fit(weights=weights, bias=np.zeros(len(CATEGORIES)), speaks=np.array([True, True]))
    little, enough = np.log(fit.chances(np.eye(2)))
    read = CATEGORIES.index(RiskCategory.READ)
    held = held_back()[read]
    assert little[read] - little[act] == pytest.approx(held / 5 - IN_FULL / 5)
    assert enough[read] - enough[act] == pytest.approx(held - IN_FULL)


def test_the_confidence_map_rises() -> None:
    chances = np.full((400, len(CATEGORIES)), 0.0)
    chances[:, 0] = np.linspace(0.3, 1.0, 400)
    ok = np.arange(400) % 7 > 1
    points = confidence_map(chances, ok)
    assert points == sorted(points)
    assert all(0 <= share <= 1 for _, share in points)


def test_weights_survive_their_file() -> None:
    document = {
        "bias": {"Read": 1.0},
        "confidence": [[0.5, 0.6]],
        "rules": {"a.b": {"Read": 1.5, "Write": -0.25}},
    }
    read = json.loads(render_weights(document))
    assert read.pop("about")
    assert read == document


def test_the_shipped_weights_are_rebuilt_from_the_data(shared_data: Path) -> None:
    rulebook = load_rulebook()
    shipped = rulebook.weights["risk"]
    labels = read_labels([shared_data / "train.jsonl"])
    assert shipped["provenance"]["data"] == labels.digest
    rebuilt = calibrate_risk(rulebook, labels, shipped["provenance"]["made"])
    assert rebuilt["provenance"] == shipped["provenance"]
    # Another build of the linear algebra may round a weight the other way.
    for rule, points in rebuilt["rules"].items():
        assert points == pytest.approx(shipped["rules"][rule], abs=0.021), rule
    assert rebuilt["cross_validated"]["accuracy"] == pytest.approx(
        shipped["cross_validated"]["accuracy"], abs=0.003
    )
