"""What changed last on the site, as an Atom feed."""

import datetime
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from pages.models import Definition, KeyFigure, Page
from poles.models import Milestone, Pole

from . import seo
from .editorial.exports import address
from .editorial.partialdate import format_partial_date
from .editorial.reading import changed_at
from .editorial.richtext import plain_text
from .editorial.tongues import FRENCH, reader

ENTRIES = 40
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def figure_title(figure: KeyFigure) -> str:
    """ "plus de 600 000 recrutements attendus d’ici 2020"."""
    nuance = f"{figure.get_qualifier_display()} " if figure.qualifier else ""
    return f"{nuance}{figure.plain_measure} {figure.label}"


def event_title(event: Milestone) -> str:
    return ", ".join(filter(None, (format_partial_date(event.date), event.title)))


# Of each kind of thing: its rows, its title, its summary.
KINDS: tuple[tuple[Callable[[], Any], Callable[[Any], str], Callable[[Any], str]], ...] = (
    (Page.objects.all, str, lambda page: page.description),
    (Pole.objects.all, str, lambda pole: pole.hook or pole.summary),
    (KeyFigure.objects.all, figure_title, lambda figure: figure.scope),
    (Definition.objects.all, str, lambda definition: definition.short_answer),
    (Milestone.objects.of_the_policy, event_title, lambda event: plain_text(event.text)),
)


class Changes(Feed):
    """The 40 things changed last that exist in the language of the address.

    One query for each kind of thing, whatever their number.
    """

    feed_type = Atom1Feed  # its language is the one of its address
    author_name = seo.SITE_NAME

    def title(self) -> str:
        return _("%(site)s : ce qui a changé") % {"site": seo.SITE_NAME}

    def subtitle(self) -> str:
        return _("Les pages, les pôles, les chiffres, les définitions et les repères modifiés.")

    def link(self) -> str:
        return seo.canonical(settings.SITE_URL, reverse("pages:home"))

    def feed_url(self) -> str:
        return seo.canonical(settings.SITE_URL, reverse("feed"))

    feed_guid = feed_url

    def items(self) -> list[tuple[Any, str, str]]:
        found = [
            (thing, title(thing), summary(thing))
            for rows, title, summary in KINDS
            for thing in rows().existing_in(reader()).last_changed(ENTRIES)
        ]
        found.sort(key=lambda item: item[0].changed_at, reverse=True)
        return found[:ENTRIES]

    def item_title(self, item: tuple[Any, str, str]) -> str:
        return NOT_IN_XML.sub("", item[1])

    def item_description(self, item: tuple[Any, str, str]) -> str:
        return escape(NOT_IN_XML.sub("", item[2]))

    def item_link(self, item: tuple[Any, str, str]) -> str:
        return address(item[0])

    def item_guid(self, item: tuple[Any, str, str]) -> str:
        """An identifier that survives a renamed address (RFC 4151), one in each language."""
        thing = item[0]
        host = urlsplit(settings.SITE_URL).hostname
        language = "" if reader() == FRENCH else f":{reader()}"
        return f"tag:{host},2026:{thing._meta.label_lower}:{thing.pk}{language}"

    def item_updateddate(self, item: tuple[Any, str, str]) -> datetime.datetime | None:
        return changed_at(item[0])

    def item_categories(self, item: tuple[Any, str, str]) -> list[str]:
        return [str(item[0]._meta.verbose_name)]
