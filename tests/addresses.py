"""Every address a visitor can reach, for the tests that look at all of them."""

from django.urls import reverse
from django.utils import translation

from pages.models import KeyFigure, Page
from poles.models import Pole

TOOLS = ["/signaler/", "/signaler/merci/"]
PAGES = ["/", "/plan-du-site/", *TOOLS] + [
    f"/{slug}/" for slug in Page.Main.values if slug != "accueil"
]


def public_addresses(language: str = "fr") -> list[str]:
    """The addresses of everything published now, asked from the objects themselves."""
    with translation.override(language):
        pages = [page.get_absolute_url() for page in Page.objects.published()]
        figures = [figure.get_absolute_url() for figure in KeyFigure.objects.published()]
        poles = [pole.get_absolute_url() for pole in Pole.objects.published()]
        tools = [reverse("report"), reverse("report_thanks")]
        return [*pages, *figures, *poles, reverse("pages:sitemap"), *tools]
