"""The history: told in words, compared, put back, deleted things recovered with their parts."""

import json
import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.urls import reverse
from reversion.models import Revision, Version

from pages.models import KeyFigure, Page
from poles.models import Milestone, Pole
from ptce_site.editorial import due
from ptce_site.editorial.comparing import excerpts, marked
from ptce_site.editorial.models import Draft, Publisher, Source
from ptce_site.editorial.richtext import plain_text
from ptce_site.editorial.version_querysets import versions_of
from ptce_site.editorial.versions import keep_first

from .strict import StrictClient
from .test_admin import agreed, form_data, parse_soft
from .test_drafts import address, typed

pytestmark = pytest.mark.django_db


def url(thing, name: str, *args) -> str:
    meta = thing._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=args)


def text(answer) -> str:
    return unescape(answer.content.decode())


def said(html: str) -> str:
    """The words of a page's main part, without its menus and menus' options."""
    return plain_text(html.split('id="content-main"')[1]).replace("\u202f", " ")


def rows(answer) -> list[list[str]]:
    """The cells of the comparison's table."""
    table = next(
        t
        for t in parse_soft(answer.content.decode()).iter("table")
        if t.get("class") == "comparison"
    )
    return [["".join(cell.itertext()).strip() for cell in row] for row in table.iter("tr")][1:]


def columns(things) -> list[dict]:
    """Every column, each language apart, without the moments of writing; empty is empty."""
    found = things.order_by("pk")
    found = (found.rewrite(False) if hasattr(found, "rewrite") else found).values()
    moving = ("created_at", "updated_at")
    return [
        {name: "" if value is None else value for name, value in row.items() if name not in moving}
        for row in found
    ]


def versions(thing) -> list[Version]:
    return list(versions_of(type(thing), thing.pk))


def publish(client, thing, **changes) -> None:
    answer = client.post(address(thing), typed(client, address(thing), **changes, _publish=""))
    assert answer.status_code == 302, re.findall(r"errorlist.*?</ul>", text(answer))[:3]


def add_row(data: dict, prefix: str, **values) -> None:
    number = int(data[f"{prefix}-TOTAL_FORMS"][0])
    data[f"{prefix}-TOTAL_FORMS"] = [str(number + 1)]
    data |= {f"{prefix}-{number}-{name}": [value] for name, value in values.items()}


def row_of(data: dict, prefix: str, part) -> str:
    return next(
        k.removesuffix("-id")
        for k, v in data.items()
        if k.startswith(f"{prefix}-") and k.endswith("-id") and v == [str(part.pk)]
    )


@pytest.fixture
def writer_client(django_user_model):
    """Someone who may edit poles and figures, not publish."""
    client = StrictClient()
    user = django_user_model.objects.create_user("lea", password="x", is_staff=True)
    for kind in ("pole", "keyfigure"):
        for what in ("view", "change", "add"):
            user.user_permissions.add(Permission.objects.get(codename=f"{what}_{kind}"))
    client.force_login(user)
    return client


def test_what_changed_is_told_field_by_field_in_each_language(editor_client, figure):
    was = figure.label_fr
    publish(editor_client, figure, label_fr="Le libellé", label_en="The label", unit_de="Einheit")
    publish(
        editor_client, figure, other_sources=["loi-2014-856", "decret-2015-431"], featured=[],
        reference_date="2013-05", standing="partly", method_note_fr="<p>Deux <em>mots</em></p>",
    )  # fmt: skip
    html = text(editor_client.get(url(figure, "history", figure.pk)))
    main = said(html)
    assert "editor" in main and "État avant la première modification." in main
    assert f"ce que le chiffre compte [fr] : « {was} » devient « Le libellé »" in main
    assert "ce que le chiffre compte [en]" in main and "The label" in main
    assert "unité [de]" in main and "Einheit" in main
    assert (
        "vérifié en partie" in main
        and "mai 2013" in main
        and "à la une : « oui » devient « non »" in main
    )
    assert "autres sources" in main and "Décret" in main
    assert "Deux mots" in main and "<em>" not in html.split("content-main")[1]
    assert main.index("Décret") < main.index("The label"), "the latest first"


