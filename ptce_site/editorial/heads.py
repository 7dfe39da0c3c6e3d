"""What the head of a page says, and a page rendered with it."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import seo
from . import graph, tongues

RULES = "js/visit.speculationrules"  # what a browser may fetch before it is clicked


def page(
    request: HttpRequest,
    template: str,
    subject: seo.Subject,
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The answer: a template with its context, and the `head` made of its subject."""
    context = {"head": head(request, subject), **(context or {})}
    answer = render(request, template, context, status=status)
    if request.method in ("GET", "HEAD") and status == 200:
        answer["Speculation-Rules"] = f'"{static(RULES)}"'
    return answer


def head(request: HttpRequest, subject: seo.Subject) -> seo.Head:
    """What the head says to who reads in the language of the address."""
    return seo.head(
        subject,
        language=tongues.reader(),
        languages=settings.LANGUAGES,
        site_url=settings.SITE_URL,
        nodes=partial(graph.told, request),
        home=(_("Accueil"), reverse("pages:home")),
    )


def own(view: str, title: str, description: str = "", **said: Any) -> seo.Subject:
    """A page of the site's own words, which exists in every language."""
    return seo.Subject(
        title=title,
        description=description,
        path=reverse(view),
        addresses=tongues.addresses_of(view),
        name=said.pop("name", title),
        **said,
    )


def unlisted(request: HttpRequest, title: str) -> seo.Subject:
    """A page about an address where there is nothing to read: the menu leads to the home pages."""
    homes = tongues.addresses_of("pages:home")
    return seo.Subject(title=title, path=request.path, addresses=homes, name=title, listed=False)
