"""What templates draw of pages, figures and definitions."""

import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse

from ptce_site import seo
from ptce_site.editorial.footnotes import published_links

from ..models import Definition, KeyFigure, Page
from ..outline import DEFAULT_SLUGS

register = template.Library()


def site_pages(context: Context) -> Iterable[Page]:
    """The published pages, or the main ones by their default names on an empty database."""
    pages = published_links(context.request, "pages.page").values()
    return pages or [
        Page(role=role, slug=slug, title=role.label.capitalize(), menu=Page.Menu.MAIN)
        for role, slug in DEFAULT_SLUGS.items()
    ]


@register.simple_tag(takes_context=True)
def menu(context: Context, name: str) -> list[Page]:
    """The pages of a menu ("main", "footer"), in the editors' order."""
    return [page for page in site_pages(context) if page.menu == name]


@register.simple_tag(takes_context=True)
def all_pages(context: Context) -> list[Page]:
    return list(site_pages(context))


@register.simple_tag(takes_context=True)
def page_url(context: Context, role: str) -> str:
    """The address of the page that holds a role, wherever editors moved it."""
    for page in site_pages(context):
        if page.role == role:
            return page.get_absolute_url()
    return reverse("pages:page", args=[DEFAULT_SLUGS[Page.Role(role)]])


@register.simple_tag(takes_context=True)
def page_title(context: Context, role: str) -> str:
    """The short title of the page that holds a role."""
    titles = (page.menu_title for page in site_pages(context) if page.role == role)
    return next(titles, str(Page.Role(role).label))


@register.simple_tag(takes_context=True)
def canonical(context: Context) -> str:
    return seo.canonical(settings.SITE_URL, context.request.path)


register.filter("document_title", seo.document_title)
register.filter("meta_description", seo.meta_description)


@register.inclusion_tag("pages/_figures_featured.html", takes_context=True)
def featured_figures(context: Context) -> dict[str, Any]:
    figures = KeyFigure.objects.featured().for_list().with_successors()
    return {"figures": figures}


@register.inclusion_tag("pages/_figures_then_now.html", takes_context=True)
def figures_then_now(context: Context) -> dict[str, Any]:
    return {"figures": KeyFigure.objects.following().for_list()}


@register.inclusion_tag("pages/_figures_all.html", takes_context=True)
def all_figures(context: Context) -> dict[str, Any]:
    themes = [
        (KeyFigure.Theme(theme), list(figures))
        for theme, figures in groupby(
            KeyFigure.objects.for_list().by_theme(), key=lambda figure: figure.theme
        )
    ]
    return {"themes": themes}


def reading_order(definition: Definition) -> str:
    """Sort as a French reader does: accents and case do not count."""
    folded = unicodedata.normalize("NFKD", definition.term.replace("œ", "oe"))
    return folded.encode("ascii", "ignore").decode().lower()


@register.inclusion_tag("pages/_glossary.html", takes_context=True)
def glossary(context: Context) -> dict[str, Any]:
    ordered = sorted(Definition.objects.for_glossary(), key=reading_order)
    letters = [
        (letter, list(group))
        for letter, group in groupby(ordered, key=lambda d: reading_order(d)[:1].upper())
    ]
    return {"letters": letters}
