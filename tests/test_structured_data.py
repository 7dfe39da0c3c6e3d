"""The graph of every page type, in each language: parsed, of the right shape, and true."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from modeltranslation.translator import translator
from rdflib import RDF, SDO, Graph, Namespace

from pages.models import Definition, KeyFigure, Page, Section
from poles.models import Pole, PoleName
from ptce_site.addresses import OTHERS
from ptce_site.editorial.models import Publisher
from ptce_site.editorial.partialdate import format_partial_date
from ptce_site.editorial.richtext import RichTextField

from .linked import DCTERMS, SCHEMA, as_rdf, graph_of, nodes, paths, squeezed, texts, tree, visible

pyshacl = pytest.importorskip("pyshacl")
pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib.*"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pyshacl.*"),
]

SHAPES = Graph().parse(Path(__file__).with_name("shapes.ttl"))
COMPOSED = r" \((?=[^()]*\)\. )|\)\. |\.$"  # "5 % of jobs (2013). Verified."
NUANCES = {"": "value", "about": "value", "more": "minValue", "less": "maxValue"}
OWN = {"query-input"}  # a word of the search action, which schema.org's own list leaves out
S = Namespace(SCHEMA)
PAGES = [
    "accueil", "ess", "ptce", "chiffres-cles", "tous-les-chiffres", "poles", "florange-e2i",
    "glossaire", "reperes", "resume", "donnees", "contact", "mentions-legales", "accessibilite",
    "ecoconception",
]  # fmt: skip
POLES = [
    "florange-e2i",
    "neo56",
    "prma-poitou-charentes",
    "la-verriere",
    "ardaines",
    "pole-sud-archer",
]
FIGURES = ["pib-2013", "valeur-ajoutee-2010"]
SUBJECTS = [
    *((Page, slug) for slug in PAGES),
    *((Pole, slug) for slug in POLES),
    *((KeyFigure, slug) for slug in FIGURES),
    (None, "pages:sitemap"),
]


def translate(*, all_of_it: bool = True) -> set[str]:
    """Write in capitals what must be in every language, or all of it; the French there was."""
    french = set()
    for model in translator.get_registered_models(abstract=False):
        required = getattr(model, "required_to_publish", ())
        things = list(model._base_manager.rewrite(False))
        for name in translator.get_options_for_model(model).get_field_names():
            long = isinstance(model._meta.get_field(name), RichTextField)
            for thing in things:
                words = getattr(thing, f"{name}_fr") or ""
                wanted = not long and (all_of_it or f"{name}_fr" in required)
                french |= {words} if len(words) > 11 and not long else set()
                for code in OTHERS:
                    setattr(thing, f"{name}_{code}", words.upper() if wanted else "")
        columns = [
            f"{name}_{code}"
            for name in translator.get_options_for_model(model).get_field_names()
            for code in OTHERS
        ]
        if things and columns:
            model._base_manager.rewrite(False).bulk_update(things, columns, batch_size=200)
    names = " ".join(f"{pole.name} {pole.short_name}" for pole in Pole.objects.all())
    return {words for words in french if words not in names and words != words.upper()}


@pytest.fixture
def publisher_known():
    Publisher.objects.update_or_create(
        pk=1,
        defaults={
            "name": "Association des pôles",
            "address": "1 place du Marché\n57190 Florange",
            "email": "bonjour@example.org",
            "licence": "Licence Ouverte 2.0",
        },
    )


def address(kind, slug: str, language: str) -> str:
    with translation.override(language):
        if kind is None:
            return reverse(slug)
        return kind.objects.get(slug=slug).get_absolute_url()


def read(client, kind, slug: str, language: str = "fr") -> tuple[str, dict]:
    html = client.get(address(kind, slug, language)).content.decode()
    data = graph_of(html)
    assert data, slug
    return html, data


def by_type(data: dict, kind: str) -> list[dict]:
    return [node for node in nodes(data["@graph"]) if node.get("@type") == kind]


def identified(data: dict) -> dict[str, dict]:
    return {node["@id"]: node for node in data["@graph"]}


def wrong_shapes(data: dict) -> str:
    conforms, _report, told = pyshacl.validate(as_rdf(data), shacl_graph=SHAPES, advanced=False)
    return "" if conforms else told


def unknown_words(data: dict) -> set[str]:
    """Types and properties that neither schema.org nor Dublin Core has."""
    triples = as_rdf(data)
    used = {*triples.predicates(), *triples.objects(None, RDF.type)} - {RDF.type}
    known = {DCTERMS + name for name in ("replaces", "isReplacedBy")} | {SCHEMA + o for o in OWN}
    words = {str(word) for word in used} - known
    return {word for word in words if word.removeprefix(SCHEMA) not in SDO or SCHEMA not in word}


def content(data: dict) -> list[tuple[str, str]]:
    """What editors wrote: neither the titles of documents nor the interface's own words."""
    apart = ("citation", "knowsAbout")
    own = [n for n in data["@graph"] if n["@type"] not in ("Dataset", "BreadcrumbList")]
    return list(texts([{k: v for k, v in node.items() if k not in apart} for node in own]))


