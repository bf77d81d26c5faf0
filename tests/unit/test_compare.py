"""Saved scans compared: the arithmetic, and documents and words of any kind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.compare import compare_judge, compare_scans, read_saved_scan
from analyzer.errors import SourceError
from analyzer.judge.answers import Answer, build_judgement
from analyzer.model import Dimension, NotJudged, RiskCategory, Scan
from analyzer.output.compare import render_comparison
from analyzer.output.json import render_json
from tests.builders import build_assessment, build_quality, build_scan, build_server, build_tool
from tests.hostile import RAW, hostile_text


def judged_scan(
    judges: Sequence[Sequence[int] | None], *, model: str = "m", name: str = "tool"
) -> Scan:
    """Tools that all score 3 offline, and what a model gave each; None for a failure."""
    items = []
    for number, scores in enumerate(judges):
        quality = build_quality((3, 3, 3, 3, 3, 3))
        if scores is None:
            quality = replace(quality, judge=NotJudged(model=model, status="failed", reason=name))
        else:
            answer = Answer(
                scores={str(d): s for d, s in zip(Dimension, scores, strict=True)},
                rationales={str(d): name for d in Dimension},
                summary=name,
            )
            verdict = build_judgement(answer, model=model, spec_version="1.2", cached=False)
            quality = replace(quality, judge=verdict)
        items.append(build_assessment(build_tool(f"{name}{number}"), quality=quality))
    return build_scan(build_server(items))


def read(scan: Scan) -> Any:
    return read_saved_scan(render_json(scan).encode())


def test_agreement_is_counted() -> None:
    scan = judged_scan([(3, 3, 3, 3, 3, 3), (4, 3, 1, 3, 3, 3), (5, 3, 3, 3, 3, 3), None])
    (agreement,) = compare_judge(read(scan)).agreements
    assert (agreement.count, agreement.left_out) == (3, 1)
    purpose, _, behavior, *rest = agreement.dimensions
    assert (purpose.mean_absolute, purpose.mean) == (1.0, 1.0)
    assert (purpose.exact, purpose.within_one) == (1 / 3, 2 / 3)
    assert (behavior.mean_absolute, behavior.mean) == (2 / 3, -2 / 3)
    assert all(one.exact == one.within_one == 1.0 for one in rest)
    # Totals by the specification's weights: 3.0, then 2.9 (2.85), then 3.5.
    assert agreement.total == pytest.approx((0.0 + 0.1 + 0.5) / 3)
    assert agreement.same_tier == pytest.approx(1 / 3)
    assert [one.name for one in agreement.differences] == ["tool2", "tool1"]
    assert agreement.differences[1].dimensions == (str(Dimension.BEHAVIOR), str(Dimension.PURPOSE))


def test_a_scan_without_a_judge_has_no_agreement() -> None:
    scan = build_scan(build_server([build_assessment()]))
    assert compare_judge(read(scan)).agreements == ()


def test_two_models_in_two_scans_are_compared_with_one_another() -> None:
    left, right = judged_scan([(3,) * 6]), judged_scan([(4,) * 6], model="n")
    offline, sets, models = compare_scans(read(left), read(right)).agreements
    assert (offline.of, sets.of, models.of) == ("tools", "sets", "tools")
    assert (offline.left.model, offline.right.model, offline.total) == (None, None, 0.0)
    assert (models.left.model, models.right.model) == ("m", "n")
    assert models.total == pytest.approx(1.0)


def test_single_servers_match_whatever_their_ids_and_several_by_theirs() -> None:
    def scan(*ids: str) -> Any:
        return read(build_scan(*(build_server([build_assessment()], id=one) for one in ids)))

    assert compare_scans(scan("a"), scan("b")).only_left == ()
    both = compare_scans(scan("a", "b"), scan("b", "c"))
    assert both.only_left == (("a", "list_items"),)
    assert both.only_right == (("c", "list_items"),)


def test_what_became_more_severe_stands_first() -> None:
    def scan(**categories: RiskCategory) -> Any:
        items = [build_assessment(build_tool(name), kind) for name, kind in categories.items()]
        return read(build_scan(build_server(items)))

    before = scan(a=RiskCategory.WRITE, b=RiskCategory.READ, c=RiskCategory.READ)
    after = scan(a=RiskCategory.READ, b=RiskCategory.READ, c=RiskCategory.DESTRUCTIVE)
    risk = compare_scans(before, after).risk
    assert risk is not None
    assert (risk.count, risk.same) == (3, 1)
    assert [change.name for change in risk.changed] == ["c", "a"]


def test_members_that_are_not_compared_may_be_missing() -> None:
    document = json.loads(render_json(judged_scan([(4,) * 6])))
    for tool in document["servers"][0]["tools"]:
        del tool["quality"]["signals"], tool["annotations"], tool["risk"]["evidence"]
    del document["failures"], document["servers"][0]["coherence"]
    read_saved_scan(json.dumps(document).encode())


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(data=st.data())
def test_any_document_is_read_or_refused_in_one_line(data: st.DataObject) -> None:
    document = json.loads(render_json(judged_scan([(4,) * 6, None])))
    # One member somewhere is something else.
    node: Any = document
    while True:
        key = data.draw(
            st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node)))
        )
        deeper = isinstance(node[key], dict | list) and bool(node[key])
        if not deeper or data.draw(st.booleans()):
            node[key] = data.draw(_JSON)
            break
        node = node[key]
    try:
        saved = read_saved_scan(json.dumps(document).encode())
    except SourceError as error:
        assert "\n" not in str(error)
    else:
        render_comparison(compare_judge(saved))


@given(text=hostile_text())
def test_hostile_words_are_shown_as_words(text: str) -> None:
    saved = read(judged_scan([(5,) * 6], model=text, name=text))
    shown = render_comparison(compare_judge(saved))
    shown += render_comparison(compare_scans(saved, saved))
    assert not RAW.search(shown)
    shown.encode("utf-8")
