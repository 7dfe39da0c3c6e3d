"""The editors' queue of reports: what was said is read, what was done is written."""

from typing import Any
from urllib.parse import quote

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from .models import Report
from .querysets import among, hold, one_of
from .titles import TitledAdmin
from .where import form_at

NOTHING = "–"
OURS = ("state", "note")  # what editors write


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

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A field brings back what it held when the page was opened, to tell who changed what."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        field.show_hidden_initial = db_field.name in OURS
        return field

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        hold(among(Report.objects.all(), [obj.pk]))
        if theirs := one_of(Report, obj.pk):
            obj.closed_at = theirs.closed_at
            for name in OURS:
                self.join(request, name, obj, theirs, form)
        obj.closed_at = (obj.closed_at or timezone.now()) if obj.is_closed else None
        super().save_model(request, obj, form, change)

    def join(
        self, request: HttpRequest, name: str, mine: Report, theirs: Report, form: Any
    ) -> None:
        """Leave alone what this editor did not change; tell them what they write over."""
        kept = getattr(theirs, name)
        if name not in form.changed_data:
            return setattr(mine, name, kept)
        opened = form.data.get(form.add_initial_prefix(name), kept)
        if kept.split() in (opened.split(), getattr(mine, name).split()):
            return None
        words = _(
            "« %(field)s » a été changé pendant que votre page était ouverte. Votre saisie est "
            "gardée ; elle remplace celle-ci : %(theirs)s"
        )
        said = theirs.get_state_display() if name == "state" else kept or NOTHING
        told = words % {"field": form.fields[name].label, "theirs": said}
        return self.message_user(request, told, messages.WARNING)

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
