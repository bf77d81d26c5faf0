"""``toolmark fix``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.console import write_result
from analyzer.cli.options import Asked, output_option, target_options
from analyzer.cli.reading import choose_tool, exit_code, read_servers

if TYPE_CHECKING:
    from analyzer.fixes import Fix


@click.command()
@click.option(
    "--most",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    metavar="N",
    help="The number of changes shown for a tool.",
)
@output_option
@target_options
def command(asked: Asked, most: int, output: Path | None) -> int:
    """Show what to change in a definition to raise its score.

    Each change can be pasted; <...> marks what only the author knows. Scores before and after are
    measured by scoring the changed definition, one change at a time. Tokens are what the change
    adds to every conversation.

    \b
      toolmark fix tools.json --tool list_files
    """
    from analyzer.cli.reading import assess
    from analyzer.fixes import build_fixes
    from analyzer.rulebook import load_rulebook

    reading = read_servers(asked)
    if reading.interrupted:
        raise KeyboardInterrupt
    scan = assess(reading)
    if asked.tool is not None:
        scan = choose_tool(scan, asked.tool)
    rulebook = load_rulebook()
    parts = []
    for assessment in scan.assessments:
        names = [tool.name for tool in assessment.server.tools]
        for item in assessment.tools:
            fixes = build_fixes(rulebook, item, names)
            title = f"{item.tool.name}: {item.quality.tdqs:.1f} ({item.quality.tier})"
            parts.append(_render(title, fixes[:most]))
    write_result("\n".join(parts), output)
    return exit_code(scan)


def _render(title: str, fixes: Sequence[Fix]) -> str:
    """The changes of one tool as lines of text; what the server wrote is made safe to show."""
    from analyzer.output.visible import visible
    from analyzer.signals import tdqs_total
    from analyzer.taxonomy import taxonomy, tier_of

    names = taxonomy().dimensions
    lines = [visible(title)]
    if not fixes:
        lines.append("  no single change of those tried raises the score")
    for number, fix in enumerate(fixes, 1):
        moved = ", ".join(
            f"{names[d].title} {fix.before[d]} -> {fix.after[d]}"
            for d in names
            if fix.before[d] != fix.after[d]
        )
        after = tdqs_total(fix.after)
        gain = f"{tdqs_total(fix.before):.1f} -> {after:.1f} ({tier_of(after)})"
        lines.append(f"  {number}. {visible(fix.title)}: {gain}")
        if moved:
            lines.append(f"     {moved}")
        lines.append(f"     {fix.tokens:+d} tokens, at {visible(fix.field)}")
        lines += [f"       {visible(line, trim=False)}" for line in fix.paste.splitlines()]
    return "\n".join(lines) + "\n"
