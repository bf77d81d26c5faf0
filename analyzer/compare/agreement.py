"""Saved scans -> how far their scores and verdicts agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Literal

from analyzer.compare.saved import SavedScan, SavedTool, Scored, Scores
from analyzer.model import RiskCategory
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Whose scores: of which scan, and of which model; None for the offline ones."""

    scan: Literal["left", "right"]
    model: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionAgreement:
    """Differences are in score points; shares are 0 to 1."""

    dimension: str
    mean_absolute: float
    mean: float
    """Right minus left."""
    exact: float
    within_one: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A tool (or with an empty name a server's set) that the two score differently."""

    server: str
    name: str
    left: Scores
    right: Scores

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Where they differ, most first."""
        values, others = self.left.values, self.right.values
        differ = [name for name in values if values[name] != others[name]]
        return tuple(sorted(differ, key=lambda name: -abs(values[name] - others[name])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    of: Literal["tools", "sets"]
    """Definitions of tools, or a server's tools as a set."""
    left: Column
    right: Column
    count: int
    """Scored by both."""
    left_out: int
    """Scored by one of them only."""
    dimensions: tuple[DimensionAgreement, ...]
    total: float
    """Mean absolute difference of the totals."""
    same_tier: float
    """Share, 0 to 1."""
    differences: tuple[Difference, ...]
    """Most first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskChange:
    server: str
    name: str
    left: RiskCategory
    right: RiskCategory
    left_rationale: str
    right_rationale: str
    definition_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskComparison:
    count: int
    same: int
    changed: tuple[RiskChange, ...]
    """The ones that became more severe first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    left: SavedScan
    right: SavedScan | None
    """None where one scan was compared with the model in it."""
    agreements: tuple[Agreement, ...]
    risk: RiskComparison | None = None
    definitions_changed: tuple[tuple[str, str], ...] = ()
    """Server and tool."""
    only_left: tuple[tuple[str, str], ...] = ()
    only_right: tuple[tuple[str, str], ...] = ()


Pair = tuple[Scored, Scored]


def compare_judge(scan: SavedScan) -> Comparison:
    """A scan's offline scores with those of the models in it; no agreement where there is none."""
    tools = [tool.scored for tool in scan.tools]
    models = _models([*tools, *scan.sets])
    agreements = []
    for model in models:
        left, right = Column(scan="left", model=None), Column(scan="left", model=model)
        for of, items in (("tools", tools), ("sets", scan.sets)):
            pairs = [(item, item) for item in items if item.model == model]
            agreements += _agreement("tools" if of == "tools" else "sets", left, right, pairs)
    return Comparison(left=scan, right=None, agreements=tuple(agreements))


def compare_scans(left: SavedScan, right: SavedScan) -> Comparison:
    """Two scans of the same tools, matched by server and name; by name alone where each holds one
    server."""
    renamed = _matched(left, right)
    ours = {_place(tool.scored): tool for tool in left.tools}
    theirs = {_place(tool.scored): tool for tool in renamed.tools}
    both = [(ours[place], theirs[place]) for place in ours if place in theirs]
    pairs = [(one.scored, other.scored) for one, other in both]
    sets = {item.server: item for item in renamed.sets}
    set_pairs = [(item, sets[item.server]) for item in left.sets if item.server in sets]
    agreements: list[Agreement] = []
    for mine, other in _columns([*pairs, *set_pairs]):
        agreements += _agreement("tools", mine, other, _of_columns(pairs, mine, other))
        agreements += _agreement("sets", mine, other, _of_columns(set_pairs, mine, other))
    return Comparison(
        left=left,
        right=right,
        agreements=tuple(agreements),
        risk=_risk(both),
        definitions_changed=tuple(
            _place(one.scored) for one, other in both if one.digest != other.digest
        ),
        only_left=tuple(place for place in ours if place not in theirs),
        only_right=tuple(place for place in theirs if place not in ours),
    )


def _matched(left: SavedScan, right: SavedScan) -> SavedScan:
    """The right scan, its server under the left one's id where each holds one."""
    if len(left.servers) != 1 or len(right.servers) != 1:
        return right
    (name,) = left.servers
    return replace(
        right,
        servers=left.servers,
        tools=tuple(replace(t, scored=replace(t.scored, server=name)) for t in right.tools),
        sets=tuple(replace(item, server=name) for item in right.sets),
    )


def _place(item: Scored) -> tuple[str, str]:
    return item.server, item.name


def _models(items: Iterable[Scored]) -> list[str]:
    return sorted({item.model for item in items if item.model is not None})


def _columns(pairs: Sequence[Pair]) -> list[tuple[Column, Column]]:
    """Offline with offline, and each model on the left with each on the right."""
    models = sorted(
        {(one.model, other.model) for one, other in pairs if one.model and other.model},
        key=lambda names: (names[0] or "", names[1] or ""),
    )
    return [
        (Column(scan="left", model=mine), Column(scan="right", model=other))
        for mine, other in [(None, None), *models]
    ]


def _of_columns(pairs: Iterable[Pair], left: Column, right: Column) -> list[Pair]:
    if left.model is None:
        return list(pairs)
    return [pair for pair in pairs if (pair[0].model, pair[1].model) == (left.model, right.model)]


def _agreement(
    of: Literal["tools", "sets"], left: Column, right: Column, pairs: Sequence[Pair]
) -> list[Agreement]:
    """One agreement; none where nothing was scored by both."""
    scored = [
        Difference(server=one.server, name=one.name, left=mine, right=theirs)
        for one, other in pairs
        if (mine := _taken(one, left)) is not None and (theirs := _taken(other, right)) is not None
    ]
    if not scored:
        return []
    return [
        Agreement(
            of=of,
            left=left,
            right=right,
            count=len(scored),
            left_out=len(pairs) - len(scored),
            dimensions=tuple(_dimension(name, scored) for name in scored[0].left.values),
            total=_mean(scored, lambda d: abs(d.right.total - d.left.total)),
            same_tier=_mean(scored, lambda d: d.left.tier is d.right.tier),
            differences=tuple(sorted((d for d in scored if d.dimensions), key=_distance)),
        )
    ]


def _taken(item: Scored, column: Column) -> Scores | None:
    return item.offline if column.model is None else item.judged


def _dimension(name: str, scored: Sequence[Difference]) -> DimensionAgreement:
    def by(one: Difference) -> int:
        return one.right.values[name] - one.left.values[name]

    return DimensionAgreement(
        dimension=name,
        mean_absolute=_mean(scored, lambda one: abs(by(one))),
        mean=_mean(scored, by),
        exact=_mean(scored, lambda one: by(one) == 0),
        within_one=_mean(scored, lambda one: abs(by(one)) <= 1),
    )


def _mean(scored: Sequence[Difference], value: Callable[[Difference], float]) -> float:
    return sum(value(one) for one in scored) / len(scored)


def _distance(one: Difference) -> tuple[float, int, str, str]:
    points = sum(abs(one.right.values[d] - one.left.values[d]) for d in one.dimensions)
    return (-round(abs(one.right.total - one.left.total), 1), -points, one.server, one.name)


def _risk(both: Sequence[tuple[SavedTool, SavedTool]]) -> RiskComparison:
    changed = [
        RiskChange(
            server=one.scored.server,
            name=one.scored.name,
            left=one.category,
            right=other.category,
            left_rationale=one.rationale,
            right_rationale=other.rationale,
            definition_changed=one.digest != other.digest,
        )
        for one, other in both
        if one.category is not other.category
    ]
    changed.sort(key=lambda c: (c.left.rank - c.right.rank, c.server, c.name))
    return RiskComparison(count=len(both), same=len(both) - len(changed), changed=tuple(changed))
