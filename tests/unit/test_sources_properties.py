"""Any JSON document is either servers or failures, never an exception; digests are stable."""

from __future__ import annotations

import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from analyzer.jsonio import canonical, decode_json, digest
from analyzer.model import Server, SourceFailure
from analyzer.sources import SourceOptions, read_target
from analyzer.sources.quoting import printable

# Surrogates too: JSON can write them as escapes.
TEXT = st.text(st.characters(), max_size=12) | st.sampled_from(["\ud800", "\x1b[2J", "\u202e"])
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
NAMES = st.sampled_from(
    ["tools", "result", "server", "name", "inputSchema", "description", "annotations", "error",
     "nextCursor", "readOnlyHint", "jsonrpc", "message", "title", "version"]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | TEXT, inner, max_size=5),
    max_leaves=20,
)
TOOLS = st.lists(st.dictionaries(NAMES, VALUES, max_size=5) | VALUES, max_size=4)
DOCUMENTS = VALUES | st.fixed_dictionaries({"tools": TOOLS}, optional={"server": VALUES})


def read(data: bytes) -> tuple[Server | SourceFailure, ...]:
    return read_target("-", SourceOptions(), io.BytesIO(data))


def check(answers: tuple[Server | SourceFailure, ...]) -> None:
    assert answers
    for answer in answers:
        if isinstance(answer, SourceFailure):
            assert answer.stage in ("open", "parse")
            assert answer.message.isprintable()
            continue
        names = [tool.name for tool in answer.tools]
        assert len(set(names)) == len(names)
        assert all(names)
        entries = answer.raw["tools"]
        assert len(entries) >= len(names)
        assert all(any(tool.raw is entry for entry in entries) for tool in answer.tools)
        # Whoever is left out is accounted for.
        assert len(answer.findings) >= len(entries) - len(names)
        assert all(finding.message.isprintable() for finding in answer.findings)


@given(DOCUMENTS)
def test_any_json_document_gives_servers_or_failures(document: Any) -> None:
    check(read(json.dumps(document).encode()))


@given(st.binary(max_size=200))
def test_any_bytes_give_servers_or_failures(data: bytes) -> None:
    answers = read(data)
    if data.strip():
        check(answers)


@given(st.lists(DOCUMENTS, min_size=2, max_size=4), st.integers(0, 40))
def test_any_cut_off_json_lines_give_servers_or_failures(documents: list[Any], cut: int) -> None:
    text = "\n".join(json.dumps(document) for document in documents)
    check(read(text[: len(text) - cut].encode() or b" "))


def turned(value: Any) -> Any:
    """The same value with the members of its objects in the opposite order."""
    if isinstance(value, dict):
        return {name: turned(inner) for name, inner in reversed(value.items())}
    return [turned(inner) for inner in value] if isinstance(value, list) else value


@given(VALUES)
def test_digests_do_not_depend_on_the_order_of_members(value: Any) -> None:
    assert digest(value) == digest(turned(value))
    assert canonical(decode_json(canonical(value), max_depth=400)) == canonical(value)


@given(st.text(st.characters()), st.integers(2, 60))
def test_printable_text_is_one_short_safe_line(text: str, limit: int) -> None:
    shown = printable(text, limit)
    assert len(shown) <= limit
    assert shown.isprintable()
    shown.encode()
