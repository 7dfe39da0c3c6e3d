"""The editors' queue of reports: what was said is read, what was done is written."""

from typing import Any
from urllib.parse import quote

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from .models import Report
from .titles import TitledAdmin
from .where import form_at

NOTHING = "–"


@admin.action(description=_("Marquer « traité »"), permissions=["change"])
def mark_done(modeladmin: admin.ModelAdmin, request: HttpRequest, queryset: Any) -> None:
    count = queryset.close(Report.State.DONE)
    modeladmin.message_user(request, _("%(count)d traité(s).") % {"count": count})


@admin.action(description=_("Classer sans suite"), permissions=["change"])
def drop(modeladmin: admin.ModelAdmin, request: HttpRequest, queryset: Any) -> None:
    count = queryset.close(Report.State.DROPPED)
    modeladmin.message_user(request, _("%(count)d sans suite.") % {"count": count})


@admin.register(Report)
class ReportAdmin(TitledAdmin):
    list_display = ["about", "kind", "age", "state", "beginning"]
    list_filter = ["state", "kind", "created_at"]
    search_fields = ["about_title", "path", "message", "note"]
    actions = [mark_done, drop]
    list_per_page = 50
    fieldsets = [
        (None, {"fields": ["about", "page", "thing", "kind", "message", "proof"]}),
        (_("Qui, quand"), {"fields": ["answer", "created_at", "closed_at"]}),
        (_("Ce que nous en faisons"), {"fields": ["state", "note"]}),
    ]
    readonly_fields = [
        "about", "page", "thing", "kind", "message", "proof", "answer", "created_at", "closed_at",
    ]  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        obj.closed_at = (obj.closed_at or timezone.now()) if obj.is_closed else None
        super().save_model(request, obj, form, change)

    @admin.display(description=_("à propos de"), ordering="about_title")
    def about(self, report: Report) -> str:
        return report.about_title or report.path or str(_("le site en général"))

    @admin.display(description=_("depuis"), ordering="created_at")
    def age(self, report: Report) -> str:
        return timesince(report.created_at, depth=1)

    @admin.display(description=_("message"))
    def beginning(self, report: Report) -> str:
        return Truncator(" ".join(report.message.split())).chars(80)

    @admin.display(description=_("page publique"))
    def page(self, report: Report) -> str:
        return format_html('<a href="{0}">{0}</a>', report.path) if report.path else NOTHING

    @admin.display(description=_("fiche à corriger"))
    def thing(self, report: Report) -> str:
        try:
            address = form_at(report.about_label, report.about_pk)
        except NoReverseMatch:
            return NOTHING
        return format_html('<a href="{}">{}</a>', address, report.about_title)

    @admin.display(description=_("répondre à"))
    def answer(self, report: Report) -> str:
        """The e-mail left for an answer, as a link; nothing else is known of who wrote."""
        if not report.email:
            return NOTHING
        return format_html('<a href="mailto:{}">{}</a>', quote(report.email, "@"), report.email)
