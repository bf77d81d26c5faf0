"""The language model behind an OpenAI-compatible endpoint, asked by way of the ``tdqs`` package.

The prompts, the contract of the answer, the gates and the referential checks are the package's own:
a score made here is one that the specification's reference implementation made. The only module
that imports it; it comes with the extra ``toolmark[judge]``.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
from pydantic import ValidationError
from tdqs import (
    SPEC_VERSION,
    CoherencePromptTool,
    TdqsLlmError,
    ToolDefinition,
    compute_context_signals,
    create_llm_client,
    score_server_coherence,
    score_tool_definition,
)

from analyzer.judge.answers import LONGEST_TEXT, Answer
from analyzer.judge.options import JudgeOptions
from analyzer.judge.transport import PoliteTransport

__all__ = ["SPEC_VERSION", "Judge", "JudgeError"]

Definition = Mapping[str, Any]
"""The scored members of a tool, under the protocol's names."""

_FINAL = frozenset({401, 402, 403, 404, 429})
"""Statuses that the next request would get too: 429 comes here after waiting and repeating."""
_LONGEST_DETAIL = 200
_SHORTEST_SECRET = 8
_TOO_DEEP = "the definition or the answer is nested too deep to be read"


class JudgeError(Exception):
    """There is no judgement. The message is one line, without the key; ``final`` says that asking
    about another tool would end alike."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final


class Judge:
    """Scores tools and servers; may be used by several threads at once."""

    def __init__(self, options: JudgeOptions, stop: threading.Event) -> None:
        # They write whole URLs to whatever log the caller has set up.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).disabled = True
        self._options = options
        inner = httpx.HTTPTransport(trust_env=False)
        self._http = httpx.Client(
            transport=PoliteTransport(inner, seconds=options.timeout, stop=stop),
            headers={"Accept-Encoding": "identity"},
            event_hooks={"request": [] if options.key else [_without_key]},
            trust_env=False,
            follow_redirects=False,
        )
        self._llm = create_llm_client(
            # The package always sends a key; where there is none the hook takes it off.
            api_key=options.key or "none",
            base_url=options.url,
            http_client=self._http,
            max_attempts=options.attempts,
            model=options.model,
            request_overrides=options.request,
            request_timeout_ms=round(options.timeout * 1000),
            retry_delay_ms=round(options.pause * 1000),
        )

    def close(self) -> None:
        self._http.close()

    def score_tool(self, definition: Definition, siblings: Sequence[str]) -> Answer:
        """The model's six scores. Raises JudgeError, and StoppedError where told to stop."""
        try:
            score = score_tool_definition(
                llm=self._llm,
                sibling_tool_names=siblings,
                tool=ToolDefinition.model_validate(definition),
            )
        except TdqsLlmError as error:
            raise self._explained(error) from None
        except (ValidationError, UnicodeError):
            raise JudgeError("the definition is none that the specification can score") from None
        except RecursionError:
            raise JudgeError(_TOO_DEEP) from None
        return Answer(
            scores=_scores(score.justifications),
            rationales=self._texts(score.justifications),
            summary=self._text(score.summary),
            flags=tuple(score.flags),
        )

    def score_coherence(self, server_name: str, definitions: Sequence[Definition]) -> Answer:
        """The model's four scores of a set of tools. Raises as ``score_tool`` does."""
        try:
            tools = [ToolDefinition.model_validate(definition) for definition in definitions]
            coherence = score_server_coherence(
                llm=self._llm,
                server_name=server_name,
                tools=[
                    CoherencePromptTool(
                        context_signals=compute_context_signals(tool),
                        description=tool.description,
                        name=tool.name,
                    )
                    for tool in tools
                ],
            )
        except TdqsLlmError as error:
            raise self._explained(error) from None
        except (ValidationError, UnicodeError):
            raise JudgeError("a definition is none that the specification can score") from None
        except RecursionError:
            raise JudgeError(_TOO_DEEP) from None
        return Answer(
            scores=_scores(coherence.justifications),
            rationales=self._texts(coherence.justifications),
            summary=self._text(coherence.summary),
            shadows=tuple(
                (risk.tool, risk.cheaper_sibling, self._text(risk.justification))
                for risk in coherence.shadowing_risks
            ),
        )

    def _texts(self, justifications: Mapping[str, Any]) -> dict[str, str]:
        return {key: self._text(one.justification) for key, one in justifications.items()}

    def _text(self, text: str) -> str:
        """A text of the model, which repeats what it was sent, and might the endpoint's key."""
        return self._masked(text)[:LONGEST_TEXT]

    def _masked(self, text: str) -> str:
        key = self._options.key or ""
        # A shorter one is a placeholder for an endpoint that wants any, and a word of some texts.
        return text.replace(key, "***") if len(key) >= _SHORTEST_SECRET else text

    def _explained(self, error: TdqsLlmError) -> JudgeError:
        host, status = self._options.host, error.status
        if status is None:
            message = str(error).partition(": ")[2] or str(error)
            text = message.removesuffix(f" (after {error.attempts} attempts)")
            return JudgeError(self._masked(f"no answer from {host}: {text}"))
        if 200 <= status < 300:
            text = str(error).removesuffix(f" (after {error.attempts} attempts)")
            return JudgeError(self._masked(text)[: 2 * _LONGEST_DETAIL])
        if status in (401, 403):
            # What such an answer says often holds a part of the key.
            with_key = "does not accept the key" if self._options.key else "asks for a key"
            return JudgeError(f"{host} {with_key} (HTTP {status})", final=True)
        detail = self._masked(_detail(error.body_excerpt or ""))[:_LONGEST_DETAIL]
        text = f"{host} answered HTTP {status}" + (f": {detail}" if detail else "")
        return JudgeError(text, final=status in _FINAL)


def _scores(justifications: Mapping[str, Any]) -> dict[str, int]:
    return {key: int(one.score) for key, one in justifications.items()}


def _without_key(request: httpx.Request) -> None:
    del request.headers["Authorization"]


def _detail(body: str) -> str:
    """What an OpenAI-shaped error says; the package keeps only the beginning of a body."""
    try:
        error = json.loads(body)["error"]
        message = error["message"] if isinstance(error, dict) else error
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return message if isinstance(message, str) else ""
