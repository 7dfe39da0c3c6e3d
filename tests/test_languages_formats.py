"""Numbers, quotes, marks, dates, sorting, search, files and the feed, as each language has them."""

import csv
import io
import json
from decimal import Decimal

import feedparser
import pikepdf
import pytest
from django.template import Context, RequestContext, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import trans_real

from pages.glossary import weave
from pages.models import Definition, KeyFigure, Page, Section
from pages.relations import disagreement
from pages.templatetags.figures import families
from pages.templatetags.site import glossary
from poles.catalogue import catalogue
from poles.criteria import _unknown
from poles.map import INDEX, draw_atlas, square
from poles.models import Milestone, Pole
from poles.templatetags.embed import embed_code
from ptce_site import pdf, search
from ptce_site.editorial import numbers
from ptce_site.editorial.models import Publisher, Report, Source
from ptce_site.editorial.partialdate import format_partial_date
from ptce_site.editorial.reception import tell_editors
from ptce_site.editorial.report_form import ReportForm
from ptce_site.editorial.site_index import Entry
from ptce_site.editorial.site_search import find
from ptce_site.search import Document, Index, sort_key

from .posted import posted

pytestmark = pytest.mark.once
LANGUAGES = ("fr", "en", "de")
PREFIX = {"fr": "", "en": "/en", "de": "/de"}
NARROW = "\u202f"


def three(*said: str):
    return pytest.mark.parametrize(("language", "said"), [*zip(LANGUAGES, said, strict=True)])


@pytest.fixture
def say(monkeypatch):
    """Translate a message for one test: the catalogues are the translators' business."""

    def add(language: str, message: str, said: str) -> None:
        catalogue = trans_real.translation(language)._catalog._catalogs[0]
        monkeypatch.setitem(catalogue, message, said)

    return add


@pytest.fixture
def translated(only_french):
    """One thing of each kind that exists in English and in German."""
    things = {
        Page.objects.get(slug="ess"): {"title": "zyzomy {}", "lead": "<p>zyzomy {}</p>"},
        Page.objects.get(slug="poles"): {},
        Page.objects.get(slug="donnees"): {},
        KeyFigure.objects.get(slug="pib-2013"): {"label": "of zyzomy {}", "unit": "%"},
        Definition.objects.get(slug="cluster"): {"term": "zyz {}", "short_answer": "zyzomy {}"},
        Pole.objects.get(slug="neo56"): {"summary": "zyzomy {}", "unknowns": "zyz {}"},
        Milestone.objects.of_the_policy().published().first(): {"text": "<p>zyzomy {}</p>"},
    }
    for thing, texts in things.items():
        for name in type(thing).required_to_publish:
            if name.endswith("_fr"):
                texts.setdefault(name.removesuffix("_fr"), "zyzomy {}")
        for code in ("en", "de"):
            for name, text in texts.items():
                setattr(thing, f"{name}_{code}", text.format(code))
        thing.save()
    return list(things)


# What is written between words.


@three(f"2{NARROW}360{NARROW}000", "2,360,000", "2.360.000")
def test_numbers(language, said):
    with translation.override(language):
        assert numbers.number(2_360_000) == said
        assert numbers.number(None) == ""


@three("13,7", "13.7", "13,7")
def test_decimals(language, said):
    with translation.override(language):
        assert numbers.number(Decimal("13.7000")) == said


@three(f"10{NARROW}%", "10%", f"10{NARROW}%")
def test_percentages(language, said):
    with translation.override(language):
        assert numbers.measured(10, "%") == said
        assert KeyFigure(value=10, unit=numbers.PERCENT).measure == said
        assert numbers.measured(10, "%", " ") == said.replace(NARROW, " ")


@three(f"54{NARROW}000{NARROW}€", "€54,000", f"54.000{NARROW}€")
def test_money(language, said):
    with translation.override(language):
        assert numbers.money(54_000) == said
        assert Template("{% load editorial %}{{ a|money }}").render(Context({"a": 54000})) == said


@pytest.mark.parametrize(
    ("language", "unit", "said"),
    [
        ("fr", "milliards d’euros", "54 milliards d’euros"),
        ("en", "billion euros", "54 billion euros"),
        ("en", "€ billion", "€54 billion"),
        ("en", "€", "€54"),
        ("de", "Milliarden Euro", "54 Milliarden Euro"),
    ],
)
def test_a_figure_says_its_unit(language, unit, said):
    figure = KeyFigure(value=54)
    with translation.override(language):
        figure.unit = unit
        assert figure.measure == said
        part = "components/figure_value.html#value"
        shown = strip_tags(render_to_string(part, {"figure": figure})).strip()
        assert shown == said