def test_an_empty_history_says_why_and_the_first_change_keeps_what_was(editor_client, figure):
    answer = editor_client.get(url(figure, "history", figure.pk))
    assert "Aucune version n’est encore gardée" in text(answer)
    compare = editor_client.get(url(figure, "compare", figure.pk))
    assert "pas encore deux versions" in text(compare)
    was = figure.label_fr
    publish(editor_client, figure, label_fr="Autre")
    assert [json.loads(v.serialized_data)[0]["fields"]["label_fr"] for v in versions(figure)] == [
        "Autre",
        was,
    ]


def test_a_change_refused_leaves_no_version(editor_client, figure):
    data = typed(editor_client, address(figure), label_fr="", _publish="")
    assert editor_client.post(address(figure), data).status_code == 200
    assert not versions(figure)


def test_parts_added_changed_and_removed_are_named(editor_client, pole):
    first, second, *_ = pole.actors.all()
    data = typed(editor_client, address(pole), _publish="")
    data[f"{row_of(data, 'actors', first)}-role_en"] = ["Leads"]
    data[f"{row_of(data, 'actors', second)}-DELETE"] = ["on"]
    add_row(data, "actors", name="La nouvelle", position="9", role_fr="Arrive", id="")
    assert editor_client.post(address(pole), data).status_code == 302
    main = said(text(editor_client.get(url(pole, "history", pole.pk))))
    assert f"acteur « {first.name} », rôle [en]" in main and "Leads" in main
    assert f"acteur supprimé : {second.name}" in main
    assert "acteur ajouté : La nouvelle" in main
    found = rows(editor_client.get(url(pole, "compare", pole.pk)))
    told = {label.replace("\u202f", " "): (before, after) for label, before, after in found}
    assert told["acteur ajouté : La nouvelle, rôle [fr]"] == ("—", "Arrive")
    assert told[f"acteur supprimé : {second.name}, nom"] == (second.name, "—")


def test_any_two_versions_are_compared_word_by_word(editor_client, figure):
    publish(editor_client, figure, scope_fr="Un deux trois", value="12.5")
    publish(editor_client, figure, scope_fr="Un deux quatre", theme="ptce")
    last, middle, first = versions(figure)
    answer = editor_client.get(url(figure, "compare", figure.pk))
    html = text(answer)
    assert "Un deux <del>trois</del>" in html and "Un deux <ins>quatre</ins>" in html
    assert ["sujet", "l’ESS", "les PTCE"] in rows(answer)
    page = url(figure, "compare", figure.pk)
    wide = rows(editor_client.get(page, {"avant": last.pk, "apres": first.pk}))
    assert [label for label, *_ in wide] == ["valeur", "sujet", "périmètre [fr]"] or len(wide) == 3
    value = next(row for row in wide if row[0] == "valeur")
    assert value[2] == "12,5", "the older stands before, whatever was asked"
    same = editor_client.get(page, {"avant": last.pk, "apres": last.pk})
    assert same.status_code == 200 and "deux fois la même version" in text(same)


@pytest.mark.parametrize("wrong", ["999999", "abc", "", "1" * 40, "²"])
def test_a_version_unknown_or_of_another_thing_is_said(editor_client, figure, pole, wrong):
    publish(editor_client, figure, label_fr="Autre")
    publish(editor_client, pole, short_name="Autre")
    page = url(figure, "compare", figure.pk)
    for number in (wrong, versions(pole)[0].pk):
        answer = editor_client.get(page, {"avant": number, "apres": versions(figure)[0].pk})
        assert answer.status_code == 404 and "Cette version n’existe pas" in text(answer)
    foreign = url(figure, "revision", figure.pk, versions(pole)[0].pk)
    assert "Cette version n’existe pas" in text(editor_client.get(foreign, follow=True))
    assert editor_client.get(url(figure, "compare", 99999), follow=True).status_code == 200


