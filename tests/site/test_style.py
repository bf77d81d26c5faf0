"""The stylesheet keeps text readable in both schemes (WCAG 2.2, contrast of at least 4.5)."""

from __future__ import annotations

import re

import pytest

from analyzer.resources import bundled

KINDS = ("read", "write", "execute", "destructive", "financial", "a", "b")


def colours(scheme: str) -> dict[str, str]:
    text = (bundled("reports") / "static" / "report.css").read_text("utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", text, re.DOTALL)[:2]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", dark))
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_every_ground(scheme: str) -> None:
    found = colours(scheme)
    pairs = [(t, g) for t in ("text", "muted", "link") for g in ("bg", "surface", "sunken")]
    pairs += [(kind, f"{kind}-bg") for kind in KINDS]
    pairs += [(kind, ground) for kind in KINDS for ground in ("surface", "bg", "sunken")]
    pairs += [("text", "destructive-bg"), ("text", "b-bg")]
    for text, ground in pairs:
        assert contrast(found[text], found[ground]) >= 4.5, (text, ground)
