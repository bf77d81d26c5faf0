"""Write docs/screenshot.png: the page of a tool in the report on the demo server.

    python scripts/screenshot.py [--report DIR] [--tool NAME] [--output FILE]

Scans the demo server, or takes a report that is there already. Needs Debian's chromium.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT = 1280, 1180
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--report", type=Path, help="a report made before; default: the demo's")
    parser.add_argument("--tool", default="purge_customer", help="whose page to take")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "screenshot.png")
    options = parser.parse_args()
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        print("screenshot: no chromium found (Debian: apt install chromium)", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="toolmark-screenshot-") as scratch:
        report = options.report or write_report(Path(scratch, "report"))
        pages = sorted(report.glob(f"servers/*/{options.tool}.html"))
        if not pages:
            print(f"screenshot: {report} has no page of {options.tool}", file=sys.stderr)
            return 2
        take(browser, pages[0], options.output.resolve(), Path(scratch, "profile"))
    print(options.output)
    return 0


def write_report(folder: Path) -> Path:
    """Scan the demo server by a command without a path, since the page shows the command."""
    here = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(
        ["toolmark", "report", "-o", folder, "--", "python", "-m", "analyzer.demo.server"],  # noqa: S607
        check=True,
        cwd=ROOT,
        env={**os.environ, "PATH": here},
        stdout=subprocess.DEVNULL,
    )
    return folder


def take(browser: str, page: Path, output: Path, profile: Path) -> None:
    """Photograph the top of ``page``; the picture takes its place only when it is whole."""
    picture = profile.with_suffix(".png")
    command = [
        browser,
        *SWITCHES,
        f"--user-data-dir={profile}",
        f"--window-size={WIDTH},{HEIGHT}",
        f"--screenshot={picture}",
        page.resolve().as_uri(),
    ]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(picture, output)


if __name__ == "__main__":
    raise SystemExit(main())
