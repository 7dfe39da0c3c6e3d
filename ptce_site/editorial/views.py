"""Where visitors report a mistake."""

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from . import due, media, previews
from .models import Draft
from .reception import offer, receive, subject_at


@csrf_exempt  # no cookie, so no token: `reception` asks for the origin and a signed, dated key
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)  # each form carries a key of its own
def report(request: HttpRequest) -> HttpResponse:
    answer = receive(request) if request.method == "POST" else offer(request)
    if answer.accepted:
        about = {"objet": answer.subject.path} if answer.subject.path else None
        return redirect(reverse("report_thanks", query=about))
    return render(request, "editorial/report.html", {"answer": answer}, status=answer.status)


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """A draft as visitors would see it, for whoever was given its link."""
    try:
        draft = Draft.objects.keyed(previews.key_of(token)).first()
    except signing.BadSignature:
        draft = None
    if draft is None or draft.author is None:
        return previews.unseen(render(request, "editorial/no_preview.html", status=410))
    again = due.replay(draft, request)
    return due.room(draft).preview(again, draft.thing, due.room(draft).plain_again(draft))


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    return media.served(name)


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    subject = subject_at(request, request.GET.get("objet", ""))
    return render(request, "editorial/report_thanks.html", {"subject": subject})
