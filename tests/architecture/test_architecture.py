"""Who may import whom, who may touch the outside world, and what a plain start-up loads."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "analyzer"
MODULES = sorted(PACKAGE.rglob("*.py"))

# A unit is a module of the package or a folder of it. Each may import the units of its row, itself
# and nothing else of ours; a unit without a row fails the test until somebody decides its place.
BASE = {
    "model",
    "errors",
    "resources",
    "rulefiles",
    "taxonomy",
    "jsonio",
    "schemas",
    "schema",
}
READING = BASE | {"text", "jsjson", "subtree", "features", "signals"}
JUDGING = READING | {"rulebook"}
SHOWING = BASE | {"policy", "output", "site"}
MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    "plainyaml": set(),
    "resources": {"plainyaml"},
    "rulefiles": {"errors", "resources"},
    "jsonio": set(),
    "text": set(),
    "errors": {"model"},
    "taxonomy": {"model", "rulefiles"},
    "schemas": {"errors", "resources"},
    "schema": {"model"},
    "jsjson": {"model"},
    "subtree": {"model"},
    "sources": BASE - {"taxonomy", "schemas", "schema"},
    "features": BASE | {"text"},
    "signals": BASE | {"text", "jsjson", "subtree"},
    "rulebook": READING,
    "risk": JUDGING,
    "annotations": JUDGING | {"risk", "actions"},
    "quality": JUDGING | {"annotations"},
    "actions": JUDGING | {"risk"},
    "traits": JUDGING,
    "partial": BASE,
    "coherence": JUDGING,
    "assess": JUDGING
    | {"annotations", "risk", "quality", "actions", "traits", "coherence", "partial"},
    "judge": READING,
    "calibrate": JUDGING | {"sources", "risk", "quality"},
    "fixes": JUDGING | {"quality", "coherence"},
    "policy": BASE,
    "compare": BASE,
    "output": BASE | {"policy", "compare"},
    "site": BASE | {"policy", "output"},
    "demo": set(),
}
"""``cli`` has no row: it may import everything, and nothing imports it."""
BY_ALL = {"records"}
"""What every unit may import, and what imports none of ours."""

# Names, as imported or as called, that reach outside the process, and who may use them.
STARTS_PROCESSES = (
    "subprocess",
    "multiprocessing",
    "pty",
    "concurrent.futures.ProcessPoolExecutor",
    "asyncio.create_subprocess_exec",
    "asyncio.create_subprocess_shell",
    "anyio.open_process",
    "anyio.run_process",
    "mcp.client.stdio",
    "mcp.stdio_client",
    "os.system",
    "os.popen",
    "os.fork",
    "os.posix_spawn",
)
OPENS_CONNECTIONS = (
    "socket",
    "ssl",
    "http.client",
    "urllib.request",
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "requests",
    "anyio.connect_tcp",
    "asyncio.open_connection",
    "mcp.client.sse",
    "mcp.client.streamable_http",
    "mcp.client.client",
    "mcp.Client",
)
TALKS_TO_THE_SHELL = (
    "print",
    "input",
    "exit",
    "quit",
    "sys.exit",
    "sys.argv",
    "sys.stdin",
    "sys.stdout",
    "sys.stderr",
    "os.environ",
    "os.getenv",
    "os.getcwd",
)


def place(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def unit(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Each imported name as the module knows it, and its dotted name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name, alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def names_used(module: Path) -> Iterator[tuple[str, bool]]:
    """Dotted names that a module imports or mentions, such as ``os.environ``, and whether it calls
    them."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    imported = dict(imports_of(tree))
    for name in imported.values():
        yield name, False
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
            head, *tail = ast.unparse(node).split(".")
            yield ".".join([imported.get(head, head), *tail]), id(node) in called


def users_of(forbidden: tuple[str, ...], *, only_calls: bool = False) -> set[str]:
    return {
        place(module)
        for module in MODULES
        for name, called in names_used(module)
        if (called or not only_calls)
        and any(name == one or name.startswith(one + ".") for one in forbidden)
    }


def units_imported(module: Path) -> set[str]:
    """Units of ours that a module imports, at its top or inside functions."""
    units = set()
    for name, _ in names_used(module):
        parts = name.split(".")
        if parts[0] == "analyzer" and len(parts) > 1 and parts[1] != "__version__":
            units.add(parts[1])
    return units


