from typing import Any

from django.contrib.admin.views.decorators import staff_member_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ptce_site.editorial import heads, printed
from ptce_site.editorial.models import Image
from ptce_site.editorial.public import get_public_or_gone
from ptce_site.editorial.report_form import ReportForm
from ptce_site.editorial.site_search import find

from . import exports, subjects
from .models import KeyFigure, Page
from .outline import get_page

# Pages that are drawn; every other one, an editor's own included, is read from top to bottom.
MAIN = Page.Main
DRAWN = {MAIN.HOME, MAIN.FIGURES, MAIN.ALL_FIGURES, MAIN.POLES, MAIN.SUMMARY}


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_page(request, slug)
    template = "pages/page.html" if page.slug in DRAWN else "pages/reading.html"
    subject = subjects.of_page(request, page, request.GET.urlencode())
    return heads.page(request, template, subject, {"page": page})


@require_safe
def figure(request: HttpRequest, slug: str) -> HttpResponse:
    figure = get_public_or_gone(request, KeyFigure.objects.for_detail, slug)
    subject = subjects.of_figure(request, figure)
    return heads.page(request, "pages/figure.html", subject, {"figure": figure})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    results = find(request.GET.get("q", ""))
    pages: Paginator = Paginator(results, 20)  # type: ignore[arg-type]
    page = pages.get_page(request.GET.get("page"))
    subject = subjects.of_search(results.query, page.number)
    context = {"results": results, "found": page}
    return heads.page(request, "pages/search.html", subject, context)


@require_safe
def export(request: HttpRequest, name: str, form: str) -> HttpResponse:
    return exports.whole_file(request, name, form)


@require_safe
def summary_pdf(request: HttpRequest) -> HttpResponse:
    def find() -> Page:
        return get_public_or_gone(request, Page.objects.for_detail, Page.Main.SUMMARY)

    name = "le-ptce-en-resume"
    return printed.sheet(request, "pages/summary_pdf.html", find, "page", name, pages=1)


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    return heads.page(request, "pages/sitemap.html", subjects.of_site_map(request))


# What the style guide shows of the tokens: the roles, never the raw palette.
GROUNDS = ("ground", "ground-sunk", "ground-sea", "ground-sand", "ground-forge", "land", "land-lit")
INKS = ("text", "text-soft", "territory", "hot", "forecast", "coast", "rule-strong")
STEPS = ("step-6", "step-5", "step-4", "step-3", "step-2", "step-1", "step-0", "step--1", "step--2")


@require_safe
@staff_member_required(login_url="admin:login")
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for those who make the site."""
    context: dict[str, Any] = {
        "page": get_page(request, Page.Main.PTCE),
        "grounds": GROUNDS,
        "inks": INKS,
        "steps": STEPS,
    }
    context |= {"form": ReportForm({"email": "prenom@"}), "image": Image.objects.first()}
    subject = heads.own("pages:styleguide", _("Guide de style"), listed=False)
    return heads.page(request, "pages/styleguide.html", subject, context)
