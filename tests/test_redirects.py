"""Renaming: every address a thing has had leads to it in one hop, or says that it has left."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from pages.models import Definition, KeyFigure, Page
from poles.models import Pole
from ptce_site.editorial import due
from ptce_site.editorial.models import Draft, FormerAddress

from .test_admin import agreed
from .test_drafts import address, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def pole():
    return Pole.objects.get(slug="neo56")


@pytest.fixture
def page():
    return Page.objects.create(
        slug="premiers-pas", title_fr="Premiers pas", description_fr="Un essai.", state="published"
    )


@pytest.fixture
def rename(editor_client):
    """Publish a thing under another word, as an editor does."""

    def publish(thing, slug: str) -> None:
        url = address(thing)
        assert editor_client.post(url, typed(editor_client, url, slug=slug, _publish="")).url
        thing.refresh_from_db()
        assert thing.slug == slug

    return publish


def leads(client, path: str, method: str = "get") -> tuple[int, str]:
    answer = getattr(client, method)(path)
    assert not answer.cookies and "Cookie" not in answer.headers.get("Vary", "")
    return answer.status_code, answer.headers.get("Location", "")


@pytest.mark.parametrize(
    ("model", "slug"), [(Pole, "neo56"), (KeyFigure, "pib-2013"), (Page, "premiers-pas")]
)
def test_a_renamed_page_is_found_at_its_old_address(client, page, rename, model, slug):
    thing = model.objects.get(slug=slug)
    old = thing.get_absolute_url()
    rename(thing, "autre-mot")
    new = thing.get_absolute_url()
    assert old != new and leads(client, old) == (301, new) and leads(client, new) == (200, "")


def test_three_names_make_one_hop_and_the_first_name_comes_back(client, pole, rename):
    for word in ("b", "c"):
        rename(pole, word)
    for old in ("/poles/neo56/", "/poles/b/"):
        assert leads(client, old) == (301, "/poles/c/")
    rename(pole, "neo56")
    assert leads(client, "/poles/neo56/") == (200, "")
    for old in ("/poles/b/", "/poles/c/"):
        assert leads(client, old) == (301, "/poles/neo56/")


def test_browsers_ask_again_before_they_follow_a_redirect_they_kept(client, pole, rename):
    rename(pole, "b")
    assert client.get("/poles/neo56/").headers["Cache-Control"] == "no-cache"


def test_another_thing_takes_a_word_that_was_left(client, pole, rename):
    other = Pole.objects.published().exclude(pk=pole.pk).first()
    left = other.get_absolute_url()
    rename(pole, "b")
    rename(other, "neo56")
    assert leads(client, "/poles/neo56/") == (200, "")
    assert leads(client, left) == (301, "/poles/neo56/")
    rename(other, "c")
    assert leads(client, "/poles/neo56/") == (301, "/poles/c/"), "the last one that was there"


def test_two_things_exchange_their_words(client, pole, rename):
    other = Pole.objects.published().exclude(pk=pole.pk).first()
    word = other.slug
    rename(pole, "entre-deux")
    rename(other, "neo56")
    rename(pole, word)
    for slug in (word, "neo56"):
        assert leads(client, f"/poles/{slug}/") == (200, "")
    assert leads(client, "/poles/entre-deux/") == (301, f"/poles/{word}/")


def test_what_is_asked_goes_along(client, pole, rename):
    rename(pole, "b")
    assert leads(client, "/poles/neo56/?a=1&b=%C3%A9") == (301, "/poles/b/?a=1&b=%C3%A9")
    assert leads(client, "/poles/neo56/", "head") == (301, "/poles/b/")
    assert leads(client, "/poles/neo56/fiche.pdf") == (301, "/poles/b/fiche.pdf")
    assert leads(client, "/poles/neo56/rien/")[0] == 404
    assert leads(client, "/poles/neo56/", "post")[0] == 405
    followed = client.get("/poles/neo56", follow=True)
    assert followed.status_code == 200 and followed.redirect_chain[-1][0] == "/poles/b/"


def test_nothing_moves_before_the_new_word_is_published(editor_client, client, pole):
    url = address(pole)
    editor_client.post(url, typed(editor_client, url, slug="b", _draft=""))
    editor_client.post(url, typed(editor_client, url, slug="b", _preview="fr"))
    assert leads(client, "/poles/neo56/") == (200, "") and leads(client, "/poles/b/")[0] == 404
    assert not FormerAddress.objects.exists()
    editor_client.post(url, typed(editor_client, url, _publish=""))
    assert leads(client, "/poles/neo56/") == (301, "/poles/b/")


def test_a_new_word_comes_at_its_hour(editor_client, client, pole):
    url = address(pole)
    tomorrow = f"{timezone.localtime() + dt.timedelta(days=1):%Y-%m-%dT%H:%M}"
    form = typed(editor_client, url, slug="b", _publish="", _publish_at=tomorrow)
    assert editor_client.post(url, form).status_code == 302
    assert not FormerAddress.objects.exists()
    Draft.objects.update(publish_at=timezone.now())
    assert due.apply_due() == (1, 0)
    assert leads(client, "/poles/neo56/") == (301, "/poles/b/")


def test_what_was_withdrawn_can_be_renamed(editor_client, client, pole, rename):
    url = address(pole)
    editor_client.post(url, typed(editor_client, url, _withdraw=""))
    assert leads(client, "/poles/neo56/")[0] == 410
    rename(pole, "b")
    assert leads(client, "/poles/neo56/") == (301, "/poles/b/")
    editor_client.post(url, typed(editor_client, url, _withdraw=""))
    for path in ("/poles/neo56/", "/poles/b/", "/poles/neo56/fiche.pdf"):
        assert leads(client, path)[0] == 410


def test_what_was_never_public_leaves_no_address(client, pole, rename):
    Pole.objects.filter(pk=pole.pk).update(state="draft")
    rename(pole, "b")
    assert leads(client, "/poles/neo56/")[0] == 404


def test_an_older_version_restored_keeps_the_newer_address(editor_client, client, pole, rename):
    from reversion.models import Version

    call_command("createinitialrevisions", verbosity=0)
    rename(pole, "b")
    first = Version.objects.get_for_object(pole).last()
    form = reverse("admin:poles_pole_revision", args=[pole.pk, first.pk])
    assert editor_client.post(form, typed(editor_client, form)).status_code == 302
    assert leads(client, "/poles/neo56/") == (200, "")
    assert leads(client, "/poles/b/") == (301, "/poles/neo56/")


def test_a_selection_published_keeps_its_addresses(editor_client, client, page):
    Page.objects.filter(pk=page.pk).update(state="draft")
    data = {"action": "publish", "_selected_action": [page.pk]}
    agreed(editor_client, reverse("admin:pages_page_changelist"), data)
    Page.objects.filter(pk=page.pk).update(slug="ailleurs")  # whoever renames it
    assert leads(client, "/premiers-pas/") == (301, "/ailleurs/")


def test_what_is_a_part_of_a_page_has_no_address_to_keep(rename):
    rename(Definition.objects.get(slug="ptce"), "autre")
    assert not FormerAddress.objects.exists()


def test_links_in_texts_follow_without_a_redirect(client, page, rename, pole):
    text = f'<p><a href="ref:poles.pole:{pole.pk}">le pôle</a></p>'
    page.sections.create(anchor="a", title_fr="A", body_fr=text)
    rename(pole, "b")
    html = client.get("/premiers-pas/").content.decode()
    assert 'href="/poles/b/"' in html and "/poles/neo56/" not in html


def test_pages_that_exist_ask_nothing_more(client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for path in ("/", "/ess/", "/poles/neo56/", "/chiffres-cles/pib-2013/"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        assert not [q for q in asked if "formeraddress" in q["sql"]], path
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/poles/inconnu/").status_code == 404
    assert len([q for q in asked if "formeraddress" in q["sql"]]) == 1
