"""The quality gate: planted faults found, named and linked to their field; the content passes."""

import datetime as dt
import time
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pages.models import Definition, KeyFigure, Page, Section
from poles.models import Milestone, Pole, PoleFigure
from ptce_site.editorial import due, quality_rules
from ptce_site.editorial.models import Draft
from ptce_site.editorial.quality import blocking, findings
from ptce_site.editorial.quality_row import Examined
from ptce_site.ops.management.commands.check_content import everything

from .test_admin import form_data, parse_soft
from .test_drafts import address, typed

pytestmark = pytest.mark.django_db
LONG = "Une phrase assez longue pour les moteurs de recherche, ni trop courte, ni trop longue."
EMPTY_TABLE = "<table><tbody><tr><td>Un</td><td>Deux</td></tr></tbody></table>"
THINGS = {
    "page": (Page, "ess"),
    "pole": (Pole, "neo56"),
    "figure": (KeyFigure, "pib-2013"),
    "definition": (Definition, "scic"),
}
# What is typed ("body" is the text of the second part), the rule that finds it, the field it names.
ERRORS = [
    ("page", {"body": "<p>Un</p><h4>Trop bas</h4>"}, "heading-order", "body_fr"),
    ("page", {"body": "<h3>Un</h3><h3></h3>"}, "heading-empty", "body_fr"),
    ("page", {"lead_fr": "<h3>Un titre</h3><p>Du texte.</p>"}, "heading-not-here", "lead_fr"),
    ("page", {"body": EMPTY_TABLE}, "table-headers", "body_fr"),
    ("page", {"body": '<p><a href="https://insee.fr/"> </a></p>'}, "link-empty", "body_fr"),
    ("page", {"body": "<p><a>Le site</a></p>"}, "link-nowhere", "body_fr"),
    ("page", {"body": '<p><a href="ref:poles.pole:999">Un pôle</a></p>'}, "link-dead", "body_fr"),
    ("page", {"body": '<p><a href="/nulle-part/">Rien là</a></p>'}, "link-dead", "body_fr"),
    ("page", {"body": '<p><a href="/a/b/c">Rien là</a></p>'}, "link-dead", "body_fr"),
    ("page", {"body": '<p><a href="/admin/">Le bureau</a></p>'}, "link-dead", "body_fr"),
    ("page", {"body": '<p><a href="poles">Les pôles</a></p>'}, "link-dead", "body_fr"),
    ("page", {"body": '<p><a href="#rien">Plus bas</a></p>'}, "link-dead", "body_fr"),
    ("page", {"body": '<p><a href="/poles/#rien">Leur liste</a></p>'}, "link-dead", "body_fr"),
    ("page", {"body": '<p>Vrai<a href="source:inconnue"></a>.</p>'}, "source-unknown", "body_fr"),
    ("page", {"nav_title_fr": "", "nav_title_en": "SSE"}, "french-missing", "nav_title_fr"),
    ("page", {"title_fr": "LES poles laureats"}, "named-twice", "title_fr"),
    ("pole", {"name": "PÔLE SUD ARCHER"}, "named-twice", "name"),
    ("pole", {"trade_fr": "", "trade_de": "Holz"}, "french-missing", "trade_fr"),
    ("definition", {"term_fr": "Chiffre d’affaires"}, "named-twice", "term_fr"),
    ("definition", {"explanation_fr": "<h3>Un</h3><p>x</p>"}, "heading-not-here", "explanation_fr"),
]  # fmt: skip
WARNINGS = [
    ("page", {"body": '<p>C’est <a href="/poles/">ici</a>.</p>'}, "link-text", "body_fr"),
    ("page", {"body": '<p><a href="https://a.fr/b">https://a.fr/b</a></p>'}, "link-text", "body_fr"),
    ("page", {"body": '<p><a href="/poles/">La carte</a>, <a href="/ptce/">la carte</a></p>'},
     "link-same-text", "body_fr"),
    ("page", {"description_fr": "Trop court."}, "too-short", "description_fr"),
    ("page", {"description_fr": f"{LONG} {LONG}"[:168]}, "too-long", "description_fr"),
    ("page", {"seo_title_fr": LONG[:65]}, "too-long", "seo_title_fr"),
    ("page", {"title_fr": "COMPRENDRE ENFIN CELA"}, "capitals", "title_fr"),
    ("page", {"verified_on": "2019-01-01"}, "not-verified", "verified_on"),
    ("page", {"body": "<p>L'économie sociale !</p>"}, "typography", "body_fr"),
    ("page", {"body": "<p>Le pôle de de Florange.</p>"}, "doubled-word", "body_fr"),
    ("page", {"body": "<p>Deux  espaces.</p>"}, "double-space", "body_fr"),
    ("page", {"body": "<p>Il dit «\u202foui, et s’en va.</p>"}, "guillemets", "body_fr"),
    ("pole", {"hook_fr": ""}, "description-missing", "hook_fr"),
    ("figure", {"verified_on": ""}, "not-verified", "verified_on"),
]  # fmt: skip
FAULTS = [(*fault, True) for fault in ERRORS] + [(*fault, False) for fault in WARNINGS]


