"""The order of pages and figures: nothing before it is saved, nobody's order covered unseen."""

import re

import pytest
from django.urls import reverse

from pages.models import KeyFigure, Page
from ptce_site.editorial.models import Draft
from ptce_site.editorial.version_querysets import last_number, versions_of

from .test_roles import form_data, url

SCREEN = reverse("admin:pages_page_order")


def order_of(html: str) -> list[int]:
    return [int(key) for key in re.findall(r'name="order" value="(\d+)"', html)]


def footer() -> list[str]:
    return list(Page.objects.filter(menu="footer").values_list("slug", flat=True))


def opened(client) -> dict:
    return form_data(client.get(SCREEN).content.decode())


def turned(data: dict, page: Page) -> dict:
    """The same form with a page brought before all the others."""
    return data | {"order": [str(page.pk), *(k for k in data["order"] if k != str(page.pk))]}


@pytest.fixture
def contact(db):
    return Page.objects.get(slug="contact")


def test_the_buttons_move_without_a_script_and_save_nothing(publisher, contact):
    before = footer()
    html = publisher.get(reverse("admin:pages_page_changelist")).content.decode()
    assert SCREEN in html
    data = opened(publisher)
    html = publisher.post(SCREEN, data | {"_up": [str(contact.pk)]}).content.decode()
    keys, moved = [int(key) for key in data["order"]], order_of(html)
    place = keys.index(contact.pk)
    assert moved.index(contact.pk) == place - 1
    assert re.search(rf'name="_up" value="{contact.pk}"[^>]* autofocus', html)
    assert footer() == before and not versions_of(Page, contact.pk)
    again = publisher.post(SCREEN, form_data(html) | {"_down": [str(contact.pk)]})
    assert order_of(again.content.decode()) == keys
    first = Page.objects.get(pk=keys[0])
    still = publisher.post(SCREEN, data | {"_up": [str(first.pk)]})
    assert order_of(still.content.decode()) == keys


def test_the_order_is_saved_at_once_with_a_revision_for_what_moved(publisher, client, contact):
    stamp = contact.updated_at
    data = turned(opened(publisher), contact)
    answer = publisher.post(SCREEN, data | {"_save": [""]}, follow=True)
    assert "les visiteurs le voient" in answer.content.decode()
    assert footer()[0] == "contact"
    told = versions_of(Page, contact.pk)
    assert [v.revision.get_comment() for v in told] == [
        "Ordre modifié.", "État avant la première modification.",
    ]  # fmt: skip
    assert told[0].revision.user == publisher.user
    contact.refresh_from_db()
    assert contact.updated_at == stamp, "the feed tells of texts, not of ranks"
    kept = Page.objects.get(slug="donnees-personnelles")
    assert not versions_of(Page, kept.pk), "what did not move has nothing to tell"
    foot = client.get("/").content.decode().rsplit("<footer", 1)[1]
    assert foot.index('href="/contact/"') < foot.index('href="/glossaire/"')
    answer = publisher.post(SCREEN, opened(publisher) | {"_save": [""]}, follow=True)
    assert "Rien n’a bougé" in answer.content.decode()


def test_ranks_that_were_the_same_are_told_apart(publisher, contact):
    Page.objects.filter(menu="footer").update(position=0)
    data = turned(opened(publisher), contact)
    publisher.post(SCREEN, data | {"_save": [""]})
    ranks = list(Page.objects.filter(menu="footer").values_list("position", flat=True))
    assert ranks == list(range(1, len(ranks) + 1)) and footer()[0] == "contact"


def test_another_s_order_is_not_covered_unseen(publisher, sign_in, contact):
    mine = turned(opened(publisher), contact)
    other = sign_in("publication", "autre")
    legal = Page.objects.get(slug="mentions-legales")
    other.post(SCREEN, turned(opened(other), legal) | {"_save": [""]})
    html = publisher.post(SCREEN, mine | {"_save": [""]}).content.decode()
    assert "L’ordre a changé sur le site" in html
    assert footer()[0] == "mentions-legales"
    assert order_of(html).index(contact.pk) < order_of(html).index(legal.pk), "mine is still there"
    publisher.post(SCREEN, form_data(html) | {"_save": [""]})
    assert footer()[0] == "contact"


def test_what_came_and_went_meanwhile_is_a_change_too(publisher, contact):
    data = opened(publisher)
    Page.objects.create(slug="nouvelle", menu="footer", position=3)
    html = publisher.post(SCREEN, turned(data, contact) | {"_save": [""]}).content.decode()
    new = Page.objects.get(slug="nouvelle")
    assert "L’ordre a changé sur le site" in html and new.pk in order_of(html)
    publisher.post(SCREEN, form_data(html) | {"_save": [""]})
    assert footer()[0] == "contact" and footer()[-1] == "nouvelle"


