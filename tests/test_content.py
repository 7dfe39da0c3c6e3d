"""The shipped content: whole, sourced, well set; nothing invented, nothing dangling."""

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from pages.models import Definition, KeyFigure, Page, Section
from poles.models import Call, Milestone, Pole, Sector, SectorWording
from ptce_site.editorial.models import Source, Sourced
from ptce_site.editorial.publication import Publishable
from ptce_site.editorial.richtext import RichTextField, cited_keys, object_references
from ptce_site.editorial.typography import french

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ROOT = Path(__file__).parents[1]
OURS = [m for m in apps.get_models() if m._meta.app_label in ("editorial", "pages", "poles")]
GEOGRAPHY = {"Commune", "Department", "Region"}


def test_every_row_is_valid():
    for model in OURS:
        if model.__name__ in GEOGRAPHY:
            continue
        for row in model.objects.all():
            row.full_clean()


@pytest.mark.parametrize("model", [KeyFigure, Milestone, Pole], ids=lambda m: m.__name__)
def test_every_published_figure_event_and_pole_is_sourced(model):
    rows = model.objects.published().with_source_keys()
    assert rows and all(row.source_keys for row in rows)


def test_known_statuses_and_laureates_cite_a_source():
    for pole in Pole.objects.published():
        assert pole.evidence_note, pole
        if pole.status != "unknown":
            assert pole.status_sources.exists(), pole


def test_the_counts_the_site_promises():
    assert Pole.objects.published().count() == 20
    assert Pole.objects.published().filter(evidence="likely").count() == 1
    call = Call.objects.first_national().get()
    assert call.laureates - call.documented == 3
    assert sorted(c.value for c in call.application_counts.all()) == [180, 182, 183]
    assert Definition.objects.published().count() >= 40
    assert Definition.objects.published().filter(origin="sourced").count() >= 24
    assert Milestone.objects.of_the_policy().published().count() >= 25
    assert Sector.objects.count() <= 10
    assert SectorWording.objects.count() == 42
    assert Page.objects.published().count() == 16


def test_the_figures_of_the_source_text_are_there_with_their_date():
    then = KeyFigure.objects.published().featured()
    assert {f"{f.value:.0f}" for f in then} == {"10", "200000", "2360000", "54", "12", "600000"}
    assert all(f.reference_date and f.method_note_fr for f in then)


def test_no_candidate_is_shown_as_a_laureate():
    for name in ("Domb", "Alpen"):
        assert not Pole.objects.filter(name__contains=name).exists()


def test_texts_cite_sources_and_objects_that_exist():
    keys = set(Source.objects.values_list("key", flat=True))
    for model in OURS:
        names = [f.name for f in model._meta.concrete_fields if isinstance(f, RichTextField)]
        names = [name for name in names if name.endswith("_fr")]
        for row in model.objects.all() if names else []:
            for name in names:
                html = getattr(row, name) or ""
                assert set(cited_keys(html)) <= keys, f"{row!r}: {set(cited_keys(html)) - keys}"
                for label, pk in object_references(html):
                    target = apps.get_model(label).objects.filter(pk=pk)
                    assert target.exists(), f"{row!r} refers to {label} {pk}"


def test_every_source_serves():
    used: set[str] = set()
    for model in OURS:
        if issubclass(model, Sourced):
            for row in model.objects.with_source_keys():
                used |= set(row.source_keys)
        for field in model._meta.concrete_fields:
            if isinstance(field, RichTextField):
                for html in model.objects.exclude(**{field.name: None}).values_list(
                    field.name, flat=True
                ):
                    used |= set(cited_keys(html))
    used |= set(Pole.objects.values_list("status_sources", flat=True)) - {None}
    unused = set(Source.objects.values_list("key", flat=True)) - used
    assert not unused, sorted(unused)


def test_french_typography_in_the_shipped_content():
    wrong = []
    for path in sorted((ROOT / "fixtures").glob("*.json")):
        for row in json.loads(path.read_text(encoding="utf-8")):
            for name, value in row["fields"].items():
                if name.endswith("_fr") and isinstance(value, str) and french(value) != value:
                    wrong.append(f"{path.name} {row['pk']} {name}")
    assert not wrong, wrong[:10]


def test_fixtures_hold_suffixed_fields_only():
    for path in (ROOT / "fixtures").glob("*.json"):
        for row in json.loads(path.read_text(encoding="utf-8")):
            model = apps.get_model(row["model"])
            bare = {
                n for n in row["fields"] if any(f"{n}_fr" == f.name for f in model._meta.fields)
            }
            assert not bare, f"{path.name} {row['pk']}: {bare}"
            if issubclass(model, Publishable):
                assert row["fields"]["state"] == "published"


def test_every_section_kind_has_its_fragment():
    from django.template.loader import get_template

    for kind in Section.Kind:
        get_template(Section(kind=kind).template_name)


def test_docs_data_is_what_the_content_says(capsys):
    """`manage.py describe_content` writes docs/data.md; the copy in the repository is that one."""
    call_command("describe_content")
    written = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    assert written == capsys.readouterr().out, "run: make docs"


def test_the_mission_table_points_at_anchors_that_exist(client):
    import re

    mission = (ROOT / "docs" / "mission.md").read_text(encoding="utf-8")
    targets = re.findall(r"`(/[^`#]*)(?:#([\w-]+))?`", mission)
    assert len(targets) > 25
    for path, anchor in targets:
        html = client.get(path).content.decode()
        assert not anchor or f'id="{anchor}"' in html, f"{path}#{anchor}"
