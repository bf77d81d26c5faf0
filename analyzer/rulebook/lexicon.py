"""Classes of words (``rules/lexicon/*.yaml``) and the patterns written with them.

A pattern is a row of elements between blanks:

    word        that word; ``a|b`` is either
    @class      any word of the class; verbs as base form, third person or gerund
    @class.past participles of a class of verbs; ``@class.base`` base and third person alone,
                ``@class.bare`` the infinitive alone
    !word       any word but that one; ``!@class|word`` is none of them (not in first place)
    *n          up to n words in between, never across the end of a sentence
    ^           the start of the segment, or of a sentence in it
    $           the end of the segment, or of a sentence in it

Each Chinese, Japanese or Korean character is a token; a word of several is met where they stand
side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from analyzer import text
from analyzer.errors import RuleError
from analyzer.records import dataclass
from analyzer.rulebook.languages import FAR, SHORT, Languages, read_languages
from analyzer.text import BREAK


class Lexicon:
    """Word classes with their forms, as ``class`` or ``class.form`` to a set of words."""

    def __init__(
        self,
        classes: Mapping[str, frozenset[str]],
        stand_ins: Mapping[str, str] | None = None,
        far: Mapping[str, str] | None = None,
        deeds: Mapping[str, str] | None = None,
    ) -> None:
        """``stand_ins`` and ``far`` are what the classes hold for words of other languages,
        ``deeds`` the verbs that English nouns stand for."""
        self.classes = classes
        self.stand_ins = stand_ins or {}
        self.far = far or {}
        self.deeds = deeds or {}
        self.elements: dict[str, Element] = {}
        """Elements of patterns as they are written to what they stand for, as far as met."""

    def read(self, words: Sequence[str]) -> tuple[str, ...]:
        """The words as the classes hold them, but for Chinese, Japanese and Korean ones."""
        return tuple(map(self.stand_ins.get, words, words))

    def read_name(self, words: Sequence[str]) -> tuple[str, ...]:
        """The same for the words of an identifier, the short ones of which are acronyms."""
        return tuple(
            [word if len(word) < SHORT else self.stand_ins.get(word, word) for word in words]
        )

    def read_far(
        self, words: Sequence[str], spelled: frozenset[str] = frozenset()
    ) -> list[list[tuple[int, str]]]:
        """What may be a word at each token where words may be of several Chinese, Japanese or
        Korean characters: the number of tokens and the word, and as the classes hold it; the
        longest first. Words of several that are neither in a class nor ``spelled`` are left out."""
        found: list[list[tuple[int, str]]] = [[]] * len(words)
        several = self.several | spelled
        met: dict[str, list[tuple[int, str]]] = {}
        alone: dict[str, tuple[bool, list[tuple[int, str]]]] = {}
        run = ""
        for at in range(len(words) - 1, -1, -1):
            word = words[at]
            if word not in alone:
                far = text.has_cjk(word)
                known = (self.far if far else self.stand_ins).get(word)
                alone[word] = (far, [(1, word)] + ([] if known is None else [(1, known)]))
            far, one = alone[word]
            run = (word + run)[:FAR] if far else ""
            if run[:2] not in several:
                found[at] = one
                continue
            if run not in met:
                met[run] = [
                    (size, form)
                    for size in range(len(run), 1, -1)
                    if (read := run[:size]) in several
                    for form in ((read, self.far[read]) if read in self.far else (read,))
                ] + one
            found[at] = met[run]
        return found

    @cached_property
    def several(self) -> frozenset[str]:
        """The words of several Chinese, Japanese or Korean characters, and what they begin with:
        most runs of characters are none, and are not worth keeping."""
        return far_beginnings(set(self.far).union(*self.classes.values()))

    def verbs(self, form: str, prefix: str = "") -> frozenset[str]:
        """That form of every verb in the classes whose names begin with ``prefix``."""
        return frozenset().union(
            *(
                words
                for name, words in self.classes.items()
                if name.startswith(prefix) and name.endswith("." + form)
            )
        )

    def group(self, name: str) -> frozenset[str]:
        """The words of a class, none where there is no such class."""
        return self.classes.get(name, frozenset())

    def words(self, name: str, where: str) -> frozenset[str]:
        """The words of a class. Raises RuleError where there is none of that name."""
        try:
            return self.classes[name]
        except KeyError:
            raise RuleError(f"{where}: no word class {name!r} in rules/lexicon") from None


def far_beginnings(words: Iterable[str]) -> frozenset[str]:
    """The words of several Chinese, Japanese or Korean characters, and what they begin with."""
    far = [word for word in words if len(word) > 1 and text.has_cjk(word)]
    return frozenset(word[:size] for word in far for size in range(2, len(word) + 1))


def build_lexicon(
    verbs: Mapping[str, Iterable[str]],
    nouns: Mapping[str, Iterable[str]],
    irregular: Mapping[str, Mapping[str, Iterable[str]]],
    languages: Languages | None = None,
    deeds: Mapping[str, Iterable[str]] | None = None,
) -> Lexicon:
    """Expand every word to its forms. ``irregular`` gives a verb's gerund and past where the
    regular ones are wrong or not enough, ``deeds`` the nouns that stand for a verb. Words of other
    ``languages`` stay as they are. Raises RuleError for what is no single word."""
    deeds = deeds or {}
    for group, members in (*verbs.items(), *nouns.items(), *deeds.items()):
        for word in members:
            # YAML reads an unquoted no, on, off or yes as true or false, and joins broken lines.
            if not isinstance(word, str) or " " in word:
                raise RuleError(
                    f"rules/lexicon: {group}: {word!r} is no single word; "
                    "write it in quotes and without blanks"
                )
    classes: dict[str, frozenset[str]] = {}
    for name, members in verbs.items():
        forms: dict[str, set[str]] = {"bare": set(members)}
        forms |= {"base": set(), "gerund": set(), "past": set()}
        for verb in forms["bare"]:
            if text.has_cjk(verb):
                forms["base"].add(verb)
                continue
            known = {**text.inflect_verb(verb), **irregular.get(verb, {})}
            for form, words in known.items():
                forms[form].update(words)
        # A word such as "set" is its own participle; it counts as a verb first.
        forms["past"] -= forms["base"]
        classes[name] = frozenset(forms["base"] | forms["gerund"])
        for form, collected in forms.items():
            classes[f"{name}.{form}"] = frozenset(collected)
    for name, members in nouns.items():
        classes[name] = frozenset(
            w
            for noun in members
            for w in ((noun,) if text.has_cjk(noun) else text.inflect_noun(noun))
        )
    english = frozenset().union(*classes.values())
    foreign = read_languages(languages or {}, verbs, nouns, english)
    for name, stand_ins in foreign.classes.items():
        classes[name] = classes.get(name, frozenset()) | stand_ins
    classes["verb"] = frozenset().union(*(classes[name] for name in verbs))
    verb_of = {noun: verb for verb, members in deeds.items() for noun in members}
    return Lexicon(classes, foreign.stand_ins, foreign.far, verb_of)


Step = tuple[frozenset[str], int, bool]
"""The words that may come next, up to how many others before them, and whether it is any word but
those; never the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern."""

    first: tuple[str, ...]
    """What it begins with: words, and classes as ``@class``."""
    steps: tuple[Step, ...]
    """What comes after."""
    at_start: bool
    at_end: bool


def match_steps(
    steps: Sequence[Step], at_end: bool, words: Sequence[str], first: int
) -> int | None:
    """The token after the match that begins at ``first``, or None. What a pattern begins with, and
    where, is taken as matched by the caller. In a gap the first word that fits is taken, unless
    only a later one lets the rest match."""
    return _match_from(steps, at_end, words, first + 1)


def _match_from(steps: Sequence[Step], at_end: bool, words: Sequence[str], here: int) -> int | None:
    for number, (wanted, gap, barred) in enumerate(steps):
        end = min(here + gap + 1, len(words))
        if not barred and wanted.isdisjoint(words[here:end]):
            return None  # Nearly always: not worth a look at each word.
        for at in range(here, end):
            word = words[at]
            if (word not in wanted and word != BREAK) if barred else word in wanted:
                if at + 1 < end:
                    after = _match_from(steps[number + 1 :], at_end, words, at + 1)
                    if after is not None:
                        return after
                    continue  # A later word may let the rest match.
                here = at + 1
                break
            if word == BREAK:
                return None
        else:
            return None
    if at_end and here < len(words) and words[here] != BREAK:
        return None
    return here


def match_far(
    steps: Sequence[Step],
    at_end: bool,
    words: Sequence[str],
    read: Sequence[Sequence[tuple[int, str]]],
    here: int,
) -> int | None:
    """As :func:`match_steps` where words may be of several tokens, from the token ``here`` after
    what the pattern begins with. ``read`` is what the lexicon reads at each token."""
    if not steps:
        done = here >= len(words) or words[here] == BREAK
        return here if done or not at_end else None
    wanted, gap, barred = steps[0]
    for at in range(here, min(here + gap + 1, len(words))):
        word = words[at]
        if barred:
            ends = [at + 1] if word not in wanted and word != BREAK else []
        else:
            ends = [at + size for size, form in read[at] if form in wanted]
        for end in ends:
            after = match_far(steps[1:], at_end, words, read, end)
            if after is not None:
                return after
        if word == BREAK:
            return None
    return None


@dataclass(frozen=True, slots=True)
class Element:
    """What one place of a pattern may hold."""

    choices: tuple[str, ...]
    """As written: words, and classes as ``@class``."""
    words: frozenset[str]
    barred: bool = False
    """Whether it may hold any word but these."""


def parse_pattern(source: str, lexicon: Lexicon, where: str) -> Pattern:
    """The pattern compiled. Raises RuleError for an unknown class or an empty pattern."""
    parts = source.split()
    at_start = parts[:1] == ["^"]
    at_end = parts[-1:] == ["$"]
    elements: list[tuple[Element, int]] = []
    gap = 0
    for part in parts[at_start : len(parts) - at_end]:
        if part[0] == "*":
            if not elements:
                raise RuleError(f"{where}: the pattern {source!r} opens with a gap; take it out")
            gap = int(part[1:] or "1")
            continue
        elements.append((_element(part, lexicon, where), gap))
        gap = 0
    if gap:
        raise RuleError(f"{where}: the pattern {source!r} ends with a gap; take it out")
    if elements and elements[0][0].barred:
        raise RuleError(f"{where}: the pattern {source!r} opens with an exception; give a word")
    if not elements or not all(element.words for element, _ in elements):
        raise RuleError(f"{where}: the pattern {source!r} is empty; give it a word")
    steps = tuple((element.words, gap, element.barred) for element, gap in elements[1:])
    return Pattern(elements[0][0].choices, steps, at_start, at_end)


def _element(part: str, lexicon: Lexicon, where: str) -> Element:
    known = lexicon.elements.get(part)
    if known is None:
        known = lexicon.elements[part] = _build_element(part, lexicon, where)
    return known


def _build_element(part: str, lexicon: Lexicon, where: str) -> Element:
    if part[0] == "!":
        barred = _element(part[1:], lexicon, where).words
        far = {character for word in barred if text.has_cjk(word) for character in word}
        return Element((part,), barred | far, barred=True)
    choices = tuple(c if c[0] == "@" else c.lower() for c in part.split("|"))
    if hidden := sorted(set(choices) & lexicon.stand_ins.keys()):
        raise RuleError(
            f"{where}: {hidden[0]!r} is read as a verb of another language; "
            "take it out of rules/lexicon/languages.yaml"
        )
    if "@" not in part:
        return Element(choices, frozenset(choices))
    words = [lexicon.words(c[1:], where) if c[0] == "@" else frozenset({c}) for c in choices]
    return Element(choices, words[0] if len(words) == 1 else frozenset().union(*words))
