"""Addresses in every language: the words they are made of, and what answers where.

French is unprefixed; `/en/` and `/de/` say the language, and nothing else does: neither a cookie
nor what the browser asks. Slugs are the same everywhere; the words around them are translated, the
slugs of the site's own pages among them, which are words of its addresses too.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, Resolver404, ResolverMatch, resolve, reverse
from django.urls.converters import SlugConverter
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation.trans_real import get_language_from_path

# French, then English and German. A word that is not here is the same in all three.
WORDS = {
    "ess": ("social-economy", "sozialwirtschaft"),
    "chiffres-cles": ("key-figures", "kennzahlen"),
    "tous-les-chiffres": ("all-figures", "alle-zahlen"),
    "poles": ("clusters", "cluster"),
    "glossaire": ("glossary", "glossar"),
    "reperes": ("timeline", "zeitleiste"),
    "resume": ("in-brief", "kurz-gefasst"),
    "contact": ("contact", "kontakt"),
    "mentions-legales": ("legal-notice", "impressum"),
    "donnees-personnelles": ("privacy", "datenschutz"),
    "accessibilite": ("accessibility", "barrierefreiheit"),
    "ecoconception": ("eco-design", "oekodesign"),
    "donnees": ("data", "daten"),
    "plan-du-site": ("site-map", "uebersicht"),
    "recherche": ("search", "suche"),
    "signaler": ("report", "melden"),
    "merci": ("thanks", "danke"),
    "carte": ("map", "karte"),
    "fil.atom": ("feed.atom", "feed.atom"),
    "fiche.pdf": ("profile.pdf", "steckbrief.pdf"),
    "le-ptce-en-resume.pdf": ("the-ptce-in-brief.pdf", "der-ptce-kurz-gefasst.pdf"),
    "poles.<slug:form>": ("clusters.<slug:form>", "cluster.<slug:form>"),
    "reperes.<slug:form>": ("timeline.<slug:form>", "zeitleiste.<slug:form>"),
}
CODES = [code for code, _name in settings.LANGUAGES]
OTHERS = [code for code in CODES if code != settings.LANGUAGE_CODE]


def reader() -> str:
    """The language of who reads, which is the one of the address; French outside a request."""
    return get_language() or settings.LANGUAGE_CODE


def word(french: str, language: str | None = None) -> str:
    """A word of an address in a language, the active one unless told."""
    language = language or reader()
    known = dict(zip(OTHERS, WORDS.get(french, ()), strict=False))
    return known.get(language, french)


def all_words() -> set[str]:
    """Every word of the site's addresses, in every language."""
    return WORDS.keys() | {one for words in WORDS.values() for one in words}


def route(pattern: str) -> Any:
    """A pattern for `path()`, written with French words and matched in the active language."""
    return lazy(lambda: "/".join(word(part) for part in pattern.split("/")), str)()


class PageConverter(SlugConverter):
    """The slug of a page; one of the site's own has a word of its own in each language."""

    def to_python(self, value: str) -> str:
        """Raises ValueError for a word of another language: the answer is "not found"."""
        ours = {word(french): french for french in WORDS}
        if value not in ours and value in all_words():
            raise ValueError(value)
        return ours.get(value, value)

    def to_url(self, value: str) -> str:
        return word(value)


def address_of(view: str, *words: str) -> str:
    """What `reverse` answers in the active language; the same is asked many times a page."""
    return _known_address(view, words, get_language())


@lru_cache(maxsize=10_000)
def _known_address(view: str, words: tuple[str, ...], language: str | None) -> str:
    return reverse(view, args=words)


def language_of(path: str) -> str:
    """The language that an address says."""
    return (get_language_from_path(path) or settings.LANGUAGE_CODE).lower()


# What answers at an address has none in another language: nothing is there, or it has no name, as
# what the admin says of its own unknown addresses.
NOWHERE = (Resolver404, NoReverseMatch)


def match_of(path: str) -> ResolverMatch:
    """What answers at an address, in its own language. Raises Resolver404."""
    with translation.override(language_of(path)):
        return resolve(path)


def address_in(language: str, match: ResolverMatch) -> str:
    """The address, in a language, of what `match` stands for. Raises NoReverseMatch."""
    with translation.override(language):
        return reverse(match.view_name, args=match.args, kwargs=match.kwargs)


def in_language(path: str, language: str) -> str:
    """The same address in another language; itself if nothing answers there."""
    try:
        return address_in(language, match_of(path))
    except NOWHERE:
        return path


def meant(path: str) -> str:
    """What an address that mixes languages stands for, in the language it begins with; or "".

    `/en/chiffres-cles/` is the English page of the key figures, `/key-figures/` the French one.
    What has one address whatever the language (the room, a preview) is never meant.
    """
    own = language_of(path)
    prefixed = path.lower().startswith(f"/{own}/")
    rest = path[len(f"/{own}/") if prefixed else 1 :]
    for language in CODES:
        prefix = "/" if language == settings.LANGUAGE_CODE else f"/{language}/"
        try:
            found = address_in(own, match_of(f"{prefix}{rest}"))
        except NOWHERE:
            continue
        if found != path and language_of(found) == own:
            return found
    return ""


class AddressLanguageMiddleware:
    """Answers in the language of the address, and says it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request.path_info)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
