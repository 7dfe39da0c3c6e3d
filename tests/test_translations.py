"""The board of translations: what is missing, stale, fresh, and never a false alarm."""

import datetime as dt
import re
import time
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pages.models import KeyFigure, Page
from poles.models import Milestone, Pole, Sector
from ptce_site.editorial import due
from ptce_site.editorial.models import Draft, Translated
from ptce_site.editorial.translations.board import Total
from ptce_site.editorial.translations.noting import note, note_everything
from ptce_site.editorial.translations.sources import (
    Noted,
    essence,
    judged_right,
    judgement_undone,
    outdated_source,
    reconciled,
)

from .seeing import publish_seeing
from .test_admin import parse_soft
from .test_drafts import address, typed
from .test_queries import add_poles

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("only_french")]
BOARD = "/admin/traductions/"
HERE = {"rich": False}


def publish(client, thing, **changes) -> None:
    answer = client.post(address(thing), typed(client, address(thing), **changes, _publish=""))
    assert answer.status_code == 302, re.findall(r"errorlist.*?</ul>", answer.content.decode())[:3]


def board(client, **asked) -> str:
    answer = client.get(reverse("translations", query=asked or None))
    assert answer.status_code == 200
    return unescape(answer.content.decode()).replace("\u202f", " ")


def stale_on_board(client) -> set[tuple[str, str, str]]:
    """Each stale field the board tells: part, field, language."""
    found, number = set(), 1
    while True:
        html = board(client, etat="stale", p=number)
        for form in parse_soft(html).iter("form"):
            if form.get("action") == reverse("still_right"):
                fields = {i.get("name"): i.get("value") for i in form.iter("input")}
                found.add((fields["partie"], fields["champ"], fields["langue"]))
        if "Page suivante" not in html:
            return found
        number += 1


# The rules, on texts alone


@pytest.mark.parametrize(
    ("one", "other", "rich"),
    [
        ("Qu'est-ce que c'est ?", "Qu’est-ce que c’est\u202f?", False),
        ("10 millions d'euros...", "10\u00a0millions d’euros…", False),
        ("Un  texte\r\nsur deux lignes", "Un texte\nsur deux lignes ", False),
        ("<p>Un</p>\n<p>deux</p>", "<p>Un</p><p>deux</p>", True),
        ("<ul><li>un</li></ul>", "<ul><li><p>un</p></li></ul>", True),
        ("<p>« Oui »</p><p></p>", "<p>«\u202fOui\u202f»</p>", True),
    ],
)
def test_typography_and_the_editor_s_html_change_nothing(one, other, rich):
    assert essence(one, rich=rich) == essence(other, rich=rich)


@pytest.mark.parametrize(
    ("one", "other", "rich"),
    [
        ("un", "deux", False),
        ("<p>un deux</p>", "<p>un</p><p>deux</p>", True),
        ('<p><a href="/a/">un</a></p>', '<p><a href="/b/">un</a></p>', True),
        ("<p>un <strong>mot</strong></p>", "<p>un mot</p>", True),
    ],
)
def test_what_is_said_differently_is_seen(one, other, rich):
    assert essence(one, rich=rich) != essence(other, rich=rich)


