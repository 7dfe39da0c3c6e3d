"""In which languages a thing exists, and where it is in each: asked by the page, menus, sitemaps.

A thing exists in a language when every text it cannot be published without is written in it. A
text that may be missing is shown in French, and said to be French.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import translation
from modeltranslation.manager import get_translatable_fields_for_model

from ..addresses import CODES, OTHERS, reader

FRENCH = settings.LANGUAGE_CODE


def needed(model: type[models.Model]) -> list[str]:
    """The translated texts without which a thing is not published, by their bare names."""
    known = set(get_translatable_fields_for_model(model) or ())
    required = getattr(model, "required_to_publish", ())
    bare = [name.removesuffix(f"_{FRENCH}") for name in required if name.endswith(f"_{FRENCH}")]
    return [name for name in bare if name in known]


def languages_of(thing: Any) -> list[str]:
    """The languages a thing exists in, French first."""
    texts = needed(type(thing))
    return [
        FRENCH,
        *(code for code in OTHERS if all(getattr(thing, f"{name}_{code}") for name in texts)),
    ]


def addresses(thing: Any) -> dict[str, str]:
    """The path of a thing in each language it exists in."""
    return {code: address(thing, code) for code in languages_of(thing)}


def every_address(thing: Any) -> dict[str, str]:
    """The path of a thing in each language of the site, whether it exists in it or not."""
    return {code: address(thing, code) for code in CODES}


def address(thing: Any, language: str) -> str:
    """The path of a thing in a language."""
    with translation.override(language):
        return thing.get_absolute_url()


def addresses_of(view: str, *args: Any, **kwargs: Any) -> dict[str, str]:
    """The path, in every language, of a page that is made of the site's own words."""
    found = {}
    for code in CODES:
        with translation.override(code):
            found[code] = reverse(view, args=args, kwargs=kwargs)
    return found


def own(thing: Any, text: str) -> str:
    """A text in the reader's language alone: nothing where French would stand in for it."""
    return getattr(thing, f"{text}_{reader()}") or ""


def foreign(thing: Any, *texts: str) -> str:
    """ "fr" where a thing, or one of its `texts`, is shown in French to who reads another language.

    Nothing otherwise, and nothing for a text that is empty in French too.
    """
    code = reader()
    if code == FRENCH:
        return ""
    if not texts and hasattr(thing, "written_in"):
        return "" if code in thing.written_in.split(",") else FRENCH
    texts = texts or tuple(needed(type(thing)))
    missing = any(
        not getattr(thing, f"{name}_{code}", "") and getattr(thing, f"{name}_{FRENCH}", "")
        for name in texts
    )
    return FRENCH if missing else ""
