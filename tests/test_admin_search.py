"""Search across the room: everything one may view, found at its field; nothing else."""

import time

import pytest
from django.core.management import call_command
from django.urls import reverse

from pages.models import KeyFigure, Page
from poles.models import Milestone, Pole
from ptce_site.editorial.finding.amounts import amounts, in_digits
from ptce_site.editorial.models import Draft, Report, Source

from .test_admin import form_data, parse_soft
from .test_roles import url

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def found(client, query: str, **more) -> dict[str, list[tuple[str, str]]]:
    """For each kind, the forms found: address and all that is said of them."""
    html = client.get(reverse("room_search"), {"q": query, **more}).content.decode()
    kinds: dict[str, list[tuple[str, str]]] = {}
    for section in parse_soft(html).iter("section"):
        title = (section.find("h2").text or "").strip()
        kinds[title] = [
            (li.find("a").get("href"), " ".join("".join(li.itertext()).split()))
            for li in section.iter("li")
        ]
    return kinds


def addresses(client, query: str) -> list[str]:
    return [address for lines in found(client, query).values() for address, _ in lines]


def keep_draft(client, thing, **changes) -> None:
    data = form_data(client.get(url(thing)).content.decode())
    client.post(url(thing), data | {"_draft": [""]} | {k: [v] for k, v in changes.items()})


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("2700000", "2700000"),
        ("2,7 millions", "2700000"),
        ("2.7 million", "2700000"),
        ("2,7 Millionen", "2700000"),
        ("2\u202f700\u202f000", "2700000"),
        ("2,700,000", "2700000"),
        ("2.700.000", "2700000"),
        ("54 milliards", "54000000000"),
        ("10,5 %", "10p5"),
        ("2014", "2014"),
    ],
)
def test_numbers_are_read_as_people_write_them(text, digits):
    assert amounts(f"soit {text} de salariés") == [digits]
    assert digits in in_digits(text).split()


def test_a_pole_is_found_as_one_thinks_of_it(writer):
    florange = Pole.objects.get(slug="florange-e2i")
    for query in (
        "Florange", "FLORANGE", "florrange", "florange e2i", "florange-e2i", "/poles/florange-e2i/",
        "http://localhost:8000/poles/florange-e2i", "/de/poles/florange-e2i/?x=1",
    ):  # fmt: skip
        assert any(a.split("#")[0] == url(florange) for a in addresses(writer, query)), query


def test_the_link_leads_to_the_field_that_matches_in_any_language(writer, pole):
    Pole.objects.filter(pk=pole.pk).update(hook_de="Ein Zwetschgenbaum am Rhein")
    pole.save()
    Pole.objects.filter(pk=pole.pk).update(hook_de="Ein Zwetschgenbaum am Rhein")
    ((address, said),) = found(writer, "zwetschgenbäum")["Pôles"]
    assert address == f"{url(pole)}#id_hook_de" and "publié" in said
    html = writer.get(reverse("room_search"), {"q": "zwetschgenbaum"}).content.decode()
    assert "<mark>Zwetschgenbaum</mark>" in html
    form = writer.get(url(pole)).content.decode()
    assert 'id="id_hook_de"' in form


def test_parts_are_found_in_the_form_of_their_whole(writer):
    page = Page.objects.get(slug="ess")
    section = list(page.sections.all())[1]
    section.body_en = "<p>A quokka rests here.</p>"
    section.save()
    ((address, said),) = found(writer, "quokka")["Pages"]
    assert address == f"{url(page)}#id_sections-1-body_en" and "partie" in said
    assert 'id="id_sections-1-body_en"' in writer.get(url(page)).content.decode()
    actor = Pole.objects.get(slug="florange-e2i").actors.order_by("position", "pk").first()
    actor.role_fr = "gardien du numbat"
    actor.save()
    assert [a.split("#")[1] for a in addresses(writer, "numbat")] == ["id_actors-0-role_fr"]


