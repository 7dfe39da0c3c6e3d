"""What pages and figures say of themselves in the head of the document, menus and sitemaps."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ptce_site import seo
from ptce_site.editorial import heads, tongues
from ptce_site.editorial.partialdate import format_partial_date
from ptce_site.editorial.reading import changed_at
from ptce_site.editorial.sharing import card_path
from ptce_site.editorial.site_index import entries

from . import graph
from .models import KeyFigure, Page
from .outline import get_page

Main = Page.Main
KINDS = {
    Main.HOME: "WebPage",
    Main.FIGURES: "CollectionPage",
    Main.ALL_FIGURES: "CollectionPage",
    Main.POLES: "CollectionPage",
    Main.GLOSSARY: "CollectionPage",
    Main.DATA: "CollectionPage",
    Main.CONTACT: "ContactPage",
    Main.LEGAL: "AboutPage",
    Main.PRIVACY: "AboutPage",
    Main.ACCESSIBILITY: "AboutPage",
    Main.ECODESIGN: "AboutPage",
}


def of_page(request: HttpRequest, page: Page, query: str = "") -> seo.Subject:
    """An explainer page.

    One that nobody has written yet stays out of search engines, as does one that answers a `query`.
    """
    answers = bool(query) and page.is_reference
    return seo.Subject(
        title=tongues.own(page, "seo_title") or page.title,
        name=page.menu_title,
        description=page.description,
        path=page.get_absolute_url(),
        addresses=tongues.addresses(page) if page.pk else tongues.every_address(page),
        listed=bool(page.pk) and not answers,
        asked=dict.fromkeys(tongues.CODES, query) if answers else {},
        trail=[trail(request, Main.FIGURES)] if page.slug == Main.ALL_FIGURES else (),
        kind=KINDS.get(page.slug, "Article"),  # type: ignore[call-overload]
        published=page.created_at,
        modified=changed_at(page),
        card=card_path(page, tongues.reader()),
        nodes=graph.about(request, page),
    )


def of_figure(request: HttpRequest, figure: KeyFigure) -> seo.Subject:
    return seo.Subject(
        title=tongues.own(figure, "seo_title") or figure_title(figure),
        name=figure.said,
        description=tongues.own(figure, "description") or figure_description(figure),
        path=figure.get_absolute_url(),
        addresses=tongues.addresses(figure),
        trail=[trail(request, Main.FIGURES)],
        kind="Article",
        published=figure.created_at,
        modified=changed_at(figure),
        card=card_path(figure, tongues.reader()),
        nodes=graph.figure(request, figure),
    )


def figure_title(figure: KeyFigure) -> str:
    """What the figure says and its date, within a title's length."""
    date = f" ({format_partial_date(figure.reference_date)})"
    said = seo.cut(f"{figure.said} {figure.label}", seo.TITLE_MAX - len(date))
    return capfirst(said) + date


def figure_description(figure: KeyFigure) -> str:
    """The same in full, then what it covers and what its page adds, for a search result."""
    said = f"{capfirst(figure.said)} {figure.label} ({format_partial_date(figure.reference_date)})."
    more = _("Source, méthode, histoire et contradictions.")
    return f"{said} {tongues.own(figure, 'scope')} {more}"


def trail(request: HttpRequest, slug: str) -> tuple[str, str]:
    """A main page in a breadcrumb: its name in menus, its path."""
    names = (page.menu_title for page in entries(request, "pages.page") if page.slug == slug)
    name = next(names, str(Main(slug).label).capitalize())
    return name, reverse("pages:page", args=[slug])


def of_search(query: str, number: int) -> seo.Subject:
    """The search page, its question in the title; never in search engines."""
    title = _("Rechercher dans le site")
    if query:
        title = _("« %(query)s » dans le site") % {"query": seo.cut(query, 40)}
    if number > 1:
        title = _("%(title)s, page %(number)s") % {"title": title, "number": number}
    asked = {code: urlencode({"q": query}) for code in tongues.CODES if query}
    name = _("Recherche")
    return heads.own("pages:search", title, name=name, listed=False, asked=asked)


def of_site_map(request: HttpRequest) -> seo.Subject:
    """The plan of the site, shown elsewhere with the card of the home page."""
    about = _(
        "Toutes les pages du site : comprendre les PTCE et l’ESS, les chiffres clés, "
        "les lauréats, le glossaire et les informations légales."
    )
    card = card_path(get_page(request, Main.HOME), tongues.reader())
    return heads.own("pages:sitemap", _("Plan du site"), about, card=card)
