"""Finding a page, among those the editors wrote and those the site cannot do without."""

from django.http import Http404, HttpRequest

from ptce_site.editorial.public import get_public_or_gone

from .models import Page


def get_page(request: HttpRequest, slug: str) -> Page:
    """Return the public page at `slug`, its sections at hand.

    A main page that nobody has published yet is an empty, unsaved one, so that its address answers
    even on an empty database. Raises Http404 for an unknown address and Gone for a withdrawn page.
    """
    try:
        return get_public_or_gone(request, Page.objects.for_detail, slug)
    except Http404:
        if slug not in Page.Main.values:
            raise
        return Page(slug=slug, title=Page.Main(slug).label.capitalize())
