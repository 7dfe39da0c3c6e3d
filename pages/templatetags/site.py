"""What templates draw of pages, figures and definitions."""

from itertools import groupby
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe

from ptce_site import seo
from ptce_site.addresses import CODES
from ptce_site.editorial import tongues
from ptce_site.editorial.graph import tell
from ptce_site.editorial.graph_records import catalogue
from ptce_site.editorial.site_index import Entry, entries
from ptce_site.search import sort_key

from .. import graph, weights
from ..exports import datasets
from ..glossary import weave
from ..models import Definition, Page

register = template.Library()

EVERY_LANGUAGE = ",".join(CODES)


@register.simple_tag(takes_context=True)
def all_pages(context: Context) -> list[Entry]:
    """The published pages in the editors' order, or the main ones on an empty database."""
    return entries(context.request, "pages.page") or [
        Entry(
            "pages.page", 0, slug, slug.label.capitalize(), "", Page.Menu.MAIN, rank, EVERY_LANGUAGE
        )
        for rank, slug in enumerate(Page.Main)
    ]


@register.simple_tag(takes_context=True)
def menu(context: Context, name: str) -> list[Entry]:
    """The pages of a menu ("main", "footer"), in the editors' order."""
    return [page for page in all_pages(context) if page.menu == name]


@register.simple_tag(takes_context=True)
def canonical(context: Context) -> str:
    return seo.canonical(settings.SITE_URL, context.request.path)


@register.simple_tag(takes_context=True)
def page_datasets(context: Context) -> list[dict[str, Any]]:
    """The two tables of this app, as the page of the data shows them."""
    found, request = datasets(), context.request
    tell(request, lambda: catalogue(request, found))
    return found


@register.inclusion_tag("pages/_weights.html")
def page_weights() -> dict[str, Any]:
    found = weights.weights()
    return {"first": found[0], "weights": found, "date": weights.measured_on()}


@register.filter
def whole_address(path: str) -> str:
    """An address as it is written on paper or on another site: with the site's own before it."""
    return seo.canonical(settings.SITE_URL, path)


@register.simple_block_tag(takes_context=True)
def woven(context: Context, content: str) -> str:
    """A page's article, its known words linked to the glossary, and the module that shows them.

    Not on the home page, which links by hand within a fixed weight, nor in the glossary itself.
    """
    if getattr(context.get("page"), "slug", "") in (Page.Main.HOME, Page.Main.GLOSSARY):
        return content
    glossary = reverse("pages:page", args=[Page.Main.GLOSSARY])
    language = context["head"].language if "head" in context else tongues.reader()
    with translation.override(language):
        known = entries(context.request, "pages.definition")
    own = tuple(term for term in known if language in term.languages.split(","))
    html = weave(content, own, glossary, language)
    if html != content:
        html += render_to_string("components/term_answer.html")
    return mark_safe(html)  # noqa: S308 - rendered by the templates inside


register.filter("document_title", seo.document_title)


def reading_order(definition: Definition) -> str:
    """What sorts the glossary and gives its letters, by the terms of the active language."""
    return sort_key(definition.term)


@register.inclusion_tag("pages/_glossary.html", takes_context=True)
def glossary(context: Context) -> dict[str, Any]:
    ordered, request = sorted(Definition.objects.for_glossary(), key=reading_order), context.request
    tell(request, lambda: graph.glossary(request, ordered, context["page"].title))
    letters = [
        (letter, list(group))
        for letter, group in groupby(ordered, key=lambda d: reading_order(d)[:1].upper())
    ]
    sourced = sum(definition.origin == Definition.Origin.SOURCED for definition in ordered)
    return {"letters": letters, "sourced": sourced, "editorial": len(ordered) - sourced}
