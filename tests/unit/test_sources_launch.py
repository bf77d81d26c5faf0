"""Launches: what is shown of them, what is filled in, and which are the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.jsonio import JsonError
from analyzer.model import ClientUse, Json
from analyzer.sources.jsonc import decode_jsonc
from analyzer.sources.launch import Launch, build_launch, merge_launches
from analyzer.sources.placeholders import Values, expand_variables, fill_in

USE = ClientUse(client="cursor", alias="a", path="mcp.json", scope="user")


def launch(
    entry: Json, *, client: str = "cursor", alias: str = "a", dollar: bool = False
) -> Launch:
    use = ClientUse(client=client, alias=alias, path="mcp.json", scope="user")
    return build_launch(alias, entry, use=use, dollar=dollar, inputs={"region": "eu"})


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${KEY}", "k3y"),
        ("Bearer ${env:KEY}!", "Bearer k3y!"),
        ("{env:KEY}", "k3y"),
        ("${{ secrets.KEY }}", "k3y"),
        ("${NONE:-else}", "else"),
        ("${KEY:-else}", "k3y"),
        ("${NONE:-}", ""),
        ("${input:token}", "t0ken"),
        ("${input:region}", "eu"),
        ("$KEY", "$KEY"),
        ("${KEY}${KEY}", "k3yk3y"),
        ("$ {KEY} $1 $$ {KEY}", "$ {KEY} $1 $$ {KEY}"),
        # What was filled in is no pattern itself.
        ("${NESTED}", "${KEY}"),
    ],
)
def test_placeholders_are_filled_in(text: str, filled: str) -> None:
    variables = {"KEY": "k3y", "NESTED": "${KEY}"}
    values = Values(variables=variables, inputs={"token": "t0ken"})
    for entry in (
        {"command": "x", "args": [text]},
        {"command": "x", "env": {"A": text}},
        {"url": f"https://h/{text}"},
        {"url": "https://h", "headers": {"A": text}},
    ):
        result, missing = fill_in(launch(entry), values)
        assert missing == ()
        texts = [*result.argv, *result.env.values(), *result.headers.values(), result.url]
        assert any(one.endswith(filled) for one in texts)


def test_a_bare_dollar_is_a_variable_for_the_clients_that_say_so() -> None:
    values = Values(variables={"KEY": "k3y"})
    result, missing = fill_in(launch({"command": "$KEY", "args": ["$NONE"]}, dollar=True), values)
    assert (result.argv, missing) == (("k3y", "$NONE"), ())


def test_what_is_missing_is_named_once() -> None:
    entry = {"command": "x", "args": ["${A}", "${A}", "${input:b}", "{env:C}"]}
    _, missing = fill_in(launch(entry), Values())
    assert missing == ("the variable A", "the input b (--input b=VALUE)", "the variable C")


def test_an_argument_may_name_a_variable_that_the_entry_sets_itself() -> None:
    entry = {"command": "mcp-remote", "args": ["X:${HEADER}"], "env": {"HEADER": "${KEY}"}}
    result, missing = fill_in(launch(entry), Values(variables={"KEY": "k3y", "HEADER": "no"}))
    assert missing == ()
    assert result.argv == ("mcp-remote", "X:${HEADER}")
    assert result.env == {"HEADER": "k3y"}


def test_variables_are_passed_on_where_they_are_set() -> None:
    entry = {"command": "x", "env_vars": ["SET", "UNSET"], "env": {"OWN": "1"}}
    result, missing = fill_in(launch(entry), Values(variables={"SET": "2", "OTHER": "3"}))
    assert (result.env, missing) == ({"SET": "2", "OWN": "1"}, ())


def test_nothing_secret_is_shown() -> None:
    entry = {
        "command": "npx",
        "args": ["srv", "--token", "s3cret", "${KEY}", "KEY=s3cret", "pg://u:s3cret@h/d"],
        "env": {"A": "s3cret"},
        "headers": {"B": "s3cret"},
    }
    plain = launch(entry)
    filled, _ = fill_in(plain, Values(variables={"KEY": "s3cret"}))
    for one in (plain, filled):
        assert one.shown == "npx srv --token *** '${KEY}' KEY=*** pg://***@h/d"
        assert "s3cret" not in repr(one)
    remote, _ = fill_in(
        launch({"url": "https://u:s3cret@h/${KEY}/mcp?k=s3cret#s3cret"}),
        Values(variables={"KEY": "s3cret"}),
    )
    assert remote.url == "https://u:s3cret@h/s3cret/mcp?k=s3cret#s3cret"
    assert remote.shown == "https://***@h/${KEY}/mcp?k=***"
    assert "s3cret" in remote.secrets
    assert "s3cret" not in repr(Values(variables={"KEY": "s3cret"}, inputs={"a": "s3cret"}))


def test_equal_launches_are_merged_and_others_not() -> None:
    entry = {"command": "npx", "args": ["srv"], "env": {"A": "1"}}
    first = launch(entry)
    again = launch({"command": ["npx", "srv"], "environment": {"A": "1"}}, client="zed", alias="b")
    other_key = launch({**entry, "env": {"A": "2"}})
    asks = launch({**entry, "args": ["${input:region}"]})
    merged = merge_launches([first, other_key, again, asks])
    assert [one.alias for one in merged] == ["a", "a", "a"]
    assert [use.client for use in merged[0].uses] == ["cursor", "zed"]
    assert [use.alias for use in merged[0].uses] == ["a", "b"]
    assert merged[0].argv == ("npx", "srv")


def test_header_variables() -> None:
    variables = {"TOKEN": "t0p", "B": "2"}
    assert expand_variables("Bearer $TOKEN", variables) == ("Bearer t0p", ())
    assert expand_variables("${TOKEN}x$B $$5 $", variables) == ("t0px2 $5 $", ())
    assert expand_variables("$NONE ${NONE} $ALSO", variables) == ("  ", ("NONE", "ALSO"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('{"a": [1, 2,], } // end', {"a": [1, 2]}),
        ('/* a\n "b" */ {"u": "http://x/*y*/",\n// c "d"\n"v": "\\"//,]"}', None),
        ('["a,]", ",}"]', ["a,]", ",}"]),
        ("[1, // one,\n 2 /* , */ , ]", [1, 2]),
    ],
)
def test_json_with_comments(text: str, value: Json) -> None:
    expected = {"u": "http://x/*y*/", "v": '"//,]'} if value is None else value
    assert decode_jsonc(text, max_depth=9) == expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": 1 // one\n "b": 2}', "line 2, column 2"),
        ("{/* never ends", "cut off"),
        ('{"a": "never ends', "cut off"),
        ("[1,,]", "line 1, column "),
        ("[" * 99, "nested|cut off"),
        ("// nothing", "empty"),
    ],
)
def test_errors_in_json_with_comments_name_their_place(text: str, place: str) -> None:
    with pytest.raises(JsonError, match=place):
        decode_jsonc(text, max_depth=9)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON, st.sampled_from(["// x, ]\n", "/* , } */", " "]))
def test_what_is_json_is_read_as_it_is_also_with_comments_in_it(value: Json, comment: str) -> None:
    text = json.dumps(value, indent=1)
    assert decode_jsonc(text, max_depth=50) == value
    assert decode_jsonc(f"{comment}{text}{comment}", max_depth=50) == value
