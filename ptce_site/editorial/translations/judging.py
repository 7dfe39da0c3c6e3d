"""« Toujours juste »: a stale translation that still says what the French says, and its undoing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from ..querysets import one_of
from .fields import Text, other_languages, pieces, rooms, texts
from .noting import judge_right, undo_judgement
from .sources import mark

POSTED = ("fiche", "partie", "champ", "langue", "vu", "retour")


def judge(request: HttpRequest) -> str:
    """Judge one field right, or undo it; say so; where to go back to.

    Whoever may change a thing may: it changes nothing that visitors read. Raises Http404 for what
    is not there, PermissionDenied.
    """
    piece, text, language = _asked(request)
    words = {"thing": piece, "field": text.label}
    if "annuler" in request.POST:
        undo_judgement(piece, language, text)
        messages.success(request, _("%(thing)s, %(field)s : de nouveau périmée.") % words)
    elif mark(text.of(piece), rich=text.rich) == request.POST.get("vu") and judge_right(
        piece, language, text
    ):
        told = _("%(thing)s, %(field)s : notée toujours juste.") % words
        messages.success(request, format_html("{} {}", told, _undo(request)))
    else:
        messages.warning(
            request,
            _("%(thing)s, %(field)s : le texte a changé entre-temps, relisez-le.") % words,
        )
    return f"{reverse('translations')}?{QueryDict(request.POST.get('retour', '')).urlencode()}"


def _asked(request: HttpRequest) -> tuple[Any, Text, str]:
    """The row, the field and the language that are told about."""
    label, _colon, pk = request.POST.get("fiche", "").partition(":")
    room = next((room for room in rooms() if room.model._meta.label_lower == label), None)
    thing = one_of(room.model, pk) if room and pk.isdecimal() and len(pk) < 18 else None
    if room is None or thing is None:
        raise Http404
    if not room.has_change_permission(request, thing):
        raise PermissionDenied
    language = request.POST.get("langue", "")
    for piece in pieces(thing):
        if f"{piece._meta.label_lower}:{piece.pk}" == request.POST.get("partie"):
            for text in texts(type(piece)):
                if text.name == request.POST.get("champ") and language in other_languages():
                    return piece, text, language
    raise Http404


def _undo(request: HttpRequest) -> Any:
    """A button in the message itself."""
    fields = [(name, request.POST.get(name, "")) for name in POSTED]
    fields.append(("csrfmiddlewaretoken", get_token(request)))
    return format_html(
        '<form method="post" action="{}">{}<button name="annuler" value="1">{}</button></form>',
        reverse("still_right"),
        format_html_join("", '<input type="hidden" name="{}" value="{}">', fields),
        _("Annuler"),
    )
