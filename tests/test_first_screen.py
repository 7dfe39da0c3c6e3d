"""The first screen of the editors' room: what waits for whom, one click from its field."""

import datetime as dt
from html import unescape

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pages.models import Definition, KeyFigure, Page
from poles.models import Call, Pole
from ptce_site.editorial.models import Draft, Publisher, Report

from .test_admin import form_data, parse_soft
from .test_roles import url

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


@pytest.fixture
def figure():
    return KeyFigure.objects.get(slug="pib-2013")


def groups(client) -> dict[str, dict[str, str]]:
    """Each group in sight: for each of its lines, its address; and what is said beside."""
    html = client.get(reverse("admin:index")).content.decode()
    room = next(e for e in parse_soft(html).iter("section") if e.get("class") == "waiting")
    found: dict[str, dict[str, str]] = {}
    for section in room.iter("section"):
        heading = section.find("h3")
        if heading is not None:
            lines = {
                " ".join("".join(li.itertext()).split()): li.find("a").get("href")
                for li in section.iter("li")
            }
            found[(heading.text or "").strip()] = lines
    return found


def save_draft(client, thing, **changes) -> None:
    data = form_data(client.get(url(thing)).content.decode())
    client.post(url(thing), data | {"_draft": [""]} | {k: [v] for k, v in changes.items()})


def fill_everything() -> None:
    """Nothing is left to do."""
    Publisher.objects.update_or_create(
        pk=1,
        defaults=dict.fromkeys(
            ("name", "legal_form", "address", "director", "host_name", "host_address"), "x"
        )
        | {"email": "a@example.org"},
    )
    for call in Call.objects.with_documented():
        Call.objects.filter(pk=call.pk).update(laureates=call.documented)
    for model in (Page, KeyFigure, Definition, Pole):
        model.objects.filter(state="draft").delete()


def test_nothing_to_do_is_said_kindly(editor_client):
    fill_everything()
    html = editor_client.get(reverse("admin:index")).content.decode()
    assert "Rien ne vous attend" in html and not groups(editor_client)


def test_drafts_are_sorted_by_whose_they_are(writer, publisher, editor_client, figure):
    pole, page = Pole.objects.first(), Page.objects.get(slug="ess")
    save_draft(writer, figure, label_fr="Chiffre de la rédaction")
    save_draft(publisher, pole, name="Pôle de la publication")
    save_draft(editor_client, page, title_fr="Page de l’administration")
    shown = groups(publisher)
    ((mine, address),) = shown["Mes brouillons"].items()
    assert "Pôle de la publication" in mine and "pôle" in mine and address == url(pole)
    ((waits, address),) = shown["Brouillons à relire et à publier"].items()
    assert "Chiffre de la rédaction" in waits and "par redaction" in waits
    assert f"depuis le {timezone.localdate().day}" in waits and address == url(figure)
    assert "Page de l’administration" in "".join(shown["Brouillons des autres"])
    shown = groups(writer)
    assert "Chiffre de la rédaction" in "".join(shown["Mes brouillons"])
    assert len(shown["Brouillons des autres"]) == 2
    assert "Brouillons à relire et à publier" not in shown
    Draft.objects.filter(object_id=str(figure.pk), title__startswith="Chiffre").update(author=None)
    assert "un compte supprimé" in "".join(groups(publisher)["Brouillons à relire et à publier"])


def test_a_new_thing_s_draft_reopens_where_it_was(editor_client):
    add = reverse("admin:poles_pole_add")
    data = form_data(editor_client.get(add).content.decode())
    editor_client.post(add, data | {"name": ["À venir"], "_draft": [""]})
    ((words, address),) = groups(editor_client)["Mes brouillons"].items()
    assert "À venir" in words and address == Draft.objects.get().address
    assert 'value="À venir"' in unescape(editor_client.get(address).content.decode())


def test_what_is_planned_and_what_failed_on_time(editor_client, figure):
    save_draft(editor_client, figure, label_fr="Prévu")
    later = timezone.now() + dt.timedelta(days=2)
    Draft.objects.update(publish_at=later)
    shown = groups(editor_client)
    ((words, address),) = shown["Publications programmées"].items()
    when = timezone.localtime(later)
    assert "Prévu" in words and f"le {when.day} " in words and f"{when:%H:%M}" in words
    assert address == url(figure) and "Mes brouillons" not in shown
    Draft.objects.update(problem="Il manque une date.")
    shown = groups(editor_client)
    assert "Il manque une date." in "".join(shown["Pas publiés à l’heure prévue"])
    assert "Publications programmées" not in shown
    KeyFigure.objects.filter(pk=figure.pk).update(withdraw_at=later)
    ((words, address),) = groups(editor_client)["Retraits programmés"].items()
    assert figure.label_fr in words and address == f"{url(figure)}#id_withdraw_at_0"
    assert 'id="id_withdraw_at_0"' in editor_client.get(url(figure)).content.decode()