def test_an_old_version_opens_in_the_form_and_nothing_moves(editor_client, figure):
    was = figure.label_fr
    publish(editor_client, figure, label_fr="Autre", label_en="Other")
    page = url(figure, "revision", figure.pk, versions(figure)[1].pk)
    before = columns(KeyFigure.objects.filter(pk=figure.pk))
    html = text(editor_client.get(page))
    data = form_data(html)
    assert data["label_fr"] == [was] and "Ancienne version." in html
    assert columns(KeyFigure.objects.filter(pk=figure.pk)) == before
    assert len(versions(figure)) == 2
    shown = editor_client.post(page, data | {"_preview": ["fr"]})
    assert was in text(shown) and KeyFigure.objects.get(pk=figure.pk).label_fr == "Autre"
    assert editor_client.post(page, data | {"_publish": [""]}).status_code == 302
    figure.refresh_from_db()
    assert figure.label_fr == was and figure.label_en != "Other"
    assert "Remis tel qu’il était le" in versions(figure)[0].revision.get_comment()
    assert "Remis tel qu’il était le" in text(editor_client.get(url(figure, "history", figure.pk)))


def test_a_writer_puts_a_version_back_as_a_draft_only(editor_client, writer_client, figure):
    was = figure.label_fr
    publish(editor_client, figure, label_fr="Autre")
    page = url(figure, "revision", figure.pk, versions(figure)[1].pk)
    html = text(writer_client.get(page))
    assert "_publish" not in html and 'name="_draft"' in html
    answer = writer_client.post(page, form_data(html) | {"_publish": [""]})
    assert answer.headers["Location"] == address(figure)
    figure.refresh_from_db()
    assert figure.label_fr == "Autre"
    assert Draft.objects.get().data["label_fr"] == [was]
    publish(editor_client, figure)  # someone who publishes takes the draft as it is
    figure.refresh_from_db()
    assert figure.label_fr == was and not Draft.objects.exists()
    assert "Remis tel qu’il était" in versions(figure)[0].revision.get_comment()


def test_the_draft_of_another_is_never_covered_by_an_old_version(
    editor_client, writer_client, figure
):
    publish(editor_client, figure, label_fr="Autre")
    page = url(figure, "revision", figure.pk, versions(figure)[1].pk)
    typing = typed(writer_client, address(figure), label_fr="Le sien", _draft="")
    writer_client.post(address(figure), typing)
    html = text(editor_client.get(page))
    assert "Un brouillon attend déjà (lea)" in html
    told = editor_client.post(page, form_data(html) | {"_draft": [""]})
    assert "Quelqu’un a modifié" in text(told) and "Le sien" in text(told)
    assert Draft.objects.get().data["label_fr"] == ["Le sien"]
    assert editor_client.post(page, form_data(html) | {"_publish": [""]}).status_code == 302
    assert Draft.objects.get().data["label_fr"] == ["Le sien"]


def test_parts_come_back_with_their_keys_and_later_ones_go(editor_client, pole):
    first, second, *_ = pole.actors.all()
    data = typed(editor_client, address(pole), _publish="")
    data[f"{row_of(data, 'actors', first)}-role_de"] = ["Anders"]
    data[f"{row_of(data, 'actors', second)}-DELETE"] = ["on"]
    data["sectors"] = data["sectors"][:1]
    add_row(data, "actors", name="La nouvelle", position="9", role_fr="Arrive", id="")
    assert editor_client.post(address(pole), data).status_code == 302
    page = url(pole, "revision", pole.pk, versions(pole)[1].pk)
    form = form_data(text(editor_client.get(page)))
    assert editor_client.post(page, form | {"_publish": [""]}).status_code == 302
    assert pole.actors.get(pk=second.pk).name == second.name
    assert pole.actors.get(pk=first.pk).role_de == first.role_de
    assert not pole.actors.filter(name="La nouvelle").exists()
    last, _changed, before = versions(pole)
    compare = url(pole, "compare", pole.pk)
    again = editor_client.get(compare, {"avant": before.pk, "apres": last.pk})
    assert "disent la même chose" in text(again)


