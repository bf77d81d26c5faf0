"""Bundles made for tests: good ones, and zip files that no honest packer writes."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

TOOLS = [
    {"name": "list_notes", "description": "List all notes."},
    {"name": "delete_note", "description": "Delete a note forever."},
]


def manifest(**members: Any) -> dict[str, Any]:
    return {
        "manifest_version": "0.3",
        "name": "notes",
        "display_name": "Notes",
        "version": "2.1.0",
        "description": "Keeps notes.",
        "author": {"name": "Somebody"},
        "server": {"type": "python", "entry_point": "server/main.py"},
        "tools": TOOLS,
        **members,
    }


def entry(name: str, *, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    """An entry whose name is written as it is."""
    info = zipfile.ZipInfo("x", date_time=(2026, 1, 2, 3, 4, 4))
    info.filename = name
    info.orig_filename = name
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def write_bundle(
    path: Path,
    document: Mapping[str, Any] | None = None,
    files: Iterable[tuple[str | zipfile.ZipInfo, bytes | str]] = (),
) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        if document is not None:
            archive.writestr(entry("manifest.json"), json.dumps(document))
        for name, data in files:
            archive.writestr(entry(name) if isinstance(name, str) else name, data)
    return path
