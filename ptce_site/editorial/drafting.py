"""Drafts in the admin: kept as posted, shown again, previewed, published (docs/adr/0012).

A draft is never validated: it is kept, and reopened with what is missing said beside each field.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from reversion import create_revision, set_comment, set_user

from . import posted, previews, told
from .conflicts import Conflict, find_conflict, give_back
from .gate import GatedAdmin, Panel
from .models import Draft
from .publication import State
from .taking_up import PublishingForm, publication_time, was_saved
from .version_querysets import last_number
from .versions import keep_first
from .where import form_of, list_of

TITLES = ("title_fr", "name", "label_fr", "term_fr")
View = Callable[..., HttpResponse]


def may_publish(request: HttpRequest) -> bool:
    """Whether this person may change what visitors see."""
    return request.user.has_perm("editorial.publish")


@dataclass
class Desk:
    """What the buttons around the form need to know."""

    thing: models.Model | None
    draft: Draft | None
    may_publish: bool
    seen: int
    conflict: Conflict | None = None
    publish_at: str = ""
    panel: Panel | None = None

    @property
    def saves(self) -> int:
        return self.draft.saves if self.draft else 0

    def seen_was(self, data: QueryDict) -> None:
        """The form comes back unsaved: what its editor had seen when it was opened still holds."""
        self.seen = _whole(data.get("_seen"))
        if self.draft:
            self.draft.saves = _whole(data.get("_saves"))

    @property
    def live(self) -> bool:
        return self.thing is not None and getattr(self.thing, "is_published", False)

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The buttons that preview, by language."""
        words = {"en": _("en anglais"), "de": _("en allemand")}
        return [(code, words.get(code) or _("Aperçu")) for code, _name in settings.LANGUAGES]

    @property
    def share(self) -> str:
        return previews.link(str(self.draft.key)) if self.draft else ""


