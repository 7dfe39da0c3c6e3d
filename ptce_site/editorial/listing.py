"""The lists of what is drafted: what is being written is told there too."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Draft


class ListingAdmin(admin.ModelAdmin):
    """A list that marks the drafts in progress and links to those of nothing yet; two queries."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        may_write = self.has_change_permission(request)
        drafts = Draft.objects.of_new(self.model) if may_write else ()
        return super().changelist_view(request, {"new_drafts": drafts, **(extra_context or {})})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        drafts = Draft.objects.among(self.model, [row.pk for row in changelist.result_list])
        for row in changelist.result_list:
            row.being_drafted = str(row.pk) in drafts
        return changelist

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return ["state_now" if name == "state" else name for name in shown]

    @admin.display(description=gettext_lazy("état"), ordering="state")
    def state_now(self, thing: Any) -> str | SafeString:
        state = thing.get_state_display()
        if not getattr(thing, "being_drafted", False):
            return state
        return format_html('{} <b class="in-progress">{}</b>', state, _("brouillon en cours"))