def test_a_translation_keeps_the_french_it_was_made_from():
    noted: Noted = reconciled([], "un", "one", **HERE)
    assert outdated_source(noted, "un", "one", **HERE) is None
    assert reconciled(noted, "deux", "one", **HERE) == noted
    assert outdated_source(noted, "deux", "one", **HERE) == "un"
    judged = judged_right(noted, "deux")
    assert outdated_source(judged, "deux", "one", **HERE) is None
    assert outdated_source(judged, "un", "one", **HERE) is None, "it was made from this one"
    assert outdated_source(judged, "trois", "one", **HERE) == "deux"
    assert outdated_source(judgement_undone(judged), "deux", "one", **HERE) == "un"
    assert judgement_undone(noted) == noted
    again = reconciled(noted, "deux", "two", **HERE)
    assert outdated_source(again, "deux", "two", **HERE) is None
    by_hand = reconciled(again, "deux", "one", **HERE)
    assert outdated_source(by_hand, "deux", "one", **HERE) is None, "someone has just written it"
    restored = reconciled(again, "deux", "one", restored=True, **HERE)
    assert outdated_source(restored, "deux", "one", **HERE) == "un", "it came with its own past"
    emptied = reconciled(noted, "deux", "", **HERE)
    assert outdated_source(emptied, "deux", "", **HERE) is None
    assert (
        outdated_source(reconciled(emptied, "deux", "one", **HERE), "deux", "one", **HERE) is None
    )
    assert reconciled([], "un", "", **HERE) == []


# In the room


def test_what_was_there_before_anyone_noted_is_fresh_and_then_followed(publisher, figure):
    KeyFigure.objects.filter(pk=figure.pk).update(label_en="An old label")
    publish(publisher, figure, label_fr="Un autre libellé")
    assert stale_on_board(publisher) == {(f"pages.keyfigure:{figure.pk}", "label", "en")}
    note_everything()
    assert stale_on_board(publisher), "the next start forgets nothing"
    html = board(publisher, etat="stale")
    assert "<ins>" in html and "<del>" in html and "An old label" in html
    assert "1 traduction périmée" in html and "à traduire" in html


def test_the_start_notes_what_was_loaded(publisher, figure):
    KeyFigure.objects.filter(pk=figure.pk).update(label_en="A label")
    note_everything()
    KeyFigure.objects.filter(pk=figure.pk).update(label_fr="Changé ailleurs")
    note_everything()
    assert stale_on_board(publisher) == {(f"pages.keyfigure:{figure.pk}", "label", "en")}


def test_nothing_noted_moves_the_content_version(publisher, figure):
    from ptce_site.editorial.content_version import content_version

    KeyFigure.objects.filter(pk=figure.pk).update(label_en="A label")
    before = content_version()
    note(figure)
    assert Translated.objects.exists() and content_version() == before


def test_still_right_is_said_once_taken_back_and_refused_when_the_text_moved(publisher, figure):
    publish(publisher, figure, label_en="A label")
    publish(publisher, figure, label_fr="Un autre")
    html = board(publisher, etat="stale")
    form = next(
        f for f in parse_soft(html).iter("form") if f.get("action") == "/admin/traductions/juste/"
    )
    data = {i.get("name"): i.get("value") for i in form.iter("input")}
    publish(publisher, figure, label_fr="Encore un autre")
    answer = publisher.post("/admin/traductions/juste/", data, follow=True)
    assert "a changé entre-temps" in unescape(answer.content.decode())
    assert stale_on_board(publisher)
    html = board(publisher, etat="stale")
    form = next(
        f for f in parse_soft(html).iter("form") if f.get("action") == "/admin/traductions/juste/"
    )
    data = {i.get("name"): i.get("value") for i in form.iter("input")}
    answer = publisher.post("/admin/traductions/juste/", data, follow=True)
    assert answer.redirect_chain[0][0].endswith("?etat=stale"), "back where one was"
    assert not stale_on_board(publisher)
    undo = next(
        f for f in parse_soft(answer.content.decode()).iter("form")
        if f.get("action") == "/admin/traductions/juste/"
    )  # fmt: skip
    back = {i.get("name"): i.get("value") for i in undo.iter("input")} | {"annuler": "1"}
    publisher.post("/admin/traductions/juste/", back)
    assert stale_on_board(publisher)


