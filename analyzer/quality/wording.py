"""Small pieces of the sentences in a rationale."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.model import Param

_LONGEST = 90


def clip(text: str, longest: int = _LONGEST) -> str:
    """The text on one line, cut at a word where it is longer than ``longest``."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    return line[:longest].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def join(parts: Sequence[str], last: str = "and") -> str:
    """``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def share(some: int, every: int) -> str:
    if some == every:
        all_of = {1: "its one parameter", 2: "both parameters"}
        return f"describes {all_of.get(every, f'all {every} parameters')}"
    if not some:
        count = "its one parameter" if every == 1 else f"its {every} parameters"
        return f"does not describe {count}"
    return f"describes {some} of {every} parameters"


def stub(param: Param) -> str:
    """A parameter with what its schema says of it: ``limit`` (integer, optional)."""
    facts = [" or ".join(t for t in param.types if t != "null") or "any type"]
    facts.append("required" if param.required else "optional")
    if param.enum:
        facts.append("one of " + ", ".join(str(v) for v in param.enum[:4]))
    if param.has_default and param.default is not None:
        facts.append(f"default {clip(str(param.default), 20)}")
    return f"`{param.name}` ({', '.join(facts)})"


def names(names: Sequence[str]) -> str:
    """Up to three names as code, and how many more."""
    shown = [f"`{n}`" for n in names[:3]]
    if len(names) > 3:
        shown.append(f"{len(names) - 3} more")
    return join(shown)
