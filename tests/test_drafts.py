"""Drafts: the seven cases of docs/adr/0012, each as an editor meets it."""

import datetime as dt
import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from pages.models import KeyFigure, Page, Section
from poles.models import Actor, Pole, Sector
from ptce_site.editorial import drafting, due
from ptce_site.editorial.models import Draft
from ptce_site.editorial.version_querysets import versions_of

from .strict import StrictClient
from .test_admin import form_data

pytestmark = pytest.mark.django_db


def address(thing) -> str:
    meta = thing._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[thing.pk])


def typed(client, url: str, **changes) -> dict:
    """The form as it opens, with what is typed over it."""
    data = form_data(client.get(url).content.decode())
    return data | {
        name: value if isinstance(value, list) else [value] for name, value in changes.items()
    }


@pytest.fixture
def second_client(django_user_model):
    client = StrictClient()
    client.force_login(
        django_user_model.objects.create_superuser("marie", password="x", first_name="Marie")
    )
    return client


def test_a_live_page_stays_as_it_is_until_all_of_it_is_published(editor_client, client):
    page = Page.objects.get(slug="ess")
    section = page.sections.first()
    url = address(page)
    data = typed(editor_client, url, title_fr="Autre titre", title_en="Other title", _draft="")
    row = next(
        n
        for n, v in data.items()
        if n.startswith("sections-") and n.endswith("-id") and v == [str(section.pk)]
    )
    data[row.replace("-id", "-body_fr")] = ["<p>Autre corps</p>"]
    assert editor_client.post(url, data).status_code == 302
    assert "Autre titre" not in client.get("/ess/").content.decode()
    assert "Autre corps" not in client.get("/ess/").content.decode()
    reopened = editor_client.get(url).content.decode()
    assert "Autre titre" in reopened and "Autre corps" in reopened and "Brouillon." in reopened
    publish = typed(editor_client, url, _publish="")
    assert editor_client.post(url, publish).status_code == 302
    live = client.get("/ess/").content.decode()
    assert "Autre titre" in live and "Autre corps" in live
    page.refresh_from_db()
    assert page.title_en == "Other title"
    assert not Draft.objects.exists()


def test_what_does_not_exist_yet_has_a_draft_of_its_own(editor_client):
    add = reverse("admin:poles_pole_add")
    data = typed(editor_client, add, name="Pôle à venir", _draft="")
    answer = editor_client.post(add, data)
    draft = Draft.objects.get()
    assert answer.headers["Location"] == draft.address == f"{add}?brouillon={draft.key}"
    assert not Pole.objects.filter(name="Pôle à venir").exists()
    html = editor_client.get(draft.address).content.decode()
    assert 'value="Pôle à venir"' in unescape(html)
    assert "obligatoire" in html, "what is missing is said"
    again = typed(
        editor_client, draft.address, slug="a-venir", call="1", commune="57221",
        summary_fr="Un essai.", unknowns_fr="Tout.", source="loi-2014-856",
        hook_fr="Une accroche d’une phrase : qui fait quoi, dans quelle vallée.",
        verified_on="2026-11-01", _publish="",
    )  # fmt: skip
    assert editor_client.post(draft.address, again).status_code == 302
    assert Pole.objects.published().get(slug="a-venir").name == "Pôle à venir"
    assert not Draft.objects.exists()


