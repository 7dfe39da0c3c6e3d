"""Filters kept under a name: one's own, everyone's, the ones that no longer fit."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from poles.models import Region
from ptce_site.editorial.finding import filter_views
from ptce_site.editorial.models import Report, SavedFilter

from .test_admin import parse_soft

pytestmark = pytest.mark.django_db
POLES = "/admin/poles/pole/"
ASKED = "status__exact=unknown&q=pôle"


def keep(client, name="Inconnus", question=ASKED, liste="poles.pole", **more):
    data = {"liste": liste, "question": question, "nom": name, **more}
    return client.post(reverse("saved_filters"), data, follow=True)


def above(client, address: str) -> dict[str, tuple[str, bool]]:
    """The filters shown above a list: address, and whether it is the one in force."""
    html = client.get(address).content.decode()
    boxes = [e for e in parse_soft(html).iter("div") if e.get("class") == "saved-filters"]
    links = [a for box in boxes for a in box.iter("a") if a.get("class") != "quiet"]
    return {
        " ".join("".join(a.itertext()).split()): (a.get("href"), a.get("aria-current") == "true")
        for a in links
    }


def test_a_filter_is_kept_shown_and_marked(writer, publisher):
    assert "Enregistrer ce filtre" not in writer.get(POLES).content.decode()
    assert "Enregistrer ce filtre" in writer.get(f"{POLES}?{ASKED}").content.decode()
    answer = keep(writer)
    assert "Filtre enregistré" in answer.content.decode()
    ((name, (address, current)),) = above(writer, POLES).items()
    assert name == "Inconnus" and not current
    opened = writer.get(address, follow=True)
    assert opened.redirect_chain[-1][0].startswith(POLES)
    assert (
        opened.context["cl"].result_count
        == writer.get(f"{POLES}?{ASKED}").context["cl"].result_count
    )
    assert above(writer, opened.redirect_chain[-1][0])["Inconnus"][1]
    assert not above(publisher, POLES), "mine is not theirs"
    assert not above(writer, "/admin/pages/page/"), "another list"


def test_only_known_parameters_are_kept(writer):
    keep(writer, question=f"{ASKED}&e=1&p=3&_popup=1&call__envelope_eur=3&evidence__exact=likely")
    kept = SavedFilter.objects.get()
    assert kept.query == "evidence__exact=likely&q=p%C3%B4le&status__exact=unknown"
    assert not SavedFilter.read_by_visitors


@pytest.mark.parametrize("question", ["", "p=2", "nothing=1", "o=1", "status__exact=", "x" * 5000])
def test_nothing_to_keep_is_said(writer, question):
    answer = keep(writer, question=question)
    kept = SavedFilter.objects.first()
    assert kept is None or kept.query == "status__exact="
    if kept is None:
        assert "pas de filtre à enregistrer" in answer.content.decode()


def test_a_shared_filter_is_a_publishers(writer, publisher):
    data = {"liste": "poles.pole", "question": ASKED, "nom": "À nous", "tous": "on"}
    assert writer.post(reverse("saved_filters"), data).status_code == 403
    keep(publisher, "À nous", tous="on")
    assert "À nous (pour tous)" in above(writer, POLES)
    shared = SavedFilter.objects.get(user=None)
    page = writer.get(reverse("saved_filters"), {"liste": "poles.pole"}).content.decode()
    assert "À nous" in page and "Renommer<" not in page
    for change in ({"nom": "Volé"}, {"_delete": ""}):
        data = {"liste": "poles.pole", "filtre": shared.pk, **change}
        assert writer.post(reverse("saved_filters"), data).status_code == 403
    assert SavedFilter.objects.get(user=None).name == "À nous"


def test_one_is_renamed_and_deleted_by_its_owner_alone(writer, publisher):
    keep(writer)
    kept = SavedFilter.objects.get()
    data = {"liste": "poles.pole", "filtre": kept.pk, "nom": "Autre nom"}
    assert publisher.post(reverse("saved_filters"), data).status_code == 403
    assert publisher.get(reverse("open_filter", args=[kept.pk])).status_code == 404
    assert "renommé" in writer.post(reverse("saved_filters"), data, follow=True).content.decode()
    assert SavedFilter.objects.get().name == "Autre nom"
    writer.post(reverse("saved_filters"), data | {"_delete": ""})
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_name_says_something(writer, name):
    keep(writer, name)
    assert not SavedFilter.objects.exists()


def test_a_name_is_given_once(writer, publisher):
    keep(writer)
    answer = keep(writer, "inconnus", "status__exact=active")
    assert "s’appelle déjà" in answer.content.decode() and SavedFilter.objects.count() == 1
    keep(publisher)
    assert SavedFilter.objects.count() == 2


def test_a_double_click_keeps_one(writer, monkeypatch):
    named = filter_views._named
    both = []

    def at_once(request, kept):
        name = named(request, kept)
        if not both:
            both.append(kept)
            keep(writer)
        return name

    monkeypatch.setattr(filter_views, "_named", at_once)
    assert "donnez un autre nom" in keep(writer).content.decode()
    assert SavedFilter.objects.count() == 1


def test_thirty_are_enough(writer):
    user = writer.user
    SavedFilter.objects.bulk_create(
        SavedFilter(user=user, label="poles.pole", query="q=a", name=str(n)) for n in range(30)
    )
    answer = keep(writer)
    assert "déjà 30 filtres" in answer.content.decode()
    assert SavedFilter.objects.count() == 30


@pytest.mark.parametrize(
    "query",
    ["status__exact=vanished", "region__id__exact=99999", "nothing=1", "password=1",
     "region__id__exact=x", "pole__isnull=2", "name__exact=Florange"],
)  # fmt: skip
def test_a_filter_that_no_longer_fits_says_so(writer, query):
    kept = SavedFilter.objects.create(
        user=writer.user, label="poles.pole", query=query, name="Vieux"
    )
    answer = writer.get(reverse("open_filter", args=[kept.pk]), follow=True)
    html = answer.content.decode()
    assert "ne convient plus" in html and "e=1" not in str(answer.redirect_chain)
    assert "Oui, supprimer ce filtre" in html


def test_a_region_that_is_no_more_is_told(writer):
    region = Region.objects.create(pk=9999, code="zz", name="Zélande", current=True)
    keep(writer, question=f"region__id__exact={region.pk}")
    kept = SavedFilter.objects.get()
    assert writer.get(reverse("open_filter", args=[kept.pk]))["Location"].startswith(POLES)
    region.delete()
    html = writer.get(reverse("open_filter", args=[kept.pk]), follow=True).content.decode()
    assert "ne convient plus" in html


def test_a_date_filter_moves_with_the_days(writer, monkeypatch):
    listing = writer.get("/admin/editorial/report/")
    spec = next(s for s in listing.context["cl"].filter_specs if hasattr(s, "links"))
    week = list(spec.choices(listing.context["cl"]))[2]["query_string"].removeprefix("?")
    keep(writer, "Cette semaine", week, "editorial.report")
    kept = SavedFilter.objects.get()
    assert kept.query == "created_at~=2"
    later = timezone.now() + dt.timedelta(days=9)
    Report.objects.create(key="k", kind="fact", message="x", created_at=later)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    writer.force_login(writer.user)  # a session lasts twelve hours
    opened = writer.get(reverse("open_filter", args=[kept.pk]), follow=True)
    assert opened.context["cl"].result_count == 1
    assert above(writer, opened.redirect_chain[-1][0])["Cette semaine"][1]


def test_a_list_one_may_not_view_keeps_nothing(writer, sign_in):
    assert keep(writer, liste="auth.user", question="q=a").status_code == 404
    assert keep(sign_in("nobody")).status_code == 404
    assert not SavedFilter.objects.exists()


def test_it_costs_a_list_one_query(writer):
    writer.get(POLES)
    keep(writer)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        writer.get(POLES)
    assert sum("savedfilter" in q["sql"] for q in queries) == 1
