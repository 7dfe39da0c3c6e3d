"""The admin's part: a list leaves as a file, and a file comes back, looked at before it is applied.

Between the two, the changes travel in the page, signed: nothing is kept on the server, any process
can answer, and what is applied is what was shown.
"""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import slugify
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from reversion import is_active, set_comment

from ..base_admin import PublishableAdmin
from ..drafting import may_publish
from ..version_querysets import last_numbers
from . import querysets
from .cells import Unreadable
from .columns import columns_of
from .lines import Line, lines_of
from .plan import Plan
from .reading import MOST_BYTES, read
from .writing import CONTENT_TYPES, TooLong, write

SALT, ONE_DAY = "import", 86_400
MOST_CARRIED = 2_300_000  # characters that one page can send back (DATA_UPLOAD_MAX_MEMORY_SIZE)
PAGE = "admin/editorial/import.html"


@admin.action(
    description=gettext_lazy("Exporter la sélection dans un classeur"), permissions=["view"]
)
def export_selected(modeladmin: Any, request: HttpRequest, queryset: Any) -> HttpResponse:
    return modeladmin.file(request, queryset, "xlsx")


@dataclass(frozen=True)
class Looked:
    """What the page shows of an import before it is applied."""

    name: str
    notes: list[str]
    plan: Plan
    carried: str
    may_publish: bool

    @property
    def new(self) -> int:
        return sum(line.is_new for line in self.plan.active)

    @property
    def changed(self) -> int:
        return len(self.plan.active) - self.new

    @property
    def same(self) -> int:
        return len(self.plan.lines) - len(self.plan.active)

    @property
    def wrong(self) -> int:
        return sum(bool(line.errors or line.lacks) for line in self.plan.lines)

    @property
    def can_draft(self) -> bool:
        return bool(self.plan.active and self.carried)

    @property
    def can_publish(self) -> bool:
        return self.can_draft and self.may_publish and not self.plan.incomplete


class SheetAdmin(PublishableAdmin):
    """A kind of thing that editors may take out to a spreadsheet and bring back."""

    actions = [*PublishableAdmin.actions, export_selected]
    sheet_prefixes: dict[str, str] = {}
    sheet_most = 100  # changed at once: for each, others wait some 40 ms to save anything

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("export.<str:form>", view(self.export_view), name=f"{name}_export"),
            path("import/", view(self.import_view), name=f"{name}_import"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        may = {"may_export": True, "may_import": self.has_change_permission(request)}
        return super().changelist_view(request, {**may, **(extra_context or {})})

    # Out

    def export_view(self, request: HttpRequest, form: str) -> HttpResponse:
        """What the list shows, with its search and its filters."""
        if not self.has_view_or_change_permission(request) or form not in CONTENT_TYPES:
            raise PermissionDenied
        try:
            shown = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self._list)
        return self.file(request, shown, form)

    def file(self, request: HttpRequest, things: Any, form: str) -> HttpResponse:
        columns = columns_of(self)
        own = [column.field for column in columns if column.field is not None]
        found = list(querysets.with_relations(things, own))
        numbers = last_numbers(self.model, (one.pk for one in found))
        rows = (
            [c.cell(one) if c.field else numbers.get(str(one.pk), 0) for c in columns]
            for one in found
        )
        title = str(self.opts.verbose_name_plural)
        try:
            content = write(form, title.capitalize(), columns, rows)
        except TooLong:
            words = _("Un texte est trop long pour une cellule de classeur : exportez en CSV.")
            self.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(self._list)
        answer = HttpResponse(content, content_type=CONTENT_TYPES[form])
        name = f"{slugify(title)}-{timezone.localdate():%Y-%m-%d}.{form}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["Cache-Control"] = "no-store"
        return answer

    @property
    def _list(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    # In

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request)
        try:
            if "carried" in request.POST:
                return self._apply(request)
            name, sheet = self._sent(request)
            looked = self._look(request, name, sheet.notes, lines_of(self, sheet))
        except Unreadable as error:
            return self._page(request, problem=str(error))
        return self._page(request, looked=looked)

    def _sent(self, request: HttpRequest) -> Any:
        sent = request.FILES.get("file")
        if sent is None:
            raise Unreadable(_("Choisissez d’abord un fichier."))
        name = PurePath(sent.name or "").name[:120]
        return name, read(sent.read(MOST_BYTES + 1))

    def _look(self, request: HttpRequest, name: str, notes: list[str], lines: list[Line]) -> Looked:
        plan = Plan(self, request, lines)
        plan.look()
        if plan.failed:  # what is wrong is not in what would travel: nothing does
            return Looked(name, notes, plan, "", may_publish(request))
        rows = [
            [one.number, one.slug, None if one.is_new else one.seen, one.values, one.known]
            for one in plan.active
        ]
        carried = signing.dumps(
            {"name": name, "rows": rows, "asks": plan.remarked},
            salt=self._salt(request),
            compress=True,
        )
        if len(carried) > MOST_CARRIED:
            raise Unreadable(
                _("Trop de changements à la fois : importez-les en plusieurs fichiers.")
            )
        return Looked(name, notes, plan, carried, may_publish(request))

    def _salt(self, request: HttpRequest) -> str:
        """What was shown to one person, for one kind of thing, serves for nothing else."""
        return f"{SALT} {self.opts.label_lower} {request.user.pk}"

    def _apply(self, request: HttpRequest) -> HttpResponse:
        try:
            told = signing.loads(request.POST["carried"], salt=self._salt(request), max_age=ONE_DAY)
        except signing.BadSignature:
            raise Unreadable(_("Cette page date trop : envoyez de nouveau le fichier.")) from None
        publish = "_publish" in request.POST and may_publish(request)
        problem = _("Rien n’a été importé : le site a changé depuis, regardez de nouveau.")
        if publish and told["asks"] and "_remarks" not in request.POST:
            problem = _("Rien n’a été importé : cochez d’abord que vous avez vu les remarques.")
            return self._again(request, told, {}, problem)
        plan = Plan(self, request, [Line(*row) for row in told["rows"]])
        if plan.apply(publish=publish, name=told["name"]):
            number = len(plan.lines)
            if publish:
                said = ngettext("%d fiche publiée.", "%d fiches publiées.", number)
            else:
                said = ngettext("%d brouillon enregistré.", "%d brouillons enregistrés.", number)
            self.message_user(request, said % number, messages.SUCCESS)
            return HttpResponseRedirect(self._list)
        lacks = {line.number: line.lacks for line in plan.lines}
        return self._again(request, told, lacks, problem)

    def _again(self, request: HttpRequest, told: Any, lacks: Any, problem: str) -> HttpResponse:
        """The changes looked at once more, with what was found when they were applied."""
        looked = self._look(request, told["name"], [], [Line(*row) for row in told["rows"]])
        for line in looked.plan.lines:
            line.lacks = line.lacks or lacks.get(line.number, [])
        return self._page(request, looked=looked, problem=problem)

    def _page(self, request: HttpRequest, **more: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Importer un fichier"),
            "opts": self.opts,
            "may_publish": may_publish(request),
            "most": self.sheet_most,
            **more,
        }
        return TemplateResponse(request, PAGE, context)

    def keep(self, request: HttpRequest, thing: Any) -> None:
        """Keep what is posted as the draft of a thing that has none."""
        self._keep(request, thing, None, self.plain_view)

    def _comment(self, request: HttpRequest, thing: Any, words: str) -> None:
        name = getattr(request, "imported", "")
        if name and is_active():
            set_comment(_("Import du fichier %s.") % name)
        else:
            super()._comment(request, thing, words)
