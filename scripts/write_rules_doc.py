"""Writes docs/rules.md from rules/: `python scripts/write_rules_doc.py [--check]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

EXAMPLES = ".examples.yaml"
GROUPS = {
    "name": "The verb of the name",
    "lead": "The verb of the first sentence",
    "title": "The verb of the title",
    "objects": "What the verb acts on",
    "effects": "What the act brings about",
    "silent": "Where nothing is described",
    "params": "Parameters",
    "text": "What the text says",
    "annotations": "Declared hints",
}
HEAD = """# Risk rules

Made from `rules/risk/` by `python scripts/write_rules_doc.py`; not edited by hand.

A rule says when it holds, why that matters and which way it leans. Each rule that holds adds its
points (log-odds) to a base for each category; the sum decides. Where rules that lean to Execute
hold, the other categories need somewhat more: `in_doubt` in `rules/weights/risk.json`, the whole of
it from `in_full` points for Execute on (why, says `docs/accuracy.md`). The points are calibrated on
labelled definitions (`toolmark calibrate`), start from what the rule leans to and never turn its
sign.
`@word` in a pattern stands for a class of words in `rules/lexicon/`, `^` and `$` for the start and
the end, `*3` for up to three words in between. An *act* is a verb with the words that it acts on,
wherever the verb stood. Examples are names of tools, or `name: description`.
"""


def load(path: Path) -> Any:
    return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


def anchor(rule_id: str) -> str:
    return rule_id.replace(".", "-")


def condition(data: dict[str, Any]) -> str:
    """A condition in words, for readers."""
    if "zone" in data:
        text = f"{data['zone']} has {patterns(data['match'])}"
        return text + (f", unless {patterns(data['unless'])}" if data.get("unless") else "")
    if "param" in data:
        more = "".join(f", {k}: {v}" for k, v in data.items() if k != "param")
        return (
            f"a parameter named {patterns(data['param'])}{more}" if data["param"] else "a parameter"
        )
    if "hint" in data:
        return f"`{data['hint']}` is {str(data['is']).lower()}"
    if "missing" in data:
        return f"no {data['missing']}"
    for key, word in (("all", " and "), ("any", " or ")):
        if key in data:
            return "(" + word.join(condition(part) for part in data[key]) + ")"
    if "none" in data:
        return "not (" + " or ".join(condition(part) for part in data["none"]) + ")"
    return ", ".join(f"{key} {value}" for key, value in data.items())


def patterns(given: list[str]) -> str:
    return " or ".join(f"`{pattern}`" for pattern in given)


def shown(example: dict[str, Any]) -> str:
    text = f"`{example['name']}`"
    if example.get("title"):
        text += f" titled “{example['title']}”"
    if example.get("description"):
        text += f": {example['description']}"
    if example.get("siblings"):
        text += " beside " + ", ".join(f"`{name}`" for name in example["siblings"])
    if example.get("params"):
        text += " (" + ", ".join(f"`{name}`" for name in example["params"]) + ")"
    if example.get("annotations"):
        hints = (f"`{k}: {str(v).lower()}`" for k, v in example["annotations"].items())
        text += " (" + ", ".join(hints) + ")"
    return text


def points(weights: dict[str, float]) -> str:
    found = [f"{category} {value:+.2f}" for category, value in weights.items() if abs(value) >= 0.1]
    return ", ".join(found) or "none to speak of"


def render(root: Path = ROOT) -> str:
    folder = root / "rules" / "risk"
    weights = load(root / "rules" / "weights" / "risk.json")["rules"]
    lines = [HEAD]
    for group, title in GROUPS.items():
        examples = load(folder / f"{group}{EXAMPLES}")
        lines.append(f"\n## {title}\n")
        for rule in load(folder / f"{group}.yaml"):
            entry = examples[rule["id"]]
            lines.append(
                f'\n<a id="{anchor(rule["id"])}"></a>\n'
                f"### {rule['title']}\n\n"
                f"`{rule['id']}`. {rule['why']}\n\n"
                f"- Holds where {condition(rule['when'])}\n"
                f"- Points: {points(weights[rule['id']])}\n"
                f"- Holds for {'; '.join(shown(e) for e in entry['holds'])}\n"
                f"- Fails for {'; '.join(shown(e) for e in entry['fails'])}\n"
            )
    return "".join(lines)


def main() -> int:
    path = ROOT / "docs" / "rules.md"
    text = render()
    if "--check" in sys.argv[1:]:
        return int(not path.exists() or path.read_text(encoding="utf-8") != text)
    path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
