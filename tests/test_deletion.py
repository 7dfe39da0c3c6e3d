"""Deleting: asked twice, with what it breaks said first; and addresses nobody can take."""

from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from reversion.models import Version

from pages.models import Definition, KeyFigure, Page, Section
from poles.models import Actor, Milestone, Pole
from ptce_site.editorial.links import links_to
from ptce_site.editorial.models import Source

from .strict import StrictClient
from .test_drafts import address, typed

pytestmark = pytest.mark.django_db
ASKED_AGAIN = "Rien n’a été supprimé"


@pytest.fixture
def page():
    return Page.objects.create(
        slug="premiers-pas", title_fr="Premiers pas", description_fr="Un essai.", state="published"
    )


@pytest.fixture
def pole():
    return Pole.objects.get(slug="neo56")


def url(thing) -> str:
    return address(thing).replace("/change/", "/delete/")


def words(answer) -> str:
    return unescape(answer.content.decode())


def selected(things) -> dict:
    return {"action": "delete_selected", "_selected_action": [thing.pk for thing in things]}


def changelist(thing) -> str:
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_changelist")


# Asked twice


def test_nothing_is_deleted_without_the_box_ticked(editor_client, client, pole):
    first = words(editor_client.get(url(pole)))
    assert "Oui, je veux le supprimer" in first and "Retirer du site" in first
    assert ASKED_AGAIN not in first
    for posted in ({}, {"post": "yes"}, {"post": "yes", "other": "1"}):
        answer = editor_client.post(url(pole), posted)
        assert answer.status_code == 200 and ASKED_AGAIN in words(answer)
    assert Pole.objects.filter(pk=pole.pk).exists()
    assert client.get("/poles/neo56/").status_code == 200
    answer = editor_client.post(url(pole), {"post": "yes", "sure": "yes"}, follow=True)
    assert "Rétablir ce qui a été supprimé" in words(answer)
    assert not Pole.objects.filter(pk=pole.pk).exists()


def test_nothing_selected_is_deleted_without_the_box_ticked(editor_client, client):
    poles = list(Pole.objects.filter(featured=False)[:2])
    first = words(editor_client.post(changelist(poles[0]), selected(poles)))
    assert "Oui, je veux le supprimer" in first and "Retirer la sélection du site" in first
    assert ASKED_AGAIN not in first
    again = editor_client.post(changelist(poles[0]), {**selected(poles), "post": "yes"})
    assert ASKED_AGAIN in words(again)
    assert all(str(pole.pk) in words(again) for pole in poles)
    pks = {pole.pk for pole in poles}
    assert Pole.objects.filter(pk__in=pks).count() == 2
    sure = {**selected(poles), "post": "yes", "sure": "yes"}
    assert "Rétablir ce qui a été supprimé" in words(
        editor_client.post(changelist(poles[0]), sure, follow=True)
    )
    assert not Pole.objects.filter(pk__in=pks).exists()
    for pole in poles:
        assert client.get(pole.get_absolute_url()).status_code == 410


def test_only_who_publishes_deletes(django_user_model, pole):
    writer = django_user_model.objects.create_user("plume", password="x", is_staff=True)
    writer.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=["poles", "pages"])
    )
    client = StrictClient()
    client.force_login(writer)
    sure = {"post": "yes", "sure": "yes"}
    assert client.get(url(pole)).status_code == client.post(url(pole), sure).status_code == 403
    assert "Supprimer…" not in words(client.get(address(pole)))
    client.post(changelist(pole), {**selected([pole]), **sure})
    assert Pole.objects.filter(pk=pole.pk).exists()
    writer.user_permissions.add(Permission.objects.get(codename="publish"))
    client.force_login(django_user_model.objects.get(pk=writer.pk))
    assert client.post(url(pole), sure).status_code == 302
    assert not Pole.objects.filter(pk=pole.pk).exists()


# What links to it


def test_texts_of_every_language_that_link_are_told(page, pole):
    link = f'<p><a href="ref:poles.pole:{pole.pk}">là</a></p>'
    assert not [one for one in links_to(pole) if "Premiers pas" in one.what]
    page.lead_de = link
    page.save()
    section = page.sections.create(anchor="a", title_fr="Un lieu", body_en=link)
    Definition.objects.filter(slug="ptce").update(explanation_fr=link)
    other = Pole.objects.exclude(pk=pole.pk).first()
    Pole.objects.filter(pk=other.pk).update(story_fr=link)
    told = {(one.what, one.address) for one in links_to(pole)}
    assert (f"Page «\u202f{page}\u202f»", address(page)) in told
    assert (f"Partie «\u202f{section}\u202f», page «\u202f{page}\u202f»", address(page)) in told
    assert (f"Pôle «\u202f{other}\u202f»", address(other)) in told
    assert any(what.startswith("Définition") for what, _ in told)