@pytest.mark.parametrize("order", [["x", "", "99999999"], [], ["4", "4", "4"], ["²"]])
def test_a_hostile_order_breaks_nothing(publisher, order):
    before = footer()
    data = opened(publisher) | {"order": order, "_up": ["x" * 300]}
    assert publisher.post(SCREEN, data).status_code == 200
    publisher.post(SCREEN, data | {"_save": [""]})
    assert sorted(footer()) == sorted(before)
    assert publisher.post(SCREEN, {"_save": ""}).status_code == 200


def test_a_writer_sees_the_order_and_does_not_change_it(writer, sign_in, contact):
    html = writer.get(SCREEN).content.decode()
    assert "Une personne qui publie peut le changer" in html
    assert "Enregistrer l’ordre" not in html and 'name="_up"' not in html
    before = footer()
    data = {"order": [contact.pk], "_seen": "", "_save": ""}
    assert writer.post(SCREEN, data).status_code == 403
    assert footer() == before
    assert sign_in("nobody").get(SCREEN).status_code == 403


def test_figures_are_ordered_within_their_subject(publisher, client):
    screen = reverse("admin:pages_keyfigure_order")
    html = publisher.get(screen).content.decode()
    assert html.index("L’ESS") < html.index("En Europe")
    figures = list(KeyFigure.objects.filter(theme="ptce"))
    data = form_data(html)
    data["order"] = [str(f.pk) for f in reversed(figures)] + [
        key for key in data["order"] if int(key) not in {f.pk for f in figures}
    ]
    publisher.post(screen, data | {"_save": [""]})
    assert list(KeyFigure.objects.filter(theme="ptce")) == figures[::-1]
    assert publisher.get("/admin/poles/pole/ordonner/").status_code in (302, 404)


def test_a_draft_follows_the_order_and_does_not_put_the_old_one_back(publisher, writer, contact):
    typed = form_data(writer.get(url(contact)).content.decode())
    writer.post(url(contact), typed | {"title_fr": ["Écrivez-nous"], "_draft": [""]})
    publisher.post(SCREEN, turned(opened(publisher), contact) | {"_save": [""]})
    contact.refresh_from_db()
    draft = Draft.objects.get()
    assert draft.data["position"] == [str(contact.position)]
    assert draft.data["title_fr"] == ["Écrivez-nous"] and draft.seen == last_number(contact)
    html = publisher.get(url(contact)).content.decode()
    answer = publisher.post(url(contact), form_data(html) | {"_publish": [""]})
    assert answer.status_code == 302, "nothing to arbitrate"
    assert footer()[0] == "contact" and Page.objects.get(pk=contact.pk).title == "Écrivez-nous"


def test_a_rank_typed_by_hand_in_a_draft_stays_and_is_asked_about(publisher, writer, contact):
    typed = form_data(writer.get(url(contact)).content.decode())
    writer.post(url(contact), typed | {"position": ["77"], "_draft": [""]})
    seen = Draft.objects.get().seen
    publisher.post(SCREEN, turned(opened(publisher), contact) | {"_save": [""]})
    draft = Draft.objects.get()
    assert draft.data["position"] == ["77"]
    assert draft.seen == seen
    html = publisher.get(url(contact)).content.decode()
    answer = publisher.post(url(contact), form_data(html) | {"_publish": [""]})
    assert "a modifié cette fiche pendant que vous écriviez" in answer.content.decode()
    assert footer()[0] == "contact"


def test_a_draft_that_is_open_elsewhere_is_told_of_the_new_order(publisher, writer, contact):
    typed = form_data(writer.get(url(contact)).content.decode())
    writer.post(url(contact), typed | {"_draft": [""]})
    still_open = form_data(writer.get(url(contact)).content.decode())
    publisher.post(SCREEN, turned(opened(publisher), contact) | {"_save": [""]})
    answer = writer.post(url(contact), still_open | {"_draft": [""]})
    assert "conflict" in answer.content.decode()
    contact.refresh_from_db()
    assert Draft.objects.get().data["position"] == [str(contact.position)]


def test_the_screen_asks_the_same_whatever_the_number(publisher, django_assert_max_num_queries):
    publisher.get(SCREEN)
    KeyFigure.objects.bulk_create(KeyFigure(slug=f"chiffre-{n}") for n in range(60))
    with django_assert_max_num_queries(8):
        publisher.get(reverse("admin:pages_keyfigure_order"))
