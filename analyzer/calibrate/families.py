"""Servers that look alike: forks, ports and repackagings of each other.

Figures taken with a server on one side and its copy on the other would flatter the models, so
folds keep families together.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from analyzer.calibrate.data import Label

OPENING = 12
"""Servers with a description that opens with the same so many words are of one family."""
LEAST_WORDS = 6
SHARED = 3
SHARE = 0.3
"""So are servers that share this many tool names, and this share of the smaller one's."""

_WORD = re.compile(r"\w+")


def family_folds(rows: Sequence[Label], count: int, turn: int = 0) -> list[int]:
    """The fold of each row: families, the greatest first, go to the fold that holds least.

    Another ``turn`` takes families of a size in another order.
    """
    family = build_families(rows)
    sizes = Counter(family[row.server] for row in rows)
    held = [0] * count
    chosen: dict[str, int] = {}
    for name, size in sorted(sizes.items(), key=lambda item: (-item[1], _shuffled(item[0], turn))):
        chosen[name] = held.index(min(held))
        held[chosen[name]] += size
    return [chosen[family[row.server]] for row in rows]


def shares_of(rows: Sequence[Label], alike: float) -> npt.NDArray[np.float64]:
    """What each tool counts: the size of its server to the power of minus ``alike``, as tools of
    a server are alike; 1 on average."""
    sizes = Counter(row.server for row in rows)
    found = np.array([float(sizes[row.server]) ** -alike for row in rows])
    return np.asarray(found / found.mean())


def _shuffled(name: str, turn: int) -> str:
    return hashlib.sha256(f"{turn} {name}".encode("utf-8", "surrogatepass")).hexdigest()


def build_families(rows: Sequence[Label]) -> dict[str, str]:
    """Server to the first, by name, of the servers it looks like."""
    names: dict[str, set[str]] = defaultdict(set)
    openings: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        names[row.server].update(row.siblings, [row.tool.name])
        words = _WORD.findall((row.tool.description or "").lower())
        if len(words) >= LEAST_WORDS:
            openings[" ".join(words[:OPENING])].add(row.server)
    pairs = {pair for servers in openings.values() for pair in combinations(sorted(servers), 2)}
    pairs |= {
        (a, b)
        for (a, b), shared in _shared(names).items()
        if shared >= SHARED and shared >= SHARE * min(len(names[a]), len(names[b]))
    }
    return _joined(names, pairs)


def _shared(names: dict[str, set[str]]) -> Counter[tuple[str, str]]:
    owners: dict[str, list[str]] = defaultdict(list)
    for server in sorted(names):
        for name in names[server]:
            owners[name].append(server)
    return Counter(pair for servers in owners.values() for pair in combinations(servers, 2))


def _joined(servers: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    first = {server: server for server in servers}

    def root(server: str) -> str:
        while first[server] != server:
            server = first[server]
        return server

    for one, other in sorted(pairs):
        a, b = sorted((root(one), root(other)))
        first[b] = a
    return {server: root(server) for server in first}