def test_a_thing_is_put_back_alone_even_if_its_version_was_written_with_others(editor_client, pole):
    """A milestone's version is written with its pole: putting it back leaves the pole alone."""
    milestone = pole.milestones.first()
    publish(editor_client, pole, short_name="Avant")
    version = versions(milestone)[-1]
    publish(editor_client, pole, short_name="Après")
    publish(editor_client, milestone, title_fr="Autre titre")
    page = url(milestone, "revision", milestone.pk, version.pk)
    form = form_data(text(editor_client.get(page)))
    assert editor_client.post(page, form | {"_publish": [""]}).status_code == 302
    pole.refresh_from_db()
    assert pole.short_name == "Après"
    assert Milestone.objects.get(pk=milestone.pk).title_fr == milestone.title_fr


def deleted(client, thing) -> Version:
    last = thing.pk
    assert (
        client.post(url(thing, "delete", last), {"post": "yes", "sure": "yes"}).status_code == 302
    )
    assert not type(thing).objects.filter(pk=last).exists()
    return versions_of(type(thing), last)[0]


PARTS = ("names", "actors", "figures", "milestones")


def test_a_deleted_pole_comes_back_with_all_that_made_it(editor_client):
    pole = Pole.objects.get(slug="florange-e2i")
    for milestone in pole.milestones.all():
        milestone.caution_fr, milestone.caution_en = "Prudence", "Careful"
        milestone.save()
    [before] = columns(Pole.objects.filter(pk=pole.pk))
    parts = {name: columns(getattr(pole, name)) for name in PARTS}
    sectors = set(pole.sectors.values_list("pk", flat=True))
    assert parts["actors"] and parts["milestones"] and sectors
    version = deleted(editor_client, pole)
    assert "Rétablir ce qui a été supprimé" in text(
        editor_client.get(reverse("admin:poles_pole_changelist"))
    )
    listed = text(editor_client.get(reverse("admin:poles_pole_recoverlist")))
    assert before["name"] in said(listed) and "editor" in said(listed) and "Supprimé." in listed
    page = url(pole, "recover", version.pk)
    html = text(editor_client.get(page))
    assert "Fiche supprimée." in html and not Pole.objects.filter(pk=pole.pk).exists()
    answer = editor_client.post(page, form_data(html) | {"_publish": [""]})
    assert answer.status_code == 302, re.findall(r"errorlist.*?</ul>", text(answer))[:3]
    [after] = columns(Pole.objects.filter(pk=before["id"]))
    assert {k: (before[k], v) for k, v in after.items() if v != before[k]} == {}
    pole = Pole.objects.get(pk=before["id"])
    assert set(pole.sectors.values_list("pk", flat=True)) == sectors
    assert {name: columns(getattr(pole, name)) for name in PARTS} == parts
    told = [version.revision.get_comment() for version in versions(pole)]
    assert "Rétabli après suppression" in told[0] and sum("uppr" in one for one in told[1:]) == 1
    again = editor_client.get(page, follow=True)
    assert "n’est plus, supprimée" in text(again)
    none = text(editor_client.get(reverse("admin:poles_pole_recoverlist")))
    assert "Rien de ce genre" in none


def test_an_address_taken_since_is_said_beside_the_field(editor_client, figure):
    version = deleted(editor_client, figure)
    other = KeyFigure.objects.create(slug=figure.slug, label_fr="Venu depuis")
    page = url(figure, "recover", version.pk)
    html = text(editor_client.get(page))
    answer = editor_client.post(page, form_data(html) | {"_publish": [""]})
    html = text(answer)
    message = html.split('id="id_slug_error"')[1].split("</ul>")[0]
    assert "Déjà prise" in message
    data = form_data(html)
    assert data["label_fr"] == [figure.label_fr] and data["slug"] == [figure.slug]
    assert editor_client.post(page, data | {"slug": ["pib"], "_publish": [""]}).status_code == 302
    assert KeyFigure.objects.get(pk=figure.pk).slug == "pib"
    assert KeyFigure.objects.get(pk=other.pk).label_fr == "Venu depuis"