@three("«\u202f{}\u202f»", "“{}”", "„{}“")
def test_quotes(language, said):
    with translation.override(language):
        assert numbers.quoted("<b>") == said.format("&lt;b&gt;")
        assert numbers.quoted_plain("<b>") == said.format("<b>")


@three("a\u202f: b\u202f; c : d&nbsp;; e", "a: b; c: d; e", "a: b; c: d; e")
def test_colons_and_semicolons(language, said):
    text = 'a{% colon %}b{% semicolon %}c{% colon " " %}d{% semicolon "&nbsp;" %}e'
    with translation.override(language):
        assert Template("{% load editorial %}" + text).render(Context()) == said


@three("«\u202fx\u202f», «\u202fy\u202f»", "“x”, “y”", "„x“, „y“")
def test_a_list_of_strange_values_is_quoted(language, said):
    with translation.override(language):
        assert said in _unknown("region", ["x", "y"])


@pytest.mark.parametrize(
    ("date", "french", "english", "german"),
    [
        ("2014", "2014", "2014", "2014"),
        ("2014-01", "janvier 2014", "January 2014", "Januar 2014"),
        ("2014-01-10", "10 janvier 2014", "10 January 2014", "10. Januar 2014"),
        ("2014-01-01", "1er janvier 2014", "1 January 2014", "1. Januar 2014"),
    ],
)
def test_dates(date, french, english, german):
    for language, said in zip(LANGUAGES, (french, english, german), strict=True):
        with translation.override(language):
            assert format_partial_date(date) == said


# Sorting.


def test_sorting_ignores_accents_and_case():
    for wanted in (
        ["Maße", "Masseur", "Mast"],
        ["öde", "Ökonomie", "Ort", "Ostsee"],
        ["Überblick", "Umwelt", "Urteil"],
        ["école", "Économie", "edf"],
        ["codage", "cœur", "cofinancé"],
    ):
        assert sorted({*wanted}, key=sort_key) == wanted
    assert sort_key("Straße") == "strasse" and sort_key("Œuvre") == "oeuvre"


def test_the_glossary_is_in_the_order_and_letters_of_each_language(db):
    definition = Definition.objects.get(slug="cluster")
    definition.term_de, definition.short_answer_de = "Übersicht", "Ü."
    definition.term_en, definition.short_answer_en = "zebra", "Z."
    definition.save()
    for language, letter in (("fr", "C"), ("en", "Z"), ("de", "U")):
        request = RequestFactory().get(f"{PREFIX[language]}/")
        with translation.override(language):
            letters = dict(glossary(RequestContext(request))["letters"])
        assert list(letters) == sorted(letters)
        assert definition in letters[letter] and "Ü" not in letters


# The glossary woven into texts.


def term(slug: str, title: str, short: str = "") -> Entry:
    return Entry("pages.definition", 0, slug, title, short, "woven", 0, "fr,en,de")


ENGLISH = (
    term("cluster", "cluster"),
    term("se-cluster", "social economy cluster"),
    term("economy", "social economy"),
    term("society", "mutual society", "SME"),
)
GERMAN = (
    term("genossenschaft", "Genossenschaft"),
    term("wirtschaft", "soziale Wirtschaft"),
    term("verband", "Verband"),
    term("haus", "Baumhaus"),
    term("netz", "Netzwerk", "KMU"),
    term("zentrum", "Zentrum"),
)