def test_who_may_see_and_who_may_judge(client, sign_in, writer, publisher, figure):
    sector = Sector.objects.first()
    Sector.objects.filter(pk=sector.pk).update(name_en="A sector")
    publish(publisher, figure, label_en="A label")
    publish(publisher, figure, label_fr="Un autre")
    note(sector)
    Sector.objects.filter(pk=sector.pk).update(name_fr="Un autre secteur")
    assert client.get(BOARD).status_code == 302
    assert sign_in("personne").get(BOARD).status_code == 403
    assert {one for one, *_ in stale_on_board(writer)} == {f"pages.keyfigure:{figure.pk}"}
    assert "Un autre secteur" in board(writer, etat="stale"), "seen, not judged"
    data = {"fiche": f"poles.sector:{sector.pk}", "partie": f"poles.sector:{sector.pk}"}
    data |= {"champ": "name", "langue": "en", "vu": "", "retour": ""}
    assert writer.post("/admin/traductions/juste/", data).status_code == 403
    assert writer.get("/admin/traductions/juste/").status_code == 405
    for wrong in (
        {"fiche": "x"},
        {"fiche": "auth.user:1"},
        {"partie": "a:1"},
        {"champ": "pk"},
        {"langue": "fr"},
    ):
        assert publisher.post("/admin/traductions/juste/", data | wrong).status_code == 404, wrong


def test_the_filters_say_how_many_and_show_as_many(publisher, figure):
    publish(publisher, figure, label_en="A label", label_de="Ein Wort")
    publish(publisher, figure, label_fr="Un autre", label_de="Ein anderes Wort")
    html = board(publisher)
    for words, number in re.findall(r'<option value="[^"]+">([^<(]+) \((\d+)\)', html):
        value = re.search(rf'<option value="([^"]+)">{re.escape(words)} \(', html)[1]
        name = {"en": "langue", "de": "langue"}.get(value, "genre" if "." in value else "etat")
        shown = board(publisher, **{name: value})
        assert re.search(rf"<caption>{number} fiches?<", shown), (words, number)
    one = board(publisher, genre="pages.keyfigure", langue="en", etat="stale")
    assert "<caption>1 fiche<" in one
    assert "<caption>1 fiche<" in board(publisher, q="a LABEL")
    assert "Aucune fiche" in board(publisher, q="zzzz")
    assert "Aucune fiche" in board(publisher, langue="it")
    first = re.search(r'<th scope="row"><a href="([^"]+)"', html)[1]
    assert Page.objects.get(pk=first.split("/")[-3]).menu == "main", "what is in the menu is first"


@pytest.mark.parametrize(
    ("expected", "missing", "stale", "percent"),
    [(1000, 1, 0, 99), (1000, 0, 1, 99), (1000, 0, 0, 100), (1000, 1000, 0, 0), (0, 0, 0, 100)],
)
def test_a_hundred_percent_only_when_all_is_done(expected, missing, stale, percent):
    assert Total("en", "English", expected, missing, stale).percent == percent


def test_a_draft_is_told_and_changes_nothing(writer, publisher, figure):
    publish(publisher, figure, label_en="A label")
    data = typed(writer, address(figure), label_fr="Pas encore", label_de="Noch nicht", _draft="")
    assert writer.post(address(figure), data).status_code == 302
    assert not stale_on_board(publisher)
    assert board(publisher).count("brouillon en cours") == 1
    form = unescape(writer.get(address(figure)).content.decode())
    assert "Le français a changé depuis cette traduction" in form, "the form holds the draft"
    assert "Pas encore</ins>" in form and "Pas encore</p>" in form
    publish(publisher, figure)
    assert stale_on_board(publisher) == {(f"pages.keyfigure:{figure.pk}", "label", "en")}


def test_a_preview_and_a_plan_change_nothing_before_their_time(publisher, figure):
    publish(publisher, figure, label_en="A label")
    url = address(figure)
    publisher.post(url, typed(publisher, url, label_fr="Seulement vu", _preview="fr"))
    assert not stale_on_board(publisher)
    later = f"{timezone.localtime() + dt.timedelta(days=1):%Y-%m-%dT%H:%M}"
    answer = publisher.post(
        url, typed(publisher, url, label_fr="Demain", _publish="", _publish_at=later)
    )
    assert answer.status_code == 302 and not stale_on_board(publisher)
    Draft.objects.update(publish_at=timezone.now() - dt.timedelta(minutes=1))
    assert due.apply_due() == (1, 0)
    assert stale_on_board(publisher) == {(f"pages.keyfigure:{figure.pk}", "label", "en")}


