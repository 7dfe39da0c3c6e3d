"""The social card of each published thing: its address, and what answers there.

An app takes part with a module `cards`: `CARDS` says what is on the card of a thing, by model, and
`DRAWINGS` what the cards of another app may ask for by name.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import module_has_submodule
from django.views.decorators.http import require_safe

from ..cards import Card, digest, picture
from ..protection import for_any_site

FOREVER, ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"


@cache
def _known() -> tuple[dict[type[models.Model], Callable[[Any], Card]], dict[str, Callable]]:
    cards, drawings = {}, {}
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "cards"):
            module = import_module(f"{config.name}.cards")
            cards.update(getattr(module, "CARDS", {}))
            drawings.update(getattr(module, "DRAWINGS", {}))
    return cards, drawings


def card_of(thing: models.Model) -> Card:
    """What is on the card of a thing, in the active language."""
    cards, drawings = _known()
    card = cards[type(thing)](thing)
    return (
        replace(card, drawing=drawings[card.drawing]()) if isinstance(card.drawing, str) else card
    )


def card_path(thing: Any, language: str) -> str:
    """The address of a thing's card in a language; empty for what is not published."""
    if type(thing) not in _known()[0] or not thing.pk or not thing.is_published:
        return ""
    with translation.override(language):
        name = f"{thing.slug}-{digest(card_of(thing))}"
    return reverse("card", args=[language, thing._meta.label_lower, name])


@require_safe
def card(request: HttpRequest, language: str, label: str, name: str) -> HttpResponse:
    """The present card of a published thing; an address of a former one is not to be kept."""
    slug, _dash, asked = name.rpartition("-")
    model = {model._meta.label_lower: model for model in _known()[0]}.get(label)
    if model is None or language not in dict(settings.LANGUAGES):
        raise Http404
    thing = get_object_or_404(model._default_manager.published(), slug=slug)  # type: ignore[attr-defined]
    with translation.override(language):
        present = card_of(thing)
        body = picture(present)
    response = HttpResponse(body, content_type="image/png")
    response["Cache-Control"] = FOREVER if asked == digest(present) else ASK_AGAIN
    response["Content-Language"] = language
    return for_any_site(response)