def one(kind: str):
    model, slug = THINGS[kind]
    Definition.objects.filter(slug="scic").update(verified_on="2026-11-23")
    return model.objects.get(slug=slug)


def planted(client, thing, changes: dict) -> tuple[dict, str]:
    """The form as it opens with a fault typed in; and the id of the row that `body` is in."""
    changes = dict(changes)
    data = typed(client, address(thing))
    body, row = changes.pop("body", None), ""
    if body is not None:
        part = thing.sections.all()[1]
        row = next(
            n.removesuffix("-id") for n, v in data.items()
            if n.startswith("sections-") and n.endswith("-id") and v == [str(part.pk)]
        )  # fmt: skip
        data[f"{row}-body_fr"] = [body]
    return data | {name: [value] for name, value in changes.items()}, f"{row}-" if row else ""


def panel(html: str) -> SimpleNamespace:
    """What the form says: the errors, the warnings to see and the old ones, as (address, text)."""
    tree = parse_soft(html)
    box = next((e for e in tree.iter("section") if e.get("id") == "verifications"), None)
    if box is None:
        return SimpleNamespace(shown=False, asked=[], lines=[], keys=[], text="", ids=set())
    old = [li for details in box.iter("details") for li in details.iter("li")]
    lines = [
        (next(li.iter("a")).get("href"), "".join(li.itertext()), li in old, li)
        for li in box.iter("li")
    ]
    return SimpleNamespace(
        shown=True,
        lines=lines,
        keys=[e.get("value") for e in box.iter("input") if e.get("name") == "_seen_warning"],
        text="".join(box.itertext()),
        ids={e.get("id") for e in tree.iter() if e.get("id")},
    )


@pytest.mark.parametrize(
    ("kind", "changes", "rule", "field", "blocks"),
    FAULTS,
    ids=[f"{f[2]}-{f[3]}-{n}" for n, f in enumerate(FAULTS)],
)
def test_a_planted_fault_is_found_named_and_linked(publisher, kind, changes, rule, field, blocks):
    thing = one(kind)
    url = address(thing)
    data, row = planted(publisher, thing, changes)
    before = thing.updated_at
    answer = publisher.post(url, data | {"_publish": [""]})
    assert answer.status_code == 200
    told = panel(answer.content.decode())
    found = [line for line in told.lines if line[0] == f"#id_{row}{field}" and not line[2]]
    assert found, told.text
    assert f"id_{row}{field}" in told.ids, "the link leads to a field of this page"
    assert all(href[1:] in told.ids for href, *_rest in told.lines)
    asked = [key for key in told.keys if key.startswith(f"{rule}-")]
    assert bool(asked) is not blocks
    thing.refresh_from_db()
    assert thing.updated_at == before, "nothing is published"
    again = form_data(answer.content.decode())
    assert all(
        again[name] == value
        for name, value in data.items()
        if name in again and name[0] != "_" and name != "csrfmiddlewaretoken"
    ), "nothing typed is lost"
    answer = publisher.post(url, again | {"_publish": [""], "_seen_warning": told.keys})
    assert answer.status_code == (200 if blocks else 302), panel(answer.content.decode()).text
    if not blocks:
        after = publisher.post(url, typed(publisher, url, _publish=""))
        assert after.status_code == 302, "what the site already has is not asked again"
