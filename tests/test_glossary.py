"""The glossary woven into texts: what is linked, what is left alone, and where."""

import re

import pytest

from pages.glossary import MOST_A_SECTION, weave
from pages.models import Definition, Page
from ptce_site.editorial.site_index import Entry

from .addresses import public_addresses
from .strict import parse

TERM = re.compile(r'<a class="term" data-term href="/glossaire/#([\w-]+)">(.*?)</a>', re.DOTALL)


def entry(slug: str, title: str, acronym: str = "", woven: bool = True) -> Entry:
    return Entry("pages.definition", 0, slug, title, acronym, "woven" if woven else "", 0, "fr")


GLOSSARY = (
    entry("ess", "économie sociale et solidaire", "ESS"),
    entry("economie-sociale", "économie sociale"),
    entry("scic", "société coopérative d’intérêt collectif", "SCIC"),
    entry("cooperative", "coopérative"),
    entry("ptce", "pôle territorial de coopération économique", "PTCE"),
    entry("competitivite", "pôle de compétitivité"),
    entry("recyclerie", "ressourcerie, recyclerie"),
    entry("tiers-lieu", "tiers-lieu"),
    entry("cdc", "Caisse des Dépôts"),
    entry("cluster", "cluster"),
    entry("association", "association", woven=False),
    entry("etrange", "(étrange", "C++"),
)


def woven(text: str, region: str = '<div class="prose">{}</div>') -> list[tuple[str, str]]:
    """What is linked in a text, as (slug, words); the text itself must not change."""
    html = region.format(text)
    result = weave(html, GLOSSARY, "/glossaire/")
    assert TERM.sub(r"\2", result) == html
    return TERM.findall(result)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>Une coopérative.</p>", [("cooperative", "coopérative")]),
        ("<p>Coopératives et SCIC.</p>", [("cooperative", "Coopératives"), ("scic", "SCIC")]),
        ("<p>des pôles de compétitivité</p>", [("competitivite", "pôles de compétitivité")]),
        (
            "<p>les pôles territoriaux de coopération économique (PTCE)</p>",
            [("ptce", "pôles territoriaux de coopération économique")],
        ),
        ("<p>des tiers-lieux</p>", [("tiers-lieu", "tiers-lieux")]),
        ("<p>une recyclerie</p>", [("recyclerie", "recyclerie")]),
        ("<p>l’ESS</p>", [("ess", "ESS")]),
        ("<p>pôle\u00a0de\ncompétitivité</p>", [("competitivite", "pôle\u00a0de\ncompétitivité")]),
        ("<ul><li>une <strong>coopérative</strong></li></ul>", [("cooperative", "coopérative")]),
        ("<table><tr><td>une coopérative</td></tr></table>", [("cooperative", "coopérative")]),
    ],
)
def test_a_known_term_is_linked_as_it_is_written(text, expected):
    assert woven(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "<h2>La coopérative</h2>",
        '<h3 id="x">La coopérative</h3>',
        '<p><a href="/x/">une coopérative</a></p>',
        '<table><tr><th scope="col">Coopérative</th></tr></table>',
        "<table><caption>Les coopératives</caption></table>",
        "<figure><figcaption>Une coopérative</figcaption></figure>",
        "<blockquote><p>Une coopérative</p></blockquote>",
        "<p><q>une coopérative</q></p>",
        "<p>la loi dit «\u202fune coopérative\u202f»</p>",
        "<p><cite>La coopérative</cite></p>",
        "<dl><dt>Coopérative</dt></dl>",
        "<p><dfn>coopérative</dfn></p>",
        '<p><abbr title="la coopérative">SCIC</abbr></p>',
        "<p>1<sup>coopérative</sup></p>",
        '<p><span title="une coopérative">x</span></p>',
        "<p>coopérativement, intercoopérative, coopérative-école, ess, scic, CESS</p>",
        "<p>une association</p>",
        "<p>La maison Coopérative du Jura</p>",
        "<p>Cluster Jura est un pôle</p>",
    ],
)
def test_what_is_said_apart_is_left_alone(text):
    assert woven(text) == []


def test_only_running_text_is_woven():
    assert woven("<p>coopérative</p>", "<div class=x>{}</div>") == []
    assert woven("coopérative", '<p class="lead">{}</p>') == [("cooperative", "coopérative")]
    for unwoven in ('<div class="prosecco">{}</div>', '<div class="card" title="prose">{}</div>'):
        assert woven("<p>coopérative</p>", unwoven) == []
    nested = '<div class="prose"><div><p>a</p></div><p>coopérative</p></div><p>ESS</p>'
    assert woven("", nested) == [("cooperative", "coopérative")]
    twice = '<div class="callout prose"><div class="prose">coopérative</div> coopérative</div>ESS'
    assert woven("", twice) == [("cooperative", "coopérative")]