def test_parts_added_moved_and_removed_meet_those_changed_meanwhile(editor_client, pole):
    first, *_ = rows = list(pole.actors.all())
    assert len(rows) > 2
    url = address(pole)
    data = typed(editor_client, url, _draft="")
    index = {data[f"actors-{n}-id"][0]: n for n in range(len(rows))}
    data[f"actors-{index[str(rows[0].pk)]}-name"] = ["Renommé"]
    data[f"actors-{index[str(rows[1].pk)]}-DELETE"] = ["on"]
    n = len(rows)
    data["actors-TOTAL_FORMS"] = [str(n + 1)]
    template = {k: v for k, v in data.items() if k.startswith("actors-0-")}
    for name in template:
        data[name.replace("-0-", f"-{n}-")] = [""]
    data |= {
        f"actors-{n}-name": ["Nouveau"],
        f"actors-{n}-position": ["99"],
        f"actors-{n}-role_fr": ["Il arrive"],
        f"actors-{n}-source": ["loi-2014-856"],
    }
    assert editor_client.post(url, data).status_code == 302
    Actor.objects.filter(pk=rows[0].pk).delete()  # meanwhile: the renamed one is gone,
    other = Actor.objects.get(pk=rows[2].pk)
    other.pk, other.name = None, "Venu d’ailleurs"
    other.save()  # and another one has come
    html = editor_client.get(url).content.decode()
    assert "Renommé" in html and "Nouveau" in html
    publish = typed(editor_client, url, _publish="")
    answer = editor_client.post(url, publish)
    if answer.status_code == 200:  # told, then sure
        assert "Quelqu’un a modifié" in answer.content.decode()
        answer = editor_client.post(url, form_data(answer.content.decode()) | {"_publish": [""]})
    assert answer.status_code == 302
    names = set(pole.actors.values_list("name", flat=True))
    assert {"Renommé", "Nouveau", "Venu d’ailleurs"} <= names
    assert rows[1].name not in names


def test_an_incomplete_draft_reopens_with_its_messages(editor_client, figure):
    url = address(figure)
    data = typed(editor_client, url, value="", reference_date="12 juin", label_fr="", _draft="")
    editor_client.post(url, data)
    html = unescape(editor_client.get(url).content.decode())
    assert 'value="12 juin"' in html
    for name in ("reference_date", "label_fr"):
        assert f'id="id_{name}_error"' in html
    figure.refresh_from_db()
    assert figure.label_fr and figure.value is not None


def test_a_field_born_after_the_draft_takes_what_the_site_holds(editor_client, figure):
    url = address(figure)
    KeyFigure.objects.filter(pk=figure.pk).update(featured=True)
    editor_client.post(url, typed(editor_client, url, label_fr="Nouveau", _draft=""))
    draft = Draft.objects.get()
    draft.names = [n for n in draft.names if n not in ("featured", "other_sources")]
    draft.data = {k: v for k, v in draft.data.items() if k not in ("featured", "other_sources")}
    draft.data["a_field_that_is_gone"] = ["x"]
    draft.save()
    sources = set(figure.other_sources.values_list("pk", flat=True))
    assert editor_client.post(url, typed(editor_client, url, _publish="")).status_code == 302
    figure.refresh_from_db()
    assert figure.featured and figure.label_fr == "Nouveau"
    assert set(figure.other_sources.values_list("pk", flat=True)) == sources


def test_a_scheduled_draft_is_published_without_anyone(editor_client, client, figure):
    url = address(figure)
    tomorrow = timezone.localtime() + dt.timedelta(days=1)
    data = typed(
        editor_client,
        url,
        label_fr="De demain",
        _publish="",
        _publish_at=f"{tomorrow:%Y-%m-%dT%H:%M}",
    )
    assert editor_client.post(url, data).status_code == 302
    assert due.apply_due() == (0, 0)
    figure.refresh_from_db()
    assert figure.label_fr != "De demain"
    Draft.objects.update(publish_at=timezone.now())
    assert due.apply_due() == (1, 0)
    figure.refresh_from_db()
    assert figure.label_fr == "De demain" and not Draft.objects.exists()
    KeyFigure.objects.filter(pk=figure.pk).update(withdraw_at=timezone.now())
    assert due.apply_due() == (0, 1)
    assert client.get(figure.get_absolute_url()).status_code == 410


