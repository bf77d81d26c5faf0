"""Who may import whom, who may touch the outside world, and what a plain start-up loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "analyzer"
MODULES = sorted(PACKAGE.rglob("*.py"))

# A unit is a module of the package or a folder of it. Each may import the units of its row, itself
# and nothing else of ours; a unit without a row fails the test until somebody decides its place.
BASE = {"model", "errors", "resources", "taxonomy", "jsonio", "schemas", "schema"}
READING = BASE | {"text", "jsjson", "subtree", "features", "signals"}
JUDGING = READING | {"rulebook"}
SHOWING = BASE | {"policy", "output", "site"}
MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    "resources": set(),
    "jsonio": set(),
    "text": set(),
    "errors": {"model"},
    "taxonomy": {"model", "resources"},
    "schemas": {"errors", "resources"},
    "schema": {"model"},
    "jsjson": {"model"},
    "subtree": {"model"},
    "sources": BASE - {"taxonomy", "schemas", "schema"},
    "features": BASE | {"text"},
    "signals": BASE | {"text", "jsjson", "subtree"},
    "rulebook": READING,
    "risk": JUDGING,
    "quality": JUDGING,
    "assess": JUDGING | {"risk", "quality"},
    "policy": BASE,
    "output": BASE | {"policy"},
    "site": BASE | {"policy", "output"},
    "demo": set(),
}
"""``cli`` has no row: it may import everything, and nothing imports it."""

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


def names_used(module: Path) -> Iterator[str]:
    """Dotted names that a module imports or mentions: ``os.environ``, ``anyio.open_process``."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    imported_as: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                imported_as[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(module)}: relative import"
            for alias in node.names:
                imported_as[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
            parts: list[str] = []
            inner: ast.expr = node
            while isinstance(inner, ast.Attribute):
                parts.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name):
                root = imported_as.get(inner.id, inner.id)
                yield ".".join([root, *reversed(parts)])


def users_of(forbidden: tuple[str, ...]) -> set[str]:
    return {
        place(module)
        for module in MODULES
        for name in names_used(module)
        if any(name == one or name.startswith(one + ".") for one in forbidden)
    }


def units_imported(module: Path) -> set[str]:
    """Units of ours that a module imports, at its top or inside functions."""
    units = set()
    for name in names_used(module):
        parts = name.split(".")
        if parts[0] == "analyzer" and len(parts) > 1 and parts[1] != "__version__":
            units.add(parts[1])
    return units


@pytest.mark.parametrize("module", MODULES, ids=place)
def test_imports_follow_the_table(module: Path) -> None:
    if unit(module) in {"__init__", "__main__", "cli"}:
        return
    assert unit(module) in MAY_IMPORT, f"give {unit(module)} a row in MAY_IMPORT"
    foreign = units_imported(module) - MAY_IMPORT[unit(module)] - {unit(module)}
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
    assert users_of(STARTS_PROCESSES) == {"sources/stdio.py"}


def test_connections_are_opened_in_one_place() -> None:
    # The demo server listens on the loopback; it connects to nobody.
    assert users_of(OPENS_CONNECTIONS) - {"demo/server.py"} == {"sources/http.py"}


def test_only_the_command_line_prints_exits_and_reads_the_environment() -> None:
    # The demo server is a program of its own.
    users = users_of(TALKS_TO_THE_SHELL) - {"demo/server.py"}
    assert {name for name in users if not name.startswith("cli/")} == set()


def test_broad_except_stands_in_one_place_of_the_command_line() -> None:
    broad = []
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else "BaseException"
                if "Exception" in caught.replace("(", " ").replace(",", " ").split():
                    broad.append(place(module))
                assert "BaseException" not in caught.split(), place(module)
    assert len(broad) <= 1
    assert all(name.startswith("cli/") for name in broad)


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
    assert loaded.isdisjoint({"mcp", "mcp_types", "pydantic", "httpx", "jinja2", "jsonschema"})
