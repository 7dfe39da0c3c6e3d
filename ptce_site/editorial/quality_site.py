"""What the rules of quality ask of the rest of the site: each question put once, if it comes up."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest
from django.urls import Resolver404, reverse
from django.utils.translation import gettext as _

from ptce_site.addresses import in_language, language_of, match_of
from ptce_site.search import fold

from .models import FormerAddress, Source
from .previews import as_visitor
from .publication import Gone, Publishable, State
from .querysets import united
from .site_index import Entry

_REFERENCE = re.compile(r"ref:(\w+\.\w+):(\d{1,18})$")
_HOST = urlsplit(settings.SITE_URL).netloc


@dataclass
class Site:
    """The site as a text's links and titles meet it; `thing` is being published.

    `coming` is published with it: links may lead there, and its names are taken.
    """

    thing: Any = None
    coming: list[Any] = field(default_factory=list)
    _sources: dict[str, bool] = field(default_factory=dict)
    _named: dict[tuple[Any, str], dict[str, set[Any]]] = field(default_factory=dict)
    _ids: dict[str, set[str] | None] = field(default_factory=dict)

    @cached_property
    def _linkable(self) -> list[Any]:
        """The kinds of things that a text may point to."""
        known = [model for model in admin.site._registry if issubclass(model, Publishable)]
        return [model for model in known if hasattr(model._default_manager.all(), "for_index")]

    @cached_property
    def _states(self) -> dict[tuple[str, int], str]:
        rows = united(model._default_manager.states() for model in self._linkable)
        states = {(label, pk): state for label, pk, state in rows}
        return states | {(one._meta.label_lower, one.pk): State.PUBLISHED for one in self.coming}

    @cached_property
    def _addresses(self) -> set[str]:
        rows = united(model._default_manager.for_index() for model in self._linkable)
        public = {Entry(*row).get_absolute_url() for row in rows}
        public |= {one.get_absolute_url() for one in self.coming}
        return {address.partition("#")[0] for address in public}

    def look_up(self, keys: set[str]) -> None:
        """Fetch at once the sources that a thing cites."""
        if unknown := keys - self._sources.keys():
            found = Source.objects.cited(list(unknown))
            self._sources |= {key: key in found for key in unknown}

    def has_source(self, key: str) -> bool:
        return self._sources.get(key, False)

    def others_named(self, thing: Any, name: str, language: str) -> bool:
        """Whether something else of its kind that visitors read has this name."""
        return bool(self._names(type(thing), language).get(name, set()) - {thing.pk})

    def _names(self, model: Any, language: str) -> dict[str, set[Any]]:
        if (model, language) not in self._named:
            groups = columns_apart(model, language)
            columns = [column for group in groups for column in group]
            rows = list(model._default_manager.named(columns))
            coming = [one for one in self.coming if type(one) is model]
            rows += [(one.pk, *(getattr(one, column) for column in columns)) for one in coming]
            kept: dict[str, set[Any]] = {}
            for pk, *values in rows:
                left = iter(values)
                for group in groups:
                    kept.setdefault(name_of([next(left) for _one in group]), set()).add(pk)
            self._named[model, language] = kept
        return self._named[model, language]

    def dead(self, href: str, page: str, anchors: set[str]) -> str:
        """Why an address inside the site leads nowhere, in words; nothing if it is good.

        `page` is where the text stands, `anchors` the parts of that page.
        """
        if href.startswith(f"{settings.SITE_URL}/"):
            href = href.removeprefix(settings.SITE_URL)
        if href.startswith("ref:"):
            return self._dead_reference(href)
        if href.startswith("source:"):
            known = self.has_source(href.removeprefix("source:"))
            return "" if known else _("cette source n’existe pas")
        if href.startswith("#"):
            return self._missing(page, href[1:], anchors)
        try:
            parts = urlsplit(href)
        except ValueError:
            return _("cette adresse est mal écrite")
        if parts.scheme or href.startswith("//"):
            return ""
        if not href.startswith("/"):
            return _("cette adresse est incomplète")
        path, anchor = parts.path, parts.fragment
        return self._dead_path(path) or self._missing(path, anchor, set())

    def _dead_reference(self, href: str) -> str:
        found = _REFERENCE.match(href)
        if not found:
            return _("cette adresse est incomplète")
        label, pk = found[1].lower(), int(found[2])
        mine = self.thing._meta.label_lower, self.thing.pk if self.thing else None
        if (label, pk) == mine:
            return ""
        return _why(self._states.get((label, pk), ""))

    def _dead_path(self, path: str) -> str:
        if path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
            return ""
        try:
            match = match_of(path)
        except Resolver404:
            return _("cette page n’existe pas")
        if path.startswith(reverse("admin:index")) or match.url_name == "preview":
            return _("les visiteurs n’entrent pas dans l’espace de rédaction")
        path = in_language(path, settings.LANGUAGE_CODE)
        folder = path[: path.rindex("/") + 1]
        if "slug" not in match.kwargs or folder in self._addresses:
            return ""
        former = FormerAddress.objects.at(path, folder)
        return _why(getattr(former.thing, "state", "") if former else "")

    def _missing(self, page: str, anchor: str, anchors: set[str]) -> str:
        if not anchor or anchor == "top" or anchor in anchors:
            return ""
        known = self.ids(page)
        return "" if known is None or anchor in known else _("cet endroit n’est pas dans la page")

    def ids(self, path: str) -> set[str] | None:
        """What can be aimed at in a page, as it is rendered now; None for what is no page."""
        path = path.partition("#")[0]
        if not path.endswith("/"):  # a sheet to print takes seconds to make
            return None
        if path not in self._ids:
            request = HttpRequest()
            request.META = {"HTTP_HOST": _HOST}
            try:
                html = as_visitor(request, path, language_of(path)).content.decode()
                self._ids[path] = set(re.findall(r'\bid="([^"]+)"', html))
            except (Http404, Gone, UnicodeDecodeError):
                self._ids[path] = None
        return self._ids[path]


def columns_apart(model: Any, language: str) -> list[list[str]]:
    """What tells things of a kind apart in a language: columns, those read together in one list."""
    known = {column.name for column in model._meta.fields}
    return [
        [f"{name}_{language}" if f"{name}_{language}" in known else name for name in group]
        for group in getattr(model, "never_twice", ())
    ]


def name_of(values: list[Any]) -> str:
    """The values of such a group as one folded name; empty if the first is."""
    return fold(" ".join(str(value) for value in values)).strip() if values[0] else ""


def _why(state: str) -> str:
    reasons = {
        State.PUBLISHED: "",
        State.DRAFT: _("cette page n’est pas publiée"),
        State.WITHDRAWN: _("cette page a été retirée du site"),
    }
    return reasons.get(state, _("cette page n’existe plus"))  # type: ignore[call-overload]
