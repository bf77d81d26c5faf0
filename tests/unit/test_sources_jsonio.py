"""Strict decoding with lines that help, canonical form, digests and pointers."""

from __future__ import annotations

import hashlib

import pytest

from analyzer.jsonio import (
    JsonError,
    TrailingDataError,
    canonical,
    decode_json,
    decode_text,
    depth_exceeds,
    digest,
    pointer,
)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty: there is no JSON in it"),
        (b" \r\n\t", "empty: there is no JSON in it"),
        (b"\xef\xbb\xbf", "empty: there is no JSON in it"),
        (b'{"tools": [', "line 1, column 12: the JSON ends too early; the document is cut off"),
        (b'{"tools": ["abc', "line 1, column 12: the JSON ends too early"),
        (b'{\n "a": 1,\n "b" 2}', "line 3, column 6: not valid JSON (expecting ':' delimiter)"),
        (b"tools", "line 1, column 1: not valid JSON (expecting value)"),
        (b"<!doctype html><p>", "HTML or XML, not JSON"),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b'{"a": -Infinity}', "-Infinity is not a JSON number"),
        (b'{"a": 1e999}', "a number is too large to be held"),
        (b"[" + b"9" * 5000 + b"]", "an integer has too many digits to be read"),
        (b"[" * 100_000, "arrays and objects are nested more than 20 deep"),
        (b"[" * 21 + b"]" * 21, "arrays and objects are nested more than 20 deep"),
        ("{}".encode("utf-16"), "UTF-16 text; save it as UTF-8"),
        (b"\xff\xfe\x00\x00{\x00\x00\x00", "UTF-32 text; save it as UTF-8"),
        ("{}".encode("utf-16-le"), "binary data (a NUL byte at offset 1), not JSON text"),
        (b"\x7fELF\x02\x01\x01\x00", "binary data (a NUL byte at offset 7), not JSON text"),
        (b'{"a": "\xe9"}', "not UTF-8 text (byte 0xe9 at offset 7); save it as UTF-8"),
        (b'"\xed\xa0\x80"', "not UTF-8 text (byte 0xed at offset 1)"),
    ],
)
def test_what_is_not_json_says_where_and_why(data: bytes, message: str) -> None:
    with pytest.raises(JsonError) as caught:
        decode_json(data, max_depth=20)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_more_text_after_the_value_is_told_apart() -> None:
    with pytest.raises(TrailingDataError, match="line 2, column 1: more text after the end"):
        decode_json(b"{}\n{}", max_depth=20)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert decode_text(b"\xef\xbb\xbf{}") == "{}"


def test_lone_surrogates_survive() -> None:
    value = decode_json(rb'{"\udfff": "\ud800"}', max_depth=20)
    assert value == {"\udfff": "\ud800"}
    assert canonical(value) == rb'{"\udfff":"\ud800"}'


def test_the_canonical_form_is_compact_sorted_ascii() -> None:
    assert canonical({"b": [1, 1.5, None, True], "a": "é"}) == (
        rb'{"a":"\u00e9","b":[1,1.5,null,true]}'
    )


def test_the_digest_is_that_of_the_canonical_form() -> None:
    assert digest({"b": 1, "a": 2}) == hashlib.sha256(b'{"a":2,"b":1}').hexdigest()
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})


@pytest.mark.parametrize(
    ("value", "depth"), [(1, 0), ([], 1), ({"a": {}}, 2), ([1, [{"a": [2]}]], 4)]
)
def test_depth(value: object, depth: int) -> None:
    assert not depth_exceeds(value, depth)
    assert depth == 0 or depth_exceeds(value, depth - 1)


def test_pointers_escape_their_own_signs() -> None:
    assert pointer() == ""
    assert pointer("tools", 3, "a/b~c") == "/tools/3/a~1b~0c"
