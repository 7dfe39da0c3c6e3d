"""Three languages by address alone: words, what exists in which, the head, bad addresses."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from pages.models import Definition, KeyFigure, Page
from poles.models import Milestone, Pole
from ptce_site import addresses, seo
from ptce_site.editorial import tongues
from ptce_site.editorial.models import FormerAddress, Publisher, Report
from ptce_site.editorial.reception import tell_editors
from ptce_site.editorial.redirects import remember
from ptce_site.editorial.reserved import reserved_words

from .conftest import ROOT
from .posted import posted
from .strict import parse

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def untranslated(thing, language, *names):
    """Take the texts of a thing in a language away."""
    type(thing).objects.filter(pk=thing.pk).update(**{f"{n}_{language}": "" for n in names})


def head_of(client, address):
    """The head of a page: title, description, robots, canonical, alternates."""
    html = client.get(address).content.decode()
    alternates = dict(re.findall(r'<link rel="alternate" hreflang="(.*?)" href="(.*?)">', html))
    canonical = re.search(r'<link rel="canonical" href="(.*?)">', html)
    robots = re.search(r'<meta name="robots" content="(.*?)">', html)
    return {
        "html": html,
        "alternates": alternates,
        "canonical": canonical and canonical[1],
        "robots": robots and robots[1],
    }


def test_words_are_all_different_within_a_language():
    """Two words alike would give two things one address."""
    for language in addresses.CODES:
        words = [addresses.word(french, language) for french in addresses.WORDS]
        assert len(words) == len(set(words)), language


@pytest.mark.parametrize(
    ("address", "view", "slug"),
    [
        ("/en/", "pages:home", "accueil"),
        ("/de/kennzahlen/", "pages:page", "chiffres-cles"),
        ("/en/clusters/neo56/", "poles:pole", "neo56"),
        ("/de/cluster/neo56/steckbrief.pdf", "poles:pdf", "neo56"),
        ("/en/key-figures/pib-2013/", "pages:figure", "pib-2013"),
        ("/en/ptce/", "pages:page", "ptce"),
    ],
)
def test_an_address_says_what_it_is_in_its_language(address, view, slug):
    match = addresses.match_of(address)
    assert (match.view_name, match.kwargs["slug"]) == (view, slug)
    assert addresses.address_in(addresses.language_of(address), match) == address


def test_every_address_there_and_back():
    for page in (*Page.objects.published(), *Pole.objects.published()):
        for language, address in tongues.every_address(page).items():
            assert addresses.in_language(address, "fr") == tongues.address(page, "fr")
            assert addresses.language_of(address) == language


@pytest.mark.parametrize(
    ("asked", "meant", "language"),
    [
        ("/en/chiffres-cles/", "/en/key-figures/", "en"),
        ("/en/poles/neo56/", "/en/clusters/neo56/", "en"),
        ("/en/kennzahlen/", "/en/key-figures/", "en"),
        ("/key-figures/", "/chiffres-cles/", "fr"),
        ("/de/recherche/", "/de/suche/", "de"),
        ("/nowhere/", "", "fr"),
        ("/es/", "", "fr"),
        ("/de-at/", "", "de"),
        ("/en/en/", "/en/", "en"),
        ("/EN/", "/en/", "en"),
        ("/EN/poles/neo56/fiche.pdf", "/en/clusters/neo56/profile.pdf", "en"),
        ("/fr/", "/", "fr"),
        ("/fr/glossary/", "/glossaire/", "fr"),
        ("/en/poles/nowhere/", "", "en"),
        ("/en/chiffres-cles/neo56/", "", "en"),
        ("/en/admin/", "", "en"),
        ("/en/admin/nowhere/", "", "en"),
        ("/de/apercu/x/", "", "de"),
    ],
)
def test_a_word_of_another_language_is_not_found_and_leads_on(client, asked, meant, language):
    response = client.get(asked)
    html = response.content.decode()
    assert response.status_code == 404
    assert f'<html lang="{language}">' in html and "noindex" in html
    assert response["Content-Language"] == language
    offered = re.findall(r'<a class="action" href="(.*?)">', html)
    assert offered == ([meant] if meant else [])
    assert not meant or client.get(meant).status_code == 200
    homes = re.findall(r'<a href="(.*?)" hreflang="(.*?)">', html)
    assert len(homes) == 2 and all(client.get(path).status_code == 200 for path, _ in homes)


def test_an_unknown_address_of_the_room_is_not_found(editor_client):
    """What answers there has no name, so that no address of it can be told in a language."""
    assert editor_client.get("/admin/nowhere/").status_code == 404


@pytest.mark.parametrize("home", ["/", "/en/", "/de/"])
def test_the_home_page_has_one_address(client, home):
    response = client.get(f"{home}accueil/")
    assert (response.status_code, response["Location"]) == (301, home)


def test_nothing_but_the_address_says_the_language(client):
    plain = client.get("/")
    client.cookies["django_language"] = "xx"
    asked = client.get("/", headers={"accept-language": "de,en;q=0.5"})
    assert asked.status_code == 200 and asked.content == plain.content
    assert asked["Content-Language"] == "fr"
    assert "Accept-Language" not in asked.get("Vary", "")
    assert client.get("/de/")["Content-Language"] == "de"


def test_the_admin_stays_in_french(editor_client):
    response = editor_client.get("/admin/", headers={"accept-language": "en"})
    assert '<html lang="fr"' in response.content.decode()


def test_a_slash_is_added_within_the_language(client):
    response = client.get("/en/key-figures")
    assert (response.status_code, response["Location"]) == (301, "/en/key-figures/")


@pytest.mark.parametrize("model", [Page, Pole, KeyFigure, Definition, Milestone])
def test_a_thing_exists_where_its_required_texts_do(model):
    thing = model.objects.published().first()
    assert tongues.languages_of(thing) == ["fr", "en", "de"]
    untranslated(thing, "en", tongues.needed(model)[-1])
    thing.refresh_from_db()
    assert tongues.languages_of(thing) == ["fr", "de"]
    counted = {t.pk: t.written_in for t in model.objects.with_languages()}
    assert counted[thing.pk] == "fr,de"
    with translation.override("en"):
        assert tongues.foreign(thing) == "fr"
    with translation.override("de"):
        assert tongues.foreign(thing) == ""


def test_a_page_that_is_not_translated_says_so(client):
    untranslated(Page.objects.get(slug="glossaire"), "en", "title")
    page = head_of(client, "/en/glossary/")
    tree = parse(page["html"])
    main = tree.find(".//main")
    assert tree.get("lang") == "en" and main.get("lang") == "fr"
    notice = next(p for p in main.iter("p") if "notice" in p.get("class", ""))
    assert notice.get("lang") == "en" and "has not been translated yet" in "".join(
        notice.itertext()
    )
    assert "Le glossaire, en mots de tous les jours" in page["html"]
    assert page["robots"] == "noindex" and not page["alternates"] and not page["canonical"]
    french = head_of(client, "/glossaire/")
    assert set(french["alternates"]) == {"fr", "de", "x-default"}
    assert "<del><span" in french["html"], "the menu says that English is not there"
    menu = re.search(r'<a href="/en/glossary/" lang="fr">', client.get("/en/").content.decode())
    assert menu, "the menu names it in French, and says so"


def test_a_text_that_may_be_missing_is_marked_as_french(client):
    pole = Pole.objects.get(slug="neo56")
    untranslated(pole, "de", "story", "hook")
    html = client.get("/de/cluster/neo56/").content.decode()
    assert '<div lang="fr"><p>' in html or '<div lang="fr"><h3>' in html
    assert '<p class="lead" lang="fr">' in html
    assert '<main id="contenu" tabindex="-1">' in html, "the page itself is German"


def test_only_what_is_in_french_is_marked_as_french(client):
    """A voice reads what is marked: the reader's own words in a row are not."""
    pole, other = Pole.objects.get(slug="neo56"), Pole.objects.get(slug="florange-e2i")
    untranslated(pole, "en", *tongues.needed(Pole), "trade")
    Pole.objects.filter(pk=pole.pk).update(trade_fr="Le métier")
    for view in ("tableau", "liste"):
        html = client.get(f"/en/clusters/?vue={view}").content.decode()
        assert "<tr lang" not in html and 'class="place" lang' not in html
    beside = client.get(f"/en/clusters/?comparer={pole.slug}&comparer={other.slug}")
    assert '<td lang="fr">Le métier</td>' in beside.content.decode()


