"""The JSON contract: shape, schema, order, and text of any kind in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from tdqs import ContextSignals

from analyzer.model import (
    Evidence,
    Finding,
    Level,
    Origin,
    RiskCategory,
    RunnerUp,
    Scan,
    SourceFailure,
)
from analyzer.output.explain import explain_document
from analyzer.output.json import render_document, render_json, scan_document
from analyzer.output.layout import lay_out
from analyzer.schemas import load_schema
from tests.builders import (
    build_assessment,
    build_evidence,
    build_scan,
    build_server,
    build_shop,
    build_tool,
    build_worded_coherence,
)
from tests.hostile import RAW, hostile_text

REGISTRY: Registry[Any] = Registry().with_resources(
    (schema["$id"], DRAFT202012.create_resource(schema))
    for schema in (load_schema("scan"), load_schema("explain"))
)
SCAN = Draft202012Validator(load_schema("scan"), registry=REGISTRY)
EXPLAIN = Draft202012Validator(load_schema("explain"), registry=REGISTRY)


def hostile_scan(text: str) -> Scan:
    tool = build_tool(text, text, title=text)
    evidence = Evidence(rule_id="risk.test", field="/description", quote=text, end=len(text))
    item = build_assessment(tool, evidence=(evidence,), rationale=text)
    finding = Finding(
        rule_id="source.test",
        subject=text,
        message=text,
        level=Level.WARNING,
        evidence=(evidence,),
        fix=text,
    )
    server = build_server(
        [item],
        name=text,
        title=text,
        version=text,
        origin=Origin(kind="file", locator=text),
        findings=(finding,),
        coherence=build_worded_coherence([item], text),
    )
    return build_scan(server, failures=[SourceFailure(target=text, stage="open", message=text)])


def test_the_shop_as_published(golden: Callable[[str, str], None]) -> None:
    failure = SourceFailure(target="gone.json", stage="open", message="there is no such file")
    golden("scan.json", render_json(build_scan(build_shop(), failures=[failure])))


def test_documents_hold_to_their_schemas() -> None:
    scan = build_scan(build_shop(), build_server(id="empty", name="Empty"))
    SCAN.validate(scan_document(scan))
    EXPLAIN.validate(explain_document(scan))


def test_an_empty_scan_holds_to_the_schema() -> None:
    SCAN.validate(scan_document(build_scan()))


def test_servers_and_tools_keep_their_order() -> None:
    names = ["zebra", "apple", "Mango"]
    server = build_server([build_assessment(build_tool(name)) for name in names])
    document = scan_document(build_scan(server, build_server(id="a", name="a")))
    assert [one["id"] for one in document["servers"]] == ["corner-shop", "a"]
    assert [tool["name"] for tool in document["servers"][0]["tools"]] == names


def test_figures_are_rounded() -> None:
    runner_up = RunnerUp(category=RiskCategory.WRITE, margin=0.123456789)
    item = build_assessment(confidence=0.987654321, runner_up=runner_up)
    risk = scan_document(build_scan(build_server([item])))["servers"][0]["tools"][0]["risk"]
    assert risk["confidence"] == 0.9877
    assert risk["runner_up"] == {"category": "Write", "margin": 0.1235}


def test_evidence_counts_code_points() -> None:
    tool = build_tool(description="🛒🛒 empties the basket")
    item = build_assessment(tool, evidence=(build_evidence(tool, "empties"),))
    document = json.loads(render_json(build_scan(build_server([item]))))
    (entry,) = document["servers"][0]["tools"][0]["risk"]["evidence"]
    assert tool.description is not None
    assert tool.description[entry["start"] : entry["end"]] == entry["quote"] == "empties"


def test_signals_are_those_of_the_specification() -> None:
    document = scan_document(build_scan(build_shop()))
    for tool in document["servers"][0]["tools"]:
        signals = tool["quality"]["signals"]
        read = ContextSignals.model_validate(signals)
        assert read.model_dump(by_alias=True) == signals


def test_readable_text_stays_readable_and_the_rest_is_escaped() -> None:
    text = render_document({"name": "削除 é \x9b \u202e \ud800 \U000e0041 \u2028"})
    assert "削除 é \\u009b \\u202e \\ud800 \\udb40\\udc41 \\u2028" in text


@given(text=hostile_text())
def test_any_text_comes_back_as_it_went_in(text: str) -> None:
    scan = hostile_scan(text)
    rendered = render_json(scan)
    assert not RAW.search(rendered)
    rendered.encode("utf-8")
    document = json.loads(rendered)
    # Two lone surrogates that stand side by side are one character to a reader of JSON.
    merged = json.loads(json.dumps(text))
    tool = document["servers"][0]["tools"][0]
    assert tool["name"] == tool["title"] == tool["risk"]["evidence"][0]["quote"] == merged
    SCAN.validate(document)


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_VALUES = st.recursive(
    _SCALARS.filter(lambda value: value not in (float("inf"), float("-inf"))),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_VALUES)
def test_the_layout_is_that_of_python(value: Any) -> None:
    assert lay_out(value) == json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
