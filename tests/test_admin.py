"""The editors' room: it opens everywhere, in French, and tells in words what is wrong."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from pages.models import KeyFigure, Page
from poles.models import Commune, Pole
from ptce_site.editorial.models import AccessibilityAudit, Draft, Publisher, Source

from .strict import parse

pytestmark = pytest.mark.django_db
OURS = [m for m in admin.site._registry if m._meta.app_label in ("editorial", "pages", "poles")]


def form_data(html: str) -> dict[str, list[str] | str]:
    """What a browser would post back from the page's main form."""
    data: dict[str, list[str]] = {}
    form = next(f for f in parse_soft(html).iter("form") if (f.get("id") or "").endswith("_form"))
    for field in form.iter():
        name = field.get("name") if isinstance(field.tag, str) else None
        if not name or field.get("type") in ("submit", "file", "button"):
            continue
        if field.tag == "select":
            chosen = [
                o.get("value", "") for o in field.iter("option") if o.get("selected") is not None
            ]
            data.setdefault(name, []).extend(chosen)
        elif field.tag == "textarea":
            data.setdefault(name, []).append((field.text or "").removeprefix("\n"))
        elif field.get("type") not in ("checkbox", "radio") or field.get("checked") is not None:
            default = "on" if field.get("type") in ("checkbox", "radio") else ""
            data.setdefault(name, []).append(field.get("value", default))
    return data


def agreed(client, address: str, data: dict):
    """The answer once an action on a selection has been asked about and agreed to."""
    asked = client.post(address, data).content.decode()
    return client.post(address, form_data(asked), follow=True)


def parse_soft(html: str):
    import html5lib

    return html5lib.parse(html, namespaceHTMLElements=False)


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_every_list_and_form_opens(editor_client, model):
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    listing = editor_client.get(reverse(f"admin:{name}_changelist"), follow=True)
    assert listing.status_code == 200
    row = model.objects.first()
    if row:
        change = editor_client.get(reverse(f"admin:{name}_change", args=[row.pk]))
        assert change.status_code == 200
        assert "Enregistrer" in change.content.decode() or model.__name__ in (
            "Region",
            "Department",
            "Commune",
        )
    if admin.site._registry[model].has_add_permission(listing.wsgi_request):
        assert editor_client.get(reverse(f"admin:{name}_add")).status_code == 200


@pytest.mark.parametrize("model", [Pole, Page, KeyFigure], ids=lambda m: m.__name__)
def test_saving_a_form_untouched_changes_nothing(editor_client, model):
    row = model.objects.order_by("pk").first()
    before = model.objects.filter(pk=row.pk).values().get()
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    address = reverse(f"admin:{name}_change", args=[row.pk])
    data = form_data(editor_client.get(address).content.decode())
    response = editor_client.post(address, data)
    assert response.status_code == 302, re.findall(r"errorlist.*?</ul>", response.content.decode())[
        :3
    ]
    after = model.objects.filter(pk=row.pk).values().get()
    before.pop("updated_at"), after.pop("updated_at")
    assert after == before


def test_languages_stand_in_their_own_part(editor_client):
    html = editor_client.get(reverse("admin:poles_pole_change", args=[1])).content.decode()
    parts = {h: html.index(h) for h in ("Français", "English", "Deutsch")}
    assert html.index('name="summary_fr"') < parts["English"] < html.index('name="summary_en"')
    assert parts["Deutsch"] < html.index('name="summary_de"')


def test_a_figure_without_source_or_date_cannot_be_published(editor_client):
    figure = KeyFigure.objects.published().first()
    address = reverse("admin:pages_keyfigure_change", args=[figure.pk])
    data = form_data(editor_client.get(address).content.decode())
    for emptied in ("source", "reference_date"):
        wrong = {**data, emptied: [""]}
        response = editor_client.post(address, wrong)
        html = response.content.decode()
        assert response.status_code == 200
        beside = html.split(f'id="id_{emptied}_error"')[1].split("</ul>")[0]
        assert "obligatoire pour publier" in beside
        assert data["label_fr"][0] in html.replace("&#x27;", "'"), "what was typed is still there"
        assert editor_client.post(address, {**wrong, "_draft": [""]}).status_code == 302
        kept = Draft.objects.get()
        assert kept.data[emptied] == [""]
        reopened = editor_client.get(address).content.decode()
        assert "obligatoire pour publier" in reopened, "reopened with its messages"
        kept.delete()
    figure.refresh_from_db()
    assert figure.is_published and figure.source_id