def test_a_figure_that_is_not_translated_is_marked_wherever_it_stands(client):
    for figure in KeyFigure.objects.all():
        untranslated(figure, "en", "label", "scope")
    french = {text for f in KeyFigure.objects.all() for text in (f.label_fr, f.scope_fr)} - {""}
    found = 0
    for address in ("/en/", "/en/key-figures/", "/en/all-figures/", "/en/in-brief/"):
        tree = parse(client.get(address).content.decode())
        marked = {child for e in tree.iter() if e.get("lang") == "fr" for child in e.iter()}
        for element in tree.iter():
            if (element.text or "").strip() in french:
                found += 1
                assert element in marked, f"{address}: {element.text}"
    assert found > 60


def test_alternates_are_the_menu_and_reciprocal(client):
    for thing in (Page.objects.get(slug="ess"), Pole.objects.get(slug="neo56")):
        told = None
        for language, address in tongues.addresses(thing).items():
            page = head_of(client, address)
            assert page["canonical"] == page["alternates"][language]
            assert page["canonical"].endswith(address)
            told = told or page["alternates"]
            assert page["alternates"] == told
            menu = dict(re.findall(r'<a href="(/[^"]*)" hreflang="(\w+)">', page["html"]))
            others = {a for code, a in tongues.addresses(thing).items() if code != language}
            assert set(menu) == others
        assert told["x-default"] == told["fr"]