def dangling(data: dict) -> set[str]:
    referred = {n["@id"] for n in nodes(data["@graph"]) if set(n) == {"@id"}}
    return referred - set(identified(data))


def unseen(html: str, data: dict, language: str) -> list[tuple[str, str]]:
    """What the graph says and the page does not, in words or in its head."""
    head, body = tree(html).find("head"), visible(html)
    page = identified(data)[head.find("link[@rel='canonical']").get("href")]
    meta = head.find("meta[@name='description']").get("content")
    found = [] if head.find("title").text.startswith(page["name"]) else [("title", page["name"])]
    found += [] if meta == page["description"] else [("description", meta)]
    apart = ("name", "description", "headline", "dateModified", "image")
    said = [{k: v for k, v in page.items() if k not in apart}]
    said += [node for node in data["@graph"] if node is not page]
    with translation.override(language):
        for key, words in texts(said):
            if re.fullmatch(r"\d{4}(-\d\d){0,2}", words):
                words = format_partial_date(words)
            if key == "disambiguatingDescription":  # in the words of the list, then its page's
                words = words.partition(". ")[2]
            parts = re.split(COMPOSED, words) if key == "description" else [words]
            found += [(key, part) for part in parts if squeezed(part) not in body]
        for node in nodes(data["@graph"]):
            if node.get("@type") == "CreativeWork" and "datePublished" in node:
                date = format_partial_date(node["datePublished"])
                found += [] if squeezed(date) in body else [("datePublished", date)]
    return found


@pytest.mark.parametrize("language", ["fr", *OTHERS])
def test_each_graph_is_parsed_well_formed_and_true(client, publisher_known, language):
    french = translate() if language != "fr" else set()
    for kind, slug in SUBJECTS:
        html, data = read(client, kind, slug, language)
        where = f"{slug} {language}"
        assert not wrong_shapes(data), f"{where}: {wrong_shapes(data)}"
        assert not unknown_words(data), f"{where}: {unknown_words(data)}"
        assert not dangling(data), f"{where}: {dangling(data)}"
        assert not unseen(html, data, language), f"{where}: {unseen(html, data, language)}"
        assert all(words.strip() for _key, words in texts(data["@graph"])), where
        left = [said for said in content(data) if any(words in said[1] for words in french)]
        assert not left, f"{where}: {left}"


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_not_translated_is_not_told_in_french(client, language):
    french = translate(all_of_it=False)
    for kind, slug in [*((Pole, slug) for slug in POLES), (KeyFigure, FIGURES[0])]:
        html, data = read(client, kind, slug, language)
        assert not wrong_shapes(data)
        left = [said for said in content(data) if any(words in said[1] for words in french)]
        assert not left, left


