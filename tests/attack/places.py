"""Every address of the site, filled in: from the resolver, so that none is forgotten."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

from .target import Target

# What stands for each piece of an address where nothing better is known.
PIECES = {
    "token": "jeton", "language": "fr", "label": "pages.page", "form": "csv", "url": "nulle-part",
    "content_type_id": "1", "uidb36": "1", "key": "abc-123", "app_label": "pages",
}  # fmt: skip
NAMED = re.compile(r"<(?:\w+:)?(\w+)>")


def patterns() -> Iterator[str]:
    """Each pattern, whole: what stands above it and its own."""

    def under(resolver: Any, before: str) -> Iterator[str]:
        for one in resolver.url_patterns:
            here = before + str(one.pattern)
            if hasattr(one, "url_patterns"):
                yield from under(one, here)
            else:
                yield here

    yield from under(get_resolver(), "")


def filled(pattern: str, key: str) -> str:
    """The address of a pattern for the row of this key; a number where it has groups of its own."""
    address = pattern.replace("([^/]+)", key).replace(r"(\d+)", "1")
    address = address.replace("^", "").replace("$", "").replace("\\.", ".")
    address = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", address)
    return "/" + NAMED.sub(lambda m: PIECES.get(m[1], key), address)


def admin_addresses(target: Target) -> list[str]:
    """Every address of the room, for a row that exists."""
    found = []
    for pattern in patterns():
        if pattern.startswith("admin/"):
            kind = "/".join(pattern.split("/")[1:3])
            found.append(filled(pattern, next(iter(target.rows.get(kind, [])), "1")))
    return sorted(set(found))


def public_addresses(target: Target) -> list[str]:
    """What the sitemaps tell, and what they do not: data, cards, files, forms, errors."""
    told = target.sitemap()
    assert len(told) > 100, f"only {len(told)} addresses in the sitemaps"
    others = [
        filled(pattern, "florange-e2i")
        for pattern in patterns()
        if not pattern.startswith("admin/")
    ]
    return sorted({
        *told, *others, "/sitemap.xml", "/sitemap-poles.xml", "/en/feed.atom", "/healthz",
        "/readyz", "/static/css/site/site.css", "/static/../manage.py", "/static/%2e%2e/.env",
        "/favicon.ico", "/media/images/" + "0" * 20 + "-0480.webp", "/media/../db.sqlite3",
        "/media/masters/x", "/poles/?region=bretagne", "/recherche/?q=pole",
        "/partage/fr/poles.pole/florange-e2i.png", "/poles/poles.csv", "/poles/poles.geojson",
        "/poles/poles.xlsx", "/donnees/chiffres.csv", "/donnees/reperes.ics", "/nulle-part/",
    })  # fmt: skip
