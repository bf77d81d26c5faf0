"""Look-alike servers stay in one fold."""

from __future__ import annotations

from analyzer.calibrate.data import Label
from analyzer.calibrate.families import build_families, family_folds
from tests.unit.quality_tools import read_tool


def row(server: str, name: str, description: str, siblings: tuple[str, ...] = ()) -> Label:
    return Label(
        where="labels.jsonl:1",
        server=server,
        siblings=siblings,
        tool=read_tool(description, name=name),
        risk=None,
        also=None,
        scores=(),
        judges=1,
        contradicts=False,
        published=False,
    )


ROWS = [
    row("b-fork", "ship", "Ship a parcel to a street by the night courier today."),
    row("a-first", "send", "Ship a parcel to a street by the night courier today."),
    row("c-named", "weigh", "Weigh it.", ("fold", "tape", "stamp")),
    row("d-named", "stamp", "Stamp it.", ("fold", "tape", "seal")),
    row("e-alone", "paint", "Paint a wall."),
    row("f-alone", "plant", "Plant a tree."),
]


def test_copies_and_shared_names_make_a_family() -> None:
    assert build_families(ROWS) == {
        "a-first": "a-first",
        "b-fork": "a-first",
        "c-named": "c-named",
        "d-named": "c-named",
        "e-alone": "e-alone",
        "f-alone": "f-alone",
    }


def test_families_share_a_fold_and_folds_are_even() -> None:
    folds = family_folds(ROWS, 3)
    assert folds[0] == folds[1] != folds[2] == folds[3]
    assert sorted(folds.count(fold) for fold in range(3)) == [2, 2, 2]