@pytest.mark.parametrize("language", OTHERS)
def test_lists_leave_out_what_is_not_in_the_language(client, language):
    translate()
    glossary = read(client, Page, "glossaire", language)[1]
    figures = read(client, Page, "tous-les-chiffres", language)[1]
    for model, field in ((Definition, "short_answer"), (KeyFigure, "label")):
        first = model.objects.published().first()
        setattr(first, f"{field}_{language}", "")
        first.save()
    fewer = read(client, Page, "glossaire", language)[1]
    assert len(by_type(fewer, "DefinedTerm")) == len(by_type(glossary, "DefinedTerm")) - 1
    fewer = read(client, Page, "tous-les-chiffres", language)[1]
    listed = [by_type(one, "ItemList")[0]["itemListElement"] for one in (figures, fewer)]
    assert len(listed[1]) == len(listed[0]) - 1
    assert [item["position"] for item in listed[1]] == list(range(1, len(listed[1]) + 1))


@pytest.mark.parametrize(
    ("slug", "shown"),
    [("poles", "ol[@class='pole-list']"), ("tous-les-chiffres", "h4[@class='named']")],
)
def test_lists_are_in_the_order_of_the_page(client, slug, shown):
    html, data = read(client, Page, slug)
    (listed,) = by_type(data, "ItemList")
    urls = [item["url"].removeprefix(settings.SITE_URL) for item in listed["itemListElement"]]
    assert len(urls) > 15 and urls == paths(tree(html).findall(f".//{shown}"))
    assert not graph_of(client.get(address(Page, slug, "fr") + "?q=jura").content.decode())


def test_a_pole_is_the_same_in_every_language_and_on_the_page_that_tells_it(client):
    translate()
    for code in ("fr", *OTHERS):
        pole = identified(read(client, Pole, "florange-e2i", code)[1])
        assert f"{settings.SITE_URL}/poles/florange-e2i/#pole" in pole
        page = read(client, Page, "florange-e2i", code)[1]
        (about,) = next(n["about"] for n in page["@graph"] if "about" in n)
        assert about["@id"] == f"{settings.SITE_URL}/poles/florange-e2i/#pole"


def pole_node(client, slug: str) -> dict:
    data = read(client, Pole, slug)[1]
    return identified(data)[f"{settings.SITE_URL}/poles/{slug}/#pole"] | {"graph": identified(data)}


def test_names_borne_before_and_since(client):
    florange = pole_node(client, "florange-e2i")
    (since,) = florange["dcterms:isReplacedBy"]
    assert florange["graph"][since["@id"]]["name"] == "VALO’LAB"
    assert florange["alternateName"] == ["Florange e2i"]
    merged = pole_node(client, "prma-poitou-charentes")
    (since,) = merged["dcterms:isReplacedBy"]
    assert merged["graph"][since["@id"]]["name"] == "RIM – Réseau des indépendants de la musique"
    neo = pole_node(client, "neo56")
    (before,) = neo["dcterms:replaces"]
    assert neo["graph"][before["@id"]]["name"] == "Accueil emplois services"
    # The name of its cooperative or of its place is not another name of the pole.
    assert "alternateName" not in pole_node(client, "lille-metropole-solidaire")
    PoleName.objects.create(
        pole=Pole.objects.get(slug="ardaines"), name="Ardenne Aînés", end="2012"
    )
    assert pole_node(client, "ardaines")["alternateName"] == ["Ardenne Aînés"]


def test_what_is_not_sure_is_not_told_as_sure(client):
    assert "award" in pole_node(client, "florange-e2i")
    doubtful = pole_node(client, "neo56")
    assert "award" not in doubtful and "à confirmer" in doubtful["disambiguatingDescription"]
    stopped = pole_node(client, "lille-metropole-solidaire")
    assert "dissolutionDate" not in stopped  # the site knows of no date


