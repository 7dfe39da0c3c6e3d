"""The addresses of other sites in the room: read, checked again one at a time, set aside."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from ..drafting import may_publish
from ..models import CheckedLink
from ..titles import ReadOnlyAdmin
from ..where import form_of
from .record import Problem
from .rounds import asker

ASIDE = timedelta(days=183)
BRIEF = {"pause": 0.0, "timeout": 5.0, "longest": 10.0}  # someone waits for the page


class FindingFilter(admin.SimpleListFilter):
    """What was found, in an editor's words."""

    title = _("constat")
    parameter_name = "constat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("morts", _("ne mènent plus nulle part")),
            ("echecs", _("ont manqué une fois ou deux")),
            ("portes", _("ne se laissent pas vérifier")),
            ("ailleurs", _("mènent ailleurs qu’avant")),
            ("cote", _("laissés de côté")),
            ("vivants", _("répondent")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.found(self.value())


@admin.register(CheckedLink)
class CheckedLinkAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "finding", "since", "where"]
    list_filter = [FindingFilter]
    search_fields = ["url"]
    list_per_page = 50
    actions = None
    change_form_template = "admin/editorial/checked_link.html"
    fields = ["address", "finding", "since", "last_ok", "last_checked", "moved", "where", "aside"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/reverifier/", view(self.ask_again), name="checked_link_ask"),
            path("<int:pk>/laisser/", view(self.set_aside), name="checked_link_aside"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {"may_act": may_publish(request), "title": _("Un lien vers un autre site")}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def ask_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask this one now, ten seconds at most. Only good news is written: bad news takes days."""
        link = self._mine(request, pk)
        answer = asker(**BRIEF).ask(link.url)
        if answer.problem == Problem.NONE:
            link.note(answer.status, answer.problem, answer.redirected_to, timezone.now())
            CheckedLink.objects.write(link)
            self.message_user(request, _("L’adresse répond."), messages.SUCCESS)
        else:
            said = Problem(answer.problem).label
            words = _("L’adresse ne répond toujours pas : %s.") % said
            self.message_user(request, words, messages.WARNING)
        return self._back(link)

    def set_aside(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say no more of it for six months, or speak of it again."""
        link = self._mine(request, pk)
        aside = link.is_aside
        link.ignored_until = None if aside else timezone.localdate() + ASIDE
        link.save(update_fields=["ignored_until"])
        said = _("Ce lien compte de nouveau.") if aside else _("Laissé de côté pour six mois.")
        self.message_user(request, said, messages.SUCCESS)
        return self._back(link)

    def _mine(self, request: HttpRequest, pk: int) -> CheckedLink:
        link = self.get_object(request, str(pk))
        if request.method != "POST" or link is None or not may_publish(request):
            raise PermissionDenied
        return link

    def _back(self, link: CheckedLink) -> HttpResponse:
        return HttpResponseRedirect(form_of(link))

    @admin.display(description=_("constat"), ordering="problem")
    def finding(self, link: CheckedLink) -> str:
        return link.said

    @admin.display(description=_("ne répond plus depuis le"), ordering="first_failed")
    def since(self, link: CheckedLink) -> str:
        return date_format(timezone.localtime(link.first_failed)) if link.first_failed else "–"

    @admin.display(description=_("adresse"))
    def address(self, link: CheckedLink) -> str:
        return format_html('<a href="{0}" rel="noreferrer">{0}</a>', link.url)

    @admin.display(description=_("mène désormais à"))
    def moved(self, link: CheckedLink) -> str:
        return link.redirected_to or "–"

    @admin.display(description=_("laissée de côté jusqu’au"))
    def aside(self, link: CheckedLink) -> str:
        return date_format(link.ignored_until) if link.ignored_until else "–"

    @admin.display(description=_("d’où l’on y va"))
    def where(self, link: CheckedLink) -> str:
        rows = ((place[4], place[3]) for place in link.places)
        return format_html_join(" ; ", '<a href="{}">{}</a>', rows) or "–"
