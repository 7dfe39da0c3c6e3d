"""The page of one pole; the directory is a page of the site (see `pages`)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ptce_site.editorial.publication import get_public_or_gone

from .models import Pole


@require_safe
def pole(request: HttpRequest, slug: str) -> HttpResponse:
    return render(
        request,
        "poles/pole.html",
        {"pole": get_public_or_gone(Pole.objects.for_detail(), slug=slug)},
    )
