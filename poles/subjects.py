"""What the page of a pole says of itself in the head of the document, menus and sitemaps."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ptce_site import seo
from ptce_site.editorial import tongues
from ptce_site.editorial.graph import tell
from ptce_site.editorial.reading import changed_at
from ptce_site.editorial.sharing import card_path
from ptce_site.editorial.site_index import entries

from . import graph
from .models import Pole
from .templatetags.atlas import short_title

LIST = "poles"  # the page of the directory, by its slug


def of_pole(request: HttpRequest, pole: Pole) -> seo.Subject:
    tell(request, lambda: graph.citations(request, pole))
    return seo.Subject(
        title=tongues.own(pole, "seo_title") or title_of(pole),
        name=short_title(pole),
        description=tongues.own(pole, "description") or tongues.own(pole, "hook") or pole.summary,
        path=pole.get_absolute_url(),
        addresses=tongues.addresses(pole),
        trail=[_directory(request)],
        kind="AboutPage",
        published=pole.created_at,
        modified=changed_at(pole),
        card=card_path(pole, tongues.reader()),
        nodes=graph.pole(request, pole),
    )


def title_of(pole: Pole) -> str:
    """Its name and place: the whole name where a title has room for it, else the one it goes by."""
    names = dict.fromkeys((pole.name, short_title(pole)))
    titles = [_("%(name)s, %(place)s") % {"name": name, "place": pole.place} for name in names]
    fitting = (title for title in titles if len(title) <= seo.TITLE_MAX)
    return next(fitting, seo.cut(titles[-1], seo.TITLE_MAX))


def _directory(request: HttpRequest) -> tuple[str, str]:
    names = (page.menu_title for page in entries(request, "pages.page") if page.slug == LIST)
    return next(names, _("Les lauréats")), reverse("pages:page", args=[LIST])