def test_a_place_is_told_as_precisely_as_it_is_known(client):
    place = pole_node(client, "florange-e2i")["location"]
    assert place["address"]["postalCode"] == "57190" and place["geo"]["latitude"] == 49.3276
    department = pole_node(client, "ardaines")["location"]
    assert "geo" not in department and "addressLocality" not in department["address"]
    Pole.objects.filter(slug="ardaines").update(latitude=49.7, longitude=4.7)
    assert "geo" not in pole_node(client, "ardaines")["location"]


def test_a_website_with_a_remark_is_not_told_to_be_the_pole(client):
    assert "sameAs" not in pole_node(client, "pole-sud-archer")  # that of the group
    assert pole_node(client, "cluster-jura")["sameAs"] == "http://www.cluster-jura.coop/"


def test_a_figure_keeps_its_nuance(client):
    for qualifier, bound in NUANCES.items():
        KeyFigure.objects.filter(slug="pib-2013").update(qualifier=qualifier)
        (node,) = by_type(read(client, KeyFigure, "pib-2013")[1], "PropertyValue")
        assert node[bound] == 10 and len({"value", "minValue", "maxValue"} & set(node)) == 1
        nuance = KeyFigure.Qualifier(qualifier).label if qualifier else "10"
        assert node["description"].casefold().startswith(str(nuance))


def test_nobody_publishes_until_someone_says_so(client):
    Publisher.objects.update_or_create(pk=1, defaults={"name": "", "email": "x@example.org"})
    for slug in ("accueil", "mentions-legales", "contact", "donnees"):
        data = read(client, Page, slug)[1]
        assert "#publisher" not in str(data) and "license" not in str(data)


def test_the_publisher_is_named_where_the_page_names_it(client, publisher_known):
    legal = identified(read(client, Page, "mentions-legales")[1])
    publisher = legal[f"{settings.SITE_URL}/#publisher"]
    assert publisher["name"] == "Association des pôles"
    assert legal[f"{settings.SITE_URL}/#website"]["publisher"] == {"@id": publisher["@id"]}
    contact = identified(read(client, Page, "contact")[1])[publisher["@id"]]
    assert contact["email"] == "bonjour@example.org" and "name" not in contact
    assert "#publisher" not in str(read(client, Page, "accueil")[1])


def test_tables_say_their_licence_and_files(client, publisher_known):
    html, data = read(client, Page, "donnees")
    tables = by_type(data, "Dataset")
    assert len(tables) == 4 == len(by_type(data, "CollectionPage")[0]["hasPart"])
    links = {settings.SITE_URL + path for path in paths([tree(html)])}
    for table in tables:
        assert table["license"]["name"] == "Licence Ouverte 2.0"
        assert datetime.fromisoformat(table["dateModified"])
        assert {one["contentUrl"] for one in table["distribution"]} <= links
        assert tree(html).find(f".//*[@id='{table['@id'].partition('#')[2]}']") is not None


def test_the_search_is_told_on_the_home_page_only_and_answers(client):
    (action,) = by_type(read(client, Page, "accueil")[1], "SearchAction")
    target = action["target"]["urlTemplate"].removeprefix(settings.SITE_URL)
    assert client.get(target.replace("{q}", "insertion")).context["results"].query == "insertion"
    assert not by_type(read(client, Page, "ess")[1], "SearchAction")


def test_a_text_cannot_leave_its_block(client):
    Pole.objects.filter(slug="ardaines").update(hook_fr="</script><b>Fin</b> de la donnée, ici.")
    assert pole_node(client, "ardaines")["description"].startswith("</script><b>")


def test_a_page_without_its_part_says_nothing_of_it(client):
    Section.objects.filter(kind=Section.Kind.DIRECTORY).delete()
    assert "ItemList" not in {node["@type"] for node in read(client, Page, "poles")[1]["@graph"]}
