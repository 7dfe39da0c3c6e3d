"""The pages the site cannot do without, known before any content is loaded.

An empty database answers at each of their addresses; links in templates name a role, so an
editor may rename an address without breaking one.
"""

from django.http import Http404

from ptce_site.editorial.publication import get_public_or_gone

from .models import Page

DEFAULT_SLUGS = {
    Page.Role.HOME: "accueil",
    Page.Role.ESS: "ess",
    Page.Role.PTCE: "ptce",
    Page.Role.FIGURES: "chiffres-cles",
    Page.Role.POLES: "poles",
    Page.Role.FLORANGE: "florange-e2i",
    Page.Role.GLOSSARY: "glossaire",
    Page.Role.TIMELINE: "reperes",
    Page.Role.SUMMARY: "resume",
    Page.Role.CONTACT: "contact",
    Page.Role.LEGAL: "mentions-legales",
    Page.Role.PRIVACY: "donnees-personnelles",
    Page.Role.ACCESSIBILITY: "accessibilite",
}

_ROLES = {slug: role for role, slug in DEFAULT_SLUGS.items()}


def get_page(slug: str) -> Page:
    """Return the public page at `slug`, its sections at hand.

    A main page that nobody has written yet is an empty, unsaved one, so that its address answers.
    Raises Http404 for an unknown address and Gone for a withdrawn page.
    """
    try:
        return get_public_or_gone(Page.objects.for_detail(), slug=slug)
    except Http404:
        role = _ROLES.get(slug)
        if role is None or Page.objects.holding(role).exists():
            raise
        return Page(role=role, slug=slug, title=role.label.capitalize())