def linked(text: str, terms: tuple[Entry, ...], language: str) -> list[str]:
    html = f'<div class="prose"><p>{text}</p></div>'
    pieces = weave(html, terms, "/g/", language).split('class="term" data-term href="/g/#')[1:]
    return [piece.split(">", 1)[1].split("</a>")[0] for piece in pieces]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Two clusters and a cluster.", ["clusters"]),
        ("social economy clusters, then clusters", ["social economy clusters", "clusters"]),
        ("several social economies", ["social economies"]),
        ("mutual societies, or SMEs", ["mutual societies"]),
        ("clustered, subcluster, cluster-like, superclusters", []),
        ("he calls it “a cluster” there", []),
        ("the Cluster Jura", []),
    ],
)
def test_english_words_are_woven(text, words):
    assert linked(text, ENGLISH, "en") == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("viele Genossenschaften in der Genossenschaft", ["Genossenschaften"]),
        ("in der sozialen Wirtschaft", ["sozialen Wirtschaft"]),
        ("Soziale Wirtschaft ist hier", ["Soziale Wirtschaft"]),
        ("Sozialer Wirtschaft Mittel geben", ["Sozialer Wirtschaft"]),
        ("die Verbände und des Verbandes", ["Verbände"]),
        ("den Verbänden", ["Verbänden"]),
        ("zwei Baumhäuser", ["Baumhäuser"]),
        ("des Netzwerks der KMUs", ["Netzwerks"]),
        ("drei Zentren", ["Zentren"]),
        ("Wohngenossenschaft, Genossenschaftsrecht, Verbandskasse, Netzwerk-Treffen", []),
        ("er sagt „die Genossenschaft“ dazu", []),
        ("netzwerken und verbanden", []),
    ],
)
def test_german_words_are_woven(text, words):
    assert linked(text, GERMAN, "de") == words


def test_what_is_in_another_language_is_not_woven():
    french = '<section lang="fr"><div class="prose">un cluster</div></section>'
    own = '<section><div class="prose">a cluster</div></section>'
    assert weave(french, ENGLISH, "/g/", "en") == french
    assert weave(french + own, ENGLISH, "/g/", "en").startswith(french)
    assert weave(french + own, ENGLISH, "/g/", "en").count("data-term") == 1


def test_a_page_is_woven_with_the_terms_of_its_own_language(client, translated):
    page = Page.objects.get(slug="ess")
    section = page.sections.filter(kind="text").first()
    for code in ("en", "de"):
        setattr(section, f"title_{code}", "T")
        setattr(section, f"body_{code}", f"<p>wir sagen zyz {code} hier, pôles</p>")
    section.save()
    html = client.get("/en/social-economy/").content.decode()
    assert '<a class="term" data-term href="/en/glossary/#cluster">zyz en</a>' in html
    html = client.get("/de/sozialwirtschaft/").content.decode()
    assert 'href="/de/glossar/#cluster">zyz de</a>' in html


# Drawings and figures.


@pytest.mark.parametrize("language", LANGUAGES)
def test_families_find_their_figure_in_every_language(db, language):
    section = Section.objects.filter(kind="families").first()
    french = section.body_fr
    count = french.count("<dt>")
    for code in ("en", "de"):
        items = "".join(f"<dt>{code} {n}</dt><dd>x</dd>" for n in range(count))
        setattr(section, f"body_{code}", f"<dl>{items}</dl>")

    def shown(code: str) -> list:
        with translation.override(code):
            context = RequestContext(RequestFactory().get("/"))
            return families(context, section)["families"]

    known, found = shown("fr"), shown(language)
    assert [figure for _, _, figure in found] == [figure for _, _, figure in known]
    assert any(figure for _, _, figure in found)
    assert [shape for _, shape, _ in found] == [shape for _, shape, _ in known]


def test_what_is_drawn_does_not_depend_on_how_a_unit_is_translated():
    figures = [KeyFigure(value=5, unit_fr="%"), KeyFigure(value=10, unit_fr="%")]
    figures[0].unit_en, figures[1].unit_en = "per cent", "%"
    with translation.override("en"):
        group = disagreement(figures)
        assert [length for _, length in group.rows] == [50.0, 100.0]
        assert "10%" in group.title


def test_zones_and_countries_are_named_in_the_language(say, db):
    say("en", "Guyane", "French Guiana")
    say("en", "France métropolitaine", "Mainland France")
    say("de", "Allemagne", "Deutschland")
    overseas = Pole.objects.filter(region__code="03", latitude__isnull=False).first()
    with translation.override("en"):
        drawings = draw_atlas([], INDEX)
        assert drawings.metropole.name == "Mainland France"
        assert "French Guiana" in [inset.name for inset in drawings.overseas]
        assert overseas is None or square(overseas) == "French Guiana"
    with translation.override("de"):
        names = [str(country.name) for country in draw_atlas([], INDEX).metropole.countries]
        assert "Deutschland" in names and "Allemagne" not in names


# Search.


