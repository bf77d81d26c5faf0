"""The canonical bytes are JavaScript's, fast path or not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from tdqs.stringify_json import stringify_json

from analyzer.jsjson import stable_json_bytes
from tests.unit.definition_strategies import json_values, numbers


# The right-hand sides were printed by JSON.stringify of Node.js 18.
@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1.0", "1"),
        ("-0.0", "0"),
        ("1e-7", "1e-7"),
        ("0.000001", "0.000001"),
        ("123456789.125", "123456789.125"),
        ("-1.5e-10", "-1.5e-10"),
        ("1e21", "1e+21"),
        ("1e20", "100000000000000000000"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ("5e-324", "5e-324"),
        ("9007199254740991", "9007199254740991"),
        ("9007199254740993", "9007199254740992"),
        ("1000000000000000000000000", "1e+24"),
        ("123456789012345678901234567890", "1.2345678901234568e+29"),
        (r'"\ud800 \u007f \u2028 \u001f\b\f\/"', '"\\ud800 \x7f \u2028 \\u001f\\b\\f/"'),
        (r'"\ud83d\ude00"', '"\U0001f600"'),
        ('{"9":1,"10":2,"b":3,"a":4}', '{"10":2,"9":1,"a":4,"b":3}'),
        (r'{"\uffee":1,"\ud83d\ude00":2}', '{"\U0001f600":2,"\uffee":1}'),
        ('{"a":[],"b":{},"c":[[null,true,false]]}', '{"a":[],"b":{},"c":[[null,true,false]]}'),
        ('"limits:1.5,[2e9,NaN"', '"limits:1.5,[2e9,NaN"'),
    ],
)
def test_what_javascript_writes(text: str, written: str) -> None:
    assert stable_json_bytes(json.loads(text)).decode() == written


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 10**400])
def test_what_is_not_a_finite_double_is_null(value: float) -> None:
    assert stable_json_bytes([1, value]) == b"[1,null]"


def test_depth_beyond_the_recursion_limit_is_written() -> None:
    value: Any = 0.5
    for _ in range(50_000):
        value = {"items": [value]}
    written = stable_json_bytes(value)
    assert written == b'{"items":[' * 50_000 + b"0.5" + b"]}" * 50_000


@settings(max_examples=300, deadline=None)
@given(json_values)
def test_generated_values_equal_the_reference(value: Any) -> None:
    assert stable_json_bytes(value) == stringify_json(value, sort_keys=True).encode()


@settings(max_examples=500, deadline=None)
@given(numbers)
def test_generated_numbers_equal_the_reference(value: float) -> None:
    assert stable_json_bytes({"n": value}) == stringify_json({"n": value}).encode()
