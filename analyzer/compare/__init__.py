"""Where two ways of scoring the same tools differ: offline and a model, or one scan and another."""

from __future__ import annotations

from analyzer.compare.agreement import (
    Agreement,
    Column,
    Comparison,
    Difference,
    DimensionAgreement,
    RiskChange,
    RiskComparison,
    compare_judge,
    compare_scans,
)
from analyzer.compare.saved import SavedScan, Scores, read_saved_scan

__all__ = [
    "Agreement",
    "Column",
    "Comparison",
    "Difference",
    "DimensionAgreement",
    "RiskChange",
    "RiskComparison",
    "SavedScan",
    "Scores",
    "compare_judge",
    "compare_scans",
    "read_saved_scan",
]
