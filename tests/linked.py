"""Reading the structured data of a page back: parsed as RDF, without fetching anything."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import html5lib
from rdflib import Graph

LD = 'script[@type="application/ld+json"]'
SCHEMA, DCTERMS = "http://schema.org/", "http://purl.org/dc/terms/"
ADDRESSES = ("url", "sameAs", "contentUrl", "item")
# What https://schema.org says of its words, as far as the site uses them.
CONTEXT = {"@vocab": SCHEMA, **{a: {"@id": SCHEMA + a, "@type": "@id"} for a in ADDRESSES}}
# What is for machines alone: it is checked otherwise, or by the shapes.
UNSAID = {
    "@context", "@id", "@type", "url", "sameAs", "item", "contentUrl", "urlTemplate", "query-input",
    "inLanguage", "encodingFormat", "addressCountry", "spatialCoverage", "datePublished",
}  # fmt: skip


def tree(html: str) -> Any:
    return html5lib.parse(html, namespaceHTMLElements=False)


def graph_of(html: str) -> dict | None:
    """The JSON-LD of a page: one block or none."""
    blocks = tree(html).findall(f".//{LD}")
    assert len(blocks) < 2
    return json.loads(blocks[0].text) if blocks else None


def as_rdf(data: dict) -> Graph:
    """The triples of a graph, with schema.org's context at hand."""
    contexts = data["@context"] if isinstance(data["@context"], list) else [data["@context"]]
    assert contexts[0] == "https://schema.org" and contexts[1:] in ([], [{"dcterms": DCTERMS}])
    local = [CONTEXT, *contexts[1:]]
    return Graph().parse(data=json.dumps(data | {"@context": local}), format="json-ld")


def nodes(value: Any) -> Iterator[dict]:
    """Every node of a graph, those inside others as well."""
    if isinstance(value, dict):
        yield value
        value = [child for key, child in value.items() if key != "@context"]
    if isinstance(value, list):
        for child in value:
            yield from nodes(child)


def texts(value: Any) -> Iterator[tuple[str, str]]:
    """Every (property, words) that a node says to someone."""
    for node in nodes(value):
        for key, said in node.items():
            if key not in UNSAID:
                for one in said if isinstance(said, list) else [said]:
                    if isinstance(one, str):
                        yield key, one


def squeezed(text: str) -> str:
    """Without spaces nor capitals: markup leaves or takes some."""
    return re.sub(r"\s+", "", text).casefold()


def visible(html: str) -> str:
    """All the words of the body, squeezed."""
    body = tree(html).find("body")
    for parent in list(body.iter()):
        for child in list(parent):
            if child.tag in ("script", "style", "template"):
                child.text = ""
    return squeezed("".join(body.itertext()))


def paths(elements: Any) -> list[str]:
    """Where the links of some elements lead."""
    found = (link.get("href") for element in elements for link in element.iter("a"))
    return [urlsplit(href).path for href in found if href]
