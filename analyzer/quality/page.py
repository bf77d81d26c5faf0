"""``docs/scoring.md``: each dimension's scorecard and the measured agreement, from the rules."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model import Dimension
from analyzer.quality.contributions import LEAST, signal_titles
from analyzer.quality.scorecard import Pair, Scorecard, Term, scorecards
from analyzer.rulebook import Rulebook
from analyzer.taxonomy import taxonomy

_INTRO = """\
# How quality is scored

<!-- Made from rules/ by tests/unit/test_quality_page.py --update-golden; not to be edited. -->

The six dimensions are those of the Tool Definition Quality Score (TDQS), an open specification
whose scores are given by a language model. Toolmark gives them offline, with the tables below: the
same definition always gets the same scores.

A score depends on the tool's own definition and on the names of the server's other tools. Signals
are read from them: rules (does the text say when not to use the tool?) and numbers (how many
parameters does nothing explain?). Each signal falls into a step of its table and adds the points of
that step to the average score, in points of the score. Some pairs of signals add what they mean
together beyond what each means alone. The sum is the score that is expected; where it passes a cut
point, the next whole score begins. `toolmark explain` shows the terms that weigh most for a tool,
with the words behind them; with `--format json`, all. The tables come from boosted trees of two
levels that are kept from pushing against the rubric: more of a signal that it asks for never lowers
the sum, whatever the others are. Steps are left out where the points shown stay the same, and terms
that move nothing by a hundredth of a point; `rules/weights/quality.json` has them all.

A tool without a description scores 1 throughout; a description that only repeats the name or the
title scores at most 2 in purpose; a text that contradicts the declared annotations scores 1 in
behavior. Sentences that repeat others and lists of keywords prove nothing. The total is the mean
weighted as the specification says.

## Agreement with the judges

Mean distance to the scores of the judges, cross-validated by families of servers: the tables were
made without the server that is scored and without those that share its names or texts. The signals
were chosen with all these tools in view, so expect somewhat more on servers that nobody has seen.
Two runs of the judges differ by 0.12 to 0.24 themselves. One tool whose scores the reference
catalogue published weighs as much in each table as it takes for those scores to come out.

| dimension | mean distance | at most one apart |
|---|---|---|
"""


def render_scorecards(rulebook: Rulebook) -> str:
    """The page as Markdown. Tables are as in ``rules/weights/quality.json``."""
    weights = rulebook.weights["quality"]
    texts = taxonomy().dimensions
    titles = signal_titles(rulebook)
    parts = [_INTRO]
    for dimension in Dimension:
        found = weights["cross_validated"][dimension.value]
        parts.append(
            f"| {texts[dimension].title} | {found['mae']:.2f} | {found['within_one']:.1%} |\n"
        )
    made = weights["provenance"]
    parts.append(f"\nMade from {made['tools']} tools of {made['servers']} servers.\n")
    for dimension, card in scorecards(rulebook).items():
        text = texts[dimension]
        parts.append(f"\n## {text.title} ({text.weight} %)\n\n{text.question}\n\n")
        parts.append(_cuts(card))
        parts.append("\n| signal | steps and points |\n|---|---|\n")
        parts += [
            f"| {titles[term.signal]} (`{term.signal}`) | {_steps(term)} |\n"
            for term in sorted(card.terms, key=lambda t: (min(t.points) - max(t.points), t.signal))
            if max(map(abs, term.points)) >= LEAST
        ]
        parts.append("\n| two signals | least and most that they add together |\n|---|---|\n")
        parts += [
            f"| `{'` + `'.join(pair.signals)}` | {_extremes(pair)} |\n"
            for pair in _widest(card)
            if max(map(abs, _span(pair))) >= LEAST
        ]
    return "".join(parts)


def _cuts(card: Scorecard) -> str:
    reached = [f"{score} from {cut:.2f}" for score, cut in enumerate(card.cuts, 2)]
    return f"Starts from {card.base:.2f}. Cut points of the sum: {', '.join(reached)}.\n"


def _widest(card: Scorecard) -> list[Pair]:
    return sorted(card.pairs, key=lambda p: (_span(p)[0] - _span(p)[1], p.signals))


def _span(pair: Pair) -> tuple[float, float]:
    return min(map(min, pair.points)), max(map(max, pair.points))


def _extremes(pair: Pair) -> str:
    """``-0.12 (below 2; from 5), +0.20 (from 2; from 5)``: the first cells of least and most."""
    return ", ".join(_cell(pair, points) for points in _span(pair))


def _cell(pair: Pair, points: float) -> str:
    row = next(number for number, cells in enumerate(pair.points) if points in cells)
    places = (row, pair.points[row].index(points))
    where = (_place(edges, step) for edges, step in zip(pair.edges, places, strict=True))
    return f"{_shown(points)} ({'; '.join(where)})"


def _place(edges: tuple[float, ...], step: int) -> str:
    return f"from {edges[step - 1]:g}" if step else f"below {edges[0]:g}"


def _steps(term: Term) -> str:
    return ", ".join(_pieces(term))


def _pieces(term: Term) -> Iterator[str]:
    """``below 2: -0.31``, ``from 2: +0.10``; a step that shows the points before it is left out."""
    before = ""
    for step, points in enumerate(term.points):
        shown = _shown(points)
        if shown != before:
            yield f"{_place(term.edges, step)}: {shown}"
        before = shown


def _shown(points: float) -> str:
    return f"{round(points, 2) + 0.0:+.2f}"