def test_a_number_that_begins_alike_is_another_thing(page):
    first = Pole.objects.get(pk=1)
    page.sections.create(
        anchor="a", title_fr="Douze", body_fr='<p><a href="ref:poles.pole:12">x</a></p>'
    )
    assert not [one for one in links_to(first) if "Douze" in one.what]
    assert [one for one in links_to(Pole.objects.get(pk=12)) if "Douze" in one.what]


def test_its_own_parts_do_not_count(page):
    own = f'<p><a href="ref:pages.page:{page.pk}">ici</a></p>'
    page.sections.create(anchor="a", title_fr="Soi", body_fr=own)
    assert links_to(page) == []


def test_fields_that_name_it_are_told(page):
    figures = KeyFigure.objects.all()[:3]
    KeyFigure.objects.filter(pk=figures[1].pk).update(supersedes=figures[0])
    figures[2].disputes.add(figures[0])
    addresses = {one.address for one in links_to(figures[0])}
    assert {address(figures[1]), address(figures[2])} <= addresses
    section = Section.objects.exclude(page=page).first()
    Section.objects.filter(pk=section.pk).update(more=page)
    assert [one.address for one in links_to(page)] == [address(section.page)]
    words = Definition.objects.all()[:2]
    words[0].related.add(words[1])
    assert address(words[0]) in {one.address for one in links_to(words[1])}


def test_all_that_cites_a_source_is_told(editor_client, page, pole):
    source = Source.objects.create(key="essai-1", title="Un essai", publisher="Nous")
    Source.objects.create(key="essai-12", title="Un autre", publisher="Nous")
    assert links_to(source) == []
    page.sections.create(
        anchor="a", title_fr="Citée", body_fr='<p>x<a href="source:essai-1"></a></p>'
    )
    page.sections.create(
        anchor="b", title_fr="Pas elle", body_fr='<p>x<a href="source:essai-12"></a></p>'
    )
    actor = Actor.objects.exclude(pole=pole).first()
    actor.other_sources.add(source)
    pole.status_sources.add(source)
    figure = KeyFigure.objects.first()
    figure.other_sources.add(source)
    told = links_to(source)
    assert {one.address for one in told} == {
        address(thing) for thing in (page, actor.pole, pole, figure)
    }
    html = words(editor_client.get(url(source)))
    assert "Citée" in html and "Pas elle" not in html and str(figure) in html
    KeyFigure.objects.filter(pk=figure.pk).update(source=source)
    refused = words(editor_client.get(url(source)))
    assert "Impossible de supprimer" in refused and "Oui, je veux" not in refused
    editor_client.post(url(source), {"post": "yes", "sure": "yes"})
    assert Source.objects.filter(pk=source.pk).exists()


def test_each_kind_of_thing_is_asked_once(pole):
    others = list(Pole.objects.all()[:5])
    links_to(pole)
    for things in ([pole], others):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            links_to(*things)
        tables = [query["sql"].split(" FROM ")[1].split()[0] for query in asked]
        assert len(tables) == len(set(tables)) <= 14, tables


def test_a_selection_of_any_size_is_asked_about(page):
    page.sections.create(
        anchor="a", title_fr="Loin", body_fr='<p><a href="ref:poles.pole:9999">x</a></p>'
    )
    (link,) = links_to(*(Pole(pk=pk) for pk in range(9600, 10000)))
    assert "Loin" in link.what


def test_the_page_tells_in_french_and_leaves_the_plumbing_out(editor_client, page, pole):
    page.sections.create(
        anchor="a", title_fr="Un lieu", body_fr=f'<p><a href="ref:poles.pole:{pole.pk}">x</a></p>'
    )
    for html in (
        words(editor_client.get(url(pole))),
        words(editor_client.post(changelist(pole), selected([pole]))),
    ):
        assert "Un lieu" in html and f'href="{address(page)}"' in html
        assert str(pole.actors.first() or pole) in html
        assert "object (" not in html and "Are you sure" not in html