def test_what_is_recovered_can_wait_as_a_draft(editor_client, figure):
    version = deleted(editor_client, figure)
    page = url(figure, "recover", version.pk)
    form = form_data(text(editor_client.get(page)))
    assert editor_client.post(page, form | {"_draft": [""]}).status_code == 302
    draft = Draft.objects.get()
    assert not KeyFigure.objects.filter(pk=figure.pk).exists()
    later = typed(editor_client, draft.address, _publish="")
    assert editor_client.post(draft.address, later).status_code == 302
    assert KeyFigure.objects.get(pk=figure.pk).label_fr == figure.label_fr


def test_only_who_publishes_recovers(editor_client, writer_client, figure):
    version = deleted(editor_client, figure)
    pages = reverse("admin:pages_keyfigure_recoverlist"), url(figure, "recover", version.pk)
    for page in pages:
        assert writer_client.get(page).status_code == 403
        assert writer_client.post(page).status_code == 403
    listing = writer_client.get(reverse("admin:pages_keyfigure_changelist"))
    assert "Rétablir ce qui" not in text(listing)


def test_actions_on_a_list_are_in_each_history(editor_client, django_user_model):
    figures = list(KeyFigure.objects.order_by("pk")[:3])
    page = reverse("admin:pages_keyfigure_changelist")

    def act(name: str) -> None:
        data = {"action": name, "_selected_action": [f.pk for f in figures]}
        agreed(editor_client, page, data)

    act("withdraw")
    act("publish")
    for one in figures:
        told = [version.revision.get_comment() for version in versions(one)]
        assert told == [
            "Publié depuis la liste.", "Retiré du site.", "État avant la première modification.",
        ]  # fmt: skip
        assert versions(one)[0].revision.user.username == "editor"
        main = said(text(editor_client.get(url(one, "history", one.pk))))
        assert "état : « retiré » devient « publié »" in main
    assert len({versions(one)[0].revision_id for one in figures}) == 3
    keys = [figure.pk for figure in figures]
    sure = {"action": "delete_selected", "_selected_action": keys, "post": "yes", "sure": "yes"}
    assert editor_client.post(page, sure).status_code == 302
    listed = said(text(editor_client.get(reverse("admin:pages_keyfigure_recoverlist"))))
    assert all(one.label_fr in listed for one in figures)


def test_what_is_due_is_in_the_history(editor_client, figure):
    Draft.objects.all().delete()
    later = typed(editor_client, address(figure), label_fr="Prévu", _publish="")
    later["_publish_at"] = ["2999-01-01T00:00"]
    assert editor_client.post(address(figure), later).status_code == 302
    Draft.objects.update(publish_at="2020-01-01T00:00Z")
    assert due.apply_due() == (1, 0)
    assert versions(figure)[0].revision.get_comment() == "Publié à l’heure prévue."


@pytest.mark.parametrize("model", [Source, Publisher], ids=lambda m: m.__name__)
def test_sources_and_the_publisher_have_a_history_too(editor_client, model):
    Publisher.objects.get_or_create(pk=1)
    thing = model.objects.first()
    field = "title" if model is Source else "director"
    was = getattr(thing, field)
    assert "Aucune version" in text(editor_client.get(url(thing, "history", thing.pk)))
    data = typed(editor_client, address(thing), **{field: "Autrement dit"})
    assert editor_client.post(address(thing), data).status_code == 302
    assert "Autrement dit" in text(editor_client.get(url(thing, "history", thing.pk)))
    page = url(thing, "revision", thing.pk, versions(thing)[1].pk)
    html = text(editor_client.get(page))
    assert "Ancienne version." in html and "_continue" not in html
    assert editor_client.post(page, form_data(html)).status_code == 302
    thing.refresh_from_db()
    assert getattr(thing, field) == was
    assert "Remis tel" in versions(thing)[0].revision.get_comment()