def test_a_figure_is_found_by_its_value(writer):
    figure = KeyFigure.objects.filter(value=2360000).first()
    assert figure, "the shipped content has it"
    for query in ("2360000", "2 360 000", "2,36 millions", "2,36 million"):
        assert any(a.startswith(url(figure)) for a in addresses(writer, query)), query


def test_a_number_with_its_sign_is_not_the_day_of_a_date(writer):
    Source.objects.create(key="dix", title="Du 10 janvier 2014", publisher="Journal")
    more = KeyFigure.objects.create(slug="cent-dix", label="de trop", value=110, unit="%")
    ten = KeyFigure.objects.filter(value=10, unit_fr="%").first()
    for query in ("10 %", "10%", "10\u202f%"):
        kinds = found(writer, query)
        assert next(iter(kinds)) == "Chiffres clés" and "Sources" not in kinds
        at = [address.split("#")[0] for address in addresses(writer, query)]
        assert url(ten) in at and url(more) not in at
    assert "Sources" in found(writer, "10")


def test_an_address_of_a_section_leads_to_it(writer):
    page = Page.objects.get(slug="ess")
    anchor = list(page.sections.all())[1].anchor
    assert addresses(writer, f"/ess/#{anchor}") == [f"{url(page)}#id_sections-1-anchor"]


@pytest.mark.parametrize("begin", ["", "https://localhost", "http://localhost:8000"])
def test_an_address_in_another_language_leads_to_the_same_form(writer, pole, settings, begin):
    settings.SITE_URL = "http://localhost:8000" if begin.endswith("8000") else "https://localhost"
    ways = ("/poles/neo56/", "/en/clusters/neo56/", "/de/cluster/neo56", "/en/poles/neo56/")
    for path in ways:
        at = [address.split("#")[0] for address in addresses(writer, begin + path)]
        assert at == [url(pole)], path
    page = Page.objects.get(slug="ess")
    anchor = list(page.sections.all())[1].anchor
    for path in ("/en/social-economy/", "/de/sozialwirtschaft/"):
        found_at = addresses(writer, f"{begin}{path}#{anchor}")
        assert found_at == [f"{url(page)}#id_sections-1-anchor"]


def test_an_external_address_finds_its_source(writer):
    source = Source.objects.exclude(url="").filter(url_complete=True).first()
    for pasted in (source.url, source.url.replace("https://", "http://") + "#page=3"):
        assert f"{url(source)}#id_url" in addresses(writer, pasted)
    host = "/".join(source.url.split("/")[:3])
    assert f"{url(source)}#id_url" in addresses(writer, host)


def test_a_former_address_finds_the_thing(editor_client, pole):
    data = form_data(editor_client.get(url(pole)).content.decode())
    editor_client.post(url(pole), data | {"slug": ["neo-57"], "_publish": [""]})
    for path in ("/poles/neo56/", "/poles/neo-57/", "/en/clusters/neo56/", "/en/poles/neo56/"):
        assert [a.split("#")[0] for a in addresses(editor_client, path)] == [url(pole)]


def test_drafts_are_found_at_once_even_of_nothing_yet(writer, figure):
    keep_draft(writer, figure, label_fr="Un wombat compté", unit_en="wombats")
    lines = found(writer, "wombat")["Brouillons"]
    assert lines[0][0] == f"{url(figure)}#id_label_fr" and "chiffre clé" in lines[0][1]
    data = form_data(writer.get(reverse("admin:pages_definition_add")).content.decode())
    writer.post(
        reverse("admin:pages_definition_add"), data | {"term_fr": ["Axolotl"], "_draft": [""]}
    )
    ((address, _),) = found(writer, "axolotl")["Brouillons"]
    assert "brouillon=" in address and address.endswith("#id_term_fr")
    assert writer.get(address.split("#")[0]).status_code == 200
    Draft.objects.all().delete()
    assert not found(writer, "axolotl")


