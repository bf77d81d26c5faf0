"""A language model as a second judge of quality: never asked unless told, never the last word."""

from __future__ import annotations

from analyzer.judge.cache import Cache
from analyzer.judge.options import JudgeOptions, checked_key, checked_url
from analyzer.judge.plan import Plan, plan_judging, require_extra
from analyzer.judge.work import judge_scan

__all__ = [
    "Cache",
    "JudgeOptions",
    "Plan",
    "checked_key",
    "checked_url",
    "judge_scan",
    "plan_judging",
    "require_extra",
]
