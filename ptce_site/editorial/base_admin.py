"""The base classes of the editors' room: a form in parts, a history, drafts, actions."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from .actions import plan_review, publish, verify, withdraw
from .deletion import DeletingAdmin, delete_selected
from .drafting import DraftingAdmin, may_publish
from .history import HistoryAdmin
from .listing import ListingAdmin
from .models import Draft
from .ordering import OrderingAdmin
from .redirects import remember


class EditorialAdmin(DeletingAdmin, HistoryAdmin, TranslationAdmin):
    """A form in parts: what is the same in every language, then one part a language.

    `shared` lists (title, fields) of the untranslated parts; the first `parts_before` of them stand
    before the texts. `translated` names the translated fields, without suffix. French stands open,
    the other languages fold.
    """

    shared: list[tuple[Any, Any]] = []
    parts_before = 1
    translated: tuple[str, ...] = ()
    save_on_top = True
    list_per_page = 50

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        parts = [(title, {"fields": fields}) for title, fields in self.shared]
        languages = [
            (
                name,
                {
                    "fields": [f"{field}_{code}" for field in self.translated],
                    "classes": [] if code == settings.LANGUAGE_CODE else ["collapse"],
                },
            )
            for code, name in settings.LANGUAGES
            if self.translated
        ]
        return [*parts[: self.parts_before], *languages, *parts[self.parts_before :]]

    def refuse_writers(self, request: HttpRequest) -> None:
        if not may_publish(request):
            raise PermissionDenied


class PublishableAdmin(DraftingAdmin, OrderingAdmin, ListingAdmin, EditorialAdmin):
    """For what has a state: buttons change it, the list shows it."""

    actions = [publish, withdraw, verify, plan_review, delete_selected]
    list_filter = ["state"]
    readonly_fields = ["created_at", "updated_at"]
    address_help = _("Le mot qui suit le dernier / dans l’adresse, sans accent ni espace.")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "slug":  # an "adresse" alone reads like that of a street
            kwargs |= {"label": _("Adresse de la page"), "help_text": self.address_help}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> Any:
        return self._said(
            request, obj, partial(super().response_add, request, obj, *args, **kwargs)
        )

    def response_change(self, request: HttpRequest, obj: Any) -> Any:
        return self._said(request, obj, partial(super().response_change, request, obj))

    def _said(self, request: Any, obj: Any, respond: Callable[[], Any]) -> Any:
        """Say that visitors see it, and where, rather than that an object was changed."""
        silent, request.silent = getattr(request, "silent", False), True
        answer = respond()
        request.silent = silent
        if not silent:
            self.message_user(
                request,
                format_html(
                    '{} <a href="{}">{}</a>',
                    _("Publié : les visiteurs le voient."),
                    obj.get_absolute_url(),
                    _("Voir la page"),
                ),
                messages.SUCCESS,
            )
        return answer

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return may_publish(request) and self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A writer may remove a part in a draft (hence the permission), never the thing itself."""
        return may_publish(request) and super().has_delete_permission(request, obj)

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return super().add_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The last door: only a preview, taken back at once, passes it for someone else's eyes."""
        if not getattr(request, "silent", False):
            self.refuse_writers(request)
        before = self.model._base_manager.in_bulk([obj.pk]).get(obj.pk) if change else None
        super().save_model(request, obj, form, change)
        remember(obj, before)

    def check_discard(self, request: HttpRequest, draft: Draft) -> None:
        """A writer abandons what they wrote last; the rest is for those who publish."""
        if draft.author_id != request.user.pk:
            self.refuse_writers(request)