def test_a_deleted_source_comes_back_under_its_key(editor_client):
    source = Source.objects.create(key="a-supprimer", title="Titre", publisher="Qui")
    version = deleted(editor_client, source)
    page = url(source, "recover", version.pk)
    form = form_data(text(editor_client.get(page)))
    assert editor_client.post(page, form).status_code == 302
    assert Source.objects.get(key="a-supprimer").title == "Titre"


def test_a_call_and_its_counts_are_put_back(editor_client, pole):
    call = pole.call
    data = typed(editor_client, address(call), laureates="99")
    part = call.application_counts.first()
    data[f"{row_of(data, 'application_counts', part)}-note_en"] = ["Said later"]
    assert editor_client.post(address(call), data).status_code == 302
    main = said(text(editor_client.get(url(call, "history", call.pk))))
    assert "nombre de lauréats" in main and "précision [en]" in main
    page = url(call, "revision", call.pk, versions(call)[1].pk)
    assert editor_client.post(page, form_data(text(editor_client.get(page)))).status_code == 302
    call.refresh_from_db()
    part.refresh_from_db()
    assert call.laureates != 99 and part.note_en != "Said later"


def rewrite(version: Version, **changes) -> None:
    """What a migration since would have left: None takes a field out."""
    data = json.loads(version.serialized_data)
    data[0]["fields"] |= changes
    data[0]["fields"] = {k: v for k, v in data[0]["fields"].items() if v is not None}
    Version.objects.filter(pk=version.pk).update(serialized_data=json.dumps(data))


def test_a_version_older_than_a_field_opens_compares_and_restores(editor_client, figure):
    publish(editor_client, figure, label_fr="Autre", featured="on", scope_fr="Le périmètre")
    publish(editor_client, figure, label_en="Other")
    old = versions(figure)[2]
    rewrite(
        old, featured=None, other_sources=None, scope_fr=None, value="beaucoup", gone="x",
        disputes=[10**6], standing="unheard-of",
    )  # fmt: skip
    sources = set(figure.other_sources.values_list("pk", flat=True))
    last = KeyFigure.objects.get(pk=figure.pk)
    assert editor_client.get(url(figure, "history", figure.pk)).status_code == 200
    compare = editor_client.get(
        url(figure, "compare", figure.pk), {"avant": old.pk, "apres": versions(figure)[0].pk}
    )
    labels = [label for label, *_ in rows(compare)]
    assert "périmètre [fr]" not in labels and "à la une" not in labels
    assert ["solidité", "unheard-of", "contesté"] in rows(compare)
    assert "1000000 (supprimé depuis)" in text(compare)
    page = url(figure, "revision", figure.pk, old.pk)
    form = form_data(text(editor_client.get(page)))
    answer = editor_client.post(page, form | {"standing": ["verified"], "_publish": [""]})
    assert answer.status_code == 302
    figure.refresh_from_db()
    assert (figure.featured, figure.scope_fr, figure.value) == (True, "Le périmètre", last.value)
    assert set(figure.other_sources.values_list("pk", flat=True)) == sources
    assert figure.label_fr != "Autre"


def test_an_unreadable_version_breaks_nothing(editor_client, figure):
    publish(editor_client, figure, label_fr="Autre")
    Version.objects.filter(pk=versions(figure)[1].pk).update(serialized_data="[")
    number = versions(figure)[1].pk
    for page in (
        url(figure, "history", figure.pk),
        url(figure, "compare", figure.pk),
        url(figure, "revision", figure.pk, number),
    ):
        assert editor_client.get(page).status_code == 200, page


def test_a_long_history_is_read_in_pages_with_few_queries(
    editor_client, pole, django_assert_max_num_queries
):
    keep_first(pole)
    for number in range(32):
        revision = Revision.objects.create(date_created="2026-01-01T00:00Z", comment=f"n° {number}")
        for version in versions(pole)[-1].revision.version_set.all():
            version.pk, version.revision = None, revision
            version.save()
    page = url(pole, "history", pole.pk)
    with django_assert_max_num_queries(30):
        first = editor_client.get(page)
    assert "page 1 sur 2" in text(first)
    assert "Plus récentes" in text(editor_client.get(page, {"p": "2"}))
    assert editor_client.get(page, {"p": "²"}).status_code == 200


