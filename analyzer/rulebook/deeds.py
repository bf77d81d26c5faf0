"""Nouns that say what is done: "Performs file deletion", "Deletion of a file"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer.rulebook.lexicon import Lexicon

LINKS = frozenset({"and", "or", "then"})
DENIALS = frozenset({"not", "never", "cannot", "without"})
PRONOUNS = frozenset({"it", "them", "him", "her", "these", "those", "my", "his", "their"})
WHEN = frozenset({"at", "if", "when", "whenever", "before", "after", "once"})
_REACH = 4
"""Words after the verb among which the noun is looked for."""
_SHORT = 2
"""Words of "File deletion"."""
_RID = ("rid",)
"""Behind any verb this is a removal: "Get rid of a file"."""
_GOES_ON = (("that",), ("which",), ("for",), ("to",))
"""Behind a word for a tool these say more: "an extraction tool that deletes"."""
_REMOVAL = ("removal", "clear")
"""Classes of verbs that decide even behind verbs of setting going: "Runs a purge"."""


class Deeds:
    """The word lists that finding such a noun needs, taken from the lexicon once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._verb_of = lexicon.deeds
        self._bearing = lexicon.group("bearing")
        removal = frozenset().union(*map(lexicon.group, _REMOVAL))
        self._severe = {n: v for n, v in lexicon.deeds.items() if v in removal}
        finite = lexicon.verbs("base") | lexicon.verbs("gerund")
        bare = lexicon.verbs("bare")
        self._nouns = {n: v for n, v in self._severe.items() if n not in finite and n[-1] != "s"}
        self._manner = lexicon.group("manner")
        self._verbs = (finite - lexicon.group("noun_like")) | (lexicon.verbs("base") - bare)
        self._enabling = lexicon.group("enabling")
        self._going = lexicon.group("setting_going")
        self._ends = lexicon.group("preposition") | LINKS | DENIALS | WHEN
        self._after = self._ends | lexicon.group("determiner") | lexicon.group("operation_noun")
        self._tools = lexicon.group("tool_noun")

    def find(
        self, words: Sequence[str], verb: int, commas: frozenset[int] = frozenset()
    ) -> tuple[int, str] | None:
        """Where the noun stands that says what the verb at ``verb`` does, and the verb that it
        stands for; None where the verb says so itself, or nothing does."""
        if words[verb + 1 : verb + 2] == _RID:
            return verb + 1, "remove"
        known = self._verb_of if words[verb] in self._bearing else self._severe
        if words[verb] not in self._bearing and words[verb] not in self._going:
            return None
        for at in range(verb + 1, min(verb + 1 + _REACH, len(words))):
            word = words[at]
            if at - 1 in commas or (word in self._ends and word != "out"):
                return None
            last = at + 1 == len(words)
            if word in known and at not in commas and (last or words[at + 1] in self._after):
                return self._worst(words, at, known)
        return None

    def _worst(self, words: Sequence[str], at: int, known: Mapping[str, str]) -> tuple[int, str]:
        """The noun at ``at``, or the removal that it is joined to: "creation and deletion"."""
        joined = words[at + 1 : at + 2] and words[at + 1] in LINKS and words[at + 2 : at + 3]
        if joined and joined[0] in self._severe:
            at += 2
        return at, known[words[at]]

    def alone(
        self, words: Sequence[str], at: int, commas: frozenset[int] = frozenset()
    ) -> tuple[int, str] | None:
        """A noun of removal that a name, or a sentence that comes to the point at ``at``, has
        instead of a verb, or behind one that enables: "Deletion of a file", "Allows removal of
        users", "File deletion tool"."""
        first = at + (words[at : at + 1] != () and words[at] in self._enabling)
        for far in range(first, min(first + _REACH, len(words))):
            word = words[far]
            if word in self._nouns and far not in commas:
                after = words[far + 1] if far + 1 < len(words) else ""
                tool = after in self._tools and words[far + 2 : far + 3] not in _GOES_ON
                leads = far == first or words[first] in self._manner
                if tool or (leads and after == "of") or (len(words) - at <= _SHORT and not after):
                    return far, self._nouns[word]
            if word in self._verbs or word in self._ends or far in commas:
                return None
        return None
