"""Where visitors report a mistake."""

import sys

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from django.views.defaults import permission_denied

from .. import addresses
from . import due, failing, heads, media, previews, refusing, subjects
from .models import Draft
from .reception import offer, receive, subject_at
from .site_index import leads_somewhere
from .where import is_in_the_room


@csrf_exempt  # no cookie, so no token: `reception` asks for the origin and a signed, dated key
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)  # each form carries a key of its own
def report(request: HttpRequest) -> HttpResponse:
    answer = receive(request) if request.method == "POST" else offer(request)
    if answer.accepted:
        about = {"objet": answer.subject.path} if answer.subject.path else None
        return redirect(reverse("report_thanks", query=about))
    subject = subjects.of_report(
        answer.subject.path, in_trouble=bool(answer.problem or answer.form.errors)
    )
    return heads.page(request, "editorial/report.html", subject, {"answer": answer}, answer.status)


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """A draft as visitors would see it, for whoever was given its link."""
    try:
        draft = Draft.objects.keyed(previews.key_of(token)).first()
    except signing.BadSignature:
        draft = None
    if draft is None or draft.author is None:
        return previews.nothing(request)
    again = due.replay(draft, request)
    return due.room(draft).preview(again, draft.thing, due.room(draft).plain_again(draft))


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    return media.served(name)


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    subject = subject_at(request, request.GET.get("objet", ""))
    context = {"subject": subject}
    return heads.page(request, "editorial/report_thanks.html", subjects.of_thanks(), context)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address where nothing is, with what it may have meant."""
    if is_in_the_room(request.path) and request.user.is_staff:
        return refusing.not_there(request)
    subject = heads.unlisted(request, _("Cette page n’existe pas"))
    meant = addresses.meant(request.path)
    context = {"meant": meant if meant and leads_somewhere(request, meant) else ""}
    return heads.page(request, "404.html", subject, context, status=404)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: only in the room is anyone someone who could be allowed more."""
    if is_in_the_room(request.path) and request.user.is_staff:
        return refusing.not_allowed(request)
    return permission_denied(request, exception)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is said of a request that cannot be read; Django's own would read it again, and fail.

    A session that could not be written is one for Django, whatever the reason.
    """
    cause = failing.cause_behind(exception)
    if cause.passes:
        return failing.answer(request, cause)
    said = _("Cette demande n’a pas été comprise.")
    return HttpResponse(said, status=400, content_type="text/plain; charset=utf-8")


def failed(request: HttpRequest) -> HttpResponse:
    """What is said when a request fails; where it is not our code that does, to come back."""
    return failing.answer(request, failing.cause_of(sys.exception()))