def test_each_language_has_its_own_stop_words():
    assert "with" not in search.STOP_WORDS["fr"] and "werden" not in search.STOP_WORDS["en"]
    assert search.words("what is the social economy", "en") == ["social", "economy"]
    assert search.words("Was ist eine Genossenschaft für uns", "de") == ["genossenschaft", "uns"]
    assert search.words("what is", "fr") == ["what"]
    document = [Document(1, "A cluster", "jobs"), Document(2, "What works", "jobs")]
    assert [hit.key for hit in Index(document, "en").search("what is a cluster").hits] == [1]
    assert not Index(document, "en").search("what").understood
    assert Index(document, "fr").search("what").understood


@pytest.mark.parametrize("language", ["en", "de"])
def test_words_of_a_language_are_found_in_its_search_and_only_there(client, translated, language):
    word = {"en": "search", "de": "suche"}[language]
    html = client.get(f"/{language}/{word}/", {"q": "zyzomy"}).content.decode()
    assert f"zyzomy</mark> {language}" in html
    with translation.override("fr"):
        assert not find("zyzomy").answer.hits
    with translation.override(language):
        assert len(find("zyzomy")) >= 5


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("query", ["26100", "romans", "Romans-sur-Isère"])
def test_places_are_found_in_every_language(db, language, query):
    with translation.override(language):
        results = find(query)
        assert "Pôle Sud" in results[:1][0].thing.title


def test_the_directory_searches_and_filters_in_the_language(client, translated):
    for address, query, slug in (
        ("/en/clusters/", "zyzomy", "neo56"),
        ("/de/cluster/", "zyzomy", "neo56"),
        ("/de/cluster/", "26100", "pole-sud-archer"),
    ):
        for view in ("liste", "tableau"):
            html = client.get(address, {"q": query, "vue": view}).content.decode()
            assert f'<a href="{address}{slug}/">' in html
            assert "<b>1</b>" in html.split('class="tally"')[1].split("</p>")[0]


# Files.

TABLES = [
    ("poles/poles", "clusters/clusters", "cluster/cluster"),
    ("donnees/reperes", "data/timeline", "daten/zeitleiste"),
    ("donnees/chiffres", "data/chiffres", "daten/chiffres"),
    ("donnees/definitions", "data/definitions", "daten/definitions"),
]


def files(client, form: str, table: tuple[str, ...]):
    for language, stem in zip(LANGUAGES, table, strict=True):
        answer = client.get(f"{PREFIX[language]}/{stem}.{form}")
        assert answer.status_code == 200
        yield language, answer


@pytest.mark.parametrize("table", TABLES)
def test_a_csv_is_for_the_spreadsheets_of_its_language(client, db, table):
    heads, sizes = [], []
    for language, answer in files(client, "csv", table):
        text = answer.content.decode("utf-8-sig")
        comma = "," if language == "en" else ";"
        head, *lines = csv.reader(io.StringIO(text), delimiter=comma, strict=True)
        heads.append(head)
        sizes.append(len(lines))
        assert all(len(line) == len(head) for line in lines)
        assert answer["Content-Language"] == language
        code = "" if language == "fr" else f"-{language}-"
        assert code in answer["Content-Disposition"]
    assert heads[0] == heads[1] == heads[2] and len(heads[0]) > 3 and sizes[0] == sizes[1]


@three("48,", "48.", "48,")
def test_decimals_of_a_csv(client, db, language, said):
    stem = TABLES[0][LANGUAGES.index(language)]
    text = client.get(f"{PREFIX[language]}/{stem}.csv").content.decode("utf-8-sig")
    delimiter = "," if language == "en" else ";"
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    assert any(row["latitude"].startswith(said) for row in rows)


@pytest.mark.parametrize("table", TABLES)
def test_a_json_says_its_language_and_its_labels_follow(client, say, table, db):
    say("en", "date de la dernière modification", "date of the last change")
    for language, answer in files(client, "json", table):
        told = json.loads(answer.content)
        assert told["langue"] == language
        labels = {field["cle"]: field["libelle"] for field in told["champs"]}
        changed = labels["modifie_le"] == "date of the last change"
        assert changed == (language == "en")


def test_texts_of_a_file_are_in_its_language(client, translated):
    for language in ("en", "de"):
        stem = TABLES[2][LANGUAGES.index(language)]
        rows = json.loads(client.get(f"/{language}/{stem}.json").content)["lignes"]
        row = next(row for row in rows if row["identifiant"] == "pib-2013")
        assert row["libelle"] == f"of zyzomy {language}"
        assert f"/{language}/" in row["adresse"]


