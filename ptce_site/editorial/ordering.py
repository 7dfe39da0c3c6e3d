"""The order of pages and figures, put by hand on one screen; nothing moves before it is saved."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from .drafting import may_publish
from .following import change
from .querysets import hold
from .where import form_of


@dataclass(frozen=True)
class Group:
    """Things that stand together on the site, in their order; `things` have a `position`."""

    label: str
    things: list[Any]

    @property
    def mark(self) -> str:
        """The order itself, to see whether it is still the same."""
        return ".".join(str(thing.pk) for thing in self.things)

    def arranged(self, keys: list[str]) -> Self:
        """The same in the order of these keys; what they do not name comes last, as it stood."""
        rank = {key: place for place, key in enumerate(keys)}
        things = sorted(self.things, key=lambda one: rank.get(str(one.pk), len(rank)))
        return type(self)(self.label, things)

    def moved(self, key: str, by: int) -> Self:
        """The same, one thing a place further up (-1) or down (1), unless it is at the end."""
        keys = [str(thing.pk) for thing in self.things]
        if key in keys and 0 <= (place := keys.index(key)) + by < len(keys):
            keys.insert(place + by, keys.pop(place))
        return self.arranged(keys)

    def dealt(self) -> Iterator[tuple[Any, int]]:
        """Each thing that changes rank, with its new one: the same numbers, dealt in order."""
        ranks = sorted({thing.position for thing in self.things})
        if len(ranks) < len(self.things):
            ranks = list(range(1, len(self.things) + 1))
        for thing, rank in zip(self.things, ranks, strict=True):
            if thing.position != rank:
                yield thing, rank


class OrderingAdmin(admin.ModelAdmin):
    """A model with a rank. `order_groups` names the field that groups, and the groups, in order."""

    order_groups: tuple[str, Iterable[str]] | None = None

    def get_urls(self) -> list[URLPattern]:
        if self.order_groups is None:
            return super().get_urls()
        name = f"{self.opts.app_label}_{self.opts.model_name}_order"
        view = self.admin_site.admin_view(self.order_view)
        return [path("ordonner/", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        ordered = self.order_groups is not None
        return super().changelist_view(request, {"has_order": ordered, **(extra_context or {})})

    def order_view(self, request: HttpRequest) -> HttpResponse:
        """The screen where one puts in order. Only who publishes saves: visitors see it at once."""
        may_order = may_publish(request) and self.has_change_permission(request)
        asked = request.method == "POST"
        if not self.has_view_or_change_permission(request) or (asked and not may_order):
            raise PermissionDenied
        with transaction.atomic():
            rows = self.model._default_manager.all()
            if asked:  # held first, then read: what was sorted before a wait is the order of before
                hold(rows)
            live = self._in_groups(rows)
            groups, conflict = self._arranged(request, live), False
            if "_save" in request.POST:
                conflict = request.POST.get("_seen") != _mark(live)
                if not conflict:
                    return self._save_order(request, groups)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Ordonner les %s") % self.opts.verbose_name_plural,
            "opts": self.opts,
            "groups": [{"label": g.label, "lines": self._order_lines(request, g)} for g in groups],
            "live": live if conflict else [],
            "seen": _mark(live) if conflict or not asked else request.POST.get("_seen", ""),
            "fixed": not may_order,
            "unsaved": asked,
        }
        return TemplateResponse(request, "admin/editorial/order.html", context)

    def _in_groups(self, rows: Iterable[Any]) -> list[Group]:
        name, values = self.order_groups or ("", ())
        labels, things = dict(self.opts.get_field(name).flatchoices), list(rows)
        groups = [
            Group(str(labels[value]), [one for one in things if getattr(one, name) == value])
            for value in values
        ]
        return [group for group in groups if group.things]

    def _arranged(self, request: HttpRequest, live: list[Group]) -> list[Group]:
        """The groups as the form has them, and as the button pressed moves them."""
        data = request.POST
        groups = [group.arranged(data.getlist("order")) for group in live]
        for button, by in (("_up", -1), ("_down", 1)):
            groups = [group.moved(data.get(button, ""), by) for group in groups]
        return groups

    def _order_lines(self, request: HttpRequest, group: Group) -> list[dict[str, Any]]:
        """What the screen tells of each thing; the button that moved one keeps the focus."""
        pressed = {request.POST.get(button): button[1:] for button in ("_up", "_down")}
        return [
            {
                "key": thing.pk,
                "what": thing,
                "address": form_of(thing),
                "note": ", ".join(self._notes(thing)),
                "focus": pressed.get(str(thing.pk)),
            }
            for thing in group.things
        ]

    def _notes(self, thing: Any) -> Iterator[str]:
        if not thing.is_published:
            yield thing.get_state_display()
        if getattr(thing, "featured", False):
            yield _("à la une")

    def _save_order(self, request: HttpRequest, groups: list[Group]) -> HttpResponse:
        moved = [pair for group in groups for pair in group.dealt()]
        for thing, rank in moved:
            change(self, request, thing, {"position": rank}, _("Ordre modifié."))
        said = _("Ordre enregistré : les visiteurs le voient.") if moved else _("Rien n’a bougé.")
        self.message_user(request, said, messages.SUCCESS if moved else messages.INFO)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_order"
        return HttpResponseRedirect(reverse(name))


def _mark(groups: list[Group]) -> str:
    return "-".join(group.mark for group in groups)
