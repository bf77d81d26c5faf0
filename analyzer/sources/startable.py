"""Files that name a server without being its list -> how it is started or reached."""

from __future__ import annotations

from pathlib import Path

from analyzer.errors import SourceError
from analyzer.jsonio import JsonError, decode_json
from analyzer.model import SourceFailure, Stage
from analyzer.sources.files import BUNDLES, reason
from analyzer.sources.launch import EntryError, Launch
from analyzer.sources.limits import limits


def find_startable(
    path: Path, target: str, home: Path, search_path: str | None
) -> Launch | SourceFailure | None:
    """The launch of a bundle or a registry's ``server.json``; None for any other file.

    ``search_path`` is where commands are looked for, as in the variable PATH.
    """
    try:
        if path.suffix.lower() in BUNDLES:
            from analyzer.sources.bundles import Machine, build_bundle_launch

            return build_bundle_launch(path, Machine(home=home, path=search_path))
        if path.suffix.lower() == ".json":
            return _registry_launch(path, search_path)
    except SourceError as error:
        return _failure(target, error.stage, str(error))
    except EntryError as error:
        return _failure(target, "start", str(error))
    except (OSError, ValueError) as error:
        return _failure(target, "open", reason(error))
    return None


def _registry_launch(path: Path, search_path: str | None) -> Launch | None:
    from analyzer.sources.registry import build_registry_launch, is_registry_entry

    with path.open("rb") as stream:
        data = stream.read(limits().document_bytes)
    try:
        document = decode_json(data, max_depth=limits().document_depth)
    except JsonError:
        # What is wrong with it is said where it is read for its tools.
        return None
    return build_registry_launch(document, search_path) if is_registry_entry(document) else None


def _failure(target: str, stage: Stage, message: str) -> SourceFailure:
    return SourceFailure(target=target, stage=stage, message=message)
