from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from .outline import get_page


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_page(slug)
    return render(request, "pages/page.html", {"page": page})


class SiteMap(TemplateView):
    template_name = "pages/sitemap.html"
