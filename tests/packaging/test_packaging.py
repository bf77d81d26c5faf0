"""Build sdist and wheel as a release would, install the wheel elsewhere, and run it from ``/``."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from analyzer import __version__

ROOT = Path(__file__).resolve().parents[2]
DATA_FOLDERS = ("catalog", "rules", "reports")

# The builds are made once: all tests of this file run in one process.
pytestmark = pytest.mark.xdist_group("packaging")


def run(*command: str | Path, cwd: Path) -> str:
    """The command's stdout. Fails with its stderr unless it exits 0."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(outdir: Path, *options: str) -> Path:
    """Build without isolation, so that nothing is downloaded."""
    run(sys.executable, "-m", "build", "--no-isolation", *options, "-o", outdir, ROOT, cwd=outdir)
    return next(outdir.glob("*.whl"))


@pytest.fixture(scope="module")
def sdist_and_wheel(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    wheel = build(folder)
    return next(folder.glob("*.tar.gz")), wheel


@pytest.fixture(scope="module")
def installed(sdist_and_wheel: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` of an environment that holds the wheel, and sees our dependencies but not us.

    A path named in a .pth file is only searched: the .pth files in it, an editable install of
    this checkout among them, are not followed.
    """
    folder = tmp_path_factory.mktemp("env")
    venv.create(folder, with_pip=False, symlinks=True)
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    python = scripts / "python"
    run(
        *(sys.executable, "-m", "pip", "--python", python, "install"),
        *("--quiet", "--no-deps", "--no-index", sdist_and_wheel[1]),
        cwd=folder,
    )
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    (Path(site.strip()) / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return scripts


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def files_under(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_wheel_holds_the_package_its_data_and_nothing_else(
    sdist_and_wheel: tuple[Path, Path],
) -> None:
    names = names_in(sdist_and_wheel[1])
    package = {name.removeprefix("analyzer/") for name in names if name.startswith("analyzer/")}
    for folder in DATA_FOLDERS:
        carried = {n.removeprefix(f"_data/{folder}/") for n in package if f"_data/{folder}/" in n}
        assert carried == files_under(ROOT / folder)
    assert {"_data/rules.json", "_data/clients.json", "_data/patterns.bin"} <= package
    own = {name for name in package if not name.startswith("_data/")}
    assert own == files_under(ROOT / "analyzer")
    assert {"py.typed", "demo/tools.json", "schemas/policy.schema.json"} <= own
    assert {name.split("/")[0] for name in names} == {
        "analyzer",
        f"toolmark-{__version__}.dist-info",
    }
    assert f"toolmark-{__version__}.dist-info/licenses/LICENSE" in names


def test_wheel_is_the_same_from_the_checkout_and_from_the_sdist(
    sdist_and_wheel: tuple[Path, Path], tmp_path: Path
) -> None:
    assert names_in(build(tmp_path, "--wheel")) == names_in(sdist_and_wheel[1])


def test_sdist_is_complete(sdist_and_wheel: tuple[Path, Path]) -> None:
    with tarfile.open(sdist_and_wheel[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "LICENSE", "CHANGELOG.md", "Makefile", "pyproject.toml"} <= names
    for folder in ("analyzer", *DATA_FOLDERS, "tests", "docs", "benchmarks"):
        missing = {f"{folder}/{name}" for name in files_under(ROOT / folder)} - names
        assert not missing


def test_installed_command_works_from_the_root_folder(installed: Path, tmp_path: Path) -> None:
    root = Path(tmp_path.anchor)
    target = tmp_path / "tools.json"
    shutil.copy(ROOT / "analyzer" / "demo" / "tools.json", target)

    where = run(installed / "python", "-c", "import analyzer; print(analyzer.__file__)", cwd=root)
    assert Path(where.strip()).is_relative_to(installed.parent)
    assert __version__ in run(installed / "toolmark", "--version", cwd=root)
    document = json.loads(run(installed / "toolmark", "scan", target, "--format", "json", cwd=root))
    expected = json.loads(target.read_bytes())["tools"]
    scanned = document["servers"][0]["tools"]
    assert [tool["name"] for tool in scanned] == [tool["name"] for tool in expected]
    assert document["tool_version"] == __version__


def test_installed_command_takes_the_patterns_that_the_wheel_carries_compiled(
    installed: Path, tmp_path: Path
) -> None:
    program = (
        "from analyzer.rulebook.compiled import recall_compiled; "
        "from analyzer.rulefiles import bundled_rules; "
        "print(recall_compiled(bundled_rules().digest) is not None)"
    )
    assert run(installed / "python", "-c", program, cwd=tmp_path).strip() == "True"


def test_installed_command_takes_the_rules_that_the_wheel_carries_parsed(
    installed: Path, tmp_path: Path
) -> None:
    program = (
        "import sys; from analyzer.rulefiles import bundled_rules, carried_file, read_clients; "
        "bundled_rules(); read_clients(); "
        "print('yaml' in sys.modules, carried_file('rules').with_name('rules').is_dir())"
    )
    assert run(installed / "python", "-c", program, cwd=tmp_path).split() == ["False", "True"]


def test_installed_demo_scans_its_server_and_writes_its_report(
    installed: Path, tmp_path: Path
) -> None:
    run(installed / "toolmark", "demo", cwd=tmp_path)
    policy = json.loads((tmp_path / "toolmark-demo" / "policy.json").read_bytes())
    assert policy["default"] == "deny"
    assert (tmp_path / "toolmark-demo" / "report" / "index.html").is_file()
