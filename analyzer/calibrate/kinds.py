"""What can be calibrated: kinds of rules and how their weights are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analyzer.calibrate.data import Labels
from analyzer.calibrate.quality import calibrate_quality
from analyzer.calibrate.risk import calibrate_risk
from analyzer.rulebook import Rulebook

CALIBRATORS: Mapping[str, Callable[[Rulebook, Labels, str], dict[str, Any]]] = {
    "risk": calibrate_risk,
    "quality": calibrate_quality,
}
"""Kind to what makes the document of ``rules/weights/<kind>.json``, given the date in it."""
