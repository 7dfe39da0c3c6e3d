"""Several people and the clock on one thing: nothing typed is covered without a word."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from pages.models import KeyFigure
from poles.models import Milestone, Pole, Sector
from ptce_site.editorial import drafting, due, guarding
from ptce_site.editorial.models import Draft, Report
from ptce_site.editorial.version_querysets import versions_of

from .test_admin import agreed, form_data
from .test_drafts import address, typed

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def colleague(sign_in):
    return sign_in("publication", "bea")


def with_a_part(data: dict, prefix: str, **texts: str) -> dict:
    """The form with one row more, as the room's button adds it."""
    number = int(data[f"{prefix}-TOTAL_FORMS"][0])
    old = [name for name in data if name.startswith(f"{prefix}-0-")]
    row = {name.replace("-0-", f"-{number}-"): [""] for name in old}
    said = {f"{prefix}-{number}-{name}": [text] for name, text in texts.items()}
    return data | row | said | {f"{prefix}-TOTAL_FORMS": [str(number + 1)]}


def conflict(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode().split('class="conflict"')[1].split("</section>")[0]


def row_of(data: dict, part) -> str:
    """What the names of a milestone's fields begin with in its pole's form."""
    key = [str(part.pk)]
    return next(n[:-3] for n in data if data[n] == key and re.fullmatch(r"milestones-\d+-id", n))


def in_days(days: int) -> str:
    return f"{timezone.localtime() + dt.timedelta(days=days):%Y-%m-%dT%H:%M}"


def test_a_part_added_to_a_draft_by_another_is_told(publisher, colleague, pole):
    url = address(pole)
    publisher.post(url, typed(publisher, url, hook_fr="Un brouillon", _draft=""))
    mine = typed(publisher, url, _draft="")
    theirs = with_a_part(typed(colleague, url, _draft=""), "actors", name="Son acteur")
    assert colleague.post(url, theirs).status_code == 302
    told = publisher.post(url, mine)
    assert "ajouté" in conflict(told) and "Son acteur" in conflict(told)
    assert any("Son acteur" in values for values in Draft.objects.get().data.values())
    again = form_data(told.content.decode()) | {"_draft": [""]}
    assert publisher.post(url, again).status_code == 302, "once told, it is hers to decide"


def test_a_part_taken_away_in_a_draft_by_another_is_told(publisher, colleague, pole):
    url, name = address(pole), pole.actors.first().name
    publisher.post(url, typed(publisher, url, hook_fr="Un brouillon", _draft=""))
    mine, theirs = typed(publisher, url, _draft=""), typed(colleague, url, _draft="")
    found = (key for key, values in theirs.items() if values == [name] and "actors-" in key)
    row = next(found).removesuffix("-name")
    assert colleague.post(url, theirs | {f"{row}-DELETE": ["on"]}).status_code == 302
    told = conflict(publisher.post(url, mine))
    assert "supprimé" in told and name in told


def test_the_same_part_in_both_is_no_conflict(publisher, colleague, pole):
    url = address(pole)
    publisher.post(url, with_a_part(typed(publisher, url, _draft=""), "actors", name="Commun"))
    mine, theirs = typed(publisher, url, _draft=""), typed(colleague, url, _draft="")
    assert colleague.post(url, theirs).status_code == 302
    assert publisher.post(url, mine).status_code == 302


def test_a_draft_that_failed_on_time_is_kept_as_a_draft(publisher, figure):
    url = address(figure)
    publisher.post(url, typed(publisher, url, _publish="", _publish_at=in_days(1)))
    Draft.objects.update(publish_at=timezone.now() - dt.timedelta(hours=1), problem="Il manque")
    answer = publisher.post(url, typed(publisher, url, label_fr="À moitié", _draft=""), follow=True)
    assert "n’est plus programmé" in answer.content.decode()
    assert due.apply_due() == (0, 0)
    figure.refresh_from_db()
    assert figure.label_fr != "À moitié"
    Draft.objects.update(publish_at=timezone.now() - dt.timedelta(hours=1), problem="Il manque")
    again = typed(publisher, url, _publish="", _publish_at=in_days(1))
    told = publisher.post(url, again, follow=True).content.decode()
    assert "Publication programmée" in told and "n’est plus programmé" not in told


def test_a_moment_taken_away_is_taken_away(publisher, figure):
    url = address(figure)
    publisher.post(url, typed(publisher, url, _publish="", _publish_at=in_days(1)))
    publisher.post(url, typed(publisher, url, _draft=""))
    assert Draft.objects.get().publish_at, "what the form shows stays"
    publisher.post(url, typed(publisher, url, _draft="", _publish_at=""))
    assert Draft.objects.get().publish_at is None


def test_what_was_read_again_and_planned_again_is_published(publisher, figure):
    url = address(figure)
    publisher.post(url, typed(publisher, url, _publish=""))
    publisher.post(url, typed(publisher, url, label_fr="De demain", _draft=""))
    publisher.post(url, typed(publisher, url, _withdraw=""))
    planned = typed(publisher, url, _publish="", _publish_at=in_days(1))
    assert publisher.post(url, planned).status_code == 302
    Draft.objects.update(publish_at=timezone.now())
    assert due.apply_due() == (1, 0)
    figure.refresh_from_db()
    assert (figure.label_fr, figure.state) == ("De demain", "published")


@pytest.mark.parametrize("wrong", [{"label_fr": [""]}, {"_publish_at": ["2026-03-29T02:30 ?"]}])
def test_a_form_refused_does_not_take_the_draft_of_another(publisher, colleague, figure, wrong):
    url = address(figure)
    publisher.post(url, typed(publisher, url, unit_fr="euros", _draft=""))
    mine, theirs = typed(publisher, url, _publish=""), typed(colleague, url, _draft="")
    assert colleague.post(url, theirs | {"label_fr": ["Le sien"]}).status_code == 302
    refused = publisher.post(url, mine | wrong)
    assert refused.status_code == 200
    mended = form_data(refused.content.decode()) | {"label_fr": ["Le mien"], "_publish_at": [""]}
    assert publisher.post(url, mended | {"_publish": [""]}).status_code == 302
    assert Draft.objects.get().data["label_fr"] == ["Le sien"]


def test_two_who_publish_at_once_are_told(publisher, colleague, figure, monkeypatch):
    publisher.post(address(figure), typed(publisher, address(figure), _publish=""))
    url = address(figure)
    mine = typed(publisher, url, label_fr="Le mien", _publish="")
    theirs = typed(colleague, url, label_fr="Le sien", _publish="")
    asked = drafting.publication_time

    def late(data):
        if data.get("label_fr") == "Le mien":
            colleague.post(url, theirs)
        return asked(data)

    monkeypatch.setattr(drafting, "publication_time", late)
    told = conflict(publisher.post(url, mine))
    assert "Le sien" in told and "Le mien" in told
    figure.refresh_from_db()
    assert figure.label_fr == "Le sien"


@pytest.mark.parametrize("deleted", [False, True])
def test_what_is_saved_at_once_is_compared_with_what_is_held(
    publisher, colleague, monkeypatch, deleted
):
    sector = Sector.objects.order_by("pk").first()
    url = address(sector)
    publisher.post(url, typed(publisher, url))
    mine, theirs = (
        typed(publisher, url, name_fr="Le mien"),
        typed(colleague, url, name_fr="Le sien"),
    )
    asked, done = guarding.give_back, []

    def late(*given):
        if not done:
            done.append(given)
            if deleted:
                Sector.objects.filter(pk=sector.pk).delete()
            else:
                colleague.post(url, theirs)
        return asked(*given)

    monkeypatch.setattr(guarding, "give_back", late)
    if deleted:
        assert "existe" in publisher.post(url, mine, follow=True).content.decode()
    else:
        assert "Le sien" in conflict(publisher.post(url, mine))


def test_a_milestone_taken_off_the_site_stays_off_it(publisher):
    event = Milestone.objects.published().exclude(pole=None).first()
    Milestone.objects.filter(pk=event.pk).update(state="withdrawn")
    url = address(event.pole)
    data = typed(publisher, url, _publish="")
    data[f"{row_of(data, event)}-title_fr"] = ["Un titre, une virgule"]
    assert publisher.post(url, data).status_code == 302
    event.refresh_from_db()
    assert (event.state, event.title_fr) == ("withdrawn", "Un titre, une virgule")


def publish(client, thing, **changes) -> None:
    url = address(thing)
    assert client.post(url, typed(client, url, **changes, _publish="")).status_code == 302


@pytest.fixture
def event(publisher, pole):
    """A milestone whose pole has a history, as all have once the site is set up."""
    publish(publisher, pole)
    return pole.milestones.published().first()


def test_a_milestone_published_in_its_own_room_is_seen_by_its_poles_form(
    publisher, colleague, pole, event
):
    url = address(pole)
    mine = typed(publisher, url, short_name="Mon nom", _publish="")
    publish(colleague, event, text_fr="<p>Son texte à elle</p>")
    told = publisher.post(url, mine)
    assert "Son texte à elle" in conflict(told) and "bea" in conflict(told)
    assert "Mon nom" not in conflict(told), "nobody else changed that"
    row = row_of(mine, event)
    again = form_data(told.content.decode()) | {"_publish": [""], "_theirs": [f"{row}-text_fr"]}
    assert publisher.post(url, again).status_code == 302
    event.refresh_from_db()
    pole.refresh_from_db()
    assert (event.text_fr, pole.short_name) == ("<p>Son texte à elle</p>", "Mon nom")


def test_a_milestone_deleted_in_its_own_room_is_seen_by_its_poles_form(
    publisher, colleague, pole, event
):
    mine = typed(publisher, address(pole), _publish="")
    gone = reverse("admin:poles_milestone_delete", args=[event.pk])
    assert colleague.post(gone, {"post": "yes", "sure": "yes"}).status_code == 302
    told = conflict(publisher.post(address(pole), mine))
    assert "repère supprimé" in told


def test_milestones_of_one_pole_do_not_stand_in_each_others_way(publisher, colleague, pole, event):
    other = pole.milestones.published().exclude(pk=event.pk).first()
    mine = typed(publisher, address(event), title_fr="Le mien", _publish="")
    publish(colleague, other, title_fr="Le sien")
    assert publisher.post(address(event), mine).status_code == 302
    titles = pole.milestones.values_list("title_fr", flat=True)
    assert {"Le mien", "Le sien"} <= set(titles)


def schedule(client, thing, **changes) -> None:
    publish(client, thing, **changes, _publish_at=in_days(1))
    assert Draft.objects.get().publish_at


def at_its_hour() -> tuple[bool, str]:
    """Whether what is scheduled is published, and what is said of it if it is not."""
    Draft.objects.update(publish_at=timezone.now())
    published, _withdrawn = due.apply_due()
    return bool(published), getattr(Draft.objects.first(), "problem", "")


def verify(client, *things) -> None:
    chosen = {"action": "verify", "_selected_action": [thing.pk for thing in things]}
    listing = reverse(f"admin:poles_{things[0]._meta.model_name}_changelist")
    assert "vérifié" in agreed(client, listing, chosen).content.decode()


def test_a_milestone_is_published_at_its_hour_though_its_pole_was_saved(
    publisher, colleague, pole, event
):
    schedule(publisher, event, title_fr="De demain")
    verify(colleague, pole)
    publish(colleague, pole, short_name="Autre nom")
    assert at_its_hour() == (True, "")
    event.refresh_from_db()
    assert event.title_fr == "De demain"


def test_a_pole_is_published_at_its_hour_though_its_milestones_were_saved_as_they_were(
    publisher, colleague, pole, event
):
    schedule(publisher, pole, short_name="De demain")
    publish(colleague, event)
    assert at_its_hour() == (True, "")
    pole.refresh_from_db()
    assert pole.short_name == "De demain"


def withdrawn(client, _pole, event) -> None:
    taken_off = typed(client, address(event), _withdraw="")
    assert client.post(address(event), taken_off).status_code == 302


def changed(client, _pole, event) -> None:
    publish(client, event, caution_fr="Une réserve")


def changed_in_its_pole(client, pole, event) -> None:
    row = row_of(typed(client, address(pole)), event)
    publish(client, pole, **{f"{row}-caution_fr": "Une réserve"})


def unreadable(client, pole, event) -> None:
    versions_of(Milestone, event.pk).update(serialized_data="?")
    versions_of(Pole, pole.pk).update(serialized_data="?")
    publish(client, pole if Draft.objects.of(event) else event)


@pytest.mark.parametrize(
    ("scheduled", "meanwhile"),
    [
        ("milestone", withdrawn),
        ("milestone", changed_in_its_pole),
        ("milestone", unreadable),
        ("pole", withdrawn),
        ("pole", changed),
        ("pole", unreadable),
    ],
)
def test_what_was_changed_meanwhile_is_not_covered_at_its_hour(
    publisher, colleague, pole, event, scheduled, meanwhile
):
    planned = {"title_fr": "De demain"} if scheduled == "milestone" else {"short_name": "Demain"}
    schedule(publisher, event if scheduled == "milestone" else pole, **planned)
    meanwhile(colleague, pole, event)
    published, problem = at_its_hour()
    assert not published and "a changé depuis" in problem


def test_who_deletes_is_told_of_a_draft_and_who_writes_it_finds_the_way(publisher, writer):
    figure, other = KeyFigure.objects.published()[:2]
    url = address(figure)
    writer.post(url, typed(writer, url, label_fr="Autrement", _draft=""))
    asked = publisher.get(reverse("admin:pages_keyfigure_delete", args=[figure.pk]))
    assert "Un brouillon de" in asked.content.decode()
    asked = publisher.get(reverse("admin:pages_keyfigure_delete", args=[other.pk]))
    assert "Un brouillon de" not in asked.content.decode()
    KeyFigure.objects.filter(pk=figure.pk).delete()
    assert "son brouillon l’attend" in writer.get(url, follow=True).content.decode()


def test_a_report_bears_the_day_of_the_clock_on_the_wall():
    night = dt.datetime(2026, 7, 14, 22, 30, tzinfo=dt.UTC)
    assert str(Report(path="/x/", created_at=night)) == "/x/ (15/07/2026)"
