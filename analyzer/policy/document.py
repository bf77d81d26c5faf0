"""Policy documents held against the published schema, and as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from analyzer.errors import OutputError
from analyzer.schemas import load_schema


def validate_policy(document: Mapping[str, Any]) -> None:
    """Raises OutputError, with the place and the reason, where the document breaks
    ``analyzer/schemas/policy.schema.json``."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(load_schema("policy")).iter_errors(document))
    if error is not None:
        raise OutputError(f"the policy breaks its schema at {error.json_path}: {error.message}")


def render_policy(document: Mapping[str, Any]) -> str:
    """The document as JSON, two spaces deep, with a final newline. Anything beyond ASCII is
    escaped: names are hostile, and a policy is read by people in terminals and diffs."""
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"
