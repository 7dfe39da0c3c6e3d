"""What the room's own records say to machines: who publishes, tables to download, documents."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from ..seo import Node
from ..tabular import CONTENT_TYPES
from . import graph, tongues
from .footnotes import Footnotes
from .memo import once_a_version
from .models import Publisher, Source


def the_publisher(request: HttpRequest) -> Publisher:
    """Who answers for the site, asked once; an empty record where nobody does yet."""
    return once_a_version(request, "publisher", lambda: Publisher.objects.first() or Publisher())


def publisher(request: HttpRequest, *, named: bool) -> list[Node]:
    """Who answers for the site, as a page shows them: by name, or only how to write to them."""
    record = the_publisher(request)
    node = graph.known(
        {
            "@type": "Organization",
            "@id": graph.of_site(graph.PUBLISHER),
            "name": record.name if named else "",
            "identifier": record.registration if named else "",
            "address": " ".join(record.address.split()),
            "email": record.email,
            "telephone": record.phone,
        }
    )
    if not record.name or len(node) < 3:
        return []
    site = {"@id": graph.of_site(graph.WEBSITE), "publisher": {"@id": node["@id"]}}
    return [
        graph.page(request, about=graph.refer(node), publisher={"@id": node["@id"]}),
        site,
        node,
    ]


def catalogue(request: HttpRequest, described: Sequence[dict[str, Any]], **said: Any) -> list[Node]:
    """The tables to download of the page of the data, with what is `said` of each."""
    licence = the_publisher(request).licence
    nodes = [{**_dataset(request, one, licence), **said} for one in described]
    return [graph.page(request, hasPart=graph.refer(*nodes)), *nodes]


def _dataset(request: HttpRequest, described: dict[str, Any], licence: str) -> Node:
    """One of them (see `exports.described`); its files are in the language of the page."""
    table, changed = described["table"], described["changed"]
    return graph.known(
        {
            "@type": "Dataset",
            "@id": graph.of_part(request, table.name),
            "url": graph.of_part(request, table.name),
            "name": str(table.title),
            "description": str(table.about),
            "inLanguage": tongues.reader(),
            "license": {"@type": "CreativeWork", "name": licence} if licence else None,
            "dateModified": timezone.localtime(changed).date().isoformat() if changed else "",
            "isAccessibleForFree": True,
            "distribution": [
                {
                    "@type": "DataDownload",
                    "encodingFormat": CONTENT_TYPES[form].partition(";")[0],
                    "contentUrl": graph.whole(path),
                }
                for form, path in described["links"]
            ],
            "variableMeasured": [str(column.label) for column in table.columns],
        }
    )


def work(source: Source) -> Node:
    """A document the page cites."""
    return graph.known(
        {
            "@type": "CreativeWork",
            "name": source.title,
            "publisher": {"@type": "Organization", "name": source.publisher},
            "url": source.link,
            "datePublished": source.date,
        }
    )


def cited(request: HttpRequest, keys: Iterable[str]) -> list[Node]:
    """Of these sources, those that the page cites, once its notes are written."""
    found = Footnotes.of(request).found
    return [work(found[key]) for key in dict.fromkeys(keys) if key in found]
