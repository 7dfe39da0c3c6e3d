"""The editors' room: one base class for everything edited, and what belongs to no single app."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from . import report_admin  # noqa: F401 - registers the queue of reports
from .content_version import bump
from .models import AccessibilityAudit, Publisher, Source
from .publication import State

admin.site.site_header = _("Un PTCE, c’est… · rédaction")
admin.site.site_title = _("Rédaction")
admin.site.index_title = _("Que voulez-vous mettre à jour ?")


class EditorialAdmin(TranslationAdmin):
    """A form in parts: what is the same in every language, then one part a language.

    `shared` lists (title, fields) of the untranslated parts; `translated` names the translated
    fields, without suffix. French stands open, the other languages fold.
    """

    shared: list[tuple[Any, Any]] = []
    translated: tuple[str, ...] = ()
    save_on_top = True
    list_per_page = 50

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        first, *others = self.shared
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
        return [
            (first[0], {"fields": first[1]}),
            *languages,
            *((title, {"fields": fields}) for title, fields in others),
        ]


@admin.action(description=_("Publier la sélection"))
def publish(modeladmin: admin.ModelAdmin, request: HttpRequest, queryset: Any) -> None:
    """Publish what is complete; name what is not, and why."""
    done = 0
    for thing in queryset:
        thing.state = State.PUBLISHED
        try:
            thing.full_clean()
        except Exception as error:  # noqa: BLE001 - told to the editor, who repairs it
            messages = "; ".join(getattr(error, "messages", [str(error)]))
            modeladmin.message_user(request, f"{thing} : {messages}", level="ERROR")
        else:
            thing.save()
            done += 1
    if done:
        modeladmin.message_user(request, _("%(done)d publié(s).") % {"done": done})


@admin.action(description=_("Retirer la sélection du site"))
def withdraw(modeladmin: admin.ModelAdmin, request: HttpRequest, queryset: Any) -> None:
    """Take what is public off the site; a draft was never on it and stays a draft."""
    if done := queryset.published().update(state=State.WITHDRAWN):
        bump()
    modeladmin.message_user(request, _("%(done)d retiré(s).") % {"done": done})


class PublishableAdmin(EditorialAdmin):
    """For what has a state; `state` leads the list and the form."""

    actions = [publish, withdraw]
    list_filter = ["state"]
    readonly_fields = ["created_at", "updated_at"]


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ["title", "publisher", "date", "reading", "url_complete"]
    list_filter = ["reading", "url_complete"]
    search_fields = ["title", "publisher", "key", "url"]
    prepopulated_fields = {"key": ["publisher", "title"]}
    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> list[str]:
        return ["key"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Source | None = None) -> dict:
        return {} if obj else self.prepopulated_fields


@admin.register(Publisher)
class PublisherAdmin(admin.ModelAdmin):
    """One record: the list leads straight to its form."""

    fieldsets = [
        (_("Éditeur"), {"fields": ["name", "legal_form", "registration", "address", "director"]}),
        (_("Contact"), {"fields": ["email", "phone"]}),
        (_("Hébergeur"), {"fields": ["host_name", "host_address", "host_phone"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Publisher.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Publisher | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Publisher, form: Any, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        record = Publisher.objects.first()
        name = "change" if record else "add"
        return HttpResponseRedirect(
            reverse(f"admin:editorial_publisher_{name}", args=[record.pk] if record else [])
        )


@admin.register(AccessibilityAudit)
class AccessibilityAuditAdmin(EditorialAdmin):
    list_display = ["audited_on", "standard", "rate", "auditor"]
    shared = [(None, ("audited_on", "auditor", "standard", "rate"))]
    translated = ("findings",)