def test_initial_versions_are_written_by_the_set_up(editor_client):
    call_command("createinitialrevisions", comment="Contenu livré avec le site", verbosity=0)
    page = Page.objects.get(slug="ess")
    assert "Contenu livré" in text(editor_client.get(url(page, "history", page.pk)))
    publish(editor_client, page, title_fr="Autre")
    assert len(versions(page)) == 2


def test_what_is_said_of_a_pole_is_not_said_of_its_milestones_nor_the_other_way(
    editor_client, pole
):
    call_command("createinitialrevisions", verbosity=0)
    event = pole.milestones.published().first()
    assert len(versions(pole)) == len(versions(event)) == 1

    def verified(thing) -> int:
        listing = reverse(f"admin:poles_{thing._meta.model_name}_changelist")
        agreed(editor_client, listing, {"action": "verify", "_selected_action": [thing.pk]})
        return len(versions(thing))

    def told(thing) -> int:
        history = text(editor_client.get(url(thing, "history", thing.pk)))
        return said(history).count("Vérifié depuis la liste.")

    assert verified(pole) == 2 and (told(pole), told(event)) == (1, 0)
    assert verified(event) == 3 and (told(pole), told(event)) == (1, 1)


def test_marks_and_excerpts():
    assert marked("un deux", "un <b>") == ("un <del>deux</del>", "un <ins>&lt;b&gt;</ins>")
    assert marked("", "a") == ("", "<ins>a</ins>")
    assert excerpts("« un »\u202f: a", "") == ("« un »\u202f: a", "")
    long = "mot " * 60
    before, after = excerpts(long + "fin", long + "suite")
    assert before.endswith("fin") and after.endswith("suite") and before.startswith("… ")


def test_a_part_whose_whole_is_gone_says_so_beside_the_field(editor_client, pole):
    milestone = pole.milestones.first()
    deleted(editor_client, pole)
    version = versions_of(Milestone, milestone.pk)[0]
    html = text(editor_client.get(url(milestone, "recover", version.pk)))
    assert 'id="id_pole_error"' in html and form_data(html)["text_fr"] == [milestone.text_fr]
    answer = editor_client.post(
        url(milestone, "recover", version.pk), form_data(html) | {"_publish": [""]}
    )
    assert answer.status_code == 302, "as a milestone of the policy, once seen"
    assert Milestone.objects.get(pk=milestone.pk).pole is None


@pytest.mark.parametrize("gone", ["with its pole", "alone, put back in an older version"])
def test_a_milestone_off_the_site_comes_back_off_it(editor_client, gone):
    pole = Pole.objects.get(slug="florange-e2i")
    milestone, other = pole.milestones.published()[:2]
    publish(editor_client, pole, short_name="Avant")
    data = typed(editor_client, address(milestone), review_on="2031-01-01", _publish="")
    assert editor_client.post(address(milestone), data).status_code == 302
    data = typed(editor_client, address(milestone), _withdraw="")
    assert editor_client.post(address(milestone), data).status_code == 302
    if gone == "with its pole":
        page = url(pole, "recover", deleted(editor_client, pole).pk)
    else:
        deleted(editor_client, milestone)
        page = url(pole, "revision", pole.pk, versions(pole)[0].pk)
    form = form_data(text(editor_client.get(page)))
    answer = editor_client.post(page, form | {"_publish": [""]})
    assert answer.status_code == 302, re.findall(r"errorlist.*?</ul>", text(answer))[:3]
    back = Milestone.objects.get(pk=milestone.pk)
    assert (back.state, str(back.review_on)) == ("withdrawn", "2031-01-01")
    assert Milestone.objects.published().get(pk=other.pk)
    assert milestone.title_fr not in text(editor_client.get(pole.get_absolute_url()))