def test_a_withdrawal_keeps_what_was_published_since_it_was_asked(
    editor_client, figure, monkeypatch
):
    def meanwhile(_request) -> bool:
        KeyFigure.objects.filter(pk=figure.pk).update(label_fr="Publié entre-temps")
        return True

    data = typed(editor_client, address(figure), _withdraw="")
    monkeypatch.setattr(drafting, "may_publish", meanwhile)
    assert editor_client.post(address(figure), data).status_code == 302
    figure.refresh_from_db()
    assert (figure.state, figure.label_fr) == ("withdrawn", "Publié entre-temps")


def test_what_cannot_be_published_on_time_says_why(editor_client, figure):
    url = address(figure)
    soon = timezone.localtime() + dt.timedelta(days=1)
    moment = f"{soon:%Y-%m-%dT%H:%M}"
    data = typed(editor_client, url, label_fr="De demain", _publish="", _publish_at=moment)
    editor_client.post(url, data)
    Draft.objects.update(publish_at=timezone.now(), seen=10**6)
    assert due.apply_due() == (0, 0)
    assert "a changé depuis" in Draft.objects.get().problem
    assert "N’a pas pu être publié" in editor_client.get(url).content.decode()


def test_two_people_share_one_draft_and_the_second_is_told(editor_client, second_client, figure):
    url = address(figure)
    mine = typed(editor_client, url, label_fr="Le mien", _draft="")
    editor_client.post(url, mine)
    theirs = typed(second_client, url, label_fr="Le sien", _draft="")
    mine = typed(editor_client, url, label_fr="Encore le mien", _draft="")
    assert second_client.post(url, theirs).status_code == 302
    answer = editor_client.post(url, mine)
    html = answer.content.decode()
    assert answer.status_code == 200 and "Quelqu’un a modifié" in html and "Marie" in html
    assert "Le sien" in html and "Encore le mien" in html
    again = form_data(html) | {"_draft": [""]}
    assert editor_client.post(url, again | {"_theirs": ["label_fr"]}).status_code == 302
    assert Draft.objects.get().data["label_fr"] == ["Le sien"]
    assert Draft.objects.count() == 1


def test_a_live_page_changed_meanwhile_is_told_field_by_field(editor_client, second_client, figure):
    call_command("createinitialrevisions", verbosity=0)
    url = address(figure)
    mine = typed(editor_client, url, label_fr="Le mien", unit_fr="euros", _publish="")
    theirs = typed(second_client, url, label_fr="Le sien", _publish="")
    assert second_client.post(url, theirs).status_code == 302
    answer = editor_client.post(url, mine)
    html = answer.content.decode()
    assert "Quelqu’un a modifié" in html and "Marie" in html
    conflict = html.split('class="conflict"')[1].split("</section>")[0]
    assert "Le sien" in conflict and "Le mien" in conflict and "euros" not in conflict
    figure.refresh_from_db()
    assert figure.label_fr == "Le sien"
    assert editor_client.post(url, form_data(html) | {"_publish": [""]}).status_code == 302
    figure.refresh_from_db()
    assert (figure.label_fr, figure.unit_fr) == ("Le mien", "euros")


def test_a_preview_shows_the_page_and_changes_nothing(editor_client, client, figure):
    url = address(figure)
    before = KeyFigure.objects.filter(pk=figure.pk).values().get()
    data = typed(
        editor_client, url, label_fr="Seulement montré", label_en="Only shown", _preview="fr"
    )
    answer = editor_client.post(url, data)
    assert answer.status_code == 200 and "Seulement montré" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert "noindex" in answer.headers["X-Robots-Tag"]
    answer = editor_client.post(url, data | {"_preview": ["en"]})
    assert answer["Content-Language"] == "en"
    english = answer.content.decode()
    assert "Only shown" in english and '<html lang="en"' in english
    assert KeyFigure.objects.filter(pk=figure.pk).values().get() == before
    assert not Draft.objects.exists()
    assert "Seulement montré" not in client.get(figure.get_absolute_url()).content.decode()


