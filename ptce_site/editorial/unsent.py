"""What was typed and did not arrive: a session that expired, a page from yesterday.

The browser keeps what is typed (static/js/admin-keep.js) under a token it posts with the form. The
server says which token it has received, and otherwise where the text is and what to do.
"""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import heads, previews
from .taking_up import was_saved
from .where import is_in_the_room

TOKEN = re.compile(r"[\w+]{1,60}", re.ASCII)
NOT_SENT = ("_withdraw", "_preview")
SAVE = gettext_lazy(
    "Enregistrez le brouillon : on vous dira quoi faire, puis votre texte vous sera proposé."
)


def kept(request: HttpRequest) -> str:
    """The token under which the browser keeps what this request posts, or nothing."""
    token = request.POST.get("_kept", "")
    return token if TOKEN.fullmatch(token) else ""


def is_form(request: HttpRequest) -> bool:
    """Whether this posts the form of a thing in the editors' room."""
    match = request.resolver_match
    name = match.url_name or "" if match else ""
    return match is not None and match.app_name == "admin" and name.endswith(("_add", "_change"))


class UnsentMiddleware:
    """Around the forms of the editors' room: acknowledge what arrived, explain what did not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        arrived = answer.status_code == 302 or was_saved(request)
        if request.method != "POST" or not arrived or not is_form(request):
            return answer
        if request.user.is_authenticated:
            return self._acknowledge(request, answer)
        if "_preview" in request.POST:
            return in_the_frame(request, 200, _("Votre session a expiré"), SAVE)
        messages.warning(request, expired(request))
        return answer

    def _acknowledge(self, request: HttpRequest, answer: HttpResponse) -> HttpResponse:
        token = kept(request)
        if token and not any(name in request.POST for name in NOT_SENT):
            secure = bool(settings.SESSION_COOKIE_SECURE)
            path = reverse("admin:index")
            answer.set_cookie("received", token, path=path, secure=secure, samesite="Lax")
        return answer


def expired(request: HttpRequest) -> str:
    """What to say to someone whose session ended while they were typing."""
    if kept(request):
        return _(
            "Votre session a expiré : reconnectez-vous, votre texte est gardé dans ce "
            "navigateur et vous sera proposé."
        )
    return _(
        "Votre session a expiré et rien n’a été enregistré. Avant de vous reconnecter, revenez à "
        "la page précédente du navigateur et copiez votre texte."
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is no longer valid: a page from yesterday, or not one of ours."""
    if not is_in_the_room(request.path):
        subject = heads.unlisted(request, _("Ce formulaire n’est plus valable"))
        return heads.page(request, "403_csrf.html", subject, status=403)
    title = _("Cette page est restée ouverte trop longtemps")
    if "_preview" in request.POST:
        return in_the_frame(request, 403, title, SAVE)
    context = {
        **admin.site.each_context(request),
        "title": title,
        "kept": kept(request),
        "again": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/stale.html", context, status=403).render()


def in_the_frame(request: HttpRequest, status: int, title: str, then: Any) -> HttpResponse:
    """The same, where a preview was asked for: why there is none, and what to do."""
    words = {"title": title, "then": then}
    page = render(request, "admin/editorial/no_preview.html", words, status=status)
    return previews.unseen(page)
