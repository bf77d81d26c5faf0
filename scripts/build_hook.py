"""What a wheel gets beside its files: the rules parsed and compiled, and the list of clients
(``analyzer/rulefiles.py``, ``analyzer/rulebook/compiled.py``)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ParsedRules(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # A checkout keeps its own, and an editable install is one.
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from analyzer.rulebook import compiled_rules
        from analyzer.rulebook.compiled import FILE
        from analyzer.rulefiles import parsed_files, render_parsed

        parsed = parsed_files(Path(self.root))
        made = {f"{name}.json": render_parsed(files).encode() for name, files in parsed.items()}
        made[FILE] = compiled_rules(parsed["rules"])
        self._folder = tempfile.TemporaryDirectory()
        for name, content in made.items():
            place = Path(self._folder.name) / name
            place.write_bytes(content)
            build_data["force_include"][str(place)] = f"analyzer/_data/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self._folder.cleanup()
