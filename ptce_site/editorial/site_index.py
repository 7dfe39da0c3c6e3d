"""Every published thing that has an address, in one light query a page.

Menus, the site plan and internal links in texts are answered from here. A model takes part by
giving its manager a `for_index()` made with `querysets.index_rows`.
"""

from dataclasses import dataclass

from django.apps import apps
from django.http import HttpRequest

from ..addresses import match_of
from .memo import once_a_page
from .querysets import united
from .tongues import FRENCH, reader


@dataclass(frozen=True)
class Entry:
    label: str
    pk: int
    slug: str
    title: str
    short: str
    menu: str
    position: int
    languages: str  # "fr,en,de": those it exists in

    @property
    def foreign(self) -> str:
        """ "fr" if that is what who reads another language gets; nothing otherwise."""
        return "" if reader() in self.languages.split(",") else FRENCH

    @property
    def menu_title(self) -> str:
        return self.short or self.title

    def get_absolute_url(self) -> str:
        return apps.get_model(self.label)(pk=self.pk, slug=self.slug).get_absolute_url()


def site_index(request: HttpRequest) -> dict[tuple[str, int], Entry]:
    """The index by (model label, primary key), fetched once for the page being rendered."""

    def fetch() -> dict[tuple[str, int], Entry]:
        managers = (model._default_manager for model in apps.get_models())
        rows = united(m.all().for_index() for m in managers if hasattr(m.all(), "for_index"))
        entries = (Entry(*row) for row in rows)
        return {(entry.label, entry.pk): entry for entry in entries}

    return once_a_page(request, f"site index, {reader()}", fetch)


def entries(request: HttpRequest, label: str) -> list[Entry]:
    """The entries of one model ("pages.page"), by position."""
    of_model = (entry for (kind, _), entry in site_index(request).items() if kind == label)
    return sorted(of_model, key=lambda entry: entry.position)


def leads_somewhere(request: HttpRequest, path: str) -> bool:
    """Whether an address of the site is that of something published, or of none in particular.

    A file stands under its page, which is what is looked for. Raises Resolver404.
    """
    if "slug" not in match_of(path).kwargs:
        return True
    page = path.rpartition("/")[0] + "/"
    return any(entry.get_absolute_url() == page for entry in site_index(request).values())
