"""Policies: from a server's verdicts to the document a gateway enforces."""

from analyzer.policy.build import (
    build_server_policy,
    build_tool_policy,
    careful_tools,
    policy_consequence,
)
from analyzer.policy.document import render_policy, validate_policy

__all__ = [
    "build_server_policy",
    "build_tool_policy",
    "careful_tools",
    "policy_consequence",
    "render_policy",
    "validate_policy",
]
