"""Rationales of the six scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer.model import Dimension
from analyzer.quality.signals import Signals


def build_rationales(
    signals: Signals, scores: Mapping[Dimension, int], flags: Sequence[str]
) -> Mapping[Dimension, str]:
    return dict.fromkeys(Dimension, "")