def test_nobody_finds_what_they_may_not_view(sign_in, writer):
    administrator = sign_in("administration", "zebulon")
    Report.objects.create(key="k", kind="fact", message="Le cormoran est faux.")
    nobody = sign_in("nobody")
    assert not found(nobody, "Florange") and not found(nobody, "cormoran")
    assert "Signalements" in found(writer, "cormoran")
    assert not found(writer, administrator.user.username)
    assert found(administrator, administrator.user.username)["Utilisateurs"]
    assert not found(administrator, administrator.user.password.split("$")[-1])
    # Not even by the spelling that a typing error would be corrected to
    html = nobody.get(reverse("room_search"), {"q": "cormorant"}).content.decode()
    assert "cormoran «" not in html and "cormoran »" not in html


def test_a_writer_without_a_kind_sees_none_of_its_drafts(sign_in, writer, figure):
    keep_draft(writer, figure, label_fr="Un wombat compté")
    nobody = sign_in("nobody")
    assert found(writer, "wombat") and not found(nobody, "wombat")


def test_a_report_is_found_as_soon_as_it_changes(writer):
    report = Report.objects.create(key="k", kind="fact", message="Rien.")
    assert not found(writer, "cormoran")
    Report.objects.filter(pk=report.pk).update(note="Vu le cormoran.")
    assert found(writer, "cormoran")["Signalements"][0][0].endswith("#id_note")


def test_what_is_a_milestone_is_found_as_itself_once(writer):
    milestone = Milestone.objects.exclude(title_fr="").first()
    milestone.title_fr = "Le grand ornithorynque"
    milestone.save()
    assert [a.split("#")[0] for a in addresses(writer, "ornithorynque")] == [url(milestone)]


def test_nothing_found_suggests(writer):
    html = writer.get(reverse("room_search"), {"q": "xyzzyx"}).content.decode()
    assert "Rien de ce que vous pouvez ouvrir" in html and "?q=xyzzyx" in html
    assert "Un mot, un nombre" in writer.get(reverse("room_search")).content.decode()


def test_odd_queries_break_nothing(writer):
    for query in (
        "«»",
        "'",
        "<script>",
        "\x00",
        "%",
        "http://[",
        "//",
        "a" * 9000,
        "http://[::1/",
        "  ",
    ):
        assert writer.get(reverse("room_search"), {"q": query}).status_code == 200, query[:20]


def test_visitors_are_sent_to_sign_in(client):
    answer = client.get(reverse("room_search"), {"q": "Florange"})
    assert answer.status_code == 302 and "/login/" in answer["Location"]


def test_many_results_are_cut_and_one_kind_can_be_asked(writer):
    html = writer.get(reverse("room_search"), {"q": "pôle"}).content.decode()
    assert "Voir toutes celles-ci" in html
    assert len(found(writer, "pôle", genre="Pôles")["Pôles"]) > 6


def five_hundred() -> None:
    model = Pole.objects.get(slug="florange-e2i")
    rows = []
    for number in range(480):
        row = Pole.objects.get(pk=model.pk)
        row.pk, row.slug, row.featured = None, f"pole-{number}", False
        row.name = f"Pôle numéro {number}"
        row.summary_fr = f"{model.summary_fr} Mot{number} singulier{number % 7}."
        rows.append(row)
    Pole.objects.bulk_create(rows)
    from ptce_site.editorial.content_version import bump

    bump()


def test_five_hundred_poles_take_a_tenth_of_a_second(writer, django_assert_max_num_queries):
    five_hundred()
    start = time.process_time()
    writer.get(reverse("room_search"), {"q": "numéro 321"})
    first = time.process_time() - start
    times = []
    for query in ("numéro 321", "singulier3", "Florrange", "2,7 millions", "pôle"):
        start = time.process_time()
        with django_assert_max_num_queries(40):
            writer.get(reverse("room_search"), {"q": query})
        times.append(time.process_time() - start)
    print(f"first {first:.3f} s, then {[round(t, 3) for t in times]}")
    assert first < 8 and sorted(times)[2] < 0.1


def test_the_field_is_in_the_header_of_each_page(writer, pole):
    call_command("check")
    for address in (reverse("admin:index"), url(pole), reverse("admin:poles_pole_changelist")):
        html = writer.get(address).content.decode()
        assert html.count('id="room-q"') == 1