def test_the_page_of_the_data_says_how_its_csv_is_written(client, translated, say):
    comma = f"CSV{NARROW}: virgule entre les colonnes, point dans les nombres."
    other = f"CSV{NARROW}: point-virgule entre les colonnes, virgule dans les nombres."
    say("en", comma, "CSV: comma here")
    say("de", other, "CSV: Semikolon hier")
    assert "CSV: comma here" in client.get("/en/data/").content.decode()
    assert "CSV: Semikolon hier" in client.get("/de/daten/").content.decode()
    french = client.get("/donnees/").content.decode()
    assert comma not in french and other not in french


# The feed.


def test_the_feed_holds_what_exists_in_its_language(client, translated):
    feeds = {}
    for language, address in zip(
        LANGUAGES, ("/fil.atom", "/en/feed.atom", "/de/feed.atom"), strict=True
    ):
        feed = feedparser.parse(client.get(address).content)
        assert not feed.bozo and feed.feed.language == language
        assert feed.feed.id.endswith(address)
        feeds[language] = {entry.id: entry for entry in feed.entries}
    assert len(feeds["fr"]) == 40
    for language in ("en", "de"):
        entries = feeds[language]
        assert len(entries) == len(translated)
        assert all(f"/{language}/" in entry.link for entry in entries.values())
        assert all(key.endswith(f":{language}") for key in entries)
        there = {f"tag:localhost,2026:{t._meta.label_lower}:{t.pk}" for t in translated}
        assert {key.removesuffix(f":{language}") for key in entries} == there
        assert any("zyzomy" in entry.title for entry in entries.values())
    share = next(entry.title for key, entry in feeds["en"].items() if "keyfigure" in key)
    assert "10% of zyzomy en" in share


# Sources.


def test_the_shipped_titles_say_their_language(db):
    assert Source.objects.get(pk="divercities-golden-drops-fashion-design").language == "en"
    assert Source.objects.get(pk="ciriec-die-sozialwirtschaft-in-der-2012").language == "de"
    assert Source.objects.get(pk="loi-2014-856").language == "fr"
    assert Source.objects.exclude(language="fr").count() == 11


@pytest.mark.parametrize("title", LANGUAGES)
@three("«\u202f{}\u202f»", "“{}”", "„{}“")
def test_a_title_is_quoted_by_the_reader_and_says_its_own_language(language, said, title):
    source = Source(key="k", title="A & B", language=title, publisher="Éd.", date_note="vers")
    with translation.override(language):
        html = render_to_string("components/source.html", {"source": source, "usual": ""})
    words = "A &amp; B" if title == language else f'<span lang="{title}">A &amp; B</span>'
    assert said.format(words) in html
    assert ('<span lang="fr">Éd.</span>' in html) == (language != "fr")
    assert ('(<span lang="fr">vers</span>)' in html) == (language != "fr")


def test_editors_choose_the_language_of_a_title(administrator, db):
    html = administrator.get("/admin/editorial/source/loi-2014-856/change/").content.decode()
    assert "Langue du titre" in html and '<option value="en">anglais</option>' in html


# Reports, errors, frame.


def test_the_report_form_is_asked_in_the_language_each_time(say):
    label = str(Report.Kind.choices[0][1])
    say("de", label, "ein Sachfehler")
    for language, said in (("de", "Ein Sachfehler"), ("fr", label[:1].upper() + label[1:])):
        with translation.override(language):
            assert said in str(ReportForm()["kind"])


def test_editors_are_written_to_in_french(say, db):
    say("en", "Signalement\u202f:\u202f%(about)s", "Report: %(about)s")
    Publisher.objects.update_or_create(pk=1, defaults={"email": "redaction@exemple.fr"})
    report = Report.objects.create(key="k", kind=Report.Kind.values[0], message="m")
    with translation.override("en"):
        tell_editors(report)
    assert posted()[0].subject.startswith("Signalement")


@three("/", "/en/", "/de/")
def test_the_page_of_our_own_errors_speaks_the_language(language, said, say):
    say("de", "Revenir à l’accueil", "Zur Startseite")
    with translation.override(language):
        html = render_to_string("500.html")
    assert f'<html lang="{language}">' in html and f'<a class="action" href="{said}">' in html
    assert ("Zur Startseite" in html) == (language == "de")


