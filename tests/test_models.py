"""The invariants, and that the database itself holds them."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from pages.models import Definition, KeyFigure, Section
from poles.models import Call, Commune, Department, Milestone, Pole, Region, Sector
from ptce_site.editorial.models import AccessibilityAudit, Publisher, Source
from ptce_site.editorial.publication import Publishable, State

pytestmark = pytest.mark.django_db

PUBLISHABLE = [m for m in apps.get_models() if issubclass(m, Publishable)]


def refused(model, **changes) -> bool:
    """Whether the database refuses these values on one published row."""
    row = model.objects.published().order_by("pk").first()
    try:
        with transaction.atomic():
            model.objects.filter(pk=row.pk).update(**changes)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize("model", PUBLISHABLE, ids=lambda m: m.__name__)
def test_published_and_is_published_agree(model):
    rows = list(model.objects.order_by("pk")[:3])
    for row, state in zip(rows, State, strict=False):
        model.objects.filter(pk=row.pk).update(state=state)
    published = set(model.objects.published().values_list("pk", flat=True))
    assert published == {row.pk for row in model.objects.all() if row.is_published}
    assert rows[0].pk not in published and rows[1].pk in published


@pytest.mark.parametrize("model", PUBLISHABLE, ids=lambda m: m.__name__)
def test_only_a_draft_may_lack_what_publishing_asks_for(model):
    for name in model.required_to_publish:
        field = model._meta.get_field(name)
        empty = None if field.null else ""
        assert refused(model, **{name: empty}), f"{model.__name__}.{name} may be empty"
        if field.null and field.get_internal_type() in ("CharField", "TextField"):
            assert refused(model, **{name: ""}), f"{model.__name__}.{name} may be ''"
        assert not refused(model, **{name: empty, "state": "draft"}), name
        assert refused(model, **{name: empty, "state": "withdrawn"}), name
        model.objects.order_by("pk").first().refresh_from_db()


@pytest.mark.parametrize("model", PUBLISHABLE, ids=lambda m: m.__name__)
def test_what_is_missing_is_said_beside_its_field(model):
    row = model(state="published")
    with pytest.raises(ValidationError) as caught:
        row.clean()
    assert set(caught.value.message_dict) == set(model.required_to_publish)
    assert "obligatoire pour publier" in str(caught.value)
    model(state="draft").clean()


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (KeyFigure, {"drawing": "share", "value": 101}),
        (Definition, {"origin": "sourced", "source": None}),
        (Pole, {"precision": "commune", "commune": None}),
        (Pole, {"precision": "department"}),
        (Pole, {"latitude": None}),
        (Pole, {"latitude": 91}),
        (Pole, {"status": "active", "status_as_of": ""}),
    ],
)
def test_the_database_refuses(model, changes):
    assert refused(model, **changes)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Sector.objects.create(slug="onzieme", name="Onzième", position=11),
        lambda: Publisher.objects.create(pk=2),
        lambda: AccessibilityAudit.objects.create(audited_on="2027-01-01", auditor="x", rate=101),
        lambda: Source.objects.create(key="x", title="x", publisher="x", url="docplayer.fr/1"),
        lambda: Region.objects.create(code="99", name="x", current=False),
        lambda: Call.objects.create(
            slug="x", name="x", launched_on="2020-02-01", announced_on="2020-01-01", laureates=1
        ),
        lambda: Section.objects.create(page_id=1, anchor="ess"),
        lambda: Pole.objects.filter(slug="neo56").update(featured=True),
    ],
)  # fmt: skip
def test_the_database_refuses_to_make(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_the_geography_is_whole():
    assert Commune.objects.count() == 34_875
    assert Department.objects.count() == 101
    assert Region.objects.filter(current=True).count() == 18
    assert Region.objects.filter(current=False).count() == 22
    moselle = Department.objects.get(code="57")
    assert (moselle.region.name, moselle.former_region.name) == ("Grand Est", "Lorraine")
    assert moselle.former_region.became == moselle.region
    overseas = Department.objects.filter(former_region__isnull=True)
    assert {d.code for d in overseas} == {"971", "972", "973", "974", "976"}


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("florange", "57221"),
        ("57190", "57221"),
        ("57221", "57221"),
        ("l'ile saint denis", "93039"),
        ("ÎLE-SAINT", "93039"),
        ("saint-denis", "93066"),
        ("romans", "26281"),
        ("saint etienne", "42218"),
    ],
)
def test_a_commune_is_found_as_people_type_it(typed, first):
    from poles.geography import search_key

    found = list(Commune.objects.matching(typed, search_key(typed))[:8])
    assert first in [commune.code for commune in found], found


def test_withdrawing_and_drafting_leave_every_queryset():
    for model in PUBLISHABLE:
        row = model.objects.published().first()
        for state in (State.DRAFT, State.WITHDRAWN):
            model.objects.filter(pk=row.pk).update(state=state)
            assert not model.objects.published().filter(pk=row.pk).exists()
            for name in ("for_list", "for_glossary", "for_timeline"):
                if hasattr(model.objects.all(), name):
                    assert row.pk not in {r.pk for r in getattr(model.objects.all(), name)()}


def test_milestones_sort_by_partial_dates():
    dates = [m.date for m in Milestone.objects.of_the_policy().for_timeline()]
    assert dates == sorted(dates, key=lambda date: f"{date}-99") and len(dates) >= 25
    assert dates.index("2014-01-10") < dates.index("2014")
