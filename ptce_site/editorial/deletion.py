"""Deleting: asked twice, what it breaks said first, and a last version kept to come back from."""

import copy
from contextlib import AbstractContextManager
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin import actions
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from reversion import add_to_revision, create_revision, set_comment, set_user
from reversion.revisions import is_registered

from .drafting import may_publish
from .drafts import Draft
from .links import links_to
from .publication import Publishable
from .redirects import remember


@admin.action(description=_("Supprimer la sélection…"), permissions=["delete"])
def delete_selected(modeladmin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """Django's own action, once the box is ticked; before, the page that says what it breaks."""
    asked = _unsure(request)
    answer = actions.delete_selected(modeladmin, asked or request, queryset)
    if answer is None:
        modeladmin.tell_the_way_back(request)
    elif answer.context_data is not None:
        answer.context_data |= _said_first(list(queryset), unsure="post" in request.POST)
    return answer


class DeletingAdmin(admin.ModelAdmin):
    """Only who publishes deletes: it changes what visitors see."""

    actions = [delete_selected]
    delete_confirmation_template = "admin/editorial/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/editorial/delete_selected_confirmation.html"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_publish(request) and super().has_delete_permission(request, obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        asked = _unsure(request)
        thing = self.get_object(request, unquote(object_id))
        said = _said_first([thing] if thing else [], unsure=asked is not None)
        return super().delete_view(asked or request, object_id, {**said, **(extra_context or {})})

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Django's list, without the rows that only tie two things together."""
        listed, counts, lacking, protected = super().get_deleted_objects(objs, request)
        ties = _ties()
        names = tuple(f"{capfirst(meta.verbose_name)}: " for meta in ties)
        counts = {k: n for k, n in counts.items() if k not in {m.verbose_name_plural for m in ties}}
        return _without(listed, names), counts, lacking, protected

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            keep_a_last_version(request, obj)
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            for thing in queryset:
                keep_a_last_version(request, thing)
            super().delete_queryset(request, queryset)

    def create_revision(self, request: HttpRequest) -> AbstractContextManager:
        """A selection is deleted outside the list's own revision, which would forget it."""
        if request.POST.get("action") == "delete_selected":
            return transaction.atomic()
        return super().create_revision(request)  # type: ignore[misc]

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        answer = super().response_delete(request, obj_display, obj_id)
        self.tell_the_way_back(request)
        return answer

    def tell_the_way_back(self, request: HttpRequest) -> None:
        if not is_registered(self.model):
            return
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_recoverlist"
        words = gettext("Cela se défait : « Rétablir ce qui a été supprimé », dans la liste.")
        link = format_html('<a href="{}">{}</a>', reverse(name), words)
        self.message_user(request, link, messages.INFO)


def keep_a_last_version(request: HttpRequest, thing: Any) -> None:
    """Before a thing is deleted, keep it as it is in the history, and its address if it had one."""
    if isinstance(thing, Publishable):
        remember(thing)
    if is_registered(type(thing)):
        with create_revision():
            set_user(request.user)
            set_comment(gettext("Supprimé."))
            add_to_revision(thing)


def _unsure(request: HttpRequest) -> HttpRequest | None:
    """The request that only asks, in place of one that would delete without the box ticked."""
    if request.method != "POST" or "sure" in request.POST:
        return None
    asked = copy.copy(request)
    asked.POST = QueryDict(mutable=True)  # type: ignore[assignment]
    return asked


def _said_first(things: list[Any], *, unsure: bool) -> dict[str, Any]:
    live = any(getattr(thing, "is_published", False) for thing in things)
    kind = type(things[0]) if things else None
    drafts = Draft.objects.among(kind, [thing.pk for thing in things]) if kind else {}
    return {
        "links": links_to(*things),
        "live": live,
        "unsure": unsure,
        "drafted": [thing for thing in things if str(thing.pk) in drafts],
    }


def _ties() -> list[Any]:
    """The tables that only hold a many-to-many."""
    models = apps.get_models(include_auto_created=True)
    return [model._meta for model in models if model._meta.auto_created]


def _without(listed: list[Any], names: tuple[str, ...]) -> list[Any]:
    """A nested list of lines without those that begin with one of `names`."""
    kept = [line if isinstance(line, str) else _without(line, names) for line in listed]
    return [line for line in kept if line and not (names and str(line).startswith(names))]
