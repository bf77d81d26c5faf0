"""A language model as a judge, against a real endpoint on the loopback."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from tdqs import ToolDefinition, create_llm_client, score_server

from analyzer.assess import assess_server
from analyzer.errors import OutputError, UsageError
from analyzer.judge import Cache, JudgeOptions, checked_key, checked_url, judge_scan, plan_judging
from analyzer.judge.client import Judge
from analyzer.judge.transport import seconds_in
from analyzer.model import (
    CoherenceDimension,
    CoherenceJudgement,
    Dimension,
    Judgement,
    NotJudged,
    Origin,
    Scan,
    Server,
)
from analyzer.rulebook import load_rulebook
from analyzer.signals import scoring_inputs
from tests.builders import build_scan, build_tool
from tests.servers.llm_server import (
    Asked,
    Endpoint,
    Reply,
    completion,
    running,
    set_content,
    tool_content,
    well,
)

KEY = "sk-test-0123456789abcdef"
NAMES = ("list_notes", "read_note", "delete_note")


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with running() as server:
        yield server


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def scan_of(*names: str, **descriptions: str | None) -> Scan:
    tools = tuple(
        build_tool(name, descriptions.get(name, f"Handle the notes: {name}.")) for name in names
    )
    server = Server(
        id="notes", name="Notes", origin=Origin(kind="file", locator="n.json"), tools=tools
    )
    return build_scan(assess_server(server, load_rulebook()))


def asking(endpoint: Endpoint, **changes: Any) -> JudgeOptions:
    options = JudgeOptions(model="stub-1", url=endpoint.url, key=KEY, pause=0.0)
    return replace(options, **changes)


def judged(scan: Scan, options: JudgeOptions, cache: Cache) -> Scan:
    return judge_scan(scan, plan_judging(scan, options, cache), options, cache)


def verdicts(scan: Scan) -> list[Judgement | NotJudged | None]:
    return [item.quality.judge for one in scan.assessments for item in one.tools]


def failure(scan: Scan) -> str:
    (verdict,) = verdicts(scan)
    assert isinstance(verdict, NotJudged)
    assert verdict.status == "failed"
    assert KEY not in verdict.reason
    return verdict.reason


def for_tools(answer: Callable[[Asked], Reply]) -> Callable[[Asked], Reply]:
    """That answer for tools, a good one for sets."""
    return lambda asked: answer(asked) if asked.tool else well(asked)


def test_scores_stand_beside_the_offline_ones_and_change_none(
    endpoint: Endpoint, cache: Cache
) -> None:
    scan = scan_of(*NAMES)
    done = judged(scan, asking(endpoint), cache)
    for before, after in zip(scan.assessments[0].tools, done.assessments[0].tools, strict=True):
        verdict = after.quality.judge
        assert isinstance(verdict, Judgement)
        assert (verdict.model, verdict.spec_version, verdict.cached) == ("stub-1", "1.2", False)
        assert list(verdict.scores.values()) == [5, 4, 3, 2, 5, 4]
        assert verdict.rationales[Dimension.PURPOSE] == "Because: purpose_clarity."
        assert replace(after, quality=replace(after.quality, judge=None)) == before
    coherence = done.assessments[0].coherence
    assert coherence is not None
    assert isinstance(coherence.judge, CoherenceJudgement)
    assert list(coherence.judge.scores.values()) == [4, 5, 3, 2]
    assert replace(coherence, judge=None) == scan.assessments[0].coherence
    assert sorted(asked.tool for asked in endpoint.asked) == ["", *sorted(NAMES)]


def test_numbers_and_prompts_are_those_of_the_reference(endpoint: Endpoint, cache: Cache) -> None:
    tautology = {"list_notes": "list_notes"}
    clash = tool_content((5, 1, 2, 3, 4, 5), clash=True)
    endpoint.answering = for_tools(lambda asked: completion(json.dumps(clash)))
    done = judged(scan_of(*NAMES, **tautology), asking(endpoint), cache)
    ours = {asked.tool: asked for asked in endpoint.asked}
    endpoint.asked = []
    report = score_server(
        llm=create_llm_client(api_key=KEY, base_url=endpoint.url, model="stub-1"),
        server_name="Notes",
        tools=[
            ToolDefinition.model_validate(scoring_inputs(item.tool))
            for item in done.assessments[0].tools
        ],
    )
    for score, verdict in zip(report.tools, verdicts(done), strict=True):
        assert isinstance(verdict, Judgement)
        assert dict(verdict.scores) == score.scores
        assert (verdict.tdqs, str(verdict.tier)) == (score.tdqs, score.tier)
        assert list(verdict.flags) == score.flags
    coherence = done.assessments[0].coherence
    assert coherence is not None
    assert isinstance(coherence.judge, CoherenceJudgement)
    overall = coherence.judge.overall
    assert overall is not None
    theirs = report.server_score
    assert (overall.score, overall.mean_tdqs, overall.min_tdqs, overall.tier) == (
        theirs.overall_score,
        theirs.mean_tdqs,
        theirs.min_tdqs,
        theirs.overall_tier,
    )
    assert {a.tool: a.request for a in endpoint.asked} == {t: a.request for t, a in ours.items()}


def test_answers_are_kept_and_found_again(endpoint: Endpoint, tmp_path: Path) -> None:
    scan = scan_of(*NAMES)
    first = judged(scan, asking(endpoint), Cache(tmp_path))
    endpoint.asked = []
    again = judged(scan, asking(endpoint), Cache(tmp_path))
    assert endpoint.asked == []
    for before, after in zip(verdicts(first), verdicts(again), strict=True):
        assert isinstance(before, Judgement)
        assert after == replace(before, cached=True)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) == 4
    assert all(path.suffix == ".json" and KEY not in path.read_text() for path in kept)


@pytest.mark.parametrize(
    "change",
    [{"model": "stub-2"}, {"request": {"seed": 1}}],
    ids=["another model", "another request"],
)
def test_another_judge_is_asked_anew(
    endpoint: Endpoint, cache: Cache, change: dict[str, Any]
) -> None:
    scan = scan_of(*NAMES)
    judged(scan, asking(endpoint), cache)
    assert len(plan_judging(scan, asking(endpoint, **change), cache).questions) == 4


def test_what_a_judge_sees_decides_what_is_asked_anew(endpoint: Endpoint, cache: Cache) -> None:
    judged(scan_of(*NAMES), asking(endpoint), cache)

    def asked(scan: Scan, **how: bool) -> list[str]:
        plan = plan_judging(scan, asking(endpoint), cache, **how)
        return [question.name for question in plan.questions]

    assert asked(scan_of(*NAMES)) == []
    assert asked(scan_of(*NAMES, read_note="Read one note.")) == ["read_note", "Notes"]
    # Another sibling's name is seen by all.
    assert asked(scan_of(*NAMES, "add_note")) == [*NAMES, "add_note", "Notes"]


def test_a_broken_entry_is_asked_anew_and_mended(endpoint: Endpoint, tmp_path: Path) -> None:
    scan = scan_of("list_notes")
    judged(scan, asking(endpoint), Cache(tmp_path))
    paths = sorted(path for path in tmp_path.rglob("*.json"))
    whole = [path.read_bytes() for path in paths]
    document = json.loads(whole[0])
    document["answer"]["scores"] = dict.fromkeys(document["answer"]["scores"], 6)
    for broken in (b"{", b"\xff", b"[]", b'{"format": 1}', json.dumps(document).encode()):
        paths[0].write_bytes(broken)
        cache = Cache(tmp_path)
        done = judged(scan, asking(endpoint), cache)
        assert cache.unreadable == [paths[0]]
        assert isinstance(verdicts(done)[0], Judgement)
        assert [path.read_bytes() for path in paths] == whole


def test_an_entry_under_another_name_is_no_answer(endpoint: Endpoint, tmp_path: Path) -> None:
    scan = scan_of(*NAMES)
    judged(scan, asking(endpoint), Cache(tmp_path))
    first, second, *_ = sorted(tmp_path.rglob("*.json"))
    first.write_bytes(second.read_bytes())
    cache = Cache(tmp_path)
    plan = plan_judging(scan, asking(endpoint), cache)
    assert (len(plan.questions), cache.unreadable) == (1, [first])


def test_a_cache_that_cannot_be_made_is_an_error_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file, not a folder"):
        Cache(tmp_path / "file")


def test_an_answer_that_cannot_be_kept_is_shown_all_the_same(
    endpoint: Endpoint, tmp_path: Path
) -> None:
    cache = Cache(tmp_path / "cache")
    for first in "0123456789abcdef":
        for second in "0123456789abcdef":
            (tmp_path / "cache" / (first + second)).write_text("")
    done = judged(scan_of("list_notes"), asking(endpoint), cache)
    assert isinstance(verdicts(done)[0], Judgement)
    assert len(cache.unwritten) == 2


def test_the_key_goes_into_one_header_and_is_left_out_where_there_is_none(
    endpoint: Endpoint, cache: Cache
) -> None:
    judged(scan_of("list_notes"), asking(endpoint), cache)
    assert {asked.headers["authorization"] for asked in endpoint.asked} == {f"Bearer {KEY}"}
    assert {asked.path for asked in endpoint.asked} == {"/v1/chat/completions"}
    endpoint.asked = []
    judged(scan_of("read_note"), asking(endpoint, key=None), cache)
    assert endpoint.asked
    assert not any("authorization" in asked.headers for asked in endpoint.asked)


def test_a_request_can_be_made_as_an_endpoint_wants_it(endpoint: Endpoint, cache: Cache) -> None:
    options = asking(endpoint, request={"temperature": 1, "reasoning": {"enabled": False}})
    judged(scan_of("list_notes"), options, cache)
    for asked in endpoint.asked:
        assert asked.request["temperature"] == 1
        assert asked.request["reasoning"] == {"enabled": False}
        assert asked.request["model"] == "stub-1"


def test_a_tool_without_description_is_not_sent(endpoint: Endpoint, cache: Cache) -> None:
    done = judged(scan_of("list_notes", "mute", mute=None), asking(endpoint), cache)
    verdict = verdicts(done)[1]
    assert isinstance(verdict, NotJudged)
    assert verdict.status == "skipped"
    assert "mute" not in {asked.tool for asked in endpoint.asked}
    coherence = done.assessments[0].coherence
    assert coherence is not None
    assert isinstance(coherence.judge, CoherenceJudgement)
    assert coherence.judge.overall is not None
    assert coherence.judge.overall.min_tdqs == 1.0


def test_a_chosen_tool_goes_alone(endpoint: Endpoint, cache: Cache) -> None:
    whole = scan_of(*NAMES)
    (one,) = whole.assessments
    part = replace(whole, assessments=(replace(one, tools=one.tools[:1]),))
    done = judged(part, asking(endpoint), cache)
    (asked,) = endpoint.asked
    assert asked.tool == "list_notes"
    assert "delete_note" in asked.prompt
    assert "Handle the notes: delete_note." not in asked.prompt
    assert done.assessments[0].coherence is not None
    assert isinstance(done.assessments[0].coherence.judge, NotJudged)
    # What the tool was given among its siblings is the same.
    assert "list_notes" not in [
        q.name for q in plan_judging(whole, asking(endpoint), cache).questions
    ]


def test_annotations_left_out_of_a_scan_are_not_sent(endpoint: Endpoint, cache: Cache) -> None:
    tool = build_tool(annotations={"title": "Harmless", "readOnlyHint": True})
    server = Server(id="s", name="S", origin=Origin(kind="file", locator="s"), tools=(tool,))
    scan = build_scan(assess_server(server, load_rulebook(), ignore_annotations=True))
    options = asking(endpoint)
    plan = plan_judging(scan, options, cache, ignore_annotations=True)
    judge_scan(scan, plan, options, cache)
    assert all("Harmless" not in asked.prompt for asked in endpoint.asked)
    assert any("None provided" in asked.prompt for asked in endpoint.asked)


def test_a_shadow_is_confirmed_only_where_it_is_a_candidate(
    endpoint: Endpoint, cache: Cache
) -> None:
    names = ("a", "b", "c", "d", "e")
    dear = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
        "required": list(names),
    }
    tools = (build_tool("get_all"), build_tool("get_some", inputSchema=dear))
    server = Server(id="s", name="S", origin=Origin(kind="file", locator="s"), tools=tools)
    scan = build_scan(assess_server(server, load_rulebook()))
    said = [
        {"tool": "get_some", "cheaper_sibling": "get_all", "justification": "Alike."},
        {"tool": "get_all", "cheaper_sibling": "get_some", "justification": "Invented."},
    ]
    endpoint.answering = lambda asked: (
        well(asked) if asked.tool else completion(json.dumps(set_content(shadows=said)))
    )
    coherence = judged(scan, asking(endpoint), cache).assessments[0].coherence
    assert coherence is not None
    assert isinstance(coherence.judge, CoherenceJudgement)
    (shadow,) = coherence.judge.shadows
    assert (shadow.tool, shadow.cheaper_sibling, shadow.rationale) == (
        "get_some",
        "get_all",
        "Alike.",
    )


# What goes wrong. The set is answered well: only tools are looked at.

BAD_SCORE = tool_content((5, 4, 3, 2, 5, 9))
MISSING = {**tool_content(), "scores": {"purpose_clarity": {"score": 5, "justification": ""}}}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (completion("I would rather not."), "invalid JSON"),
        (completion(None), "empty content"),
        (completion(None, finish_reason="content_filter"), "empty content"),
        (completion("{", finish_reason="length"), "ran out of completion tokens"),
        (completion(json.dumps(BAD_SCORE)), "contextual_completeness"),
        (completion(json.dumps(MISSING)), "usage_guidelines"),
        (completion("[]"), "output contract"),
        (completion("[" * 100_000), "nested too deep"),
        (Reply(body=b"<html>"), "something other than a chat completion"),
        (Reply(body=b'{"choices": []}'), "something other than a chat completion"),
        (Reply(body=b"[" * 100_000), "nested too deep"),
        (Reply(status=500, body=b"oops"), "HTTP 500"),
        (Reply(status=302, headers={"Location": "http://127.0.0.1:9/"}), "HTTP 302"),
        (Reply(body=b" " * (5 * 2**20)), "more than 4 MiB"),
        (Reply(body=b"x", headers={"Content-Encoding": "gzip"}), "compressed"),
    ],
)
def test_what_is_no_answer_leaves_the_offline_scores_alone(
    endpoint: Endpoint, cache: Cache, reply: Reply, reason: str
) -> None:
    endpoint.answering = for_tools(lambda asked: reply)
    scan = scan_of("list_notes")
    done = judged(scan, asking(endpoint), cache)
    assert reason in failure(done)
    before, after = scan.assessments[0].tools[0], done.assessments[0].tools[0]
    assert replace(after.quality, judge=None) == before.quality
    coherence = done.assessments[0].coherence
    assert coherence is not None
    assert isinstance(coherence.judge, CoherenceJudgement)
    assert coherence.judge.overall is None
    # Nothing is kept of it.
    assert [q.name for q in plan_judging(scan, asking(endpoint), cache).questions] == ["list_notes"]


def test_a_model_is_told_what_was_wrong_and_may_mend_it(endpoint: Endpoint, cache: Cache) -> None:
    def answer(asked: Asked) -> Reply:
        return completion(json.dumps(tool_content() if asked.attempt > 1 else BAD_SCORE))

    endpoint.answering = for_tools(answer)
    assert isinstance(
        verdicts(judged(scan_of("list_notes"), asking(endpoint), cache))[0], Judgement
    )


def test_an_answer_in_a_fence_is_one(endpoint: Endpoint, cache: Cache) -> None:
    fenced = f"```json\n{json.dumps(tool_content())}\n```"
    endpoint.answering = for_tools(lambda asked: completion(fenced))
    assert isinstance(
        verdicts(judged(scan_of("list_notes"), asking(endpoint), cache))[0], Judgement
    )


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_ends_the_asking_and_is_not_repeated(
    endpoint: Endpoint, cache: Cache, status: int
) -> None:
    body = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}).encode()
    endpoint.answering = lambda asked: Reply(status=status, body=body)
    done = judged(scan_of(*NAMES), asking(endpoint, workers=1), cache)
    assert len(endpoint.asked) == 1
    reasons = [verdict.reason for verdict in verdicts(done) if isinstance(verdict, NotJudged)]
    assert f"does not accept the key (HTTP {status})" in reasons[0]
    assert reasons[1].startswith("not asked, after: ")
    assert not any(KEY in reason for reason in reasons)


def test_a_missing_key_is_asked_for(endpoint: Endpoint, cache: Cache) -> None:
    endpoint.answering = lambda asked: Reply(status=401)
    reason = failure(judged(scan_of("list_notes"), asking(endpoint, key=None), cache))
    assert "asks for a key (HTTP 401)" in reason


def test_an_unknown_model_is_told_in_the_endpoint_s_words(endpoint: Endpoint, cache: Cache) -> None:
    body = json.dumps({"error": {"message": f"no model stub-1 for {KEY}"}}).encode()
    endpoint.answering = lambda asked: Reply(status=404, body=body)
    done = judged(scan_of("list_notes"), asking(endpoint, workers=1), cache)
    assert failure(done).endswith("answered HTTP 404: no model stub-1 for ***")
    assert len(endpoint.asked) == 1


def test_a_text_that_repeats_the_key_is_masked(endpoint: Endpoint, cache: Cache) -> None:
    leak = json.dumps(tool_content(why=f"The key is {KEY}"))
    endpoint.answering = for_tools(lambda asked: completion(leak))
    (verdict,) = verdicts(judged(scan_of("list_notes"), asking(endpoint), cache))
    assert isinstance(verdict, Judgement)
    assert verdict.rationales[Dimension.PURPOSE] == "The key is ***: purpose_clarity."


def test_an_endless_rationale_is_cut(endpoint: Endpoint, cache: Cache) -> None:
    endpoint.answering = for_tools(lambda a: completion(json.dumps(tool_content(why="x" * 50_000))))
    (verdict,) = verdicts(judged(scan_of("list_notes"), asking(endpoint), cache))
    assert isinstance(verdict, Judgement)
    assert len(verdict.rationales[Dimension.PURPOSE]) == 4000


@pytest.mark.parametrize("dated", [False, True], ids=["seconds", "date"])
def test_a_rate_limit_is_waited_out(endpoint: Endpoint, cache: Cache, dated: bool) -> None:
    times: list[float] = []

    def answer(asked: Asked) -> Reply:
        times.append(time.time())
        after = formatdate(int(times[0]) + 2, usegmt=True) if dated else "1"
        return well(asked) if len(times) > 1 else Reply(status=429, headers={"Retry-After": after})

    endpoint.answering = for_tools(answer)
    (verdict,) = verdicts(judged(scan_of("list_notes"), asking(endpoint), cache))
    assert isinstance(verdict, Judgement)
    assert len(times) == 2
    assert times[1] - times[0] >= 0.9


def test_a_limit_that_does_not_end_ends_the_asking(endpoint: Endpoint, cache: Cache) -> None:
    endpoint.answering = lambda asked: Reply(status=429, headers={"Retry-After": "0"})
    done = judged(scan_of(*NAMES), asking(endpoint, workers=1), cache)
    assert len(endpoint.asked) == 3
    assert isinstance(verdicts(done)[0], NotJudged)


def test_failures_in_a_row_end_the_asking(endpoint: Endpoint, cache: Cache) -> None:
    names = [f"get_{number}" for number in range(8)]
    endpoint.answering = lambda asked: Reply(status=400)
    done = judged(scan_of(*names), asking(endpoint, workers=1), cache)
    assert len(endpoint.asked) == 3
    assert all(isinstance(verdict, NotJudged) for verdict in verdicts(done))


def test_a_failure_among_answers_does_not(endpoint: Endpoint, cache: Cache) -> None:
    names = [f"get_{number}" for number in range(9)]
    endpoint.answering = lambda asked: (
        Reply(status=400) if asked.tool.endswith(("1", "4", "7")) else well(asked)
    )
    done = judged(scan_of(*names), asking(endpoint, workers=1), cache)
    failed = [n for n, verdict in enumerate(verdicts(done)) if isinstance(verdict, NotJudged)]
    assert failed == [1, 4, 7]


def test_silence_and_slowness_are_bounded(endpoint: Endpoint, cache: Cache) -> None:
    endpoint.answering = for_tools(lambda asked: Reply(hang=True))
    options = asking(endpoint, timeout=0.2, attempts=2)
    reason = failure(judged(scan_of("list_notes"), options, cache))
    assert reason.startswith("no answer from 127.0.0.1:")
    assert "timed out" in reason


def test_nobody_there(endpoint: Endpoint, cache: Cache) -> None:
    options = asking(endpoint, url="http://127.0.0.1:9/v1", attempts=1)
    assert "127.0.0.1:9" in failure(judged(scan_of("list_notes"), options, cache))


def test_a_definition_that_the_reference_refuses_is_not_judged(
    endpoint: Endpoint, cache: Cache
) -> None:
    done = judged(scan_of("list_notes", "\ud800"), asking(endpoint), cache)
    first, second = verdicts(done)
    assert isinstance(first, Judgement | NotJudged)
    assert isinstance(second, NotJudged)
    assert "none that the specification can score" in second.reason


def test_a_judge_told_to_stop_asks_nothing(endpoint: Endpoint) -> None:
    from analyzer.judge.transport import StoppedError

    stop = threading.Event()
    stop.set()
    judge = Judge(asking(endpoint), stop)
    with pytest.raises(StoppedError):
        judge.score_tool({"name": "a", "description": "Lists it."}, [])
    judge.close()
    assert endpoint.asked == []


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("", 0), ("7", 7), (" 7 ", 7), ("-7", 0), ("soon", 0), ("9" * 400, 999999999), ("٣", 0)],
)
def test_retry_after(value: str, seconds: float) -> None:
    assert seconds_in(value) == seconds


def test_retry_after_as_a_date() -> None:
    assert seconds_in("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert 50 < seconds_in(formatdate(time.time() + 60, usegmt=True)) <= 60


@pytest.mark.parametrize(
    ("given", "checked"),
    [
        ("https://api.openai.com/v1", "https://api.openai.com/v1"),
        (" https://host/v1/ ", "https://host/v1"),
        ("https://host:8443/v1/chat/completions", "https://host:8443/v1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_urls(given: str, checked: str) -> None:
    assert checked_url(given) == checked


@pytest.mark.parametrize(
    "given",
    ["", "host/v1", "ftp://host", "https://", "https://host:99999/", "https://[::1", "file:///x"],
)
def test_what_is_no_url(given: str) -> None:
    with pytest.raises(UsageError, match="--judge-url is not a URL"):
        checked_url(given)


@pytest.mark.parametrize(
    "given", ["https://me:pw@host/v1", "https://host/?key=pw", "https://h/#pw"]
)
def test_secrets_do_not_belong_into_the_url(given: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked_url(given)
    assert "pw" not in str(caught.value)


def test_keys() -> None:
    there, here, lan = "https://host/v1", "http://localhost:1/v1", "http://lan/v1"
    assert checked_key(f" {KEY}\n", there, unset=False) == KEY
    assert checked_key(KEY, here, unset=False) == KEY
    assert checked_key("", there, unset=False) is None
    assert checked_key("", lan, unset=False) is None
    for url in (here, "http://127.0.0.1:8/", "http://[::1]/"):
        assert checked_key(None, url, unset=True) is None
    with pytest.raises(UsageError, match="set TOOLMARK_JUDGE_KEY"):
        checked_key(None, there, unset=True)
    with pytest.raises(UsageError, match="unencrypted"):
        checked_key(KEY, lan, unset=False)
    for wrong in ("sk-é", "sk a", "sk\r\nX: y"):
        with pytest.raises(UsageError) as caught:
            checked_key(wrong, there, unset=False)
        assert wrong not in str(caught.value)


def test_options_do_not_show_the_key() -> None:
    assert KEY not in repr(JudgeOptions(model="m", url="https://host", key=KEY))


def test_scores_of_a_set_are_the_mean(endpoint: Endpoint, cache: Cache) -> None:
    coherence = judged(scan_of(*NAMES), asking(endpoint), cache).assessments[0].coherence
    assert coherence is not None
    assert isinstance(coherence.judge, CoherenceJudgement)
    assert coherence.judge.total == 3.5
    assert coherence.judge.rationales[CoherenceDimension.NAMING] == "As a set: naming_consistency."
