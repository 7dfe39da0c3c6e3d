"""The editors' room: what belongs to no single app (see `base_admin` for the rest)."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from . import image_admin, report_admin  # noqa: F401 - they register their own
from .base_admin import EditorialAdmin
from .deletion import DeletingAdmin
from .guarding import GuardedAdmin
from .history import HistoryAdmin
from .models import AccessibilityAudit, Publisher, Source
from .outside import link_admin  # noqa: F401 - registers the links to other sites

admin.site.site_header = _("Un PTCE, c’est… · rédaction")
admin.site.site_title = _("Rédaction")
admin.site.index_title = _("Que voulez-vous mettre à jour ?")


@admin.register(Source)
class SourceAdmin(DeletingAdmin, GuardedAdmin, HistoryAdmin):
    new_title = _("Nouvelle source")
    change_form_template = "admin/editorial/source_form.html"
    list_display = ["title", "publisher", "date", "reading", "url_complete"]
    list_filter = ["reading", "language", "url_complete"]
    search_fields = ["title", "publisher", "key", "url"]
    prepopulated_fields = {"key": ["publisher", "title"]}
    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> list[str]:
        return ["key"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Source | None = None) -> dict:
        return {} if obj else self.prepopulated_fields


@admin.register(Publisher)
class PublisherAdmin(GuardedAdmin, HistoryAdmin):
    """One record: the list leads straight to its form."""

    new_title = _("Éditeur du site")
    fieldsets = [
        (_("Éditeur"), {"fields": ["name", "legal_form", "registration", "address", "director"]}),
        (_("Contact"), {"fields": ["email", "phone"]}),
        (_("Hébergeur"), {"fields": ["host_name", "host_address", "host_phone"]}),
        (_("Données"), {"fields": ["licence"]}),
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
class AccessibilityAuditAdmin(GuardedAdmin, EditorialAdmin):
    new_title = _("Nouvel audit d’accessibilité")
    list_display = ["audited_on", "standard", "rate", "auditor"]
    shared = [(None, ("audited_on", "auditor", "standard", "rate"))]
    translated = ("findings",)
