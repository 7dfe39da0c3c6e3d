"""Drafts without a browser: shown by a link, or published because their time has come."""

import logging
import time
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin
from django.db import DatabaseError, close_old_connections, connections, transaction
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .comparing import Names, differences
from .content_version import content_version
from .gate import Gate, Refused
from .models import Draft
from .publication import Publishable
from .querysets import among, first_leaving, to_withdraw
from .reading import date_changes
from .version_querysets import last_number, version_numbered, versions_of
from .versions import snapshots

logger = logging.getLogger(__name__)


def replay(draft: Draft, request: HttpRequest | None = None) -> HttpRequest:
    """The request its author would make to publish a draft now."""
    again = HttpRequest()
    host = urlsplit(settings.SITE_URL).netloc
    again.META = dict(request.META) if request else {"HTTP_HOST": host}
    again.method, again.path, again.user = "POST", draft.address, draft.author  # type: ignore[assignment]
    again._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    again.silent = True  # type: ignore[attr-defined]
    again.POST = room(draft).take_up(again, draft.thing, draft)
    return again


def room(draft: Draft) -> Any:
    """The admin that edits the kind of thing a draft is."""
    model: Any = draft.content_type.model_class()
    return admin.site.get_model_admin(model)


def publish_draft(draft: Draft) -> bool:
    """Publish a draft whose time has come. False, and its problem written down, if it cannot be."""
    thing = draft.thing
    problem = ""
    if draft.object_id and thing is None:
        problem = _("La fiche a été supprimée entre-temps.")
    elif draft.author is None or not draft.author.has_perm("editorial.publish"):
        problem = _("Qui l’a programmé ne peut plus publier.")
    else:
        try:
            with transaction.atomic():
                if _moved(draft, thing):
                    problem = _("La page a changé depuis : relisez, puis publiez.")
                else:
                    again = replay(draft)
                    again.gate = Gate(thing, errors_only=True)  # type: ignore[attr-defined]
                    if room(draft).plain_view(again, thing).status_code == 302:
                        draft.delete()
                        return True
                    transaction.set_rollback(True)
        except Refused as refused:
            problem = refused.first.sentence
        except DatabaseError:
            raise  # not the draft's fault: the next look tries again
        except Exception:  # whatever it is, it is told once, and holds up no one else
            logger.exception("A scheduled draft could not be published: %s", draft.pk)
        problem = problem or _("Il manque quelque chose pour publier : ouvrez-le.")
    draft.problem = problem
    draft.save(update_fields=["problem"])
    return False


def _moved(draft: Draft, thing: Any) -> bool:
    """Whether a thing is no longer as it was when its draft was scheduled.

    Its versions are compared, not only counted: a pole and its milestones are written down
    together, whichever of them was saved. What had no version then cannot be compared.
    """
    last = last_number(thing)
    if last == draft.seen:
        return False
    known = versions_of(room(draft).model, draft.object_id)
    seen = version_numbered(known, str(draft.seen))
    now = version_numbered(known, str(last))
    if seen is None or now is None:
        return True
    told = snapshots(room(draft), [seen, now])
    readable = all(one.fields for one in told)
    return not readable or bool(differences(room(draft), told[0], told[-1], Names()))


def apply_due() -> tuple[int, int]:
    """Publish the drafts and withdraw the pages whose time has come: how many of each.

    Several processes may notice at once: the first to lock a row does it, the others find it done.
    What is written down is for the room, whatever the language of the visitor who came by.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _apply_due()


def _apply_due() -> tuple[int, int]:
    published = 0
    for key in Draft.objects.due_keys():
        with transaction.atomic():
            draft = _held(key)
            published += bool(draft and publish_draft(draft))
    withdrawn = sum(_withdraw_due(model) for model in publishables())
    date_changes()
    return published, withdrawn


def _held(key: int) -> Draft | None:
    """A draft that is still due. What it changes is locked first, as an editor's publication does:
    whoever publishes at that moment is waited for, and then seen."""
    found = Draft.objects.due().keyed(key).first()
    if found and (thing := found.thing):
        list(among(type(thing)._base_manager.select_for_update(), [thing.pk]))
    return Draft.objects.due().select_for_update().keyed(key).first()


def publishables() -> list[type[Publishable]]:
    """The models that are published, as the admin knows them."""
    return [model for model in admin.site._registry if issubclass(model, Publishable)]


def _withdraw_due(model: type[Publishable]) -> int:
    done = 0
    for found in list(to_withdraw(model)):
        with transaction.atomic():
            thing = among(to_withdraw(model).select_for_update(), [found.pk]).first()
            if thing is not None:
                admin.site.get_model_admin(model).withdraw(
                    None, thing, _("Retiré à la date prévue.")
                )
                done += 1
    return done


class Look:
    """What `delivery` asks every half second: which version is in force, and until when.

    The first process that notices applies what is due, outside any visitor's request; what cannot
    be applied is tried again after `PAUSE` seconds. The day counts as a part of the version, for
    what is told with today's date. Outside any transaction, which would hide what others change.
    """

    PAUSE = 5.0

    def __init__(self) -> None:
        self._not_before = 0.0
        self._version = ""
        self._leaving: datetime | None = None

    def __call__(self) -> tuple[str, float | None]:
        try:
            close_old_connections()
            word, seconds = self._read()
            if seconds is not None and seconds <= 0 and time.monotonic() >= self._not_before:
                self._apply()
                word, seconds = self._read()
        except Exception:
            connections.close_all()  # those of this thread
            raise
        return word, seconds

    def _read(self) -> tuple[str, float | None]:
        """Two light queries; whoever plans a withdrawal changes the version, not so a draft."""
        version = content_version()
        if version != self._version or not version:
            self._leaving = first_leaving(publishables())
            self._version = version
        moments = [m for m in (self._leaving, Draft.objects.first_moment()) if m]
        until = (min(moments) - timezone.now()).total_seconds() if moments else None
        return f"{version} {timezone.localdate()}", until

    def _apply(self) -> None:
        try:
            apply_due()
        except Exception:  # the version is told all the same
            logger.exception("What is due could not be applied.")
            self._not_before = time.monotonic() + self.PAUSE
