"""The ways a term of the glossary is said in a text: patterns of its words and their endings.

No dictionary: the endings that each language gives to its nouns and adjectives, no more, so that
a term is found in its plural and never inside another word.
"""

import re
from collections.abc import Callable

LEAST = 4  # letters of a word that changes


def french(word: str) -> str:
    """A word and its plural: "locale(s)", "lieu(x)", "territorial" and "-iaux"."""
    if len(word) < LEAST or not word[-1].isalpha() or word[-1] in "sxz":
        return re.escape(word)
    if word.endswith("al"):
        return f"{re.escape(word[:-2])}(?:al|aux)"
    return f"{re.escape(word)}[sx]?"


def english(word: str) -> str:
    """A word and its plural: "cluster(s)", "society" and "-ies", "business(es)"."""
    if len(word) < LEAST or not word[-1].isalpha():
        return re.escape(word)
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{re.escape(word[:-1])}(?:y|ies)"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{re.escape(word)}(?:es)?"
    return f"{re.escape(word)}s?"


def german(word: str) -> str:
    """A word in every case: "Genossenschaft(en)", "Verband" and "Verbände", "sozialen" for -e."""
    if len(word) < LEAST or not word[-1].isalpha():
        return re.escape(word)
    if word[0].islower():
        stem = re.sub(r"(?:e|er|es|en|em)$", "", word)
        return f"{re.escape(stem)}(?:e|er|es|en|em)" if stem != word else re.escape(word)
    for ending, endings in GERMAN_ENDINGS.items():
        if word.endswith(ending) and not word.endswith("aus"):
            return f"{re.escape(word.removesuffix(ending))}(?:{endings})"
    return f"{_umlaut(re.escape(word))}(?:e|en|er|ern|es|s|n)?"


# Of nouns, longest first: what stands in their place in the other cases.
GERMAN_ENDINGS = {
    "nis": "nis|nisse|nissen|nisses",
    "um": "um|ums|en",
    "us": "us|en",
    "a": "a|as|en",
    "e": "e|en|es|er|em",
}


UMLAUTS = {"a": "ä", "o": "ö", "u": "ü", "A": "Ä", "O": "Ö", "U": "Ü"}


def _umlaut(word: str) -> str:
    """Its last a, o or u, which a plural may give an umlaut ("au" gives "äu")."""
    return re.sub(
        r"(a(?=u)|[aouAOU])([^aou]*|u[^aou]*)$", lambda m: f"[{m[1]}{UMLAUTS[m[1]]}]{m[2]}", word
    )


INFLECTED: dict[str, Callable[[str], str]] = {"fr": french, "en": english, "de": german}


def either_case(pattern: str) -> str:
    """The first letter small or capital. Said so, since a class is far quicker than a flag."""
    first, rest = pattern[0], pattern[1:]
    return f"[{first.lower()}{first.upper()}]{rest}" if first.isalpha() else pattern


def ways_to_say(term: str, language: str) -> str:
    """A pattern for a term in a language; a German noun keeps its capital."""
    pattern = r"\s+".join(map(INFLECTED[language], term.split()))
    return pattern if language == "de" and term[0].isupper() else either_case(pattern)


def acronym(letters: str, language: str) -> str:
    """A pattern for an acronym, which takes an s in English and German: "SMEs", "PTCEs"."""
    return re.escape(letters) if language == "fr" else f"{re.escape(letters)}s?"
