"""Where a sentence comes to the point."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.rulebook.deeds import WHEN
from analyzer.rulebook.lexicon import Lexicon

BE = frozenset({"is", "are", "was", "were"})
RELATIVE = frozenset({"that", "which", "who"})
REQUESTS = frozenset({"request", "requests"})
_API_CALLS = frozenset({"call", "calls"})
_ON_HAND = (("handle",), ("handles",), ("take", "care", "of"), ("takes", "care", "of"))
"""Before a gerund these say nothing of what is done."""
_QUERYING = frozenset({"querying"})
"""Handling this may be to run any statement."""
_PURPOSES = frozenset({"used", "responsible", "designed", "meant", "intended"})
_CALLS = frozenset({"call", "invoke", "run", "start", "begin"})
_CALLED = frozenset({"tool", "function"})
_INTRODUCED = 6
"""Words that may stand before "is used to"."""
_MADE = 6
"""Words of "makes the forecast of a city available" among which it is said what is made."""
_HERE = 2
"""Words of "Start here"."""
_CALL = 5
"""Words that "Call this tool first to" takes at most."""


class Opening:
    """The words that open sentences without saying what is done, taken from the lexicon once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._bare = lexicon.verbs("bare")
        self._finite = lexicon.verbs("base") | lexicon.verbs("gerund")
        self._preamble = lexicon.group("preamble")
        self._enabling = lexicon.group("enabling") & self._finite
        self._enabled = self._preamble | self._finite
        self._requesting = lexicon.group("requesting")
        self._offering = lexicon.group("offering")
        self._offered = lexicon.group("offered")
        self._asking = lexicon.group("asking")
        self._giving = lexicon.group("giving")
        self._given = lexicon.group("given")
        self._bearing = lexicon.group("bearing")
        self._work = lexicon.group("operation_noun")
        self._tools = lexicon.group("tool_noun")
        self._gerund = lexicon.verbs("gerund") - _QUERYING
        # "Forward geocode": said of verbs alone, not of what may be a noun.
        self._manner = lexicon.group("manner")
        self._after_manner = self._finite - lexicon.group("noun_like")
        self._after_manner |= lexicon.group("removal")
        self._articles = lexicon.group("determiner")
        self._made_up = lexicon.group("made_up")
        self._no_subject = self._articles | lexicon.group("preposition") | RELATIVE
        self._no_subject |= {"what"}

    def point(self, words: Sequence[str]) -> int:
        """After "This tool allows you to", "Migrate reset is used to", "Call this tool first to",
        "Call this tool when the user wants to"; behind all words where they only say when."""
        at = self.after_preamble(words, self._introduced(words))
        after = _after_call(words[at : at + _CALL])
        if not after:
            return at
        if not WHEN.isdisjoint(words[at + after : at + after + 1]):
            return len(words) if words[at + 1] == "here" else self._wished(words, at + after)
        return self.after_preamble(words, at + after)

    def _wished(self, words: Sequence[str], at: int) -> int:
        """Behind "when the user wants to"; behind all words where nothing is wished for."""
        wishes = (i + 1 for i in range(at, len(words) - 1) if words[i] == "to")
        return next((i for i in wishes if words[i] in self._bare), len(words))

    def after_preamble(self, words: Sequence[str], at: int) -> int:
        """Behind words such as "you can" that say nothing of what is done."""
        if words[at : at + 1] == ("step",) and words[at + 1 : at + 2] and words[at + 1].isdigit():
            at += 2  # "Step 1: Get"
        while at < len(words) and (words[at] in self._preamble or words[at].isdigit()):
            after = words[at + 1] if at + 1 < len(words) else ""
            if words[at] in self._enabling and after not in self._enabled:
                break  # "Enable maintenance mode" is to the point already
            made = words[at + 1 : at + _MADE]
            if words[at] == "makes" and after in self._articles and self._made_up.isdisjoint(made):
                break  # "Makes a reservation", but not "makes it easy to"
            at += 1
        if words[at : at + 1] and words[at] in self._manner:
            at += words[at + 1 : at + 2] != () and words[at + 1] in self._after_manner
        return at

    def _introduced(self, words: Sequence[str]) -> int:
        """Behind "Migrate reset is used to", "Makes a request to", "Offers a way to", "Performs the
        task of" and "Handles"."""
        for at in range(1, min(_INTRODUCED, len(words) - 2)):
            if self._announces(words, at):
                return at + 2
        for phrase in _ON_HAND:
            far = len(phrase)
            if words[:far] == phrase and words[far : far + 1] and words[far] in self._gerund:
                return far
        for at in range(1, min(_INTRODUCED, len(words) - 3)):
            if words[at] in self._no_subject:
                break
            if words[at] in BE and words[at + 1] in _PURPOSES and words[at + 2] in ("to", "for"):
                return at + 3
        return 0

    def _announces(self, words: Sequence[str], at: int) -> bool:
        """Whether the word at ``at`` is the "request" of "Makes a request to delete", the "way" of
        "Offers a way to delete", the "API" of "Calls the API to delete", the "id" of "Supply an id
        to delete" or the "task" of "Performs the task of deleting"."""
        first, word, link, verb = words[0], words[at], words[at + 1], words[at + 2]
        if link == "of":
            return first in self._bearing and word in self._work and verb in self._gerund
        if link != "to" or verb not in self._bare:
            return False
        called = word in REQUESTS or (word in _API_CALLS and words[at - 1] in self._tools)
        return (
            (called and first in self._requesting)
            or (word in self._offered and first in self._offering and "with" not in words[:at])
            or (word in self._tools and first in self._asking)
            or (word in self._given and first in self._giving)
        )


def _after_call(words: Sequence[str]) -> int:
    """How many words "Call this tool first" takes, and 0 where the words are something else."""
    if not words or words[0] not in _CALLS:
        return 0
    one, two = (*words[1:3], "", "")[:2]
    if words[0] == "call" and one in WHEN:
        return 1  # "Call when you need an overview"
    this = one == "this" and words[0] == "call" and (two in ("to", "first") or two in WHEN)
    after = _HERE if one == "here" or this else 3 if one == "this" and two in _CALLED else 0
    return after + (bool(after) and words[after : after + 1] == ("first",))
