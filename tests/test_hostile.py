"""What someone with a bad day, or bad intentions, may send to the room: nothing hangs or leaks."""

import io
import time
import zipfile
from html import unescape

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from pages.models import KeyFigure, Page
from poles.models import Pole, Sector
from ptce_site import search
from ptce_site.editorial.models import Draft
from ptce_site.editorial.outside.asking import Asker
from ptce_site.editorial.quality import findings
from ptce_site.editorial.quality_site import Site
from ptce_site.editorial.richtext import LONGEST, clean_html, plain_text
from ptce_site.editorial.sheets.cells import Unreadable
from ptce_site.editorial.sheets.columns import spoiled
from ptce_site.editorial.sheets.reading import read
from ptce_site.editorial.translations.sources import essence
from ptce_site.editorial.typography import french

from .test_sheets import as_csv, press, send, words

pytestmark = pytest.mark.django_db
FIGURE = "/admin/pages/keyfigure/"


def run(piece: str, start: str = "", end: str = "") -> str:
    """A text as long as a form takes, made of one piece."""
    return start + (piece * (LONGEST // len(piece)))[: LONGEST - len(start + end)] + end


@pytest.mark.parametrize(
    "text",
    [
        run(" "),
        run("\u00a0"),
        run(" ", "x", "x"),
        run("&nbsp;"),
        run("<p mso-list: l"),
        run("<p style=mso-list:l0>", "mso- "),
        run("<!--[if !supportLists]-->", "<p style=mso-list:l0>", "</p>"),
        run("mso-list: ", f"mso- {'<p' * 9000}"),
        run("'"),
        run("123 "),
        run('<a href="source:a">'),
    ],
    ids=lambda text: text[:30].strip() or "spaces",
)
def test_no_text_takes_long(text):
    start = time.process_time()
    french(text)
    plain_text(clean_html(text))
    essence(text, rich=True)
    assert time.process_time() - start < 2


def test_a_file_that_lost_its_letters_is_compared_at_once():
    """Forty letters that Windows-1252 has not must not be looked for in 2⁴⁰ ways."""
    live, start = "абвгдежзик" * 4, time.process_time()
    assert spoiled(["?" * 40], [live]) and spoiled([" " * 12], [live])
    assert not spoiled(["?" * 40 + "x"], [live]) and not spoiled(["?" * 41], [live])
    assert spoiled(["a?b"], ["a\u202fb"]) and not spoiled(["a?c"], ["a\u202fb"])
    assert time.process_time() - start < 1


def test_a_workbook_of_millions_of_pieces_is_refused_before_it_is_read():
    """145 kB that took minutes and 400 MB."""
    out, start = io.BytesIO(), time.process_time()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/sharedStrings.xml", "<si><t>a</t></si>" * 1_000_000)
    with pytest.raises(Unreadable, match="énorme"):
        read(out.getvalue())
    assert time.process_time() - start < 2


def test_long_texts_are_not_remembered_by_the_search():
    before = search._fold.cache_info().currsize
    assert search.fold("É" * 40_000) == "e" * 40_000
    assert search._fold.cache_info().currsize == before


@pytest.mark.parametrize(
    ("href", "dead"),
    [
        ("//[x", True),
        ("https://a\uff1ab@example.org/", True),
        ("ref:pages.page:" + "9" * 5000, True),
        ("/admin/recherche/?q=a", True),
        ("/admin/traductions/#x", True),
        ("/apercu/jeton/", True),
        ("/resume/le-ptce-en-resume.pdf#x", False),
        ("//example.org/", False),
    ],
)
def test_a_link_written_to_hurt_is_said_dead_quickly(href, dead):
    start = time.process_time()
    assert bool(Site().dead(href, "", set())) is dead
    assert time.process_time() - start < 2


def test_a_text_full_of_such_links_is_told_and_shown(pole, client):
    links = ("//[x", "ref:pages.page:" + "9" * 5000, "https://a\uff1ab@example.org/")
    pole.story_fr = "".join(f'<p><a href="{href}">un mot</a></p>' for href in links)
    pole.save()
    assert any(one.rule == "link-dead" for one in findings(pole))
    assert client.get(pole.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("address", ["::127.0.0.1", "::10.0.0.1", "fec0::1", "4000::1", "::1"])
def test_no_address_outside_the_internet_is_asked(address):
    assert Asker("x", pause=0, timeout=1).ask(f"http://[{address}]:9/").problem == "inside"


def test_a_row_looked_at_as_new_never_covers_what_was_made_since(publisher, editor_client):
    def rows(label: str) -> bytes:
        header = ["slug", "label_fr", "value", "unit_fr", "source", "reference_date"]
        return as_csv([header, ["tout-neuf", label, "3", "pommes", "loi-2014-856", "2014"]])

    mine = send(publisher, FIGURE, rows("Le mien"))
    press(editor_client, send(editor_client, FIGURE, rows("Le sien")), "_publish")
    answer = press(publisher, mine, "_publish")
    assert "Rien n’a été importé" in words(answer)
    assert KeyFigure.objects.get(slug="tout-neuf").label_fr == "Le sien"


@pytest.mark.parametrize("name", ["../images/x.webp", "x/../y.jpg", "a" * 32 + ".svg"])
def test_a_master_is_named_by_the_site_alone(publisher, name):
    data = {"master": name, "title": "x", "decorative": "on", "credit": "x", "licence": "own",
            "focus_x": "50", "focus_y": "50"}  # fmt: skip
    answer = publisher.post("/admin/editorial/image/add/", data)
    assert answer.status_code == 200 and "choisissez-le de nouveau" in words(answer)


# Who has an account and no role

ADDRESSES = [
    "/admin/pages/page/ordonner/", "/admin/pages/page/", "/admin/pages/keyfigure/export.csv",
    "/admin/pages/keyfigure/import/", "/admin/editorial/image/add/", "/admin/traductions/",
    "/admin/editorial/checkedlink/", "/admin/filtres/?liste=pages.page",
]  # fmt: skip


@pytest.fixture
def nobody(sign_in):
    return sign_in("nobody")


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_account_without_a_role_enters_no_tool(nobody, address):
    assert nobody.get(address).status_code in (403, 404, 405)
    assert nobody.post(address, {"order": "1", "_save": "", "liste": "pages.page"}).status_code in (
        403,
        404,
        405,
    )


def test_an_account_without_a_role_learns_nothing(nobody, publisher):
    page = Page.objects.first()
    for query in ("pôle", page.get_absolute_url(), "https://www.legifrance.gouv.fr/", "12"):
        found = nobody.get("/admin/recherche/", {"q": query}).context["found"]
        assert found.total == 0 and not found.corrected
    for query in ("?q=ptce", "?q=ptce&note=", f"?href=ref:pages.page:{page.pk}"):
        assert nobody.get(f"/admin/liens/{query}").json() == {"found": []}


# The limits of a role


@pytest.mark.parametrize(
    "address",
    ["/admin/traductions/juste/", "/admin/editorial/checkedlink/1/laisser/"],
)
def test_what_changes_something_is_never_a_get(publisher, address):
    assert publisher.get(address).status_code in (403, 405)


def test_a_writer_publishes_by_no_door(writer):
    before = list(Pole.objects.order_by("pk").values_list("pk", "state", "name", "updated_at"))
    pole = Pole.objects.first()
    for action in ("publish", "withdraw", "verify", "plan_review", "delete_selected"):
        data = {"action": action, "_selected_action": [str(pole.pk)], "sure": "1", "_seen": ""}
        writer.post("/admin/poles/pole/", data)
    for button in ("_save", "_withdraw", "_up", "_down"):
        assert writer.post("/admin/pages/page/ordonner/", {button: "1"}).status_code == 403
    assert before == list(
        Pole.objects.order_by("pk").values_list("pk", "state", "name", "updated_at")
    )
    assert not Draft.objects.exists()


def test_who_publishes_without_changing_a_kind_publishes_none_of_it(sign_in, django_user_model):
    from django.contrib.auth.models import Permission

    client = sign_in("nobody")
    names = ["publish", "view_pole"]
    client.user.user_permissions.add(*Permission.objects.filter(codename__in=names))
    pole = Pole.objects.first()
    data = {"action": "withdraw", "_selected_action": [str(pole.pk)]}
    answer = client.post("/admin/poles/pole/", data)
    assert "Oui, retirer" not in answer.content.decode()


# What every page of the room refuses

TOOLS = [
    *ADDRESSES, "/admin/recherche/?q=pole", "/admin/pages/page/1/change/", "/admin/aide/",
    "/admin/poles/pole/", "/admin/editorial/image/", "/admin/",
]  # fmt: skip


@pytest.mark.parametrize("address", TOOLS)
def test_no_page_of_the_room_is_framed_or_runs_what_is_not_ours(publisher, address):
    answer = publisher.get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status_code == 200 and "unsafe" not in policy and "nonce" not in policy
    assert "frame-ancestors 'none'" in policy and answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "address",
    [
        "/admin/pages/keyfigure/import/",
        "/admin/pages/page/ordonner/",
        "/admin/pages/page/",
        "/admin/editorial/image/add/",
        "/admin/traductions/juste/",
        "/admin/filtres/",
        "/admin/editorial/checkedlink/1/reverifier/",
        "/admin/editorial/checkedlink/1/laisser/",
    ],
)
def test_no_other_site_can_post_in_ones_name(publisher, address):
    publisher.handler.enforce_csrf_checks = True
    assert publisher.post(address, {"liste": "pages.page", "nom": "x"}).status_code == 403


def test_an_address_that_names_a_field_of_no_name_finds_the_thing(admin_client, pole):
    for thing in (pole, User.objects.get(username="admin"), Group.objects.create(name="essai")):
        address = reverse(
            f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk]
        )
        assert admin_client.get(f"{address}?_to_field=").status_code == 200, thing


@pytest.mark.parametrize("name", ["Énergie | climat", "3:x|4:", ":|:"])
def test_whatever_a_sector_is_called_pages_stand(client, pole, name):
    sector = Sector.objects.order_by("position")[0]
    sector.name = name
    sector.save()
    pole.sectors.add(sector)
    page = client.get(pole.get_absolute_url())
    assert page.status_code == client.get("/poles/").status_code == 200
    assert name in unescape(page.content.decode())
    assert name in client.get("/poles/poles.csv").content.decode()