def test_the_longest_term_wins_and_hides_the_shorter_ones():
    assert woven("<p>l’économie sociale et solidaire, puis l’économie sociale</p>") == [
        ("ess", "économie sociale et solidaire"),
        ("economie-sociale", "économie sociale"),
    ]
    text = "<p>sociétés coopératives d’intérêt collectif, société coopérative d’intérêt collectif"
    assert woven(text) == [("scic", "sociétés coopératives d’intérêt collectif")]


def test_a_term_is_linked_once_a_page_whatever_its_form():
    text = "<p>Les PTCE, un pôle territorial de coopération économique.</p>"
    two = '<section><div class="prose">{0}</div></section><div class="prose">{0}</div>'
    assert woven(text, two) == [("ptce", "PTCE")]


def test_a_term_linked_by_hand_anywhere_on_the_page_is_not_linked_again():
    by_hand = '<p>une coopérative</p><p><a href="/glossaire/#cooperative">Les coops</a></p>'
    assert woven(by_hand) == []
    assert woven('<p>une coopérative <a href="/glossaire/#cooperative-x">y</a></p>')


def test_names_are_not_words():
    assert woven("<p>Une aide. Coopérative ou non. Payée par la Caisse des Dépôts.</p>") == [
        ("cooperative", "Coopérative"),
        ("cdc", "Caisse des Dépôts"),
    ]
    assert woven("<p>Vu chez Cluster ; un cluster</p>") == [("cluster", "cluster")]


def test_a_section_stays_calm():
    many = tuple(entry(f"t{n}", f"mot{n}") for n in range(10))
    prose = '<div class="prose"><p>' + " ".join(f"mot{n}" for n in range(10)) + "</p></div>"
    html = f"<section>{prose}{prose}</section><section>{prose}</section>"
    first, second = weave(html, many, "/g/").split("</section><section>")
    assert first.count("<a ") == MOST_A_SECTION == 6
    assert second.count("<a ") == 4


def test_an_empty_glossary_changes_nothing():
    assert weave('<div class="prose">coopérative</div>', (), "/g/").count("<a") == 0


@pytest.mark.once
@pytest.mark.django_db
def test_every_page_links_each_term_once_and_stays_calm(client):
    linked = 0
    for address in public_addresses():
        html = client.get(address).content.decode()
        slugs = [slug for slug, _ in TERM.findall(html)]
        linked += bool(slugs)
        assert len(slugs) == len(set(slugs)), address
        for slug in slugs:
            assert html.count(f'href="/glossaire/#{slug}"') == 1, (address, slug)
        for section in html.split("<section")[1:]:
            assert len(TERM.findall(section)) <= MOST_A_SECTION, address
        assert ('id="terme"' in html) == ("js/terms.js" in html) == bool(slugs), address
        ancestors = {child: parent for parent in parse(html).iter() for child in parent}
        for link in parse_terms(ancestors):
            above = link
            while above in ancestors:
                above = ancestors[above]
                assert above.tag not in ("a", "th", "dt", "figure", "blockquote", "q", "h2", "h3")
    assert linked > 60


def parse_terms(elements) -> list:
    return [e for e in elements if e.get("class") == "term"]


@pytest.mark.django_db
def test_the_home_page_and_the_glossary_are_not_woven(client):
    for address in ("/", "/glossaire/"):
        html = client.get(address).content.decode()
        assert 'class="term"' not in html and "terms.js" not in html


@pytest.mark.django_db
def test_editors_choose_what_is_woven(client):
    assert ("ptce", "PTCE") in TERM.findall(client.get("/poles/").content.decode())
    Definition.objects.filter(slug="ptce").update(woven=False)
    assert "ptce" not in dict(TERM.findall(client.get("/poles/").content.decode()))
    Definition.objects.filter(slug="ptce").update(woven=True, state="withdrawn")
    assert "ptce" not in dict(TERM.findall(client.get("/poles/").content.decode()))
    off = set(Definition.objects.filter(woven=False).values_list("slug", flat=True))
    assert off == {"association", "fondation", "laureat"}


@pytest.mark.django_db
def test_a_page_written_by_an_editor_is_woven(client):
    page = Page.objects.create(
        slug="essai", state="published", title_fr="Essai", description_fr="Essai."
    )
    page.sections.create(anchor="a", body_fr="<p>Une SCIC &amp; des tiers-lieux.</p>")
    html = client.get("/essai/").content.decode()
    assert TERM.findall(html) == [("scic", "SCIC"), ("tiers-lieu", "tiers-lieux")]
    assert "&amp; des" in html
