"""Actions on a selection: what will happen is said first; then all of it is done, or nothing."""

import datetime
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from pages.models import KeyFigure, Page, Section
from ptce_site.editorial import actions
from ptce_site.editorial.models import Draft
from ptce_site.editorial.version_querysets import last_number, versions_of

from .seeing import publish_seeing
from .test_admin import agreed, form_data
from .test_roles import url

FIGURES = reverse("admin:pages_keyfigure_changelist")
PAGES = reverse("admin:pages_page_changelist")


def asked(client, address: str, action: str, things, **more) -> str:
    data = {"action": action, "_selected_action": [thing.pk for thing in things], **more}
    answer = client.post(address, data)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def figures(db):
    found = list(KeyFigure.objects.order_by("pk")[:3])
    KeyFigure.objects.filter(pk__in=[f.pk for f in found]).update(state="draft")
    return found


def states(things) -> list[str]:
    return [type(thing).objects.get(pk=thing.pk).state for thing in things]


def test_nothing_happens_before_it_is_agreed_to(publisher, figures):
    html = asked(publisher, FIGURES, "publish", figures)
    assert "Ce qui se passera" in html and "Oui, publier ces 3 fiches" in html
    assert states(figures) == ["draft"] * 3
    data = form_data(html)
    assert "3 fiches publiées" in publisher.post(FIGURES, data, follow=True).content.decode()
    assert states(figures) == ["published"] * 3
    told = versions_of(KeyFigure, figures[0].pk)
    assert told[0].revision.get_comment() == "Publié depuis la liste."
    assert len({versions_of(KeyFigure, f.pk)[0].revision_id for f in figures}) == 3


def test_what_is_not_complete_or_already_so_is_named_with_why(publisher, figures):
    empty = KeyFigure.objects.create(slug="vide")
    live = KeyFigure.objects.published().first()
    html = asked(publisher, FIGURES, "publish", [figures[0], empty, live])
    left = html.split("Ce qui restera comme avant")[1]
    assert "vide" in left and "obligatoire pour publier" in left and "valeur, unité" in left
    assert url(empty) in left and "Déjà publié" in left
    assert "Oui, publier cette fiche" in html
    publisher.post(FIGURES, form_data(html))
    assert states([figures[0], empty, live]) == ["published", "draft", "published"]


def test_with_nothing_to_do_there_is_no_yes(publisher):
    live = KeyFigure.objects.published()[:2]
    html = asked(publisher, FIGURES, "publish", live)
    assert "Il n’y a donc rien à faire" in html and ">Oui" not in html
    again = form_data(html)
    assert publisher.post(FIGURES, again, follow=True).status_code == 200
    assert not versions_of(KeyFigure, live[0].pk)


@pytest.mark.parametrize("what", ["published", "edited", "deleted", "drafted"])
def test_nothing_is_done_when_something_moved_meanwhile(publisher, sign_in, figures, what):
    data = form_data(asked(publisher, FIGURES, "publish", figures))
    other = sign_in("publication", "autre")
    if what == "published":
        agreed(other, FIGURES, {"action": "publish", "_selected_action": [figures[0].pk]})
    elif what == "deleted":
        KeyFigure.objects.filter(pk=figures[0].pk).delete()
    else:
        form = form_data(other.get(url(figures[0])).content.decode())
        button = "_publish" if what == "edited" else "_draft"
        other.post(url(figures[0]), form | {"label_fr": ["Autre"], button: [""]})
    html = publisher.post(FIGURES, data).content.decode()
    assert "une de ces fiches a bougé entre-temps" in html
    assert states(figures[1:]) == ["draft", "draft"]
    publisher.post(FIGURES, form_data(html))
    assert states(figures[1:]) == ["published", "published"]


def test_what_was_reworded_meanwhile_is_asked_about_again(publisher, sign_in, figure):
    """Nothing the page tells of it has changed, but its text has."""
    data = form_data(asked(publisher, FIGURES, "verify", [figure]))
    other, before = sign_in("publication", "autre"), figure.verified_on
    form = form_data(other.get(url(figure)).content.decode())
    publish_seeing(other, url(figure), form | {"label_fr": ["Autre"], "_publish": [""]})
    html = publisher.post(FIGURES, data).content.decode()
    assert "une de ces fiches a bougé entre-temps" in html
    figure.refresh_from_db()
    assert (figure.label_fr, figure.verified_on) == ("Autre", before)


def test_all_or_nothing_when_one_breaks(publisher, figures, monkeypatch):
    data = form_data(asked(publisher, FIGURES, "publish", figures))
    real, done = actions.remember, []

    def breaks_at_the_second(thing):
        done.append(thing)
        if len(done) == 2:
            raise RuntimeError
        real(thing)

    monkeypatch.setattr(actions, "remember", breaks_at_the_second)
    with pytest.raises(RuntimeError):
        publisher.post(FIGURES, data)
    assert states(figures) == ["draft"] * 3 and not versions_of(KeyFigure, figures[0].pk)


def test_a_forged_agreement_without_the_page_does_nothing(publisher, figures):
    html = asked(publisher, FIGURES, "publish", figures, sure="yes")
    assert "a bougé entre-temps" in html and states(figures) == ["draft"] * 3


def test_the_whole_selection_across_pages_is_done_and_bounded(publisher, monkeypatch):
    KeyFigure.objects.update(state="draft")
    number = KeyFigure.objects.count()
    first = KeyFigure.objects.first()
    html = asked(publisher, FIGURES + "?state__exact=draft", "publish", [first], select_across="1")
    assert f"Oui, publier ces {number} fiches" in html
    publisher.post(FIGURES + "?state__exact=draft", form_data(html))
    assert KeyFigure.objects.published().count() == number
    monkeypatch.setattr(actions, "MOST", 10)
    data = {"action": "withdraw", "_selected_action": [first.pk], "select_across": "1"}
    answer = publisher.post(FIGURES, data, follow=True).content.decode()
    assert "Choisissez-en 10 au plus" in answer and KeyFigure.objects.published().count() == number


