"""The documents are held to the program: commands, options, exit codes, make targets, links."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from analyzer import errors
from analyzer.cli.app import group
from analyzer.schemas import load_schema

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
CLI_PAGE = ROOT / "docs" / "cli.md"
SKIPPED_FOLDERS = {
    ".git",
    ".hypothesis",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "__pycache__",
    "build",
    "dist",
    "toolmark-demo",
}
# Where the machines lie on which this was written or tested; split so that this file is clean.
MACHINE_PATHS = re.compile(
    "|".join(["/wo" + "rk/", "/opt/" + "venv", "/ro" + "ot/", r"/ho" + r"me/\w"])
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def commands() -> dict[str, click.Command]:
    with click.Context(group) as context:
        found = {name: group.get_command(context, name) for name in group.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


def options_of(command: click.Command) -> set[str]:
    """Spellings of all its options, long ones only where an option has both."""
    spelled = set()
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            names = [*parameter.opts, *parameter.secondary_opts]
            spelled |= {name for name in names if name.startswith("--")} or set(names)
    return spelled


def sections(page: Path) -> dict[str, str]:
    """Text under each heading of the page, by the heading without its marks."""
    parts = re.split(r"^#+ +(.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {
        heading.strip("` "): text for heading, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def example_lines(page: Path) -> Iterator[str]:
    """Command lines in code blocks, fenced or indented, with continued lines joined."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            yield line.strip().removeprefix("$ ").partition("  #")[0]


def text_about(command: str) -> str:
    """What the page says of a command, the section on targets included where it takes them."""
    page = sections(CLI_PAGE)
    takes_targets = any(p.name == "targets" for p in commands()[command].params)
    return page[f"toolmark {command}"] + (page["Targets"] if takes_targets else "")


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_and_option_is_documented_and_has_help(name: str) -> None:
    command = commands()[name]
    text = text_about(name)
    missing = {option for option in options_of(command) if f"`{option}" not in text}
    assert not missing, f"docs/cli.md, toolmark {name}: {sorted(missing)}"
    assert command.help
    silent = [p.name for p in command.params if isinstance(p, click.Option) and not p.help]
    assert not silent, f"options without help: {silent}"


def test_documented_options_exist() -> None:
    for name, command in commands().items():
        named = set(re.findall(r"^\| `(--[a-z-]+)", text_about(name), flags=re.MULTILINE))
        assert named <= options_of(command), name


def test_every_variable_that_is_read_is_documented() -> None:
    code = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "analyzer" / "cli").glob("*.py"))
    read = set(re.findall(r"environ(?:\.get\(|\[)\s*\"([A-Z_]+)\"", code))
    rows = re.findall(r"^\| `([A-Z_]+)` \|", sections(CLI_PAGE)["Environment"], re.MULTILINE)
    assert read - {"TERM"} == set(rows)


def test_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in commands() if f"toolmark {name}" not in text] == []


@pytest.mark.parametrize("page", DOCUMENTS, ids=name_of)
def test_commands_in_examples_exist_with_their_options(page: Path) -> None:
    for line in example_lines(page):
        for part in re.split(r"\||&&|;", line):
            words = shlex.split(part, comments=True)
            if not words or words[0] != "toolmark":
                continue
            ours = words[1 : words.index("--")] if "--" in words else words[1:]
            options = {word.partition("=")[0] for word in ours if word.startswith("--")}
            command = commands().get(ours[0], group) if ours else group
            assert ours[0].startswith("-") or ours[0] in commands(), line
            assert options <= options_of(command) | {"--help", "--version"}, line


def test_json_page_names_every_member_of_the_contract() -> None:
    text = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    schema = load_schema("scan")
    parts = [schema, *(schema["$defs"][name] for name in schema["$defs"] if name != "signals")]
    members = {member for part in parts for member in part.get("properties", {})}
    assert members
    assert {member for member in members if not re.search(rf"[`\"]{member}[`\"]", text)} == set()


def test_every_exit_code_is_documented() -> None:
    codes = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    for page in (CLI_PAGE, ROOT / "README.md"):
        rows = re.findall(r"^\| (\d+) \|", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert {int(row) for row in rows} == codes, name_of(page)


def test_make_targets_named_in_documents_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, flags=re.MULTILINE))
    named = {
        target
        for page in DOCUMENTS
        for target in re.findall(
            r"(?:`|^ +)make ([a-z-]+)", page.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
    }
    assert named
    assert named <= targets
    assert set(re.findall(r"^#   make ([a-z-]+)", makefile, flags=re.MULTILINE)) == targets - {
        "help"
    }


@pytest.mark.parametrize("page", DOCUMENTS, ids=name_of)
def test_relative_links_resolve(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", target):
            assert (page.parent / target.partition("#")[0]).exists(), target


def test_no_path_of_a_machine_stands_in_the_repository() -> None:
    found = []
    for path in ROOT.rglob("*"):
        if SKIPPED_FOLDERS.isdisjoint(path.relative_to(ROOT).parts) and path.is_file():
            text = path.read_bytes().decode("utf-8", errors="ignore")
            found += [f"{name_of(path)}: {m}" for m in MACHINE_PATHS.findall(text)]
    assert found == []
