"""The public thing that has an address, for the page that shows it."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest

from .memo import once_a_version
from .publication import Gone
from .site_index import entries
from .tongues import reader

FEW = 100


def get_public_or_gone(
    request: HttpRequest, screen: Callable[[], models.QuerySet], slug: str
) -> Any:
    """Return the one published object, or raise Http404 (unknown, draft) or Gone (withdrawn).

    `screen` is a method of a manager, such as `Pole.objects.for_detail`. Where there are few things
    of a kind, all are fetched at once and serve the pages that follow: Django takes far longer to
    compose the queries of one than the database to answer for all.
    """
    asked = _composed(screen, reader())
    label = asked.model._meta.label_lower
    known: dict[str, Any] = {}
    if len(entries(request, label)) <= FEW:
        known = once_a_version(request, f"every {label}", lambda: {t.slug: t for t in asked.all()})
    thing = known[slug] if slug in known else next(iter(asked.at(slug)[:1]), None)
    if thing is None:
        raise Http404
    if not thing.is_published:
        raise Gone
    return thing


@lru_cache(maxsize=64)
def _composed(screen: Callable[[], Any], language: str) -> Any:
    """The queryset of a screen; it is never asked itself, or it would keep the answer."""
    return screen().public_or_withdrawn()