def test_a_new_pole_takes_over_from_its_commune(editor_client):
    address = reverse("admin:poles_pole_add")
    data = form_data(editor_client.get(address).content.decode())
    data |= {
        "name": ["Pôle d’essai"],
        "slug": ["pole-d-essai"],
        "call": ["1"],
        "commune": ["57221"],
        "summary_fr": ["Un essai."],
        "unknowns_fr": ["Tout."],
        "source": ["loi-2014-856"],
        "hook_fr": ["Une accroche d’une phrase : qui fait quoi, dans quelle vallée."],
        "verified_on": ["2026-11-01"],
    }
    assert editor_client.post(address, data).status_code == 302
    pole = Pole.objects.get(slug="pole-d-essai")
    florange = Commune.objects.get(code="57221")
    assert pole.is_published
    assert (pole.latitude, pole.longitude) == (florange.latitude, florange.longitude)
    assert (pole.department_id, pole.region.name, pole.former_region.name) == (
        "57",
        "Grand Est",
        "Lorraine",
    )


def test_a_known_status_asks_for_its_source(editor_client):
    pole = Pole.objects.filter(status="unknown").first()
    address = reverse("admin:poles_pole_change", args=[pole.pk])
    data = form_data(editor_client.get(address).content.decode())
    data |= {"status": ["active"], "status_as_of": ["2026"], "status_sources": []}
    response = editor_client.post(address, data)
    assert response.status_code == 200
    assert "cite au moins une source" in response.content.decode()


def test_communes_complete_themselves(editor_client):
    answer = editor_client.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "poles",
            "model_name": "pole",
            "field_name": "commune",
            "term": "L'île-saint-d",
        },
    ).json()
    assert answer["results"][0]["text"] == "L'Île-Saint-Denis (93)"
    assert len(answer["results"]) <= 20


def test_sources_complete_themselves(editor_client):
    answer = editor_client.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "pages",
            "model_name": "keyfigure",
            "field_name": "source",
            "term": "2014-856",
        },
    ).json()
    assert [r["id"] for r in answer["results"]] == ["loi-2014-856"]


def test_the_publisher_is_one_record_flagged_until_filled(editor_client):
    index = reverse("admin:index")
    assert "il manque" in editor_client.get(index).content.decode()
    address = editor_client.get(reverse("admin:editorial_publisher_changelist")).headers["Location"]
    data = {
        "name": "A",
        "legal_form": "association",
        "address": "x",
        "director": "y",
        "email": "a@b.fr",
    }
    data |= {
        "host_name": "h",
        "host_address": "i",
        "registration": "",
        "phone": "",
        "host_phone": "",
    }
    assert editor_client.post(address, data).status_code == 302
    assert Publisher.objects.get().pk == 1
    assert "il manque" not in editor_client.get(index).content.decode()
    assert editor_client.get(reverse("admin:editorial_publisher_add")).status_code == 403


def test_publishing_a_selection_says_what_is_missing(editor_client):
    whole = Page.objects.get(slug="contact")
    Page.objects.filter(pk=whole.pk).update(state="draft")
    empty = Page.objects.create(slug="vide")
    data = {"action": "publish", "_selected_action": [whole.pk, empty.pk]}
    listing = reverse("admin:pages_page_changelist")
    html = editor_client.post(listing, data).content.decode()
    assert "obligatoire pour publier" in html
    html = editor_client.post(listing, form_data(html), follow=True).content.decode()
    whole.refresh_from_db(), empty.refresh_from_db()
    assert (whole.state, empty.state) == ("published", "draft")
    assert "1 fiche publiée" in html
    agreed(editor_client, listing, {**data, "action": "withdraw"})
    whole.refresh_from_db(), empty.refresh_from_db()
    assert (whole.state, empty.state) == ("withdrawn", "draft")


def test_main_pages_keep_their_address(editor_client):
    page = Page.objects.get(slug="ptce")
    html = editor_client.get(reverse("admin:pages_page_change", args=[page.pk])).content.decode()
    assert 'name="slug"' not in html
    assert editor_client.get(reverse("admin:pages_page_delete", args=[page.pk])).status_code == 403


def test_a_cited_source_cannot_vanish(editor_client):
    source = Source.objects.get(key="loi-2014-856")
    address = reverse("admin:editorial_source_delete", args=[source.pk])
    editor_client.post(address, {"post": "yes"})
    assert Source.objects.filter(key="loi-2014-856").exists()


def test_an_audit_under_100_says_what_is_not_accessible(editor_client):
    address = reverse("admin:editorial_accessibilityaudit_add")
    data = form_data(editor_client.get(address).content.decode())
    data |= {"audited_on": ["15/01/2027"], "auditor": ["Cabinet"], "rate": ["80"]}
    response = editor_client.post(address, data)
    assert "pas encore accessible" in response.content.decode()
    assert (
        editor_client.post(address, {**data, "findings_fr": ["<p>Le menu</p>"]}).status_code == 302
    )
    assert AccessibilityAudit.objects.get().rate == 80


def test_the_admin_is_for_staff(client):
    assert client.get(reverse("admin:poles_pole_changelist")).status_code == 302
    assert parse(client.get(reverse("admin:login")).content.decode()).get("lang") == "fr"
