"""Why the site cannot do its work, and what an editor is told: a disk, a database, a folder.

A request that fails is answered by one page, made without the database being asked anything, not
even who is signed in. What was typed stays in the browser (`unsent`), which offers it again.
"""

import errno
import os
import sqlite3
from enum import Enum
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from . import media, unsent
from .where import is_in_the_room

RETRY_AFTER = "10"  # seconds
ROOM_LEFT = 1024 * 1024  # bytes; with less, a disk that fails to write is a full one


class Cause(Enum):
    """What happened, and what to do about it."""

    AWAY = (
        _("La base de données ne répond pas"),
        _("Attendez une minute. Si cela dure, prévenez la personne qui s’occupe du serveur."),
    )
    HELD = (
        _("La base de données est occupée"),
        _(
            "Un long travail la retient : un import, une sauvegarde que l’on remet, une mise à "
            "jour. Attendez une minute. Si cela dure, prévenez la personne qui s’occupe du serveur."
        ),
    )
    FULL = (
        _("Le disque du serveur est plein"),
        _("Prévenez la personne qui s’occupe du serveur : il faut y faire de la place."),
    )
    SHUT = (
        _("Le serveur ne peut pas écrire ses fichiers"),
        _(
            "Le dossier où il les range, celui des images par exemple, est fermé ou a disparu : "
            "prévenez la personne qui s’occupe du serveur."
        ),
    )
    OURS = (
        _("Le site a rencontré une erreur"),
        _(
            "Elle est de notre côté, et notée dans le journal du serveur. Essayez de nouveau ; si "
            "cela se répète, prévenez la personne qui s’occupe du serveur."
        ),
    )

    @property
    def passes(self) -> bool:
        """Whether trying again later, without the code being mended, may do."""
        return self is not Cause.OURS


FILES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), Cause.FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), Cause.SHUT),
}
# https://www.sqlite.org/rescode.html; what is not here is a mistake of ours.
SQLITE = {
    sqlite3.SQLITE_BUSY: Cause.HELD,
    sqlite3.SQLITE_LOCKED: Cause.HELD,
    sqlite3.SQLITE_FULL: Cause.FULL,
    sqlite3.SQLITE_READONLY: Cause.SHUT,
    sqlite3.SQLITE_PERM: Cause.SHUT,
    sqlite3.SQLITE_IOERR: Cause.AWAY,
    sqlite3.SQLITE_CANTOPEN: Cause.AWAY,
}
# PostgreSQL's appendix A: a lock not had in time, a statement cancelled, a deadlock, a full disk, a
# server that only reads. All the rest that psycopg calls operational is a server that is away.
POSTGRESQL = {
    **dict.fromkeys(("55P03", "57014", "40P01", "40001"), Cause.HELD),
    "53100": Cause.FULL,
    "25006": Cause.AWAY,
}


def cause_of(error: BaseException | None) -> Cause:
    """Why a request failed; `OURS` for whatever is not the machine's or the database's."""
    said = error.__cause__ if error else None
    state = getattr(said, "sqlstate", None)
    if isinstance(said, sqlite3.Error):
        return _of_sqlite(said)
    if isinstance(error, InternalError):
        return POSTGRESQL.get(state or "", Cause.OURS)
    if isinstance(error, OperationalError | InterfaceError):
        return POSTGRESQL.get(state or "", Cause.AWAY)
    if isinstance(error, OSError):
        refused = Cause.SHUT if isinstance(error, media.NotWritten) else Cause.OURS
        return FILES.get(error.errno or 0, refused)
    return Cause.OURS


def cause_behind(error: BaseException | None) -> Cause:
    """The same, of an error in whose place another was raised."""
    while error and not cause_of(error).passes:
        error = error.__context__
    return cause_of(error)


def _of_sqlite(error: sqlite3.Error) -> Cause:
    """By the code of its library, whose last byte is the kind."""
    found = SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, Cause.OURS)
    return Cause.FULL if found is Cause.AWAY and _is_full(settings.DATA_DIR) else found


def _is_full(folder: Any) -> bool:
    try:
        disk = os.statvfs(folder)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < ROOM_LEFT


def answer(request: HttpRequest, cause: Cause) -> HttpResponse:
    """The page that says it."""
    if is_in_the_room(request.path):
        return _in_the_room(request, cause)
    return _outside(request, cause)


def _in_the_room(request: HttpRequest, cause: Cause) -> HttpResponse:
    """The page an editor gets; in its frame, where a preview was asked for."""
    what, then = cause.value
    sent = request.method == "POST"
    if sent and "_preview" in request.POST:
        return _marked(unsent.in_the_frame(request, 503, str(what), then), cause)
    back = not sent or unsent.is_form(request)
    context = {
        "title": what,
        "then": then,
        "sent": sent,
        "kept": sent and unsent.is_form(request) and unsent.kept(request),
        "back": request.get_full_path() if back else reverse("admin:index"),
        "site_title": admin.site.site_title,
        "site_header": admin.site.site_header,
    }
    return _marked(HttpResponse(render_to_string("admin/failed.html", context)), cause)


def _outside(request: HttpRequest, cause: Cause) -> HttpResponse:
    """What a visitor gets, in the language of the address, with the report they were sending."""
    context = {"code": "503" if cause.passes else "", "typed": request.POST.get("message", "")}
    return _marked(HttpResponse(render_to_string("500.html", context)), cause)


def _marked(answer: HttpResponse, cause: Cause) -> HttpResponse:
    """Say in the headers that it failed, and whether to come back; nobody keeps that."""
    answer.status_code = 503 if cause.passes else 500
    answer["Cache-Control"] = "no-store"
    if cause.passes:
        answer["Retry-After"] = RETRY_AFTER
    return answer