def test_a_filtered_directory_asks_the_same_in_the_other_languages(client):
    html = client.get("/en/clusters/?q=jura&vue=tableau").content.decode()
    assert '<meta name="robots" content="noindex">' in html
    assert 'href="/de/cluster/?q=jura&amp;vue=tableau" hreflang="de"' in html
    hostile = client.get('/en/clusters/?q="><script>alert(1)</script>').content.decode()
    assert "<script>alert" not in hostile


def test_an_address_that_moved_moved_in_every_language(client):
    pole = Pole.objects.get(slug="neo56")
    remember(pole)
    before = Pole.objects.get(slug="neo56")
    pole.slug = "neo-57"
    pole.save()
    remember(pole, before)
    assert FormerAddress.objects.count()
    for old, new in (
        ("/poles/neo56/", "/poles/neo-57/"),
        ("/en/clusters/neo56/", "/en/clusters/neo-57/"),
        ("/de/cluster/neo56/steckbrief.pdf", "/de/cluster/neo-57/steckbrief.pdf"),
    ):
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, new)


def test_what_left_says_so_in_the_readers_language(client):
    Pole.objects.filter(slug="neo56").update(state="withdrawn")
    response = client.get("/en/clusters/neo56/")
    assert response.status_code == 410
    assert "has been withdrawn" in response.content.decode().replace("\n", " ")


def test_no_page_takes_a_word_of_an_address():
    assert {"key-figures", "kennzahlen", "en", "de", "suche", "chiffres-cles"} <= reserved_words()


def test_a_title_written_in_french_does_not_stand_in_for_another_language(client):
    """The fallback of one text must not give a page of another language a French title."""
    pole = Pole.objects.get(slug="neo56")
    pole.seo_title_fr = "Un titre écrit à la main pour les moteurs"
    pole.save()
    assert "écrit à la main" in re.search("<title>(.*?)<", client.get("/poles/neo56/").text)[1]
    assert "écrit" not in re.search("<title>(.*?)<", client.get("/en/clusters/neo56/").text)[1]


def test_nothing_in_the_graph_can_end_its_element():
    subject = seo.Subject(
        title="</script><script>alert(1)</script>", path="/x/", addresses={"fr": "/x/"}
    )
    head = seo.head(subject, language="fr", languages=[("fr", "Français")], site_url="https://x.y")
    assert "<" not in head.graph() and "alert(1)" in head.graph()


def test_main_pages_have_words_in_every_language():
    """A page of the site itself without a word would answer at a French address in English."""
    same = {"accueil", "ptce", "florange-e2i"}
    assert set(Page.Main.values) - same <= addresses.WORDS.keys()
    for slug in Page.Main.values:
        assert reverse("pages:page", args=[slug])


def test_what_is_written_for_the_room_is_in_french(client):
    """A visitor who reads German passes by: neither mail nor notes are in German."""
    Publisher.objects.create(pk=1, email="redaction@example.org")
    report = Report.objects.create(
        kind=Report.Kind.values[0], message="x" * 30, key="k", sender="s"
    )
    with translation.override("de"):
        tell_editors(report)
    assert posted()[0].subject.startswith("Signalement")


def test_no_library_says_our_french_words_otherwise():
    """What our catalogue leaves empty is taken from a library's, if it has that very word."""
    from babel.messages.pofile import read_po
    from django.utils.translation import gettext, override

    with (ROOT / "locale/fr/LC_MESSAGES/django.po").open("rb") as file, override("fr"):
        ours = [message.id for message in read_po(file) if isinstance(message.id, str)]
        changed = [word for word in ours if word and "%(filter_title)s" not in word]
        assert [word for word in changed if gettext(word) != word] == []


def test_names_that_editors_write_in_french_are_marked(client):
    html = client.get("/en/clusters/cluster-jura/").content.decode()
    assert '<span lang="fr">Juratri, devenu groupe coopératif' in html
    assert 'lang="fr">Juratri' not in client.get("/poles/cluster-jura/").content.decode()


def test_no_page_writes_the_first_of_a_month_as_a_number():
    for template in (ROOT / "templates").rglob("*.html"):
        if "admin" not in template.parts:
            assert "DATE_FORMAT" not in template.read_text(), template
