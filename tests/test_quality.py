"""The quality gate: planted faults found, named and linked to their field; the content passes."""

import datetime as dt
import re
import time
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pages.models import TAKEN, Definition, KeyFigure, Page, Section
from poles.models import Milestone, Pole, PoleFigure
from ptce_site.editorial import due, quality_rules
from ptce_site.editorial.models import Draft, Image
from ptce_site.editorial.quality import blocking, findings
from ptce_site.editorial.version_querysets import last_number
from ptce_site.ops.management.commands.check_content import everything

from .test_admin import agreed, form_data, parse_soft
from .test_drafts import address, typed
from .test_history import deleted

pytestmark = [pytest.mark.django_db, pytest.mark.once]
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
    ("page", {"body": '<h3>Un</h3><h3><span lang="en"></span></h3>'}, "heading-empty", "body_fr"),
    ("page", {"lead_fr": "<h3>Un titre</h3><p>Du texte.</p>"}, "heading-not-here", "lead_fr"),
    ("page", {"body": EMPTY_TABLE}, "table-headers", "body_fr"),
    ("page", {"body": '<p><a href="https://insee.fr/"> </a></p>'}, "link-empty", "body_fr"),
    ("page", {"body": '<p><a href="">Le site</a></p>'}, "link-nowhere", "body_fr"),
    ("page", {"body": '<p><a href="ref:poles.pole:999">Un pôle</a></p>'}, "link-dead", "body_fr"),
    ("page", {"body": '<p><a href="/nulle-part/">Rien là</a></p>'}, "link-dead", "body_fr"),
    ("page", {"body": '<p><a href="/a/b/c">Rien là</a></p>'}, "link-dead", "body_fr"),
    ("page", {"body": '<p><a href="/admin/">Le bureau</a></p>'}, "link-dead", "body_fr"),
    ("page", {"body": '<p><a href="poles">Les pôles</a></p>'}, "link-dead", "body_fr"),
    ("page", {"body": '<p><a href="#rien">Plus bas</a></p>'}, "link-dead", "body_fr"),
    ("page", {"body": '<p><a href="/poles/#rien">Leur liste</a></p>'}, "link-dead", "body_fr"),
    ("page", {"body": '<p>Vrai<a href="source:inconnue"></a>.</p>'}, "source-unknown", "body_fr"),
    ("page", {"nav_title_fr": "", "nav_title_en": "SSE"}, "french-missing", "nav_title_fr"),
    ("page", {"title_fr": "les 23 LAUREATS"}, "named-twice", "title_fr"),
    ("pole", {"name": "PÔLE SUD ARCHER"}, "named-twice", "name"),
    ("pole", {"trade_fr": "", "trade_de": "Holz"}, "french-missing", "trade_fr"),
    ("definition", {"term_fr": "Économie Sociale"}, "named-twice", "term_fr"),
    ("definition", {"explanation_fr": "<h3>Un</h3><p>x</p>"}, "heading-not-here", "explanation_fr"),
]  # fmt: skip
WARNINGS = [
    ("page", {"body": '<p>C’est <a href="/poles/">ici</a>.</p>'}, "link-text", "body_fr"),
    ("page", {"body": '<p><a href="https://a.fr/b">www.a.fr/b</a></p>'}, "link-text", "body_fr"),
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
    ("pole", {"hook_fr": "", "hook_en": "", "hook_de": ""}, "description-missing", "hook_fr"),
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


@pytest.mark.once
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
    kept = [n for n in data if n in again and n[0] != "_" and n != "csrfmiddlewaretoken"]
    assert all(again[name] == data[name] for name in kept), "nothing typed is lost"
    forged = [line.finding.key for line in answer.context["desk"].panel.errors]
    answer = publisher.post(url, again | {"_publish": [""], "_seen_warning": told.keys + forged})
    assert answer.status_code == (200 if blocks else 302), panel(answer.content.decode()).text
    if not blocks:
        after = publisher.post(url, typed(publisher, url, _publish=""))
        assert after.status_code == 302, "what the site already has is not asked again"


@pytest.mark.parametrize("role", ["writer", "publisher"])
def test_to_verify_says_the_same_and_saves_nothing(request, role):
    client, thing = request.getfixturevalue(role), one("page")
    url, held = address(thing), Page.objects.filter(slug="ess").values().get()
    faults = {
        "body": "<h4>Trop bas</h4><p>C'est <a href='/nulle-part/'>ici</a>, de de même !</p>",
        "title_fr": "les 23 LAUREATS", "description_fr": "Court.", "nav_title_fr": "",
        "nav_title_en": "SSE", "seo_title_fr": LONG[:65], "verified_on": "2019-01-01",
    }  # fmt: skip
    data, row = planted(client, thing, faults)
    answer = client.post(url, data | {"_check": [""]})
    html = answer.content.decode()
    told = panel(html)
    assert answer.status_code == 200
    assert {line[0] for line in told.lines} == {
        f"#id_{row}body_fr", "#id_title_fr", "#id_nav_title_fr", "#id_description_fr",
        "#id_seo_title_fr", "#id_verified_on",
    }  # fmt: skip
    assert all(href[1:] in told.ids for href, *_rest in told.lines)
    assert bool(told.keys) is (role == "publisher"), "only who publishes answers for a warning"
    assert "errornote" not in html and "messagelist" not in html
    assert Page.objects.filter(slug="ess").values().get() == held and not Draft.objects.exists()
    assert form_data(html)["description_fr"] == ["Court."]
    assert client.post(url, data | {"_draft": [""]}).status_code == 302, "a draft is never refused"


def test_a_new_row_is_named_by_its_place_in_the_form(publisher):
    thing = one("page")
    data = typed(publisher, address(thing))
    n = int(data["sections-TOTAL_FORMS"][0])
    row = f"sections-{n}"
    data |= {
        "sections-TOTAL_FORMS": [str(n + 1)], f"{row}-position": ["99"], f"{row}-kind": ["text"],
        f"{row}-anchor": ["neuve"], f"{row}-title_fr": [""], f"{row}-title_en": ["New"],
        f"{row}-body_fr": ["<p>Bonjour  à tous.</p>"], f"{row}-id": [""],
    }  # fmt: skip
    first = panel(publisher.post(address(thing), data | {"_publish": [""]}).content.decode())
    assert f"#id_{row}-title_fr" in {line[0] for line in first.lines}
    assert f"id_{row}-title_fr" in first.ids
    data[f"{row}-title_en"] = [""]
    told = panel(publisher.post(address(thing), data | {"_publish": [""]}).content.decode())
    assert {line[0] for line in told.lines} == {f"#id_{row}-body_fr"}
    data |= {"_publish": [""], "_seen_warning": told.keys}
    assert publisher.post(address(thing), data).status_code == 302, "seen once is enough"


def test_an_incomplete_form_says_so_first(publisher):
    thing = one("page")
    data = typed(publisher, address(thing), title_fr="", seo_title_fr=LONG[:65], _check="")
    html = publisher.post(address(thing), data).content.decode()
    assert not panel(html).shown and "id_title_fr_error" in html
    assert "le reste sera vérifié après" in html


def test_typography_is_mended_in_the_form_only(writer):
    thing = one("page")
    data, row = planted(writer, thing, {"body": "<p>L'ESS, c'est quoi ?</p>", "title_en": "It's"})
    html = writer.post(address(thing), data | {"_mend": [""]}).content.decode()
    after = form_data(html)
    assert after[f"{row}body_fr"] == ["<p>L’ESS, c’est quoi\u202f?</p>"]
    assert after["title_en"] == ["It's"], "French rules are for French"
    assert "Typographie corrigée" in html and "Partie 2, Texte" in html
    assert not Draft.objects.exists()
    assert "L'ESS, c'est quoi" not in "".join(thing.sections.values_list("body_fr", flat=True))


def test_a_planned_publication_is_looked_at_twice(publisher):
    thing, target = one("page"), Pole.objects.get(slug="neo56")
    link = f'<p><a href="ref:poles.pole:{target.pk}">Le pôle</a></p>'
    bad, _row = planted(publisher, thing, {"body": link.replace(f":{target.pk}", ":999")})
    later = {"_publish": [""], "_publish_at": ["2199-01-01T08:00"]}
    assert panel(publisher.post(address(thing), bad | later).content.decode()).shown
    good, _row = planted(publisher, thing, {"body": link})
    assert publisher.post(address(thing), good | later).status_code == 302
    draft = Draft.objects.get()
    draft.publish_at = timezone.now() - dt.timedelta(minutes=1)
    draft.save()
    Pole.objects.filter(pk=target.pk).update(state="withdrawn")
    due.apply_due()
    draft.refresh_from_db()
    assert "Le pôle" in draft.problem and "retirée du site" in draft.problem
    Pole.objects.filter(pk=target.pk).update(state="published")
    Draft.objects.update(problem="")
    due.apply_due()
    assert not Draft.objects.exists() and thing.sections.filter(body_fr=link).exists()


def test_publishing_from_the_list_refuses_what_has_an_error(publisher):
    held = Definition.objects.get(slug="scic")
    Definition.objects.filter(pk=held.pk).update(state="draft", term_fr="économie sociale")
    action = {"action": "publish", "_selected_action": [held.pk]}
    url = reverse("admin:pages_definition_changelist")
    html = publisher.post(url, action, follow=True).content.decode()
    held.refresh_from_db()
    assert "déjà pris" in html and held.state == "draft"
    Definition.objects.filter(pk=held.pk).update(term_fr="terme tout neuf")
    agreed(publisher, url, action)
    held.refresh_from_db()
    assert held.is_published


def drafts(publisher, texts: list[str]) -> list[Page]:
    """Pages that wait, each with one text."""
    made = []
    for number, text in enumerate(texts):
        names = {"title_fr": f"Page {number} des essais", "description_fr": LONG}
        page = Page.objects.create(slug=f"essai-{number}", **names)
        page.sections.create(anchor="a", title_fr="Un titre", body_fr=f"<p>{text}</p>")
        made.append(page)
    return made


def publish_at_once(publisher, pages) -> None:
    url, keys = reverse("admin:pages_page_changelist"), [page.pk for page in pages]
    agreed(publisher, url, {"action": "publish", "_selected_action": keys})


def test_fifty_things_are_looked_at_together(publisher):
    pages = drafts(publisher, ['Lire <a href="/poles/#annuaire">leur liste</a>.'] * 50)
    keys = [page.pk for page in pages]
    url, data = reverse("admin:pages_page_changelist"), {"action": "publish"}
    start = time.process_time()
    with CaptureQueriesContext(connection) as captured:
        html = publisher.post(url, data | {"_selected_action": keys}).content.decode()
    assert "ces 50 fiches" in html
    assert time.process_time() - start < 5
    assert len(captured) <= 60 + 50 * 9, len(captured)


def test_what_is_published_together_is_looked_at_together(publisher):
    first, second, third = pages = drafts(publisher, ["Un.", "Deux.", "Trois."])
    for page, other in ((first, second), (second, first)):
        text = f'<p>Voir <a href="ref:pages.page:{other.pk}">la page voisine</a>.</p>'
        page.sections.update(body_fr=text)
    publish_at_once(publisher, pages[:2])
    assert Page.objects.published().filter(slug__startswith="essai").count() == 2
    Page.objects.filter(pk__in=[page.pk for page in pages]).update(state="draft")
    Page.objects.filter(pk=third.pk).update(title_fr="PAGE 1 des essais")
    publish_at_once(publisher, pages)
    assert not Page.objects.published().filter(slug__startswith="essai").exists(), (
        "two of one name; and what led to one of them"
    )


@pytest.mark.parametrize("gone", [False, True], ids=["put back", "recovered"])
def test_an_old_version_passes_the_gate_too(administrator, gone):
    thing, target = one("figure"), Definition.objects.get(slug="scic")
    link = f'<p>Voir <a href="ref:pages.definition:{target.pk}">ce mot</a>.</p>'
    data = typed(administrator, address(thing), method_note_fr=link, verified_on="2026-11-20")
    assert administrator.post(address(thing), data | {"_publish": [""]}).status_code == 302
    number = last_number(thing)
    Definition.objects.filter(pk=target.pk).update(state="withdrawn")
    url = reverse("admin:pages_keyfigure_revision", args=[thing.pk, number])
    if gone:
        version = deleted(administrator, thing)
        url = reverse("admin:pages_keyfigure_recover", args=[version.pk])
    told = panel(administrator.post(url, typed(administrator, url, _publish="")).content.decode())
    assert "retirée du site" in told.text, told.text


def test_a_link_to_a_page_that_is_not_public_is_dead(pole):
    page = Page.objects.get(slug="ess")
    part = page.sections.exclude(more=None).first() or page.sections.first()
    part.more, part.more_label_fr = Page.objects.get(slug="ptce"), "Lire la suite"
    part.save()
    assert [f.rule for f in findings(page)] == ["link-text"]
    for state, said in (("draft", "n’est pas publiée"), ("withdrawn", "retirée du site")):
        Page.objects.filter(slug="ptce").update(state=state)
        found = [f for f in blocking(page) if f.field == "more"]
        assert found and said in found[0].message


def test_a_figure_is_nothing_without_a_source_and_a_date(figure, pole):
    figure.source, figure.reference_date = None, ""
    assert {f.field for f in blocking(figure)} == {"source", "reference_date"}
    part = pole.figures.first() or PoleFigure.objects.create(pole=pole, label="x", value="1")
    PoleFigure.objects.filter(pk=part.pk).update(source=None, period_fr="")
    found = [f for f in blocking(pole) if f.part == part]
    assert {f.field for f in found} == {"source", "period_fr"}


def test_a_picture_without_words_or_credit_cannot_be():
    """No rule is needed: the table itself refuses it."""
    held = {"title": "Halle", "licence": "cc-by-4", "width": 800, "height": 600}
    for wrong in ({"alt_fr": "", "credit": "Ana"}, {"alt_fr": "Une halle.", "credit": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Image.objects.create(master=str(wrong), **held, **wrong)
    Image.objects.create(master="a.jpg", decorative=True, credit="Ana", **held)


def test_a_part_is_not_called_what_the_page_has_already(publisher, client):
    anchors, everywhere = set(), []
    for page in Page.objects.published():
        ids = re.findall(r'\bid="([^"]+)"', client.get(page.get_absolute_url()).content.decode())
        own = set(page.sections.values_list("anchor", flat=True))
        assert not [one for one in own if ids.count(one) > 1], page
        anchors, everywhere = anchors | own, [*everywhere, set(ids)]
    assert set.intersection(*everywhere) <= TAKEN and not anchors & TAKEN
    data = typed(publisher, address(one("page")), _publish="")
    data["sections-1-anchor"] = ["contenu"]
    html = publisher.post(address(one("page")), data).content.decode()
    assert "déjà un endroit qui s’appelle ainsi" in html


def test_good_links_are_left_alone(pole):
    page = Page.objects.get(slug="ess")
    first = page.sections.first()
    first.body_fr = (
        f'<p><a href="#{first.anchor}">Plus haut</a> <a href="/poles/neo56/">Néo 56</a> '
        '<a href="/poles/neo56/fiche.pdf">Sa fiche</a> <a href="/chiffres-cles/?a=b">Chiffres</a> '
        '<a href="mailto:a@b.fr">a@b.fr</a> <a href="https://insee.fr/x">L’Insee</a> '
        '<a href="/glossaire/#scic">Une SCIC</a> <a href="/signaler/">Signaler</a></p>'
    )
    first.save()
    assert findings(page) == []


def test_slips_that_are_none():
    runs = ["Nous nous voyons à 10 10 fois.", "Il dit «\u202foui\u202f».", "Oui, oui."]
    assert not list(quality_rules.writing(runs, "fr"))
    assert not quality_rules.weak("La page des pôles") and not quality_rules.weak("insee.fr")
    assert quality_rules.weak("Cliquez ici\u202f!") and quality_rules.weak("www.insee.fr")


def test_the_shipped_content_passes(db):
    start = time.process_time()
    told = everything()
    assert time.process_time() - start < 5
    assert len(told) > 250
    assert not [(str(thing), one.sentence) for thing, found in told for one in found]


def test_one_thing_is_quick_and_asks_little(db):
    for thing in (Page.objects.get(slug="ptce"), Pole.objects.get(slug="florange-e2i")):
        with CaptureQueriesContext(connection) as captured:
            findings(thing)
        assert len(captured) <= 12, [q["sql"][:90] for q in captured]
        start = time.process_time()
        findings(thing)
        spent = time.process_time() - start
        assert spent < 0.05, spent


def test_a_fault_copied_to_another_part_is_asked_again(publisher):
    thing = one("page")
    fault = {"body": "<p>Deux  espaces.</p>"}
    data, row = planted(publisher, thing, fault)
    told = panel(publisher.post(address(thing), data | {"_publish": [""]}).content.decode())
    data |= {"_publish": [""], "_seen_warning": told.keys}
    assert publisher.post(address(thing), data).status_code == 302
    data = typed(publisher, address(thing))
    other = next(n for n in data if re.fullmatch(r"sections-\d+-body_fr", n) and row not in n)
    data |= {other: [fault["body"]], "_publish": [""]}
    told = panel(publisher.post(address(thing), data).content.decode())
    assert len(told.keys) == 1 and len([line for line in told.lines if line[2]]) == 1


def test_the_command_fails_on_an_error_and_strictly_on_a_warning(capsys):
    call_command("check_content", strict=True)
    assert "0 error(s), 0 warning(s)" in capsys.readouterr().out
    Section.objects.filter(page__slug="ess").update(body_fr="<p>Deux  espaces.</p>")
    call_command("check_content")
    assert "double-space" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("check_content", strict=True)
    Milestone.objects.filter(pole__slug="neo56").update(
        text_fr="<p><a href='/x/y/z'>Là-bas</a></p>"
    )
    with pytest.raises(SystemExit):
        call_command("check_content")
    told = capsys.readouterr().out
    number = Milestone.objects.published().filter(pole__slug="neo56").count()
    assert told.count("[link-dead]") == number, "a part is told once"
