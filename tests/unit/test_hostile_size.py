"""Definitions made to cost time: none may take longer than its size explains."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from analyzer.assess import assess_server
from analyzer.model import Origin, Tool
from analyzer.rulebook import load_rulebook
from analyzer.schema import MAX_CHARS, flatten_params
from analyzer.site.call import build_call
from analyzer.sources.definitions import build_server

SECONDS = 10.0
"""Of processor time. The cases need less than one; before they were guarded, half a minute and
more, some without end."""


def _fan(keyword: str, levels: int = 30) -> dict[str, Any]:
    """Every definition leads twice to the next: 2**levels ways in a few lines."""
    defs: dict[str, Any] = {
        f"a{n}": {keyword: [{"$ref": f"#/$defs/a{n + 1}"}, {"$ref": f"#/$defs/a{n + 1}"}]}
        for n in range(levels)
    }
    defs[f"a{levels}"] = {"const": "delete"}
    return {"properties": {"action": {"$ref": "#/$defs/a0"}}, "$defs": defs}


def _members(count: int, **schema: Any) -> dict[str, Any]:
    return {"properties": {f"p{n}": schema for n in range(count)}}


HAN = range(0x4E00, 0x9FA6)
"""Chinese characters."""

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "repeated sentences": ("Deletes all files. " * 20_000, {}),
    "repeated Chinese": ("删除文件并" * 2400, {}),
    "one Chinese verb": ("删除" * 100_000, {}),
    "any Chinese": ("".join(map(chr, random.Random(1).choices(HAN, k=200_000))), {}),
    "repeated Japanese": ("ファイルを削除して送信し、" * 3000, {}),
    "repeated Korean": ("파일을 삭제하고 보내고 " * 3000, {}),
    "verbs linked on in Spanish": ("Elimina el archivo y lo envía, " * 1000, {}),
    "links in Spanish": ("y lo envía " * 20_000, {}),
    "verbs linked on": ("Deletes the file and sends it, " * 1000, {}),
    "repeated items": ("- x\n" * 30_000, {}),
    "repeated sections": ("## Args:\n- a: b\n" * 20_000, {}),
    "blanks": (" " * 60_000 + "x", {}),
    "references to alternatives": ("Manages.", _fan("oneOf")),
    "references to parts": ("Manages.", _fan("allOf")),
    "references to members": (
        "Manages.",
        {
            **_members(1000, **{"$ref": "#/$defs/a"}),
            "$defs": {"a": _members(1000, **{"$ref": "#/$defs/b"}), "b": {"properties": {}}},
        },
    ),
    "references to a long text": (
        "Manages.",
        {
            **_members(2000, **{"$ref": "#/$defs/a"}),
            "$defs": {"a": {"type": "string", "description": "the file to delete " * 20_000}},
        },
    ),
    "references to many values": (
        "Manages.",
        {
            **_members(1500, **{"$ref": "#/$defs/a"}),
            "$defs": {"a": {"enum": [f"v{n}" for n in range(20_000)]}},
        },
    ),
}

NAMES = ("ssh_", "app_store_", "zoom_list_", "delete_and_", "list_", "email_", "set_", "DeleteFile")
"""Parts of names, each to be repeated."""


def _assess(raw: dict[str, Any]) -> None:
    rulebook = load_rulebook()
    began = time.process_time()
    server = build_server(None, [raw], fallback="test", origin=Origin(kind="file", locator=""))
    assess_server(server, rulebook)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("case", CASES)
def test_a_definition_costs_no_more_than_its_size(case: str) -> None:
    description, schema = CASES[case]
    _assess({"name": "manage_files", "description": description, "inputSchema": schema})


@pytest.mark.parametrize("part", NAMES)
def test_a_name_costs_no_more_than_its_size(part: str) -> None:
    _assess({"name": part * 5000, "description": "Lists files.", "inputSchema": {}})


def test_a_call_template_costs_no_more_than_its_size() -> None:
    names = [f"p{n}" for n in range(40)]
    schema = {"properties": {key: {"$ref": "#/$defs/a"} for key in names}, "required": names}
    raw = {"name": "t", "inputSchema": {**schema, "$defs": {"a": schema}}}
    began = time.process_time()
    build_call(Tool(name="t", raw=raw))
    assert time.process_time() - began < SECONDS


def test_what_was_read_before_the_bound_is_kept() -> None:
    long = "x" * (MAX_CHARS // 4)
    raw = {"inputSchema": _members(10, type="string", description=long)}
    assert [p.name for p in flatten_params(raw)] == ["p0", "p1", "p2", "p3", "p4"]
