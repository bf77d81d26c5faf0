"""``explain``, ``policy``, ``report``, ``demo``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from analyzer.cli.policy import say_careful
from analyzer.policy import validate_policy
from analyzer.schemas import load_schema
from tests.cli.conftest import Toolmark, write_server

REGISTRY: Registry[Any] = Registry().with_resource(
    load_schema("scan")["$id"], DRAFT202012.create_resource(load_schema("scan"))
)
EXPLAIN = Draft202012Validator(load_schema("explain"), registry=REGISTRY)


def test_an_explanation_shows_rules_points_and_dimensions(toolmark: Toolmark, notes: Path) -> None:
    done = toolmark("explain", notes, "--tool", "delete_note")
    assert (done.code, done.err) == (0, "")
    for words in ("Destructive, critical", "confidence 0.", "Usage Guidelines  ", "/5", "risk."):
        assert words in done.out
    assert "\x1b" not in done.out


def test_an_explanation_as_json(toolmark: Toolmark, notes: Path) -> None:
    done = toolmark("explain", notes, "--tool", "delete_note", "--format", "json")
    assert done.code == 0
    EXPLAIN.validate(done.json)
    (explanation,) = done.json["explanations"]
    whole = toolmark("scan", notes, "--format", "json").json["servers"][0]["tools"]
    assert explanation["tool"] == whole[1]
    assert explanation["risk_contributions"]


def test_the_points_of_an_explanation_make_the_verdict(toolmark: Toolmark, notes: Path) -> None:
    for tool in ("list_notes", "delete_note"):
        done = toolmark("explain", notes, "--tool", tool, "--format", "json")
        (explanation,) = done.json["explanations"]
        sums = dict(explanation["risk_base"])
        for contribution in explanation["risk_contributions"]:
            for category, points in contribution["points"].items():
                sums[category] += points
        assert max(sums, key=lambda c: sums[c]) == explanation["tool"]["risk"]["category"]


def test_an_explanation_of_several_tools_asks_which(toolmark: Toolmark, notes: Path) -> None:
    done = toolmark("explain", notes)
    assert (done.code, done.out) == (2, "")
    assert done.err == "toolmark: name one of the 2 tools with --tool: list_notes, delete_note\n"


def test_the_policy_of_a_server(toolmark: Toolmark, notes: Path) -> None:
    done = toolmark("policy", notes)
    assert (done.code, done.err) == (0, "")
    validate_policy(done.json)
    assert list(done.json["tools"]) == ["delete_note", "list_notes"]
    assert done.json["tools"]["list_notes"]["limits"][0]["max"] == 60


def test_the_policy_of_a_tool(toolmark: Toolmark, notes: Path, tmp_path: Path) -> None:
    done = toolmark("policy", notes, "--tool", "delete_note", "-o", tmp_path / "policy.json")
    assert (done.code, done.out) == (0, "")
    document = json.loads((tmp_path / "policy.json").read_bytes())
    assert document == {"version": "1", "default": "deny", "hide": ["delete_note"], "tools": {}}


def test_policies_of_several_servers_need_a_folder(toolmark: Toolmark, tmp_path: Path) -> None:
    targets = [write_server(tmp_path / f"{name}.json", name) for name in ("One", "Two")]
    done = toolmark("policy", *targets)
    assert (done.code, done.out) == (2, "")
    assert done.err == "toolmark: 2 servers need -o DIR for a policy each: one, two\n"
    done = toolmark("policy", *targets, "-o", targets[0])
    assert done.code == 2
    assert "it is a file" in done.err
    folder = tmp_path / "policies"
    assert toolmark("policy", *targets, "-o", folder).code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["one.json", "two.json"]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, ""),
        (1, "shop: 1 verdict is not sure, so its rule is of a more severe category: t0\n"),
        (
            2,
            "shop: 2 verdicts are not sure, so their rules are of a more severe category: t0, t1\n",
        ),
    ],
)
def test_rules_of_a_more_severe_category_are_said(
    capsys: pytest.CaptureFixture[str], count: int, said: str
) -> None:
    say_careful("shop", [f"t{number}" for number in range(count)])
    assert capsys.readouterr().err == said


def test_policies_of_many_servers_are_counted_and_not_listed(
    toolmark: Toolmark, tmp_path: Path
) -> None:
    (tmp_path / "many").mkdir()
    for number in range(12):
        write_server(tmp_path / "many" / f"{number}.json", f"Server {number}")
    done = toolmark("policy", tmp_path / "many")
    assert done.code == 2
    assert done.err.startswith("toolmark: 12 servers need -o DIR for a policy each: server-0, ")
    assert done.err.endswith(" and 2 more\n")
    folder = tmp_path / "policies"
    done = toolmark("policy", tmp_path / "many", "-o", folder)
    assert (done.code, done.err) == (0, f"wrote 12 policies to {folder}\n")
    assert len(list(folder.iterdir())) == 12


def test_fixes_show_the_total_before_and_after(toolmark: Toolmark, notes: Path) -> None:
    done = toolmark("fix", notes, "--tool", "list_notes", "--most", 2)
    assert done.code == 0
    head, *rest = done.out.splitlines()
    before = re.fullmatch(r"list_notes: (\d\.\d) \([A-D]\)", head)
    assert before
    firsts = [line for line in rest if re.match(r"  \d\. ", line)]
    assert len(firsts) == 2
    assert all(re.search(rf": {before[1]} -> \d\.\d \([A-D]\)$", line) for line in firsts)
    assert re.match(r"     [A-Z][a-z]+.* \d -> \d", rest[1])
    assert re.match(r"     [+-]\d+ tokens, at /", rest[2])


def test_a_policy_is_written_for_what_could_be_read(toolmark: Toolmark, notes: Path) -> None:
    done = toolmark("policy", notes.parent / "gone.json", notes)
    assert done.code == 4
    validate_policy(done.json)


def test_a_report_says_where_it_is(toolmark: Toolmark, notes: Path, tmp_path: Path) -> None:
    done = toolmark("report", notes, "-o", tmp_path / "report")
    assert (done.code, done.err) == (0, "")
    index = Path(done.out.rstrip("\n"))
    assert index == tmp_path / "report" / "index.html"
    assert "delete_note" in index.read_text(encoding="utf-8")


def test_the_demo(toolmark: Toolmark, tmp_path: Path) -> None:
    done = toolmark("demo", "-o", tmp_path / "demo")
    assert done.code == 0, done.err
    assert "12 tools" in done.out
    assert "Try next:" in done.out
    validate_policy(json.loads((tmp_path / "demo" / "policy.json").read_bytes()))
    assert (tmp_path / "demo" / "report" / "index.html").is_file()


def test_a_command_is_one_more_target_and_comes_last(toolmark: Toolmark, notes: Path) -> None:
    import sys

    server = [sys.executable, "-m", "analyzer.demo.server"]
    done = toolmark("scan", notes, "--format", "json", "--", *server)
    assert done.code == 0, done.err
    first, last = done.json["servers"]
    assert (first["origin"]["kind"], last["origin"]["kind"]) == ("file", "stdio")
    assert first["origin"]["retrieved_at"] is None
    assert last["origin"]["retrieved_at"]
