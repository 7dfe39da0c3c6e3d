"""Dates, rich text, typography, footnotes: the small grammar of the editorial room."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils import translation

from ptce_site import seo
from ptce_site.editorial.partialdate import format_partial_date, validate_partial_date
from ptce_site.editorial.richtext import cited_keys, clean_html, object_references
from ptce_site.editorial.typography import french

pytestmark = pytest.mark.once

NARROW = "\u202f"


@pytest.mark.parametrize("value", ["2014", "2014-01", "2014-01-10", "2024-02-29"])
def test_partial_dates_that_exist(value):
    validate_partial_date(value)


@pytest.mark.parametrize(
    "value", ["14", "2014-13", "2014-02-30", "2023-02-29", "2014-1", "juin 2014", "2014-01-10T"]
)
def test_partial_dates_that_do_not(value):
    with pytest.raises(ValidationError):
        validate_partial_date(value)


@pytest.mark.parametrize(
    ("value", "fr", "en"),
    [
        ("2014", "2014", "2014"),
        ("2014-01", "janvier 2014", "January 2014"),
        ("2014-01-10", "10 janvier 2014", "10 January 2014"),
        ("2014-08-01", "1er août 2014", "1 August 2014"),
        ("", "", ""),
        (None, "", ""),
        (dt.date(2026, 12, 1), "1er décembre 2026", "1 December 2026"),
        (dt.datetime(2026, 12, 10, 9, tzinfo=dt.UTC), "10 décembre 2026", "10 December 2026"),
    ],
)
def test_partial_dates_in_words(value, fr, en):
    with translation.override("fr"):
        assert format_partial_date(value) == fr
    with translation.override("en"):
        assert format_partial_date(value) == en


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<p onclick="x()">a</p>',
        '<a href="javascript:alert(1)">a</a>',
        '<p style="color:red">a</p>',
        '<img src="//tracker.example/x.gif">',
        "<iframe src=x></iframe>",
        '<a href="data:text/html,x">a</a>',
    ],
)
def test_rich_text_is_cleaned(hostile):
    cleaned = clean_html(f"<p>Avant</p>{hostile}")
    for forbidden in ("script", "onclick", "javascript", "style", "<img", "iframe", "data:"):
        assert forbidden not in cleaned
    assert "<p>Avant</p>" in cleaned


@pytest.mark.django_db
def test_rich_text_is_cleaned_on_the_way_to_the_database():
    from pages.models import Page

    page = Page.objects.create(slug="x", lead_fr="<p onclick='x'>Bonjour<script>1</script></p>")
    page.refresh_from_db()
    assert page.lead_fr == "<p>Bonjour</p>"


def test_the_site_s_own_links_survive_cleaning():
    html = '<p>Lire <a href="ref:poles.pole:1">Florange</a><a href="source:loi-2014-856"></a>.</p>'
    assert clean_html(html) == html
    assert cited_keys(html) == ["loi-2014-856"]
    assert object_references(html) == {("poles.pole", 1)}


def render(template: str, **values) -> str:
    request = RequestFactory().get("/")
    loads = "{% load editorial %}"
    return Template(loads + template).render(RequestContext(request, values))


@pytest.mark.django_db
def test_footnotes_are_numbered_once_and_listed_in_order():
    html = render(
        "{% richtext a %}{% richtext b %}{% source_list %}",
        a='<p>x<a href="source:loi-2014-856"></a>y<a href="source:decret-2015-431"></a></p>',
        b='<p>z<a href="source:loi-2014-856"></a></p>',
    )
    assert html.count('href="#note-1"') == 2 and html.count('href="#note-2"') == 1
    assert html.count('id="appel-1"') == 1
    assert html.index("Loi n°") < html.index("Décret n°")


@pytest.mark.django_db
def test_a_footnote_keeps_the_space_that_follows_it():
    text = '<p>12<a href="source:loi-2014-856"></a> <a href="source:decret-2015-431"></a> et</p>'
    assert render("{% richtext a %}", a=text).endswith("</sup> et</p>")


@pytest.mark.django_db
def test_links_follow_a_renamed_object_and_let_go_of_a_withdrawn_one():
    from poles.models import Pole

    text = '<p><a href="ref:poles.pole:1">le pôle</a></p>'
    Pole.objects.filter(pk=1).update(slug="valolab")
    assert render("{% richtext a %}", a=text) == '<p><a href="/poles/valolab/">le pôle</a></p>'
    Pole.objects.filter(pk=1).update(state="withdrawn")
    assert render("{% richtext a %}", a=text) == "<p>le pôle</p>"
    assert render("{% richtext a %}", a='<a href="ref:no.model:1">mot</a>') == "mot"


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("L'ESS : 10 % du PIB ?", f"L’ESS{NARROW}: 10{NARROW}% du PIB{NARROW}?"),
        ("2 360 000 salariés en 2013", f"2{NARROW}360{NARROW}000 salariés en 2013"),
        ("en 2014 200 dossiers", "en 2014 200 dossiers"),
        ("« oui »", f"«{NARROW}oui{NARROW}»"),
        ("VALO' et VALO'LAB", "VALO’ et VALO’LAB"),
        ("attendez...", "attendez…"),
        ('<a href="source:l\'x">a</a> : b', f'<a href="source:l\'x">a</a>{NARROW}: b'),
        ("https://a.fr/?b=1:2", "https://a.fr/?b=1:2"),
        ("12:30", "12:30"),
        ("54 milliards", "54\u00a0milliards"),
    ],
)
def test_french_typography(typed, right):
    assert french(typed) == right
    assert french(right) == right


def test_french_typography_in_what_the_site_says():
    """Every French message of templates and code is well set (placeholders aside)."""
    import re
    from pathlib import Path

    from babel.messages.pofile import read_po

    path = Path(__file__).parents[1] / "locale/fr/LC_MESSAGES/django.po"
    with path.open("rb") as file:
        said = [text for m in read_po(file) for text in (m.id if m.pluralizable else [m.id])]
    plain = [re.sub(r"%\(\w+\)[sd]", "x", text).replace("%%", "%") for text in said]
    assert len(plain) > 300
    wrong = [text for text in plain if french(text) != text]
    assert not wrong, wrong[:5]


@pytest.mark.parametrize(
    ("value", "fr", "en", "de"),
    [
        (2360000, f"2{NARROW}360{NARROW}000", "2,360,000", "2.360.000"),
        ("12.6", "12,6", "12.6", "12,6"),
        ("10.0000", "10", "10", "10"),
    ],
)
def test_numbers_follow_the_language(value, fr, en, de):
    from decimal import Decimal

    for language, expected in (("fr", fr), ("en", en), ("de", de)):
        with translation.override(language):
            template = Template("{% load editorial %}{{ v|number }}")
            assert template.render(Context({"v": Decimal(value)})) == expected


def test_titles_and_descriptions():
    assert seo.document_title("Glossaire") == "Glossaire · Un PTCE, c’est…"
    assert seo.document_title("x" * 60) == "x" * 60
    assert seo.document_title("") == "Un PTCE, c’est…"
    long = "mot " * 80
    assert len(seo.meta_description(long)) <= seo.DESCRIPTION_MAX
    assert seo.meta_description(long).endswith("mot…")
    assert seo.canonical("https://a.fr", "/ptce/") == "https://a.fr/ptce/"