def test_a_preview_link_needs_no_account_and_expires(editor_client, client, figure, monkeypatch):
    from ptce_site.editorial import previews

    url = address(figure)
    editor_client.post(url, typed(editor_client, url, label_fr="À montrer", _draft=""))
    link = re.search(r"/apercu/[^\"<\s]+", editor_client.get(url).content.decode())[0]
    assert previews.key_of(link.split("/")[2]) == str(Draft.objects.get().key)
    shown = client.get(link)
    assert shown.status_code == 200 and "À montrer" in shown.content.decode()
    assert not shown.cookies and "no-store" in shown.headers["Cache-Control"]
    assert client.get(link[:-3] + "x/").status_code == 410
    monkeypatch.setattr(previews, "LASTS_DAYS", -1)
    assert client.get(link).status_code == 410
    figure.refresh_from_db()
    assert figure.label_fr != "À montrer"


def test_a_withdrawal_before_the_publication_is_refused_beside_the_field(editor_client, figure):
    url = address(figure)
    data = typed(editor_client, url, withdraw_at_0="01/01/2020", withdraw_at_1="08:00", _publish="")
    html = editor_client.post(url, data).content.decode()
    assert "viendrait avant la publication" in html
    wrong = typed(editor_client, url, label_fr="Gardé", _publish="", _publish_at="demain")
    html = editor_client.post(url, wrong).content.decode()
    assert "n’est pas une date" in html and "Gardé" in html


def test_abandoning_a_draft_leaves_the_site_alone(editor_client, figure):
    url = address(figure)
    editor_client.post(url, typed(editor_client, url, label_fr="Perdu", _draft=""))
    editor_client.post(url, typed(editor_client, url, _discard=""))
    assert not Draft.objects.exists()
    figure.refresh_from_db()
    assert figure.label_fr != "Perdu"


def test_a_section_only_in_a_draft_is_nowhere(editor_client, client):
    page = Page.objects.get(slug="ess")
    number = Section.objects.filter(page=page).count()
    url = address(page)
    data = typed(editor_client, url, _draft="")
    for name in [k for k in data if k.startswith("sections-0-")]:
        data[name.replace("-0-", f"-{number}-")] = [""]
    data |= {
        "sections-TOTAL_FORMS": [str(number + 1)],
        f"sections-{number}-position": ["99"],
        f"sections-{number}-title_fr": ["Partie à venir"],
        f"sections-{number}-kind": ["text"],
    }
    assert editor_client.post(url, data).status_code == 302
    assert "Partie à venir" in editor_client.get(url).content.decode()
    assert "Partie à venir" not in client.get("/ess/").content.decode()


def test_what_is_saved_at_once_is_guarded_too(editor_client, second_client):
    """A sector has no draft; the second to save is told, chooses, and loses nothing."""
    sector = Sector.objects.order_by("pk").first()
    url = address(sector)
    mine, theirs = typed(editor_client, url, name_fr="Le mien"), typed(second_client, url)
    theirs |= {"name_fr": ["Le sien"]}
    assert second_client.post(url, theirs).status_code == 302
    answer = editor_client.post(url, mine)
    html = answer.content.decode()
    assert answer.status_code == 200 and "Le sien" in html and "Le mien" in html
    sector.refresh_from_db()
    assert sector.name_fr == "Le sien"
    assert editor_client.post(url, form_data(html)).status_code == 302
    sector.refresh_from_db()
    assert sector.name_fr == "Le mien"


def test_the_enter_key_keeps_a_draft_and_never_abandons_it(editor_client, figure):
    """The first button of a form is the one that Enter presses."""
    url = address(figure)
    editor_client.post(url, typed(editor_client, url, label_fr="À garder", _draft=""))
    html = editor_client.get(url).content.decode()
    form = html[html.index('id="keyfigure_form"') :]
    first = form[form.index('type="submit"') :][:40]
    assert 'name="_draft"' in first and 'name="_discard"' in form


