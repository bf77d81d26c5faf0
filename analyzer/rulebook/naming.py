"""Which words of an identifier are its verbs, and which only look like verbs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzer.rulebook.foreign import CHAIN, beyond_reading
from analyzer.rulebook.lexicon import Lexicon

if TYPE_CHECKING:
    from analyzer.rulebook.grammar import Grammar

_TOLD = ("run", "control", "deploy", "test", "connect", "interact")
_TAKING = ("removal", "clear", "revoke", "overwrite")
"""Classes of verbs that a name may have for what it tells of ("launch_status"), and that it has
for what it takes away ("drop_history")."""
_CALLING = ("device", "interact", "send", "generate", "convert")
"""Classes of verbs that servers and products are called by."""


class Naming:
    """The word lists that reading a name needs, taken from the lexicon once."""

    def __init__(self, lexicon: Lexicon, grammar: Grammar) -> None:
        self._grammar = grammar
        self._read = lexicon.read_name
        self._noun_first = lexicon.group("noun_first")
        self._noun_last = lexicon.group("noun_last")
        self._plain_last = lexicon.group("plain_last")
        self._events = grammar.bare & (lexicon.group("pay") | lexicon.group("trade") | {"turn"})
        told = frozenset().union(*map(lexicon.group, _TOLD))
        taking = frozenset().union(*map(lexicon.group, _TAKING))
        self._told = (grammar.bare & told) - grammar.looking - taking
        self._telling = lexicon.group("told_noun")
        self._programs = lexicon.group("program_name")
        self._protocols = lexicon.group("protocol_name")
        self._kinds_of_set = lexicon.group("kind_of_set")
        self._reaching = self._noun_first & lexicon.group("send") & lexicon.group("sendable")
        self._reached = lexicon.group("person") | lexicon.group("reached")
        self._topics = self._noun_first & grammar.act
        calling = frozenset().union(*map(lexicon.group, _CALLING))
        self._called = (grammar.bare & calling) - grammar.plain - grammar.looking
        self._called -= lexicon.group("run") | lexicon.group("change") | self._noun_first
        self._surely = grammar.plain & grammar.strict
        self._objects = grammar.noun_like - self._plain_last - grammar.result

    def verbs(self, words: Sequence[str]) -> list[int]:
        """Where the verbs of an identifier stand, as many as one may hold; empty for one that has
        none."""
        grammar, words = self._grammar, self._read(words)
        if not words:
            return []
        first = self._verb(words)
        if first is None:
            return []
        found = [first]
        at = first
        while (
            at + 2 < len(words) and grammar.joins(words, at + 1) and words[at + 2] in grammar.bare
        ):
            at += 2
            found.append(at)
        found += [
            at + 1
            for at in range(found[-1] + 2, len(words) - 1)
            if grammar.joins(words, at) and words[at + 1] in grammar.strict
        ]
        return beyond_reading(words, found[:CHAIN], grammar.acting, grammar.reading)

    def _verb(self, words: Sequence[str]) -> int | None:
        grammar = self._grammar
        end = next((i for i, w in enumerate(words) if i and w in grammar.stops), len(words))
        head = words[:end]
        first, last = head[0], len(head) - 1
        if last == 1 and self._tells(first, head[1]):
            return None
        topic = 2 if grammar.is_compound(head, 0) else int(first in self._programs and last > 0)
        if topic:
            verb = self._verb_of(head[topic:], len(words) - topic) if topic <= last else None
            if verb is not None:
                return topic + verb  # "release_notes_create", "ssh_upload_file"
            if topic == 2 or (last > 1 and first in self._protocols):
                return None  # "release_notes", "ssh_public_key"
        return self._verb_of(head, len(words))

    def _verb_of(self, head: Sequence[str], size: int) -> int | None:
        """The verb of a name's words before its first preposition; it has ``size`` in all."""
        grammar = self._grammar
        first, last = head[0], len(head) - 1
        if first in self._topics and last and head[last] in self._objects:
            return 0  # "trigger_sync"
        if first in grammar.bare and (first not in self._noun_first or size == 1):
            # "deploy_plan_get": a plain verb at the end makes a topic of one at the head.
            made = last > 1 and head[last] in self._plain_last and first not in grammar.plain
            return last if made else 0
        if last > 0 and head[last] in grammar.bare and head[last] not in self._noun_last:
            # "app_trigger_transition": a plain verb on the way is one too.
            strict = [
                i for i in range(1, last) if head[i] in grammar.strict or head[i] in grammar.act
            ]
            return strict[0] if strict and head[last] in grammar.noun_like else last
        for at, word in enumerate(head):
            if at and word in grammar.strict:
                return at
        return self._likely(head)

    def _likely(self, head: Sequence[str]) -> int | None:
        """The verb of a name in which each may be a noun."""
        grammar = self._grammar
        first, last = head[0], len(head) - 1
        topical = first in self._noun_first
        if topical and last > 1 and head[1] == "list" and first not in grammar.act:
            return 1  # "schedule_list_entries"
        if head[last] in grammar.result:
            return None
        if last and head[last] == "set" and head[last - 1] not in self._kinds_of_set:
            return last  # "clipboard_set", but not "training_set"
        for at, word in enumerate(head):
            if (
                word in grammar.bare
                and (at < last or word not in self._noun_last)
                and (at > 0 or not topical or last > 0)
            ):
                return at
        return None

    def _tells(self, first: str, second: str) -> bool:
        """Whether a name of these two words is no order: "launch_windows", "turn_status"."""
        grammar = self._grammar
        return (
            (first in grammar.thing and second in grammar.happening and second[-1] == "s")
            or (first in self._events and second in grammar.result)
            or (first in self._told and second in self._telling)
        )

    def may_be_a_thing(self, words: Sequence[str], verbs: Sequence[int]) -> bool:
        """Whether a name with these verbs is as often one of things, which its parameters tell:
        "email_templates", "chess_set"."""
        last = len(words) - 1
        if last < 1:
            return False
        sent = words[0] in self._reaching and self._reached.isdisjoint(words[1:])
        return (sent and verbs == [0]) or (words[last] == "set" and verbs == [last])

    def may_be_called(self, words: Sequence[str]) -> bool:
        """Whether a name of several words opens with a verb that things are called by."""
        return len(words) > 1 and words[0] in self._called

    def opens_with_topic(self, words: Sequence[str]) -> bool:
        """Whether the verb that a name opens with is what something is called, as no order has
        another behind it: ``aim_create_note``, ``zoom_list_meetings``."""
        if not self.may_be_called(words):
            return False
        return words[1] in self._surely or (words[1] == "list" and len(words) > 2)
