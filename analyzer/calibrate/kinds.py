"""What can be calibrated: kinds of rules and how their weights are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analyzer.calibrate.data import Labels
from analyzer.calibrate.quality import calibrate_quality
from analyzer.calibrate.risk import calibrate_risk
from analyzer.rulebook import Rulebook

Check = Callable[[Labels], Labels]
"""Gives the labels back. Raises SourceError where they are not enough."""
Calibrator = Callable[[Rulebook, Labels, str], dict[str, Any]]
"""Makes the document of ``rules/weights/<kind>.json``, given the date in it."""

CALIBRATORS: Mapping[str, tuple[Check, Calibrator]] = {
    "risk": (Labels.with_risk, calibrate_risk),
    "quality": (Labels.with_scores, calibrate_quality),
}
"""Kind to what its labels must pass, and to what makes its weights of them."""
