"""The catalogue of well-known servers: each file is held to its schema and to our own reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from analyzer.errors import UsageError
from analyzer.resources import bundled
from analyzer.sources.known import (
    KnownServer,
    build_known_launch,
    choose_known,
    find_known,
    load_known,
)
from analyzer.sources.placeholders import Values, fill_in
from analyzer.sources.redact import secrets_in_command

FILES = sorted((bundled("catalog") / "servers").glob("*.yaml"))
RUNNERS = {"npm": "npx", "pypi": "uvx", "oci": "docker"}


def schema() -> Any:
    return json.loads((bundled("catalog") / "server.schema.json").read_text(encoding="utf-8"))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_follows_the_schema_and_its_name(path: Path) -> None:
    entry = yaml.safe_load(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema()).validate(entry)
    assert entry["id"] == path.stem


@pytest.mark.parametrize(
    "change",
    [
        {"id": "Not Safe"},
        {"url": "http://plain.example/mcp"},
        {"package": "npm:x"},
        {"account": "maybe"},
        {"tags": []},
        {"surprise": 1},
    ],
)
def test_the_schema_refuses_what_is_wrong(change: dict[str, Any]) -> None:
    good = yaml.safe_load((bundled("catalog") / "servers" / "deepwiki.yaml").read_bytes())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema()).validate({**good, **change})


def test_there_are_many_and_each_stands_once() -> None:
    servers = load_known()
    assert len(servers) == len(FILES) >= 60
    assert len({server.launch or server.url for server in servers}) == len(servers)
    assert len({server.title for server in servers}) == len(servers)


@pytest.mark.parametrize("server", load_known(), ids=lambda server: server.id)
def test_a_launch_runs_the_package_with_placeholders_alone(server: KnownServer) -> None:
    if server.launch:
        registry, _, name = server.package.partition(":")
        assert server.launch[0] == RUNNERS[registry]
        assert name in server.launch
    launch, missing = fill_in(build_known_launch(server, {}), Values(variables={}))
    assert missing == ()
    assert not [text for text in (*launch.argv, *launch.env.values(), launch.url) if "$" in text]
    assert launch.env == {name: text for name, text in server.env.items() if text}
    # Nothing in it looks like a key, but for the value of an option that takes one.
    assert set(secrets_in_command(server.launch)) <= {"placeholder"}


def test_the_users_variables_win_over_placeholders() -> None:
    launch = build_known_launch(find_known("notion"), {"X-Key": "1"})
    given = {"NOTION_TOKEN": "mine", "OTHER": "x"}
    filled, _ = fill_in(launch, Values(variables=given))
    assert (dict(filled.env), dict(filled.headers)) == ({"NOTION_TOKEN": "mine"}, {})
    assert build_known_launch(find_known("deepwiki"), {"X-Key": "1"}).headers == {"X-Key": "1"}


def test_one_is_found_by_its_id() -> None:
    assert find_known("everything").title == "Everything (reference)"
    with pytest.raises(UsageError, match="called 'everythin'; close: everything"):
        find_known("everythin")


def test_they_are_chosen_by_tags_and_words() -> None:
    reference = choose_known((), ("reference",))
    assert {"everything", "fetch"} <= {server.id for server in reference}
    assert [server.id for server in choose_known(("QuantConnect", "docker"), ())] == []
    ids = {server.id for server in choose_known(("quantconnect",), ("finance",))}
    assert ids == {"quantconnect", "quantconnect-community"}
    assert choose_known((), ()) == load_known()