class DraftingAdmin(GatedAdmin):
    """The change form of what is drafted, previewed and published."""

    form = PublishingForm
    change_form_template = "admin/editorial/drafted_form.html"

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        key = request.GET.get("brouillon", "")
        draft = Draft.objects.of_nothing_yet(key)
        view = partial(super().add_view, form_url=form_url)
        return self._edit(request, None, draft, view, extra_context or {})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        thing = self.get_object(request, unquote(object_id))
        draft = Draft.objects.of(thing).first() if thing else None
        view = partial(super().change_view, object_id=object_id, form_url=form_url)
        key = unquote(object_id).replace("\x00", "")
        mine = thing is None and self.has_change_permission(request)
        if mine and Draft.objects.among(self.model, [key]):
            told_so = _("Cette fiche a été supprimée. Rétablissez-la : son brouillon l’attend.")
            self.message_user(request, told_so, messages.WARNING)
            return HttpResponseRedirect(self._address(None, None))
        if thing is None or not self.has_change_permission(request, thing):
            return view(request, extra_context=extra_context)
        return self._edit(request, thing, draft, view, extra_context or {})

    def _edit(
        self, request: HttpRequest, thing: Any, draft: Draft | None, view: View, extra: dict
    ) -> HttpResponse:
        old = getattr(request, "taken_up", None)  # a version of the history to put back
        own = None if old else draft
        desk = Desk(thing, own, may_publish(request), own.seen if own else last_number(thing))
        open_form = partial(self._open, request, thing, desk, view, extra)
        if request.method != "POST":
            return open_form(self.take_up(request, thing, own) if own else old)
        data = give_back(self, request, thing, self.mended(request, thing, request.POST))
        request.POST = data  # type: ignore[assignment]
        if "_preview" in data:
            return self.preview(request, thing, view, str(data["_preview"]))
        if "_check" in data or "_mend" in data:
            return self.verify(request, thing, desk, view, open_form)
        if "_discard" in data and draft:
            self.check_discard(request, draft)
            draft.delete()
            self.message_user(request, _("Brouillon abandonné : rien n’a changé sur le site."))
            return HttpResponseRedirect(self._address(thing, None))
        if "_withdraw" in data and thing:
            return self._withdraw(request, thing)
        if "_draft" in data or not may_publish(request):
            return self._keep(request, thing, draft, open_form)
        publish = partial(self._publish, request, thing, draft, desk, view, open_form)
        return self.gated(request, thing, desk, open_form, publish)

    def _open(
        self,
        request: HttpRequest,
        thing: Any,
        desk: Desk,
        view: View,
        extra: dict,
        data: QueryDict | None = None,
        conflict: Conflict | None = None,
    ) -> HttpResponse:
        """The form: as the thing is, or as typed in `data`, with what is missing said."""
        asked = copy.copy(request)
        asked.method = "GET"
        asked.taken_up = data  # type: ignore[attr-defined]
        desk.conflict = conflict
        if conflict:
            desk.seen = last_number(thing) if conflict.live else desk.seen
        at = request.POST.get("_publish_at", "") if request.method == "POST" else ""
        moment = desk.draft.publish_at if desk.draft else None
        desk.publish_at = at or (f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}" if moment else "")
        answer = view(asked, extra_context={**extra, "desk": desk})
        answer._csp_config = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}  # type: ignore[attr-defined]
        return answer

    def _keep(
        self, request: HttpRequest, thing: Any, draft: Draft | None, open_form: View
    ) -> HttpResponse:
        """Keep what was typed, whatever it is worth; never cover unseen what another has kept."""
        data = request.POST
        with transaction.atomic():
            drafts = Draft.objects.select_for_update()
            current = drafts.keyed(draft.pk).first() if draft else None
            if current and str(current.saves) != data.get("_saves"):
                theirs = self.take_up(request, thing, current)
                conflict = find_conflict(self, request, thing, data, theirs, draft=current)
                if conflict:
                    return open_form(data, conflict)
            kept = current or Draft(
                content_type=ContentType.objects.get_for_model(self.model),
                object_id=str(thing.pk) if thing else "",
                saves=0,
                seen=_whole(data.get("_seen")),
            )
            kept.data = posted.pack(data)
            kept.names = list(self.get_form(request, thing)().fields)
            kept.title = next((data[name] for name in TITLES if data.get(name)), "")[:200]
            kept.author_id, kept.problem = request.user.pk, ""
            kept.saves += 1
            if kept.publish_at and not may_publish(request):
                kept.publish_at = None
                kept.problem = _("Modifié depuis par %s : relisez, reprogrammez.") % told.name_of(
                    request.user
                )
            told_so = _("Brouillon enregistré : rien n’a changé sur le site.")
            past = kept.publish_at and kept.publish_at <= timezone.now()
            if past or (kept.publish_at and not data.get("_publish_at", "").strip()):
                kept.publish_at = None
                if "_publish" not in data:
                    told_so = _("Brouillon enregistré : il n’est plus programmé.")
            kept.save()
            request.kept = kept  # type: ignore[attr-defined]
        self.message_user(request, told_so, messages.SUCCESS)
        return HttpResponseRedirect(self._address(thing, kept))

    def _publish(
        self,
        request: HttpRequest,
        thing: Any,
        draft: Draft | None,
        desk: Desk,
        view: View,
        open_form: View,
    ) -> HttpResponse:
        """Publish what was typed, now or at the moment asked; all of it, or nothing."""
        desk.seen_was(request.POST)
        try:
            moment = publication_time(request.POST)
        except ValidationError:
            self.message_user(
                request,
                _("Le moment de publication n’est pas une date : écrivez-la en AAAA-MM-JJ HH:MM."),
                messages.ERROR,
            )
            return open_form(request.POST)
        later = request.silent = moment is not None and moment > timezone.now()  # type: ignore
        with transaction.atomic():
            if thing is not None:
                pk, thing = thing.pk, self.held(thing)
                if thing is None:
                    return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
            number = last_number(thing)
            if number != _whole(request.POST.get("_seen")):
                conflict = find_conflict(self, request, thing, request.POST, None)
                if conflict:
                    return open_form(request.POST, conflict)
            answer = view(request, extra_context={"desk": desk})
            if not was_saved(request):
                answer._csp_config = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}  # type: ignore[attr-defined]
                return answer
            if later:
                request.saved = None  # type: ignore[attr-defined]
                transaction.set_rollback(True)
            elif draft:
                Draft.objects.keyed(draft.pk).saved(_whole(request.POST.get("_saves"))).delete()
        request.silent = False  # type: ignore[attr-defined]
        if later:
            return self._schedule(request, thing, draft, moment, number, open_form)
        if "_popup" in request.POST:
            return answer  # it tells the window behind, and closes this one
        return HttpResponseRedirect(self._address(request.saved, None))  # type: ignore[attr-defined]

    def _schedule(
        self,
        request: HttpRequest,
        thing: Any,
        draft: Draft | None,
        moment: Any,
        number: int,
        open_form: View,
    ) -> HttpResponse:
        """Keep what was typed until `moment`; `number` is the version it was compared with."""
        answer = self._keep(request, thing, draft, open_form)
        if answer.status_code == 302:
            kept = request.kept  # type: ignore[attr-defined]
            kept.publish_at, kept.seen = moment, number
            kept.save(update_fields=["publish_at", "seen"])
            words = _("Publication programmée pour le %s.")
            self.message_user(request, words % told.moment(moment))
        return answer

    def _withdraw(self, request: HttpRequest, thing: Any) -> HttpResponse:
        if not may_publish(request):
            raise PermissionDenied
        with transaction.atomic():  # as it is now: someone may have published since it was read
            now = self.held(thing)
            if now is None:
                return self._get_obj_does_not_exist_redirect(request, self.opts, str(thing.pk))
            self.withdraw(request.user, now, _("Retiré du site."))
        self.message_user(request, _("Retiré du site : son adresse dit qu’elle a été retirée."))
        return HttpResponseRedirect(self._address(thing, None))

    def withdraw(self, user: Any, thing: Any, reason: str) -> None:
        """Take a thing off the site, and write down who did and why; nobody if it was planned."""
        keep_first(thing)
        with create_revision():
            if user is not None:
                set_user(user)
            set_comment(reason)
            thing.state, thing.withdraw_at = State.WITHDRAWN, None
            thing.save()

    def _address(self, thing: Any, draft: Draft | None) -> str:
        if draft:
            return draft.address
        return form_of(thing) if thing else list_of(self.model)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 18 else 0
