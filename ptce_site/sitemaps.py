"""What search engines and browsers ask for by convention: sitemaps, robots, security, manifest.

A sitemap says what the heads of the pages say: the same addresses, languages and dates.
"""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from pages.models import KeyFigure, Page
from poles.models import Pole

from . import seo
from .addresses import CODES
from .editorial import tongues
from .editorial.models import Publisher, Reading

XML = "application/xml"
TEXT = "text/plain; charset=utf-8"
A_DAY = 24 * 60 * 60
A_YEAR = datetime.timedelta(days=365)
GROUND = "#fbf8f1"  # --paper, of tokens.css
THEME = "#0d1419"  # --night
ICONS = (("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"))

for_a_day = cache_control(public=True, max_age=A_DAY)


@dataclass(frozen=True)
class Place:
    """A page in one language, with its addresses in all of those it exists in."""

    address: str
    alternates: list[tuple[str, str]]
    changed: datetime.datetime | None

    @property
    def lastmod(self) -> str:
        return said(self.changed)


def said(moment: datetime.datetime | None) -> str:
    """A moment as the graph of a page says it."""
    return moment.isoformat(timespec="seconds") if moment else ""


def whole(path: str) -> str:
    """An address as the outside world knows it, whatever the host it was asked by."""
    return seo.canonical(settings.SITE_URL, path)


def _places(
    addresses: Mapping[str, str], changed: Callable[[str], datetime.datetime | None]
) -> Iterator[Place]:
    found = {code: whole(path) for code, path in addresses.items()}
    alternates = [*found.items(), ("x-default", found[settings.LANGUAGE_CODE])]
    for code, address in found.items():
        yield Place(address, alternates, changed(code))


def _of_things(model: Any) -> Iterator[Place]:
    """Every published thing of a kind, in the languages it exists in; two queries."""
    dates = Reading.objects.dates(model)
    for thing in model.objects.published():

        def changed(code: str, thing: Any = thing) -> datetime.datetime:
            return dates.get((thing.pk, code), thing.updated_at)

        yield from _places(tongues.addresses(thing), changed)


def _of_pages() -> Iterator[Place]:
    """The pages, then the site plan, which has no date: it shows what the others are called."""
    yield from _of_things(Page)
    yield from _places(tongues.addresses_of("pages:sitemap"), lambda _code: None)


SITEMAPS: dict[str, Callable[[], Iterator[Place]]] = {
    "pages": _of_pages,
    "poles": lambda: _of_things(Pole),
    "chiffres": lambda: _of_things(KeyFigure),
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The sitemaps, each with the date of what changed last in it."""
    found = []
    for name, places in SITEMAPS.items():
        dates = [place.changed for place in places() if place.changed]
        found.append((whole(reverse("sitemap", args=[name])), said(max(dates, default=None))))
    return render(request, "sitemap_index.xml", {"sitemaps": found}, content_type=XML)


@require_safe
def sitemap(request: HttpRequest, name: str) -> HttpResponse:
    if name not in SITEMAPS:
        raise Http404
    return render(request, "sitemap.xml", {"places": list(SITEMAPS[name]())}, content_type=XML)


@require_safe
@for_a_day
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Allow: /",
        "Disallow: /admin/",
        "Disallow: /apercu/",
        "",
        f"Sitemap: {whole(reverse('sitemap_index'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)


@require_safe
@for_a_day
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness (RFC 9116): the publisher, or by the page of contact."""
    publisher = Publisher.objects.first()
    contact = whole(reverse("pages:page", args=[Page.Main.CONTACT]))
    if publisher and publisher.email:
        contact = f"mailto:{publisher.email}"
    midnight = timezone.now().astimezone(datetime.UTC).replace(hour=0, minute=0, second=0)
    lines = [
        f"Contact: {contact}",
        f"Expires: {midnight + A_YEAR:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(CODES)}",
        f"Canonical: {whole(reverse('security'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)


@require_safe
@for_a_day
def manifest(request: HttpRequest) -> JsonResponse:
    """What a browser calls the site by when it is kept on a screen, in the reader's language."""
    told = {
        "id": reverse("pages:home"),
        "name": str(seo.SITE_NAME),
        "short_name": _("Les PTCE"),
        "lang": tongues.reader(),
        "dir": "ltr",
        "start_url": reverse("pages:home"),
        "scope": "/",
        "display": "browser",
        "background_color": GROUND,
        "theme_color": THEME,
        "icons": [
            {"src": static(_icon(size, use)), "sizes": size, "type": "image/png", "purpose": use}
            for size, use in ICONS
        ],
    }
    answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    answer["Content-Type"] = "application/manifest+json"
    return answer


def _icon(size: str, use: str) -> str:
    return f"img/icon-{'maskable-' if use == 'maskable' else ''}{size.partition('x')[0]}.png"