# What is left of it


def test_its_addresses_say_that_it_has_left(editor_client, client, pole):
    form = address(pole)
    editor_client.post(form, typed(editor_client, form, slug="b", _publish=""))
    pole.refresh_from_db()
    editor_client.post(url(pole), {"post": "yes", "sure": "yes"})
    for path in ("/poles/neo56/", "/poles/b/", "/poles/b/fiche.pdf"):
        answer = client.get(path)
        assert answer.status_code == 410 and not answer.cookies
        assert "retirée" in words(answer)


@pytest.mark.parametrize(("state", "status"), [("withdrawn", 410), ("draft", 404)])
def test_only_what_was_public_has_left(editor_client, client, page, state, status):
    Page.objects.filter(pk=page.pk).update(state=state)
    editor_client.post(url(page), {"post": "yes", "sure": "yes"})
    assert not Page.objects.filter(pk=page.pk).exists()
    assert client.get("/premiers-pas/").status_code == status


@pytest.mark.parametrize("alone", [True, False])
def test_its_last_state_is_kept_with_its_parts(editor_client, page, alone):
    call_command("createinitialrevisions", verbosity=0)
    page.sections.create(anchor="a", title_fr="Ajoutée depuis")
    Page.objects.filter(pk=page.pk).update(title_fr="Changée depuis")
    sure = {"post": "yes", "sure": "yes"}
    if alone:
        editor_client.post(url(page), sure)
    else:
        editor_client.post(changelist(page), {**selected([page]), **sure})
    assert not Page.objects.filter(pk=page.pk).exists()
    kept = Version.objects.get_deleted(Page).get()
    assert kept.field_dict["title_fr"] == "Changée depuis"
    assert kept.revision.user.username == "editor"
    kept.revision.revert()
    assert Page.objects.get(slug="premiers-pas").sections.get().title_fr == "Ajoutée depuis"


def test_a_page_that_comes_back_answers_again(editor_client, client, page):
    editor_client.post(url(page), {"post": "yes", "sure": "yes"})
    assert client.get("/premiers-pas/").status_code == 410
    Version.objects.get_deleted(Page).get().revision.revert()
    assert client.get("/premiers-pas/").status_code == 200


def test_what_has_no_page_goes_without_an_address(editor_client):
    milestone = Milestone.objects.published().first()
    editor_client.post(url(milestone), {"post": "yes", "sure": "yes"})
    assert not Milestone.objects.filter(pk=milestone.pk).exists()


# Words that are taken


def beside(html: str, name: str = "slug") -> str:
    return html.split(f'id="id_{name}_error"')[1].split("</ul>")[0]


@pytest.mark.parametrize("model", [Pole, KeyFigure, Page, Definition])
def test_a_word_that_is_taken_is_said_beside_the_field(editor_client, page, model):
    thing, other = model.objects.order_by("-pk")[:2]
    form = address(thing)
    for button in ("_publish", "_draft"):
        data = typed(editor_client, form, slug=other.slug, **{button: ""})
        html = words(editor_client.post(form, data, follow=True))
        assert "Déjà prise par une autre fiche" in beside(html)
        assert f'value="{other.slug}"' in html, "what was typed is still there"
    thing.refresh_from_db()
    assert thing.slug != other.slug


@pytest.mark.parametrize(
    "word",
    ["signaler", "recherche", "admin", "plan-du-site", "carte", "static", "apercu",
     "guide-de-style", "en", "de", "fr"],
)  # fmt: skip
def test_a_word_of_the_site_is_refused_to_a_page(editor_client, page, word):
    form = address(page)
    html = words(editor_client.post(form, typed(editor_client, form, slug=word, _publish="")))
    assert f"une adresse «\u202f{word}\u202f»" in beside(html)
    page.refresh_from_db()
    assert page.slug == "premiers-pas"


def test_a_page_without_a_word_is_told_only_that(editor_client):
    form = reverse("admin:pages_page_add")
    filled = {"title_fr": "Un titre", "description_fr": "Un essai."}
    data = typed(editor_client, form, slug="", **filled, _publish="")
    html = words(editor_client.post(form, data))
    assert "obligatoire" in beside(html) and "une adresse" not in beside(html)


def test_main_pages_keep_the_words_that_are_theirs():
    for page in Page.objects.all():
        page.full_clean()
