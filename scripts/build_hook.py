"""What a wheel gets beside its files: the rules parsed, and the list of clients
(``analyzer/rulefiles.py``)."""

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
        from analyzer.rulefiles import parsed_files, render_parsed

        self._folder = tempfile.TemporaryDirectory()
        for name, files in parsed_files(Path(self.root)).items():
            place = Path(self._folder.name) / f"{name}.json"
            place.write_text(render_parsed(files), encoding="utf-8")
            build_data["force_include"][str(place)] = f"analyzer/_data/{name}.json"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self._folder.cleanup()