def test_what_left_the_site_is_not_counted(publisher, figure):
    def counts() -> list[str]:
        return re.findall(r"(\d+) textes à traduire", board(publisher))

    before = counts()
    figure.state = "withdrawn"
    figure.save()
    assert counts() != before
    assert "retiré du site" in board(publisher, q="PIB")


def test_a_part_is_told_once_with_what_it_is_a_part_of(publisher):
    milestone = Pole.objects.get(slug="florange-e2i").milestones.first()
    assert milestone.title_fr
    html = board(publisher, fiche=f"poles.milestone:{milestone.pk}")
    assert "Aucune fiche" in html
    alone = Milestone.objects.filter(pole=None).first()
    assert "1 fiche" in board(publisher, fiche=f"poles.milestone:{alone.pk}")


def test_the_first_screen_tells_of_stale_translations_only(publisher, figure):
    def home() -> str:
        return publisher.get("/admin/").content.decode()

    assert "Traductions périmées" not in home()
    publish(publisher, figure, label_en="A label")
    assert "Traductions périmées" not in home()
    publish(publisher, figure, label_fr="Un autre")
    assert "Traductions périmées" in home()
    assert f"/admin/pages/keyfigure/{figure.pk}/change/?langue=en#id_label_en" in home()


@pytest.mark.once
def test_each_link_leads_to_a_field_in_sight(publisher, pole):
    actor = pole.actors.first()
    data = typed(publisher, address(pole), hook_en="A hook", _publish="")
    row = next(n for n, v in data.items() if n.startswith("actors-") and v == [str(actor.pk)])
    data[row.replace("-id", "-role_de")] = ["Eine Rolle"]
    assert publish_seeing(publisher, address(pole), data).status_code == 302
    data = typed(publisher, address(pole), hook_fr="Une autre accroche", _publish="")
    data[row.replace("-id", "-role_fr")] = ["Un autre rôle"]
    assert publish_seeing(publisher, address(pole), data).status_code == 302
    links = re.findall(r'<h3><a href="([^"]+)"', board(publisher, etat="stale"))
    assert len(links) == 2
    for link in links:
        page, anchor = link.split("#")
        html = publisher.get(page).content.decode()
        tree = parse_soft(html)
        parents = {child: parent for parent in tree.iter() for child in parent}
        node = next(e for e in tree.iter() if e.get("id") == anchor)
        while node in parents:
            node = parents[node]
            assert node.tag != "details", "without a script it is unfolded all the same"
        assert "Le français a changé" in html
    folded = publisher.get(address(pole)).content.decode()
    assert "<details>" in folded
    assert '<p class="said">' in folded


@pytest.mark.once
def test_the_board_asks_as_much_for_23_poles_as_for_500(publisher, figure):
    publish(publisher, figure, label_en="A label")

    def count(url: str) -> tuple[int, float]:
        publisher.get(url)
        start = time.perf_counter()
        with CaptureQueriesContext(connection) as captured:
            assert publisher.get(url).status_code == 200
        return len(captured), time.perf_counter() - start

    before = {url: count(url)[0] for url in (BOARD, "/admin/")}
    add_poles(480)
    after = {url: count(url) for url in (BOARD, "/admin/")}
    assert {url: n for url, (n, _s) in after.items()} == before, before
    assert after[BOARD][0] <= 24, after
    print({url: round(seconds * 1000) for url, (_n, seconds) in after.items()})
    assert max(seconds for _n, seconds in after.values()) < 3, after
