"""The history of what is edited: told in words, compared, put back, even once deleted.

Putting back an old version opens it in the form, as if its editor had typed it again: the buttons,
drafts, messages and conflicts are those of any other form, and nothing moves before it is sent.
`from_version`, posted with the form and kept with its draft, says which version it started from.
"""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, re_path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from reversion import is_active, set_comment
from reversion.admin import VersionAdmin
from reversion.models import Version

from .comparing import Names, differences
from .drafting import may_publish
from .models import Draft
from .taking_up import TakingUp, was_saved
from .told import moment, name_of
from .translations.beside import put_french_beside
from .translations.noting import note
from .version_querysets import deleted_versions, first_versions, version_numbered, versions_of
from .versions import as_form, bring_back, keep_first, snapshots

PER_PAGE = 30
UNKNOWN = gettext_lazy("Cette version n’existe pas, ou c’est celle d’une autre fiche.")
TAKEN = gettext_lazy("Déjà prise par une autre fiche : donnez-en une autre à celle-ci.")
ONCE = {"show_save_and_continue": False, "show_save_and_add_another": False}


class HistoryAdmin(TakingUp):
    """A model whose every change is written down and can be taken back."""

    change_form_template = "admin/editorial/plain_form.html"
    change_list_template = "admin/editorial/change_list.html"
    object_history_template = "admin/editorial/history.html"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_compare"
        compare = self.admin_site.admin_view(self.compare_view)
        return [re_path(r"^([^/]+)/history/compare/$", compare, name=name), *super().get_urls()]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.unique:
            field.error_messages["unique"] = TAKEN
        return field

    # What was done

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        versions = versions_of(self.model, unquote(object_id))
        page = Paginator(versions, PER_PAGE).get_page(request.GET.get("p"))
        context = {
            "lines": self._lines(versions, page) if page.paginator.count else [],
            "versions_page": page,
            "may_restore": self.has_change_permission(request),
        }
        told = super(VersionAdmin, self).history_view
        return told(request, object_id, {**context, **(extra_context or {})})

    def _lines(self, versions: models.QuerySet, page: Page) -> list[dict]:
        """What each version of a page of the history changed, who wrote it, and what they said.

        What is said of a pole is not of the milestones written down with it, nor the other way.
        """
        start, end = page.start_index() - 1, page.end_index()
        told, names = snapshots(self, versions[start : end + 1]), Names()
        own = first_versions(one.version.revision_id for one in told)
        return [
            {
                "version": now.version,
                "who": name_of(now.version.revision.user),
                "said": now.version.revision.get_comment() if now.version.pk in own else "",
                "changes": differences(self, before, now, names) if before else [],
                "first": before is None,
            }
            for now, before in zip(told[: end - start], [*told[1:], None], strict=False)
        ]

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Two versions side by side, the older first: the last two unless others are asked."""
        key = unquote(object_id)
        thing = self.get_object(request, key)
        if thing is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, key)
        if not self.has_view_or_change_permission(request, thing):
            raise PermissionDenied
        versions = list(versions_of(self.model, key))
        pair, problem = _asked(request, versions)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Comparer deux versions"),
            "opts": self.opts,
            "object": thing,
            "versions": versions,
            "before": pair[0] if pair else None,
            "after": pair[-1] if pair else None,
            "problem": problem,
            "may_restore": self.has_change_permission(request, thing),
        }
        if not problem:
            both = {told.version: told for told in snapshots(self, pair)}
            told = differences(self, both[pair[0]], both[pair[1]], Names(), whole=True)
            context["changes"] = told
        unknown = 404 if len(pair) < 2 <= len(versions) else 200
        return TemplateResponse(request, "admin/editorial/comparison.html", context, status=unknown)

    # Putting back

    def revision_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        key = unquote(object_id)
        thing = self.get_object(request, key)
        if thing is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, key)
        if not self.has_change_permission(request, thing):
            raise PermissionDenied
        version = version_numbered(versions_of(self.model, key), version_id)
        if version is None:
            self.message_user(request, UNKNOWN, messages.ERROR)
            return HttpResponseRedirect(self._url("history", quote(key)))
        self._take_back(request, thing, version)
        return self.change_view(request, object_id, extra_context={**ONCE, **(extra_context or {})})

    def recover_view(
        self, request: HttpRequest, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        self._check_recovery(request)
        version = version_numbered(deleted_versions(self.model), version_id)
        if version is None:
            self.message_user(request, _("Cette fiche n’est pas, ou n’est plus, supprimée."))
            return HttpResponseRedirect(self._url("recoverlist"))
        self._take_back(request, None, version)
        return self.add_view(request, extra_context={**ONCE, **(extra_context or {})})

    def recoverlist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self._check_recovery(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Rétablir ce qui a été supprimé"),
            "opts": self.opts,
            "deleted": [(v, name_of(v.revision.user)) for v in deleted_versions(self.model)],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/editorial/deleted.html", context)

    def _check_recovery(self, request: HttpRequest) -> None:
        if not (may_publish(request) and self.has_add_permission(request)):
            raise PermissionDenied

    def _take_back(self, request: HttpRequest, thing: Any, version: Version) -> None:
        """Open the form on a version; or, when it is posted, remember which version it was."""
        if request.method == "POST":
            data = request.POST.copy()
            data["from_version"] = str(version.pk)
            request.POST = data  # type: ignore[assignment]
        else:
            told = snapshots(self, [version])[0]
            request.taken_up = as_form(self, request, thing, told)  # type: ignore[attr-defined]

    def _url(self, name: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def _origin(self, request: HttpRequest, thing: Any) -> Version | None:
        """The version that what is typed started from, if it is this thing's, or a lost one's."""
        data = getattr(request, "taken_up", None) or request.POST
        key = data.get("from_version", "")
        if not key:
            return None
        there = thing is not None and not thing._state.adding
        return version_numbered(
            versions_of(self.model, thing.pk) if there else deleted_versions(self.model), key
        )

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        thing = context.get("original")
        if origin := self._origin(request, thing):
            desk = context.get("desk")
            context["restored"] = {
                "version": origin,
                "who": name_of(origin.revision.user),
                "gone": thing is None,
                "parts": bool(self.inlines),
                "draft": desk and not desk.draft and thing and Draft.objects.of(thing).first(),
            }
        put_french_beside(request, context)
        return super().render_change_form(request, context, *args, **kwargs)

    # Writing down

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        with transaction.atomic():
            thing = (
                self.get_object(request, unquote(object_id)) if request.method == "POST" else None
            )
            first = keep_first(thing) if thing else None
            if thing:
                note(thing)
            answer = super().change_view(request, object_id, form_url, extra_context)
            if first and not was_saved(request):
                first.delete()
        return answer

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Each action writes its own history, a revision for each thing, not one for them all."""
        view = (
            super().changelist_view
            if "_save" in request.POST
            else super(VersionAdmin, self).changelist_view
        )
        lost = may_publish(request) and self.has_add_permission(request)
        return view(request, {"may_recover": lost, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change and obj.pk is None and (origin := self._origin(request, obj)):
            obj.pk = obj._meta.pk.to_python(origin.object_id)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        note(form.instance, restored=self._origin(request, form.instance) is not None)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Parts that come back take their own key again: links and their history still hold."""
        if origin := self._origin(request, form.instance):
            told = snapshots(self, [origin])[0].parts.get(formset.model, {})
            live = {str(k) for k in formset.model._base_manager.in_bulk(list(told))}
            lost = {name: pk for pk, (name, _values) in told.items() if pk not in live}
            for row in formset.extra_forms:
                if row.has_changed() and (pk := lost.pop(str(row.instance), None)):
                    row.instance.pk = row.instance._meta.pk.to_python(pk)
                    bring_back(row)
        super().save_formset(request, form, formset, change)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        entry = super().log_addition(request, obj, message)
        self._comment(request, obj, _("Rétabli après suppression, tel qu’il était le %s."))
        return entry

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        entry = super().log_change(request, obj, message)
        self._comment(request, obj, _("Remis tel qu’il était le %s."))
        return entry

    def _comment(self, request: HttpRequest, thing: Any, words: str) -> None:
        """Say in the history what its fields do not show: a version put back, a planned moment."""
        if not is_active():
            return
        origin = self._origin(request, thing)
        back = words % moment(origin.revision.date_created) if origin else ""
        planned = _("Publié à l’heure prévue.") if getattr(request, "silent", False) else ""
        set_comment(" ".join(filter(None, (back, planned))))


def _asked(request: HttpRequest, versions: list[Version]) -> tuple[list[Version], str]:
    """The two versions to compare, the older first, or why they cannot be."""
    known = {str(version.pk): version for version in versions}
    if len(known) < 2:
        return [], _("Il n’y a pas encore deux versions à comparer.")
    after, before = list(known)[:2]
    keys = request.GET.get("avant", before), request.GET.get("apres", after)
    pair = sorted((known[k] for k in keys if k in known), key=versions.index, reverse=True)
    if len(pair) < 2:
        return pair, str(UNKNOWN)
    same = pair[0] == pair[1]
    return pair, _("C’est deux fois la même version : choisissez-en une autre.") if same else ""
