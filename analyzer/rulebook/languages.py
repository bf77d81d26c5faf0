"""Words of other languages than English (``rules/lexicon/languages.yaml``).

There are many verbs, and most texts hold none of them. So a class does not hold them one by one,
but one stand-in for all that are in the same classes. A stand-in is written with an equals sign and
is no word of any text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from analyzer import text
from analyzer.errors import RuleError
from analyzer.records import dataclass

Languages = Mapping[str, Mapping[str, Mapping[str, Iterable[str]]]]
"""``verbs``, ``deeds``, ``words`` and ``own``, each by class or classes and by language."""

_LATIN = ("es", "pt", "fr", "it", "de", "nl", "pl", "tr", "id", "vi")
LANGUAGES = frozenset(("all", *_LATIN, "ru", "uk", "ko", "ja", "zh"))
SHORT = 4
"""Letters under which a word is rather an acronym than a verb of another language."""
FAR = 8
"""Characters that a Chinese, Japanese or Korean word may have."""
OWN = ("no_spelling", "aside", "passive", "done", "kept", "sent", "noun_ending")
"""Classes that only other languages have; rules/lexicon/languages.yaml says what they hold."""
_FILE = "rules/lexicon/languages.yaml"
_PLAIN = str.maketrans(
    "áàâãäåçéèêëíìîïıñóòôõöúùûüýąćęłńśźżğşё", "aaaaaaceeeeiiiiinooooouuuuyacelnszzgsе"
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class ForeignWords:
    """The words of other languages."""

    stand_ins: Mapping[str, str]
    """What stands for a verb in the classes."""
    far: Mapping[str, str]
    """The same for verbs of Chinese, Japanese and Korean characters, each of which is a token."""
    classes: Mapping[str, frozenset[str]]
    """By class, the stand-ins of verbs, and all other words themselves."""


def read_languages(
    data: Languages,
    verb_classes: Iterable[str],
    word_classes: Iterable[str],
    english: frozenset[str],
) -> ForeignWords:
    """The words of the file. Verbs are in the class ``foreign`` as well, nouns of doing in it and
    in ``noun_like``; verbs and other words have their spelling without accents too, where that is
    neither in ``english`` nor another word. Raises RuleError for a bad entry."""
    verbs, words = frozenset(verb_classes), frozenset(word_classes)
    own = data.get("own", {})
    no_spelling = frozenset().union(*own.get("no_spelling", {}).values())
    classes: dict[str, set[str]] = {}
    plain: dict[str, set[str]] = {}
    for section, names, language, members, where in _groups(data, verbs, words):
        least = SHORT if section == "verbs" else 1
        _check(members, frozenset() if section == "own" else english, least, where)
        spellings = set(members)
        if section in ("verbs", "words"):  # Without accents many are English: création, validation.
            spellings |= set(_without_accents(members, language)) - english - no_spelling
        held = names
        written = section in ("words", "own")
        if not written:
            held = [f"{name}{form}" for name in names for form in ("", ".base", ".bare")]
            held += ["foreign", "noun_like"] if section == "deeds" else ["foreign"]
        for word in spellings:
            (plain if written else classes).setdefault(word, set()).update(held)
    return _stand_in(classes, plain)


def _groups(
    data: Languages, verbs: frozenset[str], words: frozenset[str]
) -> Iterator[tuple[str, list[str], str, Iterable[str], str]]:
    """Part of the file, classes, language and words of each line, and where that is."""
    known = {"verbs": verbs, "deeds": verbs, "words": words, "own": frozenset(OWN)}
    for section, groups in data.items():
        if section not in known:
            raise RuleError(f"{_FILE}: no part {section!r}; known: {', '.join(known)}")
        for key, by_language in groups.items():
            names = key.split()
            if unknown := sorted(set(names) - known[section]):
                kind = f"known: {', '.join(OWN)}" if section == "own" else "name one of English"
                raise RuleError(f"{_FILE}: {section}: no class {unknown[0]!r}; {kind}")
            for language, members in by_language.items():
                where = f"{_FILE}: {section}: {key}: {language}"
                if language not in LANGUAGES:
                    listed = ", ".join(sorted(LANGUAGES))
                    raise RuleError(f"{where}: no such language; known: {listed}")
                yield section, names, language, members, where


def _stand_in(verbs: Mapping[str, set[str]], plain: Mapping[str, set[str]]) -> ForeignWords:
    near: dict[str, str] = {}
    far: dict[str, str] = {}
    held: dict[str, set[str]] = {}
    for word, names in sorted(verbs.items()):
        every = names | plain.get(word, set())
        stand_in = "=" + " ".join(sorted(name for name in every if "." not in name))
        (far if text.has_cjk(word) else near)[word] = stand_in
        for name in every:
            held.setdefault(name, set()).add(stand_in)
    for word, names in plain.items():
        for name in names:
            held.setdefault(name, set()).add(word)
    return ForeignWords(near, far, {name: frozenset(words) for name, words in held.items()})


def _without_accents(members: Iterable[str], language: str) -> Iterator[str]:
    """How the words are typed on a keyboard that lacks their letters."""
    if language == "vi":
        return  # Without its tones a word is another.
    for word in members:
        if not word.isascii() and len(word) > 3:
            yield (word.translate(_GERMAN) if language == "de" else word).translate(_PLAIN)


def _check(members: Iterable[str], english: frozenset[str], least: int, where: str) -> None:
    for word in members:
        # YAML reads an unquoted no, on, off or yes as true or false, and joins broken lines.
        if not isinstance(word, str) or word != word.lower() or " " in word:
            raise RuleError(
                f"{where}: {word!r} is no single word in small letters; "
                "write it in quotes and without blanks"
            )
        far = text.has_cjk(word)
        if far and len(word) > FAR:
            raise RuleError(f"{where}: {word!r} has over {FAR} characters; give its beginning")
        if not far and word in english:
            raise RuleError(f"{where}: {word!r} is a word of the English classes; leave it out")
        if word.isascii() and len(word) < least:
            raise RuleError(f"{where}: {word!r} may be an acronym; put it among the deeds")