def test_reviews_overdue_then_due_within_thirty_days(editor_client, figure):
    today = timezone.localdate()
    page, term = Page.objects.get(slug="ess"), Definition.objects.published().first()
    pole = Pole.objects.published().first()
    for thing, days in ((figure, 0), (page, -40), (term, 30), (pole, 31)):
        type(thing).objects.filter(pk=thing.pk).update(review_on=today + dt.timedelta(days=days))
    shown = groups(editor_client)
    late = list(shown["Relectures en retard"].items())
    assert [page.title_fr in late[0][0], figure.label_fr in late[1][0]] == [True, True]
    assert late[0][1] == f"{url(page)}#id_verified_on" and "page, pour le" in late[0][0]
    assert 'id="id_verified_on"' in editor_client.get(url(page)).content.decode()
    assert [
        " ".join(term.term_fr.split()) in words for words in shown["À relire d’ici trente jours"]
    ] == [True]
    Page.objects.filter(pk=page.pk).update(state="withdrawn")
    assert len(groups(editor_client)["Relectures en retard"]) == 1


def test_what_was_never_published_unless_it_has_a_draft(editor_client):
    page = Page.objects.create(slug="vide", title_fr="Jamais parue")
    ((words, address),) = groups(editor_client)["Écrits, jamais publiés"].items()
    assert "Jamais parue" in words and address == url(page)
    save_draft(editor_client, page)
    assert "Écrits, jamais publiés" not in groups(editor_client)


def test_places_still_to_document_lead_to_a_new_pole(editor_client, writer):
    call = Call.objects.get()
    left = call.laureates - call.poles.published().count()
    for client in (editor_client, writer):
        ((words, address),) = groups(client)["Places encore à documenter"].items()
        assert f"{left} lauréats sans fiche" in words
        html = client.get(address).content.decode()
        assert f'<option value="{call.pk}" selected' in html
    Call.objects.update(laureates=call.laureates - left)
    assert "Places encore à documenter" not in groups(editor_client)


def test_reports_are_few_in_sight_and_all_in_a_list(editor_client, writer):
    for number in range(40):
        Report.objects.create(key=f"k{number}", kind="fact", message=f"Message {number}")
    for client in (editor_client, writer):
        html = client.get(reverse("admin:index")).content.decode()
        assert "(40)" in html and "Message 0" in html
        assert "/admin/editorial/report/?state__exact=new" in html
        assert len(groups(client)["Signalements de visiteurs"]) <= 30
    (address, *_) = groups(editor_client)["Signalements de visiteurs"].values()
    first = Report.objects.order_by("created_at", "pk").first()
    assert address == f"{url(first)}#id_state"


def test_the_publisher_s_record_is_asked_of_who_can_fill_it(writer, publisher):
    heading = "Les mentions légales affichent « à compléter »".replace("« ", "«\u202f")
    heading = heading.replace(" »", "\u202f»")
    assert heading not in groups(writer)
    ((words, address),) = groups(publisher)[heading].items()
    assert "il manque" in words and address.endswith("#id_name")
    assert 'id="id_name"' in publisher.get(address).content.decode()


def test_someone_without_a_role_sees_nobody_s_work(sign_in, writer, figure):
    save_draft(writer, figure, label_fr="Pas pour tous")
    KeyFigure.objects.filter(pk=figure.pk).update(review_on=timezone.localdate())
    Report.objects.create(key="k", kind="fact", message="Pas pour tous")
    nobody = sign_in("nobody")
    assert not groups(nobody)
    assert "Pas pour tous" not in nobody.get(reverse("admin:index")).content.decode()


@pytest.mark.once
@pytest.mark.parametrize("number", [1, 30])
def test_the_first_screen_makes_as_few_queries_for_much_as_for_little(
    publisher, writer, django_user_model, number
):
    call_command("createinitialrevisions", verbosity=0)
    kind = ContentType.objects.get_for_model(KeyFigure)
    for n in range(number):
        Draft.objects.create(
            content_type=kind,
            title=f"Brouillon {n}",
            author=django_user_model.objects.create_user(f"personne {n}"),
        )
        Report.objects.create(key=f"k{n}", kind="fact", message="x")
    keys = KeyFigure.objects.values_list("pk", flat=True)[:number]
    KeyFigure.objects.filter(pk__in=list(keys)).update(review_on="2020-01-01")
    address = reverse("admin:index")
    publisher.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        html = publisher.get(address).content.decode()
    assert f"Brouillon {number - 1}" in html
    assert len(queries) <= MOST_QUERIES, [q["sql"][:120] for q in queries]
