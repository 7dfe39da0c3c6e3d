"""The page of one pole and the files; the directory is a page of the site (see `pages`)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from ptce_site.editorial import heads, printed
from ptce_site.editorial.public import get_public_or_gone
from ptce_site.protection import for_any_site

from . import exports, subjects
from .models import Pole

# The framed map: any page may frame it and it runs no script; all the rest refuses to be framed.
FRAMED: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": ["*"],
}


@require_safe
def pole(request: HttpRequest, slug: str) -> HttpResponse:
    pole = get_public_or_gone(request, Pole.objects.for_detail, slug)
    subject = subjects.of_pole(request, pole)
    return heads.page(request, "poles/pole.html", subject, {"pole": pole})


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    if form not in exports.POLES.formats:
        raise Http404
    return exports.poles_file(request, form)


@require_safe
def events(request: HttpRequest, form: str) -> HttpResponse:
    if form not in exports.EVENTS.formats:
        raise Http404
    return exports.events_file(request, form)


@require_safe
def pole_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    def find() -> Pole:
        return get_public_or_gone(request, Pole.objects.for_detail, slug)

    return printed.sheet(request, "poles/pole_pdf.html", find, "pole", f"ptce-{slug}")


@require_safe
@xframe_options_exempt
@csp_override(FRAMED)
def embed(request: HttpRequest) -> HttpResponse:
    return for_any_site(render(request, "poles/embed.html"))
