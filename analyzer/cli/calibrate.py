"""``toolmark calibrate``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from analyzer.cli.console import say
from analyzer.errors import UsageError

KINDS = ("risk", "quality")


@click.command()
@click.argument(
    "train", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="TRAIN..."
)
@click.option("--only", type=click.Choice(KINDS), help="Make the weights of one kind of rules.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder that gets the files (default: rules/weights of this installation).",
)
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The date in the files (default: today, in UTC).",
)
def command(
    train: tuple[Path, ...], only: str | None, output: Path | None, date: datetime | None
) -> int:
    """Make the weights of the rules from labelled tools.

    TRAIN are JSON Lines files, one labelled tool a line: server, siblings, tool, risk, alt, q, of
    50 servers or more. The files say what they were made from, and hold figures cross-validated by
    server. The same data and rules give the same weights. Needs the extra toolmark[calibrate].

    \b
      toolmark calibrate labels.jsonl --only risk
    """
    try:
        import lightgbm  # noqa: F401
        import scipy  # noqa: F401
    except (ImportError, OSError) as error:
        raise UsageError(
            f"calibrating needs LightGBM and SciPy ({error}); install toolmark[calibrate]"
        ) from None
    from analyzer.calibrate.data import read_labels
    from analyzer.calibrate.files import render_weights
    from analyzer.calibrate.kinds import CALIBRATORS
    from analyzer.output.files import make_folder, write_whole
    from analyzer.resources import bundled
    from analyzer.rulebook import load_rulebook

    labels = read_labels(train)
    wanted = {
        kind: (check(labels), calibrate)  # all checked before anything is fitted
        for kind, (check, calibrate) in CALIBRATORS.items()
        if only in (None, kind)
    }
    rulebook = load_rulebook()
    made = (date or datetime.now(UTC)).date().isoformat()
    folder = output or bundled("rules") / "weights"
    rendered = {
        kind: render_weights(calibrate(rulebook, passed, made))
        for kind, (passed, calibrate) in wanted.items()
    }
    make_folder(folder)
    for kind, text in rendered.items():
        write_whole(folder / f"{kind}.json", text)
        say(f"wrote {folder / f'{kind}.json'}")
    return 0
