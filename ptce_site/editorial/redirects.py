"""Addresses that were public once: they lead where the thing is now, or say that it has left.

A row points to the thing itself, never to another address: however often the thing is renamed, one
redirect is enough, and no two can turn in a circle.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import gettext_lazy as _

from ..addresses import in_language
from .publication import Publishable, State, gone
from .querysets import FormerAddressQuerySet


class FormerAddress(models.Model):
    """An address a thing has had in public, kept from the day it is published there.

    The present address is kept too, so that whatever moves or removes the thing later (the form, an
    older version restored, a deletion), nothing has to be noticed at that moment.
    """

    path = models.CharField(_("adresse"), max_length=200, unique=True)
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=80)

    objects = FormerAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("ancienne adresse")
        verbose_name_plural = _("anciennes adresses")

    def __str__(self) -> str:
        return self.path

    @property
    def thing(self) -> Any:
        """What was there, wherever it is now; None once deleted."""
        model = self.content_type.model_class()
        found = model._base_manager.in_bulk([self.object_id]) if model else {}
        return next(iter(found.values()), None)


def own_address(thing: Any) -> str:
    """Where a thing has a page to itself in public, or nothing: a draft, a part of another page."""
    if thing is None or thing.state == State.DRAFT:
        return ""
    address = thing.get_absolute_url()
    return "" if "#" in address else address


def remember(thing: Publishable, before: Publishable | None = None) -> None:
    """Keep the address of a thing, and the one it had `before`.

    To be called in the transaction that saves it. An address that was another's is this one's now.
    """
    paths = {own_address(before), own_address(thing)} - {""}
    if paths:
        FormerAddress.objects.keep(ContentType.objects.get_for_model(thing), thing.pk, paths)


def moved(request: HttpRequest) -> HttpResponse | None:
    """The answer at an address where nothing is: where it went, that it has left, or None.

    What stands under a page (its file to print) moves with it.
    """
    path = in_language(request.path, settings.LANGUAGE_CODE)  # the one that is kept
    page, _slash, rest = path.rpartition("/")
    kept = FormerAddress.objects.at(path, f"{page}/")
    if kept is None:
        return None
    thing = kept.thing
    if thing is None or thing.state == State.WITHDRAWN:
        return gone(request)
    address = thing.get_absolute_url()
    if kept.path != path:
        address += request.path.rpartition("/")[2]
    if not thing.is_published or address == request.path:
        return None
    query = request.META.get("QUERY_STRING", "")
    answer = HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    # A browser that keeps it asks again first: a name given back would send it round in circles.
    answer["Cache-Control"] = "no-cache"
    return answer


class FormerAddressMiddleware:
    """Looks among the former addresses when a view found nothing; other pages never ask."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        looked_for = isinstance(error, Http404) and request.method in ("GET", "HEAD")
        return moved(request) if looked_for else None
