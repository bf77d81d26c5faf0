"""``--judge`` and ``toolmark compare`` from end to end, against an endpoint on the loopback."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from analyzer.cli.judging import default_cache
from analyzer.schemas import load_schema
from tests.cli.conftest import TOOLS, Done, Toolmark, command_line, write_server
from tests.servers.llm_server import Asked, Endpoint, Reply, completion, running, tool_content, well

KEY = "sk-test-0123456789abcdef"
REGISTRY: Registry[Any] = Registry().with_resources(
    (schema["$id"], DRAFT202012.create_resource(schema))
    for schema in (load_schema("scan"), load_schema("explain"), load_schema("compare"))
)


def holds(name: Any, document: object) -> None:
    Draft202012Validator(load_schema(name), registry=REGISTRY).validate(document)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Endpoint]:
    monkeypatch.setenv("TOOLMARK_JUDGE_KEY", KEY)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user-cache"))
    with running() as server:
        yield server


class Judged:
    """Commands with the options of a judge; no output may hold the key."""

    def __init__(self, toolmark: Toolmark, endpoint: Endpoint, cache: Path) -> None:
        self._toolmark = toolmark
        self._options = ("--judge", "--judge-model", "stub-1", "--judge-url", endpoint.url)
        self._cache = ("--judge-cache", cache)

    def __call__(self, *arguments: object) -> Done:
        done = self._toolmark(*arguments, *self._options, *self._cache)
        assert KEY not in done.out + done.err
        return done


@pytest.fixture
def judged(toolmark: Toolmark, endpoint: Endpoint, tmp_path: Path) -> Judged:
    return Judged(toolmark, endpoint, tmp_path / "cache")


def test_nothing_is_sent_unless_told(
    toolmark: Toolmark, endpoint: Endpoint, notes: Path, tmp_path: Path
) -> None:
    for arguments in (
        ("scan",),
        ("explain", "--tool", "list_notes"),
        ("report", "-o", tmp_path / "report"),
    ):
        command, *rest = arguments
        assert toolmark(command, notes, *rest).code == 0
    assert endpoint.asked == []
    scan = toolmark("scan", notes, "--format", "json").json["servers"][0]
    assert [tool["quality"]["judge"] for tool in scan["tools"]] == [None, None]
    assert scan["coherence"]["judge"] is None


def test_json_holds_both_and_everything_else_is_as_without(
    toolmark: Toolmark, judged: Judged, endpoint: Endpoint, notes: Path
) -> None:
    plain = toolmark("scan", notes, "--format", "json").json
    done = judged("scan", notes, "--format", "json")
    host = endpoint.url.removeprefix("http://").removesuffix("/v1")
    assert done.err == f"judge: sending 2 definitions to {host} (stub-1), 3 requests\n"
    assert done.code == 0
    holds("scan", done.json)
    document = done.json
    (server,) = document["servers"]
    for part in [tool["quality"] for tool in server["tools"]] + [server["coherence"]]:
        judge = part["judge"]
        assert (judge["status"], judge["model"], judge["cached"]) == ("judged", "stub-1", False)
        part["judge"] = None
    assert document == plain


def test_a_second_run_sends_nothing_and_says_that_it_remembered(
    judged: Judged, endpoint: Endpoint, notes: Path
) -> None:
    judged("scan", notes)
    endpoint.asked.clear()
    done = judged("scan", notes, "--format", "json")
    assert endpoint.asked == []
    assert "nothing to send" in done.err
    assert "3 answers from the cache" in done.err
    assert all(tool["quality"]["judge"]["cached"] for tool in done.json["servers"][0]["tools"])
    assert judged("scan", notes, "--format", "json").out == done.out


@pytest.mark.parametrize("format_", ["terminal", "markdown"])
def test_a_judged_scan_is_labelled(judged: Judged, notes: Path, format_: str) -> None:
    text = judged("scan", notes, "--format", format_).out
    assert "stub-1" in text
    assert "A 3.9" in text
    assert "JUDGE" in text.upper()
    assert "scored 2 of 2 tools, mean TDQS 3.9" in text


def test_an_explanation_is_labelled(judged: Judged, notes: Path) -> None:
    text = judged("explain", notes, "--tool", "list_notes").out
    assert "stub-1  A 3.9  a language model" in text
    assert "stub-1 5/5 Because: purpose_clarity." in text
    document = judged("explain", notes, "--tool", "list_notes", "--format", "json").json
    holds("explain", document)
    assert document["explanations"][0]["tool"]["quality"]["judge"]["model"] == "stub-1"


def test_a_report_is_labelled(judged: Judged, notes: Path, tmp_path: Path) -> None:
    assert judged("report", notes, "-o", tmp_path / "report").code == 0
    pages = [path.read_text() for path in (tmp_path / "report").rglob("*.html")]
    told = [page for page in pages if "<bdi>stub-1</bdi>, a language model" in page]
    assert len(told) == 3, "the pages of two tools and of their server"
    words = "<bdi>stub-1</bdi> 5/5</span> Because: purpose_clarity."
    assert sum(words in page for page in told) == 2


def test_hostile_words_of_a_model_stay_words(
    judged: Judged, endpoint: Endpoint, notes: Path, tmp_path: Path
) -> None:
    hostile = "\x1b[31m<script>alert(1)</script>\u202e`|\n# x"
    endpoint.answering = lambda asked: (
        completion(json.dumps(tool_content(why=hostile))) if asked.tool else well(asked)
    )
    saved = tmp_path / "scan.json"
    for out in (
        judged("explain", notes, "--tool", "list_notes").out,
        judged("scan", notes, "--format", "json", "-o", saved).out,
        saved.read_text(),
        judged("scan", notes, "--format", "markdown").out,
    ):
        assert not {"\x1b", "\u202e"} & set(out)
    judged("report", notes, "-o", tmp_path / "report")
    for path in (tmp_path / "report").rglob("*.html"):
        assert "<script>alert" not in path.read_text()


def test_thresholds_stay_offline(judged: Judged, endpoint: Endpoint, notes: Path) -> None:
    worst = json.dumps(tool_content((1, 1, 1, 1, 1, 1)))
    endpoint.answering = lambda asked: completion(worst) if asked.tool else well(asked)
    assert judged("scan", notes, "--fail-under", "D").code == 0
    assert judged("scan", notes, "--fail-under", "A").code == 1


def test_what_was_not_judged_is_said_and_makes_the_scan_partial(
    judged: Judged, endpoint: Endpoint, notes: Path
) -> None:
    endpoint.answering = lambda asked: (
        Reply(status=400) if asked.tool == "delete_note" else well(asked)
    )
    done = judged("scan", notes, "--format", "json", "--fail-on", "destructive")
    assert done.code == 4
    assert "judge: 1 judgement could not be had; there the offline scores stand alone" in done.err
    holds("scan", done.json)
    first, second = (tool["quality"] for tool in done.json["servers"][0]["tools"])
    assert first["judge"]["status"] == "judged"
    assert set(second["judge"]) == {"status", "model", "reason"}
    assert second["judge"]["status"] == "failed"
    assert second["scores"]
    shown = judged("scan", notes).out
    assert "scored 1 of 2 tools" in shown
    assert "failed on 1" in shown
    explained = judged("explain", notes, "--tool", "delete_note")
    assert (explained.code, "did not judge: " in explained.out) == (4, True)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(status=401, body=KEY.encode()), "does not accept the key (HTTP 401)"),
        (Reply(status=404), "answered HTTP 404"),
    ],
)
def test_a_judge_that_refuses_is_asked_no_more(
    judged: Judged, endpoint: Endpoint, tmp_path: Path, reply: Reply, said: str
) -> None:
    tools = [{**TOOLS[0], "name": f"list_{number}"} for number in range(12)]
    endpoint.answering = lambda asked: reply
    done = judged("scan", write_server(tmp_path / "many.json", tools=tools))
    assert done.code == 4
    assert said in done.err
    assert len(endpoint.asked) <= 4
    assert "list_11" in done.out


def test_a_request_of_one_s_own(judged: Judged, endpoint: Endpoint, notes: Path) -> None:
    judged("scan", notes, "--judge-request", '{"temperature": 1, "seed": 7}')
    assert all(asked.request["seed"] == 7 for asked in endpoint.asked)
    for wrong in ("[]", "{", '{"a": NaN}', "1"):
        done = judged("scan", notes, "--judge-request", wrong)
        assert (done.code, done.out) == (2, "")
        assert len(done.err.splitlines()) == 1


def test_a_silent_endpoint_is_given_up(judged: Judged, endpoint: Endpoint, notes: Path) -> None:
    endpoint.answering = lambda asked: Reply(hang=True)
    done = judged("scan", notes, "--judge-timeout", "0.1")
    assert done.code == 4
    assert "timed out" in done.err


def test_broken_cache_entries_are_told_in_one_line(
    judged: Judged, notes: Path, tmp_path: Path
) -> None:
    judged("scan", notes)
    for path in (tmp_path / "cache").rglob("*.json"):
        path.write_text("{")
    done = judged("scan", notes)
    assert done.code == 0
    (line,) = [line for line in done.err.splitlines() if "cache entry" in line]
    assert line.endswith(" and 2 more")


def usage_errors(toolmark: Toolmark, *arguments: object) -> str:
    done = toolmark(*arguments)
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert KEY not in line
    return line


def test_wrong_use_is_one_line_before_anything_is_read(
    toolmark: Toolmark, endpoint: Endpoint, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = ("scan", notes)
    judge = (*scan, "--judge", "--judge-model", "m", "--judge-url", endpoint.url)
    assert "--judge-model is of no use without" in usage_errors(
        toolmark, *scan, "--judge-model", "m"
    )
    assert "needs --judge-model NAME" in usage_errors(toolmark, *scan, "--judge")
    assert "--format json with --judge" in usage_errors(toolmark, *judge, "--format", "tdqs")
    assert "--judge-url" in usage_errors(
        toolmark, *scan, "--judge", "--judge-model", "m", "--judge-url", "host"
    )
    assert "cannot be kept" in usage_errors(toolmark, *judge, "--judge-cache", notes / "x")
    monkeypatch.setenv("TOOLMARK_JUDGE_KEY", f"{KEY}\nX-Evil: 1")
    assert "characters that no key has" in usage_errors(toolmark, *judge)
    monkeypatch.delenv("TOOLMARK_JUDGE_KEY")
    line = usage_errors(toolmark, *scan, "--judge", "--judge-model", "m")
    assert "set TOOLMARK_JUDGE_KEY (or OPENAI_API_KEY) to the key for api.openai.com" in line
    assert endpoint.asked == []


def test_the_second_variable_is_read_where_the_first_is_not_set(
    judged: Judged, endpoint: Endpoint, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", f"{KEY}-2")
    judged("scan", notes, "--tool", "list_notes")
    monkeypatch.setenv("TOOLMARK_JUDGE_KEY", "")
    judged("scan", notes, "--tool", "delete_note")
    monkeypatch.delenv("TOOLMARK_JUDGE_KEY")
    judged("scan", notes)
    keys = [asked.headers.get("authorization") for asked in endpoint.asked]
    assert keys == [f"Bearer {KEY}", None, f"Bearer {KEY}-2"]


def test_a_missing_extra_is_told_with_the_remedy(
    toolmark: Toolmark, endpoint: Endpoint, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tdqs", None)
    monkeypatch.delitem(sys.modules, "analyzer.judge.client", raising=False)
    # The package remembers its modules too.
    monkeypatch.delattr(importlib.import_module("analyzer.judge"), "client", raising=False)
    line = usage_errors(toolmark, "scan", notes, "--judge", "--judge-model", "m")
    assert line == "toolmark: --judge needs the extra: pip install 'toolmark[judge]'"


def test_the_cache_lies_where_the_system_keeps_such(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "l"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert default_cache() == tmp_path / "x" / "toolmark" / "judge"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert default_cache() == tmp_path / ".cache" / "toolmark" / "judge"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert default_cache() == tmp_path / "Library" / "Caches" / "toolmark" / "judge"
    monkeypatch.setattr(sys, "platform", "win32")
    assert default_cache() == tmp_path / "l" / "toolmark" / "judge"


def test_an_interruption_does_not_wait_for_the_model(endpoint: Endpoint, notes: Path) -> None:
    endpoint.answering = lambda asked: Reply(hang=True)
    options = ("--judge", "--judge-model", "m", "--judge-url", endpoint.url)
    with subprocess.Popen(
        command_line(["scan", notes, *options]),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(os.environ),
    ) as run:
        while not endpoint.asked and run.poll() is None:
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=20)
    assert (run.returncode, out) == (130, b"")
    assert err.decode().splitlines()[-1] == "toolmark: interrupted"


@pytest.fixture
def saved(judged: Judged, endpoint: Endpoint, notes: Path, tmp_path: Path) -> Path:
    """A scan whose judge differs from the offline scores on both tools."""

    def answer(asked: Asked) -> Reply:
        scores = (1, 1, 1, 1, 1, 1) if asked.tool == "delete_note" else (5, 5, 5, 5, 5, 5)
        return completion(json.dumps(tool_content(scores))) if asked.tool else well(asked)

    endpoint.answering = answer
    judged("scan", notes, "--format", "json", "-o", tmp_path / "scan.json")
    return tmp_path / "scan.json"


def test_compare_shows_where_a_judge_differs(toolmark: Toolmark, saved: Path) -> None:
    done = toolmark("compare", saved)
    assert (done.code, done.err) == (0, "")
    assert "offline and stub-1 (model) on 2 tools" in done.out
    assert "offline and stub-1 (model) on 1 set of tools" in done.out
    assert "stub-1 (model): Because: purpose_clarity." in done.out
    document = toolmark("compare", saved, "--format", "json").json
    holds("compare", document)
    tools, sets = document["agreements"]
    assert (tools["of"], sets["of"], tools["count"], tools["left_out"]) == ("tools", "sets", 2, 0)
    scan = json.loads(saved.read_text())["servers"][0]["tools"]
    purpose = [tool["quality"]["scores"]["purpose_clarity"] for tool in scan]
    gap = [5 - purpose[0], purpose[1] - 1]
    assert tools["dimensions"]["purpose_clarity"] == {
        "mean_absolute": sum(gap) / 2,
        "mean": (gap[0] - gap[1]) / 2,
        "exact": gap.count(0) / 2,
        "within_one": sum(one <= 1 for one in gap) / 2,
    }
    assert {one["name"] for one in tools["differences"]} == {"list_notes", "delete_note"}


def test_compare_shows_as_many_as_told(toolmark: Toolmark, saved: Path) -> None:
    assert "Differ most (1 of 2)" in toolmark("compare", saved, "--most", "1").out
    assert "Differ most" not in toolmark("compare", saved, "--most", "0").out


def test_compare_reads_standard_input(process: Toolmark, saved: Path) -> None:
    done = process("compare", "-", stdin=saved.read_bytes())
    assert (done.code, done.err) == (0, "")
    assert process("compare", "-", "-").code == 2


def test_two_scans_are_compared(toolmark: Toolmark, tmp_path: Path) -> None:
    changed = [
        {**TOOLS[0], "description": "Permanently deletes all notes."},
        {**TOOLS[1], "name": "drop_note"},
    ]
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    toolmark("scan", write_server(tmp_path / "a.json"), "--format", "json", "-o", before)
    renamed = write_server(tmp_path / "b.json", "Renamed", changed)
    toolmark("scan", renamed, "--format", "json", "-o", after)
    done = toolmark("compare", before, after, "--format", "json")
    assert done.code == 0
    holds("compare", done.json)
    document = done.json
    names = {part: [one["name"] for one in document[part]] for part in ("only_left", "only_right")}
    assert names == {"only_left": ["delete_note"], "only_right": ["drop_note"]}
    assert [one["name"] for one in document["definitions_changed"]] == ["list_notes"]
    (change,) = document["risk"]["changed"]
    assert change["left"]["category"] == "Read"
    assert change["right"]["category"] != "Read"
    assert [one["of"] for one in document["agreements"]] == ["tools", "sets"]
    text = toolmark("compare", before, after).out
    assert "1 tool on the left only: delete_note" in text
    assert "its definition changed" in text


def test_two_judged_scans_show_how_a_model_agrees_with_itself(
    toolmark: Toolmark, judged: Judged, endpoint: Endpoint, notes: Path, saved: Path, tmp_path: Path
) -> None:
    endpoint.answering = well
    other = tmp_path / "other.json"
    Judged(toolmark, endpoint, tmp_path / "second")("scan", notes, "--format", "json", "-o", other)
    agreements = toolmark("compare", saved, other, "--format", "json").json["agreements"]
    columns = [(one["of"], one["left"]["model"], one["right"]["model"]) for one in agreements]
    assert columns == [
        ("tools", None, None),
        ("sets", None, None),
        ("tools", "stub-1", "stub-1"),
        ("sets", "stub-1", "stub-1"),
    ]
    offline, _, models, _ = agreements
    assert offline["differences"] == []
    assert len(models["differences"]) == 2


def test_compare_says_what_it_cannot_use(
    toolmark: Toolmark, notes: Path, saved: Path, tmp_path: Path
) -> None:
    plain, empty = tmp_path / "plain.json", tmp_path / "empty.json"
    toolmark("scan", notes, "--format", "json", "-o", plain)
    nothing = write_server(tmp_path / "nothing.json", tools=[])
    toolmark("scan", nothing, "--format", "json", "-o", empty)
    assert "holds no scores of a language model" in usage_errors(toolmark, "compare", plain)
    assert "cannot be read: no such file" in usage_errors(toolmark, "compare", tmp_path / "gone")
    assert "not a result of toolmark scan" in usage_errors(toolmark, "compare", notes)
    (tmp_path / "text").write_text("hello")
    assert "not valid JSON" in usage_errors(toolmark, "compare", tmp_path / "text")
    assert toolmark("compare", empty).code == 3
    assert toolmark("compare", plain, empty).code == 3
    document = json.loads(saved.read_text())
    for wrong in (9, True, None, "5", 2.5):
        document["servers"][0]["tools"][0]["quality"]["judge"]["scores"]["purpose_clarity"] = wrong
        broken = tmp_path / "broken.json"
        broken.write_text(json.dumps(document))
        assert "not a result of" in usage_errors(toolmark, "compare", broken)
    document["schema_version"] = "2.0"
    broken.write_text(json.dumps(document))
    assert "schema_version is '2'" in usage_errors(toolmark, "compare", broken)