def test_who_changed_a_planned_draft_is_named_as_colleagues_know_them(publisher, writer, figure):
    url = address(figure)
    publisher.post(url, typed(publisher, url, _publish="", _publish_at="2199-01-01T08:00"))
    writer.user.first_name, writer.user.last_name = "Anne", "Le Goff"
    writer.user.save()
    writer.post(url, typed(writer, url, label_fr="Autrement", _draft=""))
    assert "par Anne Le Goff" in Draft.objects.get().problem


def test_a_scheduled_draft_that_breaks_is_told_and_breaks_nothing_else(publisher, figure):
    """Who scheduled it may no longer change figures: it is written down, and nothing fails."""
    url = address(figure)
    later = "2199-01-01T08:00"
    publisher.post(url, typed(publisher, url, label_fr="Jamais", _publish="", _publish_at=later))
    publisher.user.groups.clear()
    publisher.user.user_permissions.add(Permission.objects.get(codename="publish"))
    Draft.objects.update(publish_at=timezone.now())
    assert due.apply_due() == (0, 0)
    assert Draft.objects.get().problem
    figure.refresh_from_db()
    assert figure.label_fr != "Jamais"


@pytest.mark.parametrize("key", ["-" * 36, "x", "é" * 36, "0" * 36])
def test_an_address_made_by_hand_opens_an_empty_form(editor_client, key):
    add = reverse("admin:poles_pole_add", query={"brouillon": key})
    assert editor_client.get(add).status_code == 200


@pytest.mark.parametrize("key", ["%00", "x", "9" * 40, "-1"])
def test_what_was_never_there_is_said(publisher, key):
    answer = publisher.get(f"/admin/pages/keyfigure/{key}/change/", follow=True)
    assert answer.status_code == 200 and "existe" in answer.content.decode()


@pytest.mark.parametrize("number", ["²", "9" * 40, "-1", ""])
def test_a_number_made_by_hand_breaks_nothing(editor_client, figure, number):
    url = address(figure)
    data = typed(editor_client, url, _seen=number, _saves=number, _draft="")
    assert editor_client.post(url, data).status_code == 302
    data = typed(editor_client, url, _seen=number, _saves=number, _publish="")
    assert editor_client.post(url, data).status_code in (200, 302)


@pytest.mark.parametrize(
    ("button", "last"), [("_publish", "publication_time"), ("_withdraw", "may_publish")]
)
def test_what_a_colleague_deletes_meanwhile_is_said(publisher, figure, monkeypatch, button, last):
    """In the instant between what is read and what is held: nobody gets a page of errors."""
    url, asked = address(figure), getattr(drafting, last)
    data = typed(publisher, url, **{button: ""})

    def asked_too_late(*given):
        KeyFigure.objects.filter(pk=figure.pk).delete()
        return asked(*given)

    monkeypatch.setattr(drafting, last, asked_too_late)
    answer = publisher.post(url, data, follow=True)
    assert answer.status_code == 200 and "existe" in answer.content.decode()
    assert not KeyFigure.objects.filter(pk=figure.pk).exists()


def test_a_draft_outlives_the_account_that_wrote_it(editor_client, writer, figure, settings):
    url = address(figure)
    editor_client.post(url, typed(editor_client, url, label_fr="Avant", _publish=""))
    writer.post(url, typed(writer, url, label_fr="En cours", _draft=""))
    writer.user.delete()
    [engine] = settings.TEMPLATES  # as in production, where an unknown variable says nothing
    options = engine["OPTIONS"] | {"string_if_invalid": ""}
    settings.TEMPLATES = [engine | {"OPTIONS": options}]
    html = editor_client.get(url).content.decode()
    assert "Enregistré par un compte supprimé" in html and "En cours" in html
    first = versions_of(KeyFigure, figure.pk).last()
    html = editor_client.get(reverse("admin:pages_keyfigure_revision", args=[figure.pk, first.pk]))
    assert "Un brouillon attend déjà (un compte supprimé)" in html.content.decode()
