"""What the room's pages are called: Django's own words do not agree with ours."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class KeyedAdmin(admin.ModelAdmin):
    """A thing is found by its key; Django breaks off where an address names a field of no name."""

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        return super().get_object(request, object_id, from_field or None)


class TitledAdmin(KeyedAdmin):
    """A list is called what it lists, a form what it edits; `new_title` agrees in gender."""

    new_title: Any = _("Ajouter")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        words = {"title": title, "new_title": self.new_title}
        return super().changelist_view(request, {**words, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        title = capfirst(self.opts.verbose_name) if object_id else self.new_title
        context = {"title": title, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)


class ReadOnlyAdmin(TitledAdmin):
    """A list to look things up in: nobody adds, changes or deletes anything there."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