def test_the_question_asks_the_database_the_same_whatever_the_number(
    publisher, django_assert_max_num_queries
):
    some = KeyFigure.objects.published()[:30]
    with django_assert_max_num_queries(40):
        asked(publisher, FIGURES, "withdraw", some)


def test_withdrawing_says_what_leads_there(publisher, client):
    page, other = Page.objects.get(slug="contact"), Page.objects.get(slug="donnees")
    Section.objects.filter(page=other).update(more=page)
    draft = Page.objects.create(slug="jamais")
    onward = '<p class="more"><a class="action" href="/contact/"'
    assert onward in client.get("/donnees/").content.decode()
    html = asked(publisher, PAGES, "withdraw", [page, draft])
    assert "Ce qui y mène" in html and url(other) in html
    assert "Jamais publié" in html.split("Ce qui restera comme avant")[1]
    publisher.post(PAGES, form_data(html))
    assert states([page, draft]) == ["withdrawn", "draft"]
    assert client.get("/contact/").status_code == 410
    assert onward not in client.get("/donnees/").content.decode()
    assert "Déjà retiré" in asked(publisher, PAGES, "withdraw", [page])


@pytest.mark.parametrize("action", ["publish", "withdraw", "verify", "plan_review"])
def test_a_draft_in_progress_is_told(publisher, writer, figures, action):
    if action == "withdraw":
        KeyFigure.objects.update(state="published")
    form = form_data(writer.get(url(figures[0])).content.decode())
    writer.post(url(figures[0]), form | {"label_fr": ["Autre"], "_draft": [""]})
    assert "rouillon de redaction" in asked(publisher, FIGURES, action, figures)


def test_marked_as_read_again_today_and_the_draft_takes_the_day(publisher, writer, figure):
    today, later = timezone.localdate(), timezone.localdate() + datetime.timedelta(days=90)
    form = form_data(writer.get(url(figure)).content.decode())
    writer.post(url(figure), form | {"label_fr": ["Brouillon"], "_draft": [""]})
    stamp = figure.updated_at
    data = form_data(asked(publisher, FIGURES, "verify", [figure]))
    publisher.post(FIGURES, data)
    figure.refresh_from_db()
    assert figure.verified_on == today and figure.updated_at == stamp
    data = form_data(asked(publisher, FIGURES, "verify", [figure]))
    publisher.post(FIGURES, data | {"review_on": [later.isoformat()]})
    figure.refresh_from_db()
    assert figure.review_on == later and figure.label != "Brouillon"
    assert Draft.objects.get().seen == last_number(figure)
    html = publisher.get(url(figure)).content.decode()
    assert publisher.post(url(figure), form_data(html) | {"_publish": [""]}).status_code == 302
    figure.refresh_from_db()
    assert (figure.label, figure.verified_on, figure.review_on) == ("Brouillon", today, later)


def test_a_draft_that_bears_another_day_keeps_it_as_was_said(publisher, writer, figure):
    form = form_data(writer.get(url(figure)).content.decode())
    writer.post(url(figure), form | {"verified_on": ["2026-01-02"], "_draft": [""]})
    html = asked(publisher, FIGURES, "verify", [figure])
    assert "prendra cette date, sauf s’il en porte déjà une autre." in unescape(html)
    publisher.post(FIGURES, form_data(html))
    assert Draft.objects.get().data["verified_on"] == ["2026-01-02"]


@pytest.mark.parametrize("day", ["", "2020-01-01", "aujourd’hui", "demain", "9" * 400])
def test_a_review_needs_a_day_to_come(publisher, figure, day):
    before = figure.review_on
    day = timezone.localdate().isoformat() if day == "aujourd’hui" else day
    html = asked(publisher, FIGURES, "plan_review", [figure])
    answer = publisher.post(FIGURES, form_data(html) | {"review_on": [day]})
    assert answer.status_code == 200 and "errorlist" in answer.content.decode()
    figure.refresh_from_db()
    assert figure.review_on == before
    later = timezone.localdate() + datetime.timedelta(days=30)
    again = form_data(answer.content.decode()) | {"review_on": [later.isoformat()]}
    assert "1 fiche datée" in publisher.post(FIGURES, again, follow=True).content.decode()
    figure.refresh_from_db()
    assert figure.review_on == later


def test_the_list_tells_of_drafts(writer, publisher, figure, django_assert_max_num_queries):
    address = reverse("admin:pages_keyfigure_add")
    form = form_data(writer.get(address).content.decode())
    writer.post(address, form | {"label_fr": ["Tout nouveau"], "_draft": [""]})
    form = form_data(writer.get(url(figure)).content.decode())
    writer.post(url(figure), form | {"_draft": [""]})
    with django_assert_max_num_queries(20):
        html = publisher.get(FIGURES).content.decode()
    new = html.split("Brouillons pas encore publiés")[1].split("</nav>")[0]
    assert "Tout nouveau" in new and "brouillon=" in new and "redaction" in new
    assert html.count("brouillon en cours") == 1
    assert "Brouillons pas encore publiés" not in publisher.get(PAGES).content.decode()
    assert "brouillon en cours" not in publisher.get(PAGES).content.decode()


def test_small_things_of_the_forms(publisher, pole):
    html = publisher.get(url(pole)).content.decode()
    assert html.index("Lieu</h2>") < html.index(">Français</h2>"), "the place before long texts"
    assert "Adresse de la page" in html
    assert "Adresse de la page" in publisher.get(reverse("admin:pages_page_add")).content.decode()