@pytest.mark.parametrize("module", MODULES, ids=place)
def test_imports_follow_the_table(module: Path) -> None:
    if unit(module) in {"__init__", "__main__", "cli"}:
        return
    if unit(module) in BY_ALL:
        assert not units_imported(module)
        return
    assert unit(module) in MAY_IMPORT, f"give {unit(module)} a row in MAY_IMPORT"
    foreign = units_imported(module) - MAY_IMPORT[unit(module)] - BY_ALL - {unit(module)}
    assert not foreign, f"{place(module)} imports {sorted(foreign)}"


def test_the_table_has_no_cycle_and_names_only_what_exists() -> None:
    units = {unit(module) for module in MODULES}
    assert set(MAY_IMPORT) <= units
    settled: set[str] = set()
    while len(settled) < len(MAY_IMPORT):
        ready = {u for u, wants in MAY_IMPORT.items() if wants <= settled} - settled
        assert ready, f"a cycle among {sorted(set(MAY_IMPORT) - settled)}"
        settled |= ready


def test_only_the_command_line_is_imported_by_nobody() -> None:
    importers = [place(m) for m in MODULES if unit(m) != "cli" and "cli" in units_imported(m)]
    assert importers in ([], ["__main__.py"])


def test_processes_are_started_in_one_place() -> None:
    # sources/process.py ends what was started, on Windows with the system's own command.
    starters = users_of(STARTS_PROCESSES, only_calls=True)
    assert starters - {"sources/process.py"} == {"sources/stdio.py"}


def test_connections_are_opened_in_one_place() -> None:
    # The demo server listens on the loopback; it connects to nobody. A language model is asked
    # through judge/client.py, and judge/transport.py bounds what goes through it.
    openers = users_of(OPENS_CONNECTIONS, only_calls=True)
    judge = {"judge/client.py", "judge/transport.py"}
    assert judge <= openers
    # A URL is asked over one of two transports, which share a client.
    asking = {"http.py", "http_client.py", "streamable.py", "sse.py"}
    assert openers - judge - {"demo/server.py"} == {f"sources/{name}" for name in asking}


def test_the_package_behind_the_judge_is_imported_in_one_place() -> None:
    assert users_of(("tdqs",)) == {"judge/client.py"}


def test_only_the_command_line_prints_exits_and_reads_the_environment() -> None:
    # The demo server is a program of its own.
    users = users_of(TALKS_TO_THE_SHELL) - {"demo/server.py"}
    assert {name for name in users if not name.startswith("cli/")} == set()


def swallows_everything(handler: ast.ExceptHandler) -> bool:
    """Whether it catches any exception at all and does not raise it again."""
    names = re.findall(r"\w+", ast.unparse(handler.type)) if handler.type else ["BaseException"]
    return not {"Exception", "BaseException"}.isdisjoint(names) and not any(
        isinstance(statement, ast.Raise) and statement.exc is None for statement in handler.body
    )


def test_broad_except_stands_in_one_place_of_the_command_line() -> None:
    broad = [
        place(module)
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and swallows_everything(node)
    ]
    assert broad == ["cli/app.py"]


PROGRAM = "from analyzer.cli import main; main()"


def modules_loaded(*arguments: str) -> set[str]:
    """Top-level packages that a run of the command imports."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    lines = [line for line in run.stderr.splitlines() if line.startswith("import time:")]
    assert run.returncode == 0, run.stderr
    return {line.rpartition("|")[2].strip().split(".")[0] for line in lines}


def test_start_up_loads_little(tmp_path: Path) -> None:
    assert modules_loaded("--help").isdisjoint({"mcp", "jinja2", "jsonschema", "rich", "yaml"})


@pytest.mark.parametrize("format_", ["json", "terminal"])
def test_scanning_a_file_loads_neither_the_sdk_nor_templates(format_: str) -> None:
    target = str(PACKAGE / "demo" / "tools.json")
    loaded = modules_loaded("scan", target, "--format", format_)
    assert "analyzer" in loaded
    heavy = {"mcp", "mcp_types", "pydantic", "httpx", "tdqs", "jinja2", "jsonschema"}
    assert loaded.isdisjoint(heavy)
