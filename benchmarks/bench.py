"""Measure start-up, a scan and the judging of one tool against their targets.

    python benchmarks/bench.py [--runs N] [--json]

Times of commands are wall-clock seconds from start to exit, Python's own start included: the
median of N runs after one that is thrown away. The definitions are real ones where
``../shared/data/servers`` lies beside the checkout, else multiples of the demo server's.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from analyzer.assess import assess_server
from analyzer.model import Server
from analyzer.rulebook import load_rulebook
from analyzer.rulefiles import bundled_rules
from analyzer.sources import SourceOptions, read_target

ROOT = Path(__file__).resolve().parents[1]
SERVERS = ROOT.parent / "shared" / "data" / "servers"
LARGE = SERVERS / "github__github-mcp-server.json"
LARGE_TOOLS = 117
DEMO = ROOT / "analyzer" / "demo" / "tools.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    name: str
    value: float
    unit: str
    target: float | None = None

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return "met" if self.value <= self.target else "MISSED"


def median_time(action: Callable[[], object], runs: int) -> float:
    """Seconds; the first run only warms caches."""
    action()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def command_time(arguments: list[str], runs: int) -> float:
    """Median seconds of the installed command beside this interpreter."""
    command = [str(Path(sys.executable).with_name("toolmark")), *arguments]
    # With this variable set, every run would compile the sources anew, as no installed copy does.
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return median_time(
        lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=kept), runs
    )


def write_generated(folder: Path) -> Path:
    """A file of LARGE_TOOLS definitions, the demo's under changing names."""
    document = json.loads(DEMO.read_bytes())
    tools = [
        {**document["tools"][n % len(document["tools"])], "name": f"tool_{n}"}
        for n in range(LARGE_TOOLS)
    ]
    path = folder / "generated.json"
    path.write_text(json.dumps({**document, "tools": tools}), encoding="utf-8")
    return path


def load_rules_anew() -> None:
    bundled_rules.cache_clear()
    load_rulebook.cache_clear()
    load_rulebook()


def read_servers(target: Path) -> tuple[list[Server], str]:
    """The servers to judge, and what they are."""
    read = read_target(str(target), SourceOptions(), None)
    servers = [server for server in read if isinstance(server, Server)]
    count = sum(len(server.tools) for server in servers)
    return servers, f"{count} {'real' if SERVERS.is_dir() else 'generated'} tools"


def measure(runs: int) -> list[Measurement]:
    with tempfile.TemporaryDirectory() as folder:
        large = LARGE if LARGE.is_file() else write_generated(Path(folder))
        kind = "117 real tools" if LARGE.is_file() else "117 generated tools"
        servers, which = read_servers(SERVERS if SERVERS.is_dir() else large)
        rulebook = load_rulebook()
        tools = sum(len(server.tools) for server in servers)
        judging = median_time(lambda: [assess_server(s, rulebook) for s in servers], runs)
        return [
            Measurement(
                name="toolmark --help", value=command_time(["--help"], runs), unit="s", target=0.15
            ),
            Measurement(
                name=f"toolmark scan, {kind}",
                value=command_time(["scan", str(large)], runs),
                unit="s",
                target=0.5,
            ),
            Measurement(
                name=f"toolmark scan --format json, {kind}",
                value=command_time(["scan", str(large), "--format", "json"], runs),
                unit="s",
                target=0.5,
            ),
            Measurement(name="load the rules", value=median_time(load_rules_anew, runs), unit="s"),
            Measurement(name=f"judge one tool, of {which}", value=judging / tools * 1e6, unit="us"),
        ]


def render(measurements: list[Measurement]) -> str:
    width = max(len(m.name) for m in measurements)
    lines = [f"{'':<{width}}  {'median':>10}  {'target':>8}"]
    for m in measurements:
        value = f"{m.value:.3f} s" if m.unit == "s" else f"{m.value:.0f} {m.unit}"
        target = "" if m.target is None else f"{m.target:g} {m.unit}"
        lines.append(f"{m.name:<{width}}  {value:>10}  {target:>8}  {m.verdict}".rstrip())
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=5, help="how many runs to take the median of")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()
    measurements = measure(arguments.runs)
    if arguments.json:
        print(json.dumps([asdict(m) for m in measurements], indent=2))
    else:
        print(render(measurements))


if __name__ == "__main__":
    main()
