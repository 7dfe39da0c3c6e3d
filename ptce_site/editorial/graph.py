"""What a page says of its subject to machines (schema.org): what the apps' own nodes are made with.

A node says only what the page shows in words; what is not known is left out. Whatever draws a part
of a page tells its nodes here, and the head gathers them once the page is drawn, so that nothing is
asked of the database for them.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from .. import seo
from ..addresses import CODES
from ..seo import Node
from . import tongues
from .memo import once_a_page

WEBSITE, PUBLISHER = "website", "publisher"


def tell(request: HttpRequest, make: Callable[[], Iterable[Node]]) -> None:
    """Add nodes to the graph of the page; made only if it has one, once all of it is drawn."""
    once_a_page(request, "graph", list).append(make)


def told(request: HttpRequest) -> list[Node]:
    """The site, and all that was told of the page."""
    made = [node for make in once_a_page(request, "graph", list) for node in make()]
    return [website(request), *made]


def known(node: Node) -> Node:
    """A node without what is not known."""
    return {key: value for key, value in node.items() if value not in (None, "", [], {})}


def whole(path: str) -> str:
    return seo.canonical(settings.SITE_URL, path)


def of_site(name: str) -> str:
    """The @id of a thing of the whole site, the same on every page."""
    return f"{settings.SITE_URL}/#{name}"


def of_thing(thing: Any, name: str) -> str:
    """The @id of what a thing is about, the same in every language: at its address in French."""
    return f"{whole(tongues.address(thing, tongues.FRENCH))}#{name}"


def of_part(request: HttpRequest, name: str) -> str:
    """The @id of a part of the page."""
    return f"{whole(request.path)}#{name}"


def page(request: HttpRequest, **said: Any) -> Node:
    """What is said of the page itself, besides what its head says."""
    return {"@id": whole(request.path), **known(said)}


def refer(*nodes: Node) -> list[Node]:
    return [{"@id": node["@id"]} for node in nodes]


def website(request: HttpRequest) -> Node:
    """The site, in the language of who reads; its search on the home page only."""
    home = reverse("pages:home")
    node: Node = {
        "@type": "WebSite",
        "@id": of_site(WEBSITE),
        "name": str(seo.SITE_NAME),
        "url": whole(home),
        "inLanguage": list(CODES),
    }
    if request.path == home:
        node["potentialAction"] = {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{whole(reverse('pages:search'))}?q={{q}}",
            },
            "query-input": "required name=q",
        }
    return node


def listing(request: HttpRequest, name: str, items: Iterable[tuple[str, str]]) -> list[Node]:
    """What a page lists, as (words, path), in the order and in the words it shows."""
    listed = [
        {"@type": "ListItem", "position": rank, "name": words, "url": whole(path)}
        for rank, (words, path) in enumerate(items, 1)
    ]
    if not listed:
        return []
    node = {"@type": "ItemList", "@id": of_part(request, name), "itemListElement": listed}
    return [page(request, mainEntity={"@id": node["@id"]}), node]
