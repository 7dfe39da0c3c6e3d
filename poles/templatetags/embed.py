"""The map for someone else's page, and the code that puts it there."""

from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from ptce_site import seo

from ..directory import select
from ..map import INDEX, draw_atlas
from ..models import Pole
from .atlas import ground

register = template.Library()

HEIGHT = 620  # pixels; the frame scrolls where a page gives it less


@register.inclusion_tag("poles/_embed_map.html", takes_context=True)
def embedded_map(context: Context) -> dict[str, Any]:
    """The map and the list of what the directory's parameters ask for; many are cut to a page."""
    selection = select(context.request.GET)
    poles = Pole.objects.for_map().in_this_order(selection.mapped)
    atlas = draw_atlas(poles, INDEX)
    atlas.metropole.lit |= selection.lit
    return {
        "selection": selection,
        "poles": poles,
        "drawing": atlas.metropole,
        "insets": [inset for inset in atlas.overseas if inset.points],
        "ground": ground(context, atlas.metropole.lit),
    }


@register.inclusion_tag("poles/_embed_code.html")
def embed_code(query: str = "") -> dict[str, Any]:
    """The code to copy; `query` is the directory's own ("region=84"), and the map shows the same.

    The frame may do nothing (no script, no form, no access to the page around it) but open a pole's
    page in the place of the host's, when a reader asks for it.
    """
    address = seo.canonical(settings.SITE_URL, reverse("poles:embed"))
    code = format_html(
        '<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy" '
        'referrerpolicy="no-referrer" sandbox="allow-top-navigation-by-user-activation" '
        'style="border:0"></iframe>',
        f"{address}?{query}" if query else address,
        gettext("Carte des pôles territoriaux de coopération économique"),
        HEIGHT,
    )
    return {"code": code, "filtered": bool(query)}
