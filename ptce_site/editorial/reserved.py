"""The words of the site's own addresses, which no page may take."""

from django.conf import settings
from django.urls import URLResolver, get_resolver

from ..addresses import all_words


def reserved_words() -> set[str]:
    """The first words of every address the site answers at, and those of its languages."""
    words = {settings.STATIC_URL.strip("/").partition("/")[0]}
    words |= {code for code, _name in settings.LANGUAGES} | all_words()
    return words | _first_words(get_resolver())


def _first_words(resolver: URLResolver) -> set[str]:
    found = set()
    for pattern in resolver.url_patterns:
        first = str(pattern.pattern).partition("/")[0]
        if not first and isinstance(pattern, URLResolver):
            found |= _first_words(pattern)
        elif first and "<" not in first:
            found.add(first)
    return found
