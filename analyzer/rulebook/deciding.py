"""The acts that decide where a sentence opens with one that only looks or makes ready for them:
"Connects to a server and deletes a file", "Returns true after deleting a file"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzer.rulebook.deeds import LINKS, PRONOUNS
from analyzer.rulebook.lexicon import Lexicon
from analyzer.text import Segment

if TYPE_CHECKING:
    from analyzer.rulebook.grammar import Grammar

_REACH = 12
"""Words of an answer among which it is looked for what was done."""
_NEAR = 4
"""Words behind a look among which it is said what it gives."""
_ANSWERS = frozenset({"return", "returns"})
_ONCE = frozenset({"after", "upon"})
_REACHING = frozenset({"connect", "connects", "log", "logs"})
"""Before a look these only make ready for it: "Connects to the board and lists its services"."""
_HANDLES = frozenset({"back", "session", "token", "handle", "id", "code", "cookie", "connection"})
"""What a look behind it gives only for what was opened: "Logs in and gets a session token"."""
_PARTICLES = (("off",), ("over",), ("up",), ("down",))
"""With these a verb says something of its own: "Takes off and hovers"."""


class Deciding:
    """The word lists that finding such an act needs, taken from the lexicon once."""

    def __init__(self, lexicon: Lexicon, grammar: Grammar) -> None:
        self._grammar = grammar
        self._preparing = lexicon.group("preparing")
        self._answers = lexicon.group("answer_noun")
        self._clauses = lexicon.group("clause")
        cleaning = lexicon.group("cleaning")
        removal, change = lexicon.group("removal"), lexicon.group("plain_change")
        # Behind a look: what is cleaned, added or written there is rather what was looked up.
        self._grave = (grammar.deeds | removal) - cleaning - grammar.looking
        self._severe = self._grave | (change - cleaning - grammar.looking)
        self._lasting = grammar.changing - cleaning - lexicon.group("write")
        self._no_object = grammar.no_order | LINKS
        self._finds = grammar.looking & (lexicon.verbs("base") - grammar.bare)

    def verbs(self, sentence: Segment) -> list[int]:
        """Where the verbs stand that say what a sentence does; empty for one without any."""
        grammar = self._grammar
        verbs, words = grammar.lead_verbs(sentence), grammar.read(sentence.words)
        if len(verbs) != 1:
            return verbs
        first = verbs[0]
        if words[first] in _ANSWERS:
            return self._done(words, first) or verbs
        ready = words[first] in _REACHING or words[first + 1 : first + 2] not in _PARTICLES
        if words[first] in self._preparing and ready:
            changes = self._changes(sentence, words, first, self._lasting)
            looks = [] if changes or words[first] not in _REACHING else self._looks(sentence, first)
            return looks or [first, *changes]
        if words[first] in grammar.looking:
            return self._changes(sentence, words, first, self._severe) or verbs
        return verbs

    def _done(self, words: Sequence[str], first: int) -> list[int]:
        """What is done before an answer that tells of nothing else."""
        changing, gerunds = self._grammar.changing, self._grammar.gerund
        for at in range(first + 1, min(first + _REACH, len(words) - 1)):
            if words[at] in _ONCE and not self._answers.isdisjoint(words[first + 1 : at]):
                after = words[at + 1]
                return [at + 1] if after in changing and after in gerunds else []
        return []

    def _looks(self, sentence: Segment, first: int) -> list[int]:
        """The look that is joined on as the next act."""
        words = self._grammar.read(sentence.words)
        joined = self._grammar.linked_verbs(sentence, first + 1)[:1]
        return [
            verb
            for verb in joined
            if words[verb] in self._grammar.looking
            and _HANDLES.isdisjoint(words[verb + 1 : verb + 1 + _NEAR])
        ]

    def _changes(
        self, sentence: Segment, words: Sequence[str], first: int, wanted: frozenset[str]
    ) -> list[int]:
        """The verbs of ``wanted`` that are joined on in the form of the first and have an object,
        before any word that opens a clause, and any further look: "and shows who deletes it"."""
        found = []
        grammar = self._grammar
        third = words[first] in grammar.third
        for verb in grammar.linked_verbs(sentence, first + 1):
            between = words[first + 1 + (words[first + 1] == "to") : verb]  # "Connects to"
            if not (self._clauses.isdisjoint(between) and self._finds.isdisjoint(between)):
                break
            word, after = words[verb], "".join(words[verb + 1 : verb + 2])
            alike = words[verb - 1] in LINKS and (word in grammar.third) == third
            if word in wanted and alike and self._acts_on(word, after):
                found.append(verb)
        return found

    def _acts_on(self, word: str, after: str) -> bool:
        """Whether a verb has the word behind it as its object, which needs no article where the
        verb can be nothing else: "and deletes duplicates"."""
        grammar = self._grammar
        if after in grammar.articles or after in PRONOUNS:
            return True
        sure = word in grammar.third and word in grammar.english and word in self._grave
        return sure and after[-1:] == "s" and after.isalpha() and after not in self._no_object
