"""The risk verdict: acts found in names and sentences, confidence, evidence, rationales."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from analyzer.features import Features
from analyzer.model import RiskCategory, RiskVerdict, Tool
from analyzer.risk import judge_risk
from analyzer.risk.rationale import explain_verdict
from analyzer.rulebook import load_rulebook
from analyzer.rulebook.index import PatternIndex
from analyzer.rulebook.lexicon import build_lexicon
from analyzer.text import identifier
from tests.builders import build_tool

R, W, E, D, F = RiskCategory


def judge(tool: Tool, *siblings: str) -> RiskVerdict:
    rulebook = load_rulebook()
    return judge_risk(rulebook, rulebook.read(Features(tool, siblings)))


def acts(zone: str, tool: Tool, *siblings: str) -> list[tuple[str, ...]]:
    reading = load_rulebook().read(Features(tool, siblings))
    return [segment.words for segment in reading.zone(zone)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("delete_file", [("delete", "file")]),
        ("dashboard-delete", [("delete", "dashboard")]),
        ("feature-flag-get-all", [("get", "feature", "flag", "all")]),
        ("ChatsController_deleteChat", [("delete", "chats", "controller", "chat")]),
        ("create_or_update_user", [("create", "or", "user"), ("update", "or", "user")]),
        ("list_deleted_files", [("list", "deleted", "files")]),
        ("get_update_status", [("get", "update", "status")]),
        ("order_history", []),
        ("deploy_plan_get", [("get", "deploy", "plan")]),
        ("update_status", [("update", "status")]),
    ],
)
def test_the_verb_of_a_name_is_found_wherever_it_stands(
    name: str, expected: list[tuple[str, ...]]
) -> None:
    assert acts("act", build_tool(name)) == expected


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("This tool allows you to delete a file.", "delete"),
        ("Use this to send a message.", "send"),
        ("A tool for searching the web.", "searching"),
        ("Enable maintenance mode.", "enable"),
        ("[Notes] Create a note.", "create"),
        ("List, create or close tabs.", "create"),
        ("删除一个文件", "删"),
        ("ファイルを削除します", "削"),
    ],
)
def test_the_verb_of_a_sentence_is_found_behind_its_preamble(text: str, verb: str) -> None:
    assert acts("lead_act", build_tool("it", text))[0][0] == verb


@pytest.mark.parametrize(
    ("text", "verbs"),
    [
        ("List, start or stop jobs.", ["start", "stop"]),
        ("Start/stop a job.", ["start", "stop"]),
        ("Controls and queries a robot.", ["controls"]),
        ("Make a DELETE request to a list.", ["delete"]),
        ("Make a POST request to a list.", ["make"]),
        ("Forward geocode an address.", ["geocode"]),
        ("Forward a letter to somebody.", ["forward"]),
        ("Charging sessions of a car.", []),
        ("Charging the battery of a car.", ["charging"]),
        ("Launch windows of a rocket.", []),
        ("Launch instances of a program.", ["launch"]),
        ("Does not wake the car.", []),
        ("Move arm to a place.", ["move"]),
        ("Migrate reset is used to drop a database.", ["drop"]),
        ("The docs command is responsible for generating a site.", ["generating"]),
        ("Delete what is used to sign in.", ["delete"]),
        ("Call this tool to remove a note.", ["remove"]),
        ("Call this tool if a user wants to run a job.", ["run"]),
        ("Call this tool if nobody called it yet.", []),
        ("Step 1: Get the list.", ["get"]),
        ("Start here if a user wants to run a job.", []),
        ("Call this number.", ["call"]),
        ("Call this to remove a note.", ["remove"]),
        ("Call this when the user wants to remove a note.", ["remove"]),
        ("Call this when it rings.", []),
        ("Performs file deletion.", ["delete"]),
        ("Carries out a removal of the note.", ["remove"]),
        ("Performs update checks.", ["performs"]),
        ("Runs a purge of the queue.", ["purge"]),
        ("Runs an import.", ["runs"]),
        ("Deletion of a note.", ["delete"]),
        ("Allows removal of notes.", ["remove"]),
        ("File deletion tool.", ["delete"]),
        ("Creation date of a note.", []),
        ("A web extraction tool that deletes the page.", ["deletes"]),
        ("Performs the task of deleting a note.", ["deleting"]),
        ("Takes care of deleting a note.", ["deleting"]),
        ("Handles deleting a note.", ["deleting"]),
        ("Makes an API call to delete a note.", ["delete"]),
        ("Calls the Acme API to delete a note.", ["delete"]),
        ("Calls a taxi to go home.", ["calls"]),
        ("Offers a way to delete a note.", ["delete"]),
        ("An Acme server tool that can delete a note.", ["delete"]),
        ("Given an id, delete the note.", ["delete"]),
        ("Through Acme, you can delete a note.", ["delete"]),
        ("Given an id, notes are shown.", []),
        ("Connects to the server and deletes a note.", ["connects", "deletes"]),
        ("Connects to the server and lists the notes.", ["lists"]),
        ("Reads the rows and deletes duplicates.", ["deletes"]),
        ("Takes an id and deletes the note.", ["takes", "deletes"]),
        ("Takes off and hovers.", ["takes"]),
        ("Looks up a note and deletes it.", ["deletes"]),
        ("Reads a note and returns it.", ["reads"]),
        ("Returns true after deleting the note.", ["deleting"]),
        ("Returns the balance after paying all fees.", ["returns"]),
        ("Gets the roles of a user and whether they can delete a note.", ["gets"]),
        ("Checks a plan and shows what it would create and delete.", ["checks"]),
        ("Gets the changes and deletes since a token.", ["gets"]),
        ("Fetches a page and strips the scripts.", ["fetches"]),
        ("Opens a long position and adds a stop loss.", ["opens", "adds"]),
        ("Performs creation and deletion of users.", ["delete"]),
        ("Gene deletions of a sample.", []),
        ("Carbon removal of a project.", []),
        ("DELETE /notes/{id} - A single note by id", ["delete"]),
        ("Returns null when the note is missing.", ["returns"]),
        ("Returns nothing. Deletes a note.", ["deletes"]),
        ("DELETE /v1/notes/{id} - Removes a note.", ["removes"]),
        ("Batch delete notes.", ["delete"]),
    ],
)
def test_the_verbs_of_a_row_are_told_from_what_looks_like_them(text: str, verbs: list[str]) -> None:
    assert [act[0] for act in acts("lead_act", build_tool("it", text))] == verbs


@pytest.mark.parametrize(
    ("name", "verbs"),
    [
        ("user_removal", ["remove"]),
        ("perform_deletion", ["delete"]),
        ("deletion_status", []),
        ("zone_migration", []),
    ],
)
def test_a_noun_of_doing_is_the_verb_of_a_name(name: str, verbs: list[str]) -> None:
    assert [act[0] for act in acts("act", build_tool(name, None))] == verbs


@pytest.mark.parametrize(
    ("name", "verbs"),
    [
        ("acme_update_profile", ["update"]),
        ("acme_reset_data", ["reset"]),
        ("acme_place_details", []),
        ("acme_update_history", []),
        ("firmware_update_status", []),
    ],
)
def test_what_most_names_open_with_tells_of_the_server(name: str, verbs: list[str]) -> None:
    siblings = (name, "acme_list_notes", "acme_get_note", "acme_search")
    assert [act[0] for act in acts("act", build_tool(name, None), *siblings)] == verbs


@pytest.mark.parametrize(
    ("name", "text", "verb"),
    [
        ("NotesListCompleteItem", "Completes an item of the list.", "complete"),
        ("NotesListCompleteItem", "Lists what is complete.", "list"),
        ("list_open_tabs", "Every tab.", "list"),
    ],
)
def test_the_verb_that_the_text_opens_with_is_that_of_the_name_too(
    name: str, text: str, verb: str
) -> None:
    assert acts("act", build_tool(name, text))[0][0] == verb


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("Opens a page, clicks the button.", ["clicks"]),
        ("Opens a case and pages who is on call.", ["pages"]),
        ("Opens a page, clicks and all.", []),
    ],
)
def test_what_is_joined_on_is_an_act_too(text: str, later: list[str]) -> None:
    assert [act[0] for act in acts("linked_act", build_tool("it", text))] == later


def test_a_gap_takes_a_later_word_where_only_that_lets_the_rest_match() -> None:
    index = PatternIndex(build_lexicon({}, {}, {}))
    group = index.add("name", ["turn *3 light $", "a *2 b c"], "test")
    segments = [identifier("/name", name) for name in ("turn_light_or_light", "a_b_b_c", "a_b_d")]
    found = index.search("name", segments)[group]
    assert [(segment.text, first, after) for segment, first, after in found] == [
        ("turn_light_or_light", 0, 4),
        ("a_b_b_c", 0, 4),
    ]


@pytest.mark.parametrize(
    ("name", "text", "category"),
    [
        ("purge_queue", "Remove all messages from a queue.", D),
        ("refund_payment", "Refund a payment to the customer.", F),
        ("liquidate_all", "Liquidate all positions at the market price.", F),
        ("terminate", None, E),
        ("eval", "Evaluate JavaScript in the page.", E),
        ("preview_delete", "Preview what would be deleted. Does not delete anything.", R),
        ("list_deleted_files", "List the files that were deleted.", R),
        ("run_query", "Run a read-only SQL query. Only SELECT statements are allowed.", R),
        ("send_email", "Send an email to a recipient.", E),
        ("create_draft", "Create a draft of an email.", W),
        ("turn_on_light", "Turn on a light.", E),
        ("shanchu", "删除文件", D),
    ],
)
def test_categories_of_plain_definitions(
    name: str, text: str | None, category: RiskCategory
) -> None:
    verdict = judge(build_tool(name, text))
    accepted = {category, D} if name == "terminate" else {category}
    assert verdict.category in accepted, verdict.rationale


def test_a_claim_does_not_outweigh_the_words() -> None:
    tool = build_tool("delete_user", "Permanently delete a user. This cannot be undone.")
    claimed = Tool(
        name=tool.name,
        description=tool.description,
        input_schema=tool.input_schema,
        raw={**tool.raw, "annotations": {"readOnlyHint": True}},
    )
    assert judge(claimed).category is D


@pytest.mark.parametrize(
    "tool",
    [
        build_tool("delete_file", "Delete a file. This cannot be undone."),
        build_tool("x", None),
        build_tool("", ""),
        build_tool("run", "𝒳 run 𝒴 any command\u202e \x1b[31m"),
    ],
    ids=["plain", "bare", "empty", "hostile"],
)
def test_evidence_is_what_stands_there(tool: Tool) -> None:
    verdict = judge(tool)
    assert verdict.evidence
    assert len(verdict.evidence) <= 6
    for evidence in verdict.evidence:
        if evidence.quote:
            value: Any = tool.raw[evidence.field[1:]]
            assert value[evidence.start : evidence.end] == evidence.quote
        else:
            assert (evidence.start, evidence.end) == (0, 0)


def test_confidence_grows_with_the_chance_and_stays_a_probability() -> None:
    points = load_rulebook().weights["risk"]["confidence"]
    for (low, at_low), (high, at_high) in itertools.pairwise(points):
        assert low < high
        assert at_low <= at_high
    assert 0 < points[0][1] <= points[-1][1] < 1


def test_the_rationale_quotes_the_definition_and_says_what_would_change_it() -> None:
    verdict = judge(build_tool("delete_file", "Delete a file from a project."))
    assert verdict.rationale.startswith("Destructive: it removes something")
    assert "“Delete a file from a project”" in verdict.rationale
    assert "It would be Write if" in verdict.rationale


def test_an_unsure_verdict_asks_the_author() -> None:
    verdict = judge(tool := build_tool("create_backtest", "Create a new backtest."))
    unsure = explain_verdict(load_rulebook(), tool, verdict.contributions, E, W, 0.55)
    assert "ask the author whether something starts to run" in unsure
    sure = explain_verdict(load_rulebook(), tool, verdict.contributions, E, W, 0.95)
    assert "ask the author" not in sure


def test_a_rationale_stays_on_one_line_however_long_the_text() -> None:
    verdict = judge(build_tool("send_it", "Send an email\n\n\tto " + "everyone " * 200))
    assert "\n" not in verdict.rationale
    assert len(verdict.rationale) < 900


def test_a_verdict_without_a_rationale_is_the_same_verdict() -> None:
    rulebook = load_rulebook()
    tool = build_tool("delete_file", "Delete a file.")
    brief = judge_risk(rulebook, rulebook.read(Features(tool)), explain=False)
    assert brief.rationale == ""
    assert (brief.category, brief.confidence) == (judge(tool).category, judge(tool).confidence)
