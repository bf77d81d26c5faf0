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

Chinese, Japanese and Korean words are cut into their characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from analyzer import text
from analyzer.errors import RuleError
from analyzer.records import dataclass
from analyzer.text import BREAK


class Lexicon:
    """Word classes with their forms, as ``class`` or ``class.form`` to a set of words."""

    def __init__(self, classes: Mapping[str, frozenset[str]]) -> None:
        self.classes = classes
        self._tokens: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self.elements: dict[str, Element] = {}
        """Elements of patterns as they are written to what they stand for, as far as met."""

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

    def tokens(self, choice: str, where: str) -> tuple[frozenset[str], frozenset[str]]:
        """What a word or ``@class`` stands for: words of one token, and of several."""
        known = self._tokens.get(choice)
        if known is None:
            words = self.words(choice[1:], where) if choice[0] == "@" else frozenset({choice})
            foreign = [w for w in words if not w.isascii()]
            long = frozenset(w for w in foreign if len(w) > 1 and text.has_cjk(w))
            known = self._tokens[choice] = (words - long, long)
        return known


def build_lexicon(
    verbs: Mapping[str, Iterable[str]],
    nouns: Mapping[str, Iterable[str]],
    irregular: Mapping[str, Mapping[str, Iterable[str]]],
) -> Lexicon:
    """Expand every word to its forms. ``irregular`` gives a verb's gerund and past where the
    regular ones are wrong or not enough. Raises RuleError for what is no single word."""
    for group, members in (*verbs.items(), *nouns.items()):
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
    classes["verb"] = frozenset().union(*(classes[name] for name in verbs))
    for name, members in nouns.items():
        classes[name] = frozenset(
            w
            for noun in members
            for w in ((noun,) if text.has_cjk(noun) else text.inflect_noun(noun))
        )
    return Lexicon(classes)


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


@dataclass(frozen=True, slots=True)
class Element:
    """What one place of a pattern may hold."""

    choices: tuple[str, ...]
    """As written: words, and classes as ``@class``."""
    words: frozenset[str]
    """Those of one token."""
    long: tuple[str, ...]
    """Those of several tokens: Chinese, Japanese and Korean."""
    barred: bool = False
    """Whether it may hold any word but these."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A pattern as it is written, each element with the greatest gap before it."""

    elements: tuple[tuple[Element, int], ...]
    at_start: bool
    at_end: bool

    @property
    def has_long(self) -> bool:
        return any(element.long for element, _ in self.elements)

    def plain(self) -> Pattern | None:
        """The pattern over words of one token; None where an element has none."""
        if not all(element.words for element, _ in self.elements):
            return None
        steps = tuple((element.words, gap, element.barred) for element, gap in self.elements[1:])
        return Pattern(self.elements[0][0].choices, steps, self.at_start, self.at_end)

    def long(self) -> list[Pattern]:
        """One for each row of choices among which is a word of several tokens."""
        rows: list[tuple[Step, ...]] = [()]
        for element, gap in self.elements:
            choices: list[tuple[frozenset[str], ...]] = [(element.words,)] if element.words else []
            choices += [tuple(frozenset({c}) for c in word) for word in element.long]
            rows = [
                (
                    *row,
                    (choice[0], gap, element.barred),
                    *((later, 0, False) for later in choice[1:]),
                )
                for row in rows
                for choice in choices
            ]
        # The first is the plain one, where there is one.
        del rows[: all(element.words for element, _ in self.elements)]
        opening = self.elements[0][0]
        return [
            Pattern(
                opening.choices if row[0][0] is opening.words else tuple(row[0][0]),
                row[1:],
                self.at_start,
                self.at_end,
            )
            for row in rows
        ]


def parse_pattern(source: str, lexicon: Lexicon, where: str) -> Shape:
    """The pattern taken apart. Raises RuleError for an unknown class or an empty pattern."""
    parts = source.split()
    at_start = parts[:1] == ["^"]
    at_end = parts[-1:] == ["$"]
    elements: list[tuple[Element, int]] = []
    gap = 0
    for part in parts[at_start : len(parts) - at_end]:
        if part[0] == "*":
            gap = int(part[1:] or "1")
            continue
        elements.append((_element(part, lexicon, where), gap))
        gap = 0
    if elements and elements[0][0].barred:
        raise RuleError(f"{where}: the pattern {source!r} opens with an exception; give a word")
    if not elements or not all(element.words or element.long for element, _ in elements):
        raise RuleError(f"{where}: the pattern {source!r} is empty; give it a word")
    return Shape(tuple(elements), at_start, at_end)


def _element(part: str, lexicon: Lexicon, where: str) -> Element:
    known = lexicon.elements.get(part)
    if known is None:
        known = lexicon.elements[part] = _build_element(part, lexicon, where)
    return known


def _build_element(part: str, lexicon: Lexicon, where: str) -> Element:
    if part[0] == "!":
        barred = _element(part[1:], lexicon, where)
        return Element((part,), barred.words.union(*barred.long), (), barred=True)
    if "@" not in part and part.isascii():
        # Nearly all are plain words of one token, which stand for themselves.
        choices = tuple(part.lower().split("|"))
        return Element(choices, frozenset(choices), ())
    choices = tuple(c if c[0] == "@" else c.lower() for c in part.split("|"))
    words = {c for c in choices if c[0] != "@" and c.isascii()}
    tokens = [lexicon.tokens(c, where) for c in choices if c not in words]
    long = {word for _, several in tokens for word in several}
    if len(choices) == 1:
        return Element(choices, tokens[0][0], tuple(sorted(long)))
    return Element(
        choices, frozenset(words.union(*(one for one, _ in tokens))), tuple(sorted(long))
    )