def test_a_view_that_fails_answers_in_the_language_of_its_address(monkeypatch):
    from django.test import Client

    monkeypatch.setattr("pages.views.heads.page", lambda *args, **said: 1 / 0)
    answer = Client(raise_request_exception=False).get("/de/suche/")
    assert answer.status_code == 500 and '<html lang="de">' in answer.content.decode()


@three("/carte/embed/", "/en/map/embed/", "/de/karte/embed/")
def test_the_code_to_copy_leads_to_the_frame_of_the_language(client, settings, db, language, said):
    with translation.override(language):
        code = embed_code("region=44")["code"]
    assert f'src="{settings.SITE_URL}{said}?region=44"' in code
    html = client.get(said).content.decode()
    assert f'<html lang="{language}">' in html and f'href="{PREFIX[language]}/' in html


# Sheets to print.


@pytest.fixture
def sheets(monkeypatch):
    """What a sheet would be made of, in place of the sheet."""
    monkeypatch.setattr("ptce_site.pdf.available", lambda: True)
    monkeypatch.setattr("ptce_site.pdf.render", lambda html, **asked: (html.encode(), "key"))


@three(
    "/poles/neo56/fiche.pdf", "/en/clusters/neo56/profile.pdf", "/de/cluster/neo56/steckbrief.pdf"
)
def test_a_sheet_is_in_the_language_it_says(client, sheets, translated, language, said):
    answer = client.get(said)
    code = "" if language == "fr" else f"-{language}"
    assert f'filename="ptce-neo56{code}.pdf"' in answer["Content-Disposition"]
    assert answer["Content-Language"] == language
    html = answer.content.decode()
    assert f'<html lang="{language}">' in html
    assert (f"zyzomy {language}" in html) == (language != "fr")


@pytest.mark.parametrize(
    "address", ["/en/clusters/neo56/profile.pdf", "/de/cluster/neo56/steckbrief.pdf"]
)
def test_what_is_not_translated_is_a_whole_french_sheet(client, sheets, only_french, say, address):
    for code in ("en", "de"):
        say(code, "Ce que nous ne savons pas encore", "zyzomy")
    answer = client.get(address)
    assert 'filename="ptce-neo56.pdf"' in answer["Content-Disposition"]
    assert answer["Content-Language"] == "fr"
    html = answer.content.decode()
    assert '<html lang="fr">' in html and "Ce que nous ne savons pas encore" in html
    assert 'href="/en/' not in html and "/de/" not in html


@three("", "-en", "-de")
def test_the_summary_is_named_by_its_language(client, sheets, db, language, said):
    page = Page.objects.get(slug="resume")
    for code in ("en", "de"):
        for name in ("title", "lead", "description"):
            setattr(page, f"{name}_{code}", f"{code} {getattr(page, f'{name}_fr')}")
    page.save()
    with translation.override(language):
        address = reverse("pages:summary_pdf")
    answer = client.get(address)
    assert f'filename="le-ptce-en-resume{said}.pdf"' in answer["Content-Disposition"]
    assert f'<html lang="{language}">' in answer.content.decode()


@pytest.mark.skipif(not pdf.available(), reason="needs Pango")
@pytest.mark.parametrize("address", ["/en/in-brief/", "/de/kurz-gefasst/"])
def test_the_summary_stays_on_one_page(client, settings, tmp_path, db, address):
    settings.DATA_DIR = tmp_path
    page = Page.objects.get(slug="resume")
    for code in ("en", "de"):
        for name in ("title", "lead", "description"):
            setattr(page, f"{name}_{code}", getattr(page, f"{name}_fr"))
    page.save()
    file = "the-ptce-in-brief.pdf" if "/en/" in address else "der-ptce-kurz-gefasst.pdf"
    answer = client.get(address + file)
    assert answer["Content-Language"] in address
    assert len(pikepdf.open(io.BytesIO(answer.content)).pages) == 1


def test_the_site_and_the_directory_search_with_the_stop_words_of_the_language(db):
    for language, word in (("en", "would"), ("de", "werden")):
        for code in LANGUAGES:
            with translation.override(code):
                assert find(word).answer.understood == (code != language)
                assert catalogue().index.search(word).understood == (code != language)
