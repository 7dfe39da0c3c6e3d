"""The sheets as PDFs: read back with pikepdf, and what happens around them."""

import io
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pages.models import KeyFigure, Section
from poles.models import Call, Milestone, Pole
from ptce_site import pdf
from ptce_site.keptfiles import KeptFiles

from .test_queries import add_poles

MISSING = not (pdf.available() and shutil.which("pdftotext"))
pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.skipif(
        MISSING and not os.environ.get("CI"),
        reason="needs Pango and poppler (Debian: see .ci/run)",
    ),
]

SUMMARY = "/resume/le-ptce-en-resume.pdf"
POLES = [f"/poles/{slug}/fiche.pdf" for slug in ("florange-e2i", "la-verriere", "cluster-jura")]
FACES = {"Bricolage-Grotesque", "Atkinson-Hyperlegible-Next"}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def made(monkeypatch):
    """Count what is really made."""
    count, make = [], pdf._make
    monkeypatch.setattr(pdf, "_make", lambda *args: count.append(1) or make(*args))
    return count


def read(client, address: str) -> pikepdf.Pdf:
    answer = client.get(address)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf"
    return pikepdf.open(io.BytesIO(answer.content))


def elements(node) -> list:
    """The structure of a document, flat."""
    found = []
    for kid in node.get("/K", []) if isinstance(node.get("/K"), pikepdf.Array) else []:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found += [kid, *elements(kid)]
    return found


def text_of(content: bytes, *options: str) -> str:
    command = ["pdftotext", *options, "-", "-"]
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    return " ".join(done.stdout.decode().replace("\u202f", " ").split())


def faces(document: pikepdf.Pdf) -> dict[str, bytes]:
    """Each embedded face by name ("Bricolage-Grotesque-Bold…") with its file."""
    found = {}
    for entry in document.objects:
        if isinstance(entry, pikepdf.Dictionary) and entry.get("/Type") == "/FontDescriptor":
            name = str(entry["/FontName"]).rpartition("+")[2]
            found[name] = entry["/FontFile2"].read_bytes()
    return found


@pytest.mark.parametrize("address", [SUMMARY, *POLES])
def test_a_sheet_is_tagged_named_and_in_french(client, address):
    document = read(client, address)
    root = document.Root
    assert root.MarkInfo.Marked and root.ViewerPreferences.DisplayDocTitle
    assert str(root.Lang) == "fr"
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1" and metadata["dc:title"]
    assert str(document.docinfo["/Title"]) == metadata["dc:title"]
    tags = elements(root.StructTreeRoot)
    names = [str(tag.S) for tag in tags]
    assert names.count("/H1") == 1 and "/H2" in names and "/P" in names and "/Link" in names
    levels = [int(name[2]) for name in names if re.fullmatch("/H[1-6]", name)]
    assert not [pair for pair in zip(levels, levels[1:], strict=False) if pair[1] > pair[0] + 1]
    figures = [tag for tag in tags if tag.S == "/Figure"]
    assert figures and all(str(figure.get("/Alt", "")).strip() for figure in figures)
    assert not [figure for figure in figures if "{" in str(figure.Alt)]  # words, not styles


@pytest.mark.parametrize("address", [SUMMARY, POLES[0]])
def test_a_sheet_holds_our_faces_and_no_other_each_weight_drawn(client, address):
    embedded = faces(read(client, address))
    for face in FACES:
        weights = {name: file for name, file in embedded.items() if name.startswith(face)}
        assert len(weights) >= 2 and len(set(weights.values())) == len(weights)
    assert not [name for name in embedded if not name.startswith(tuple(FACES))]


def test_the_summary_holds_on_one_a4_page_with_everything(client):
    answer = client.get(SUMMARY)
    document = pikepdf.open(io.BytesIO(answer.content))
    assert len(document.pages) == 1
    width, height = (float(side) for side in document.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)
    text = text_of(answer.content)
    for words in ("Le PTCE en résumé", "Se regrouper", "Agir ici", "Coopérer", "12 %", "10 %"):
        assert words in text
    assert "2 360 000" in text and "600 000" in text
    painted = text_of(answer.content, "-raw")
    order = ["Le PTCE en", "Se regrouper", "Coopérer pour", "salariés", "180 dossiers",
             "23 lauréats 1 en Lorraine", "VALO’LAB", "En ligne"]  # fmt: skip
    places = [painted.index(words) for words in order]
    assert places == sorted(places)
    assert "/resume/" in text and "Vérifié le 23 novembre 2026" in text and "IGN" in text


def test_a_longer_summary_still_holds_on_one_page(client):
    section = Section.objects.get(page__slug="resume", anchor="ess")
    section.body_fr += "<p>" + "Une phrase de plus, pour voir. " * 12 + "</p>"
    section.save()
    document = read(client, SUMMARY)
    assert len(document.pages) == 1


def test_a_pole_says_what_its_page_says(client):
    text = text_of(client.get(POLES[0]).content)
    pole = Pole.objects.get(slug="florange-e2i")
    for words in ("VALO’LAB", "Repères", "Qui y prend part", "Sources", "/poles/florange-e2i/"):
        assert words in text
    assert pole.unknowns[:40] in text


def test_every_pole_has_its_sheet_and_its_page_says_so(client):
    page = client.get("/poles/neo56/").content.decode()
    assert 'href="/poles/neo56/fiche.pdf" type="application/pdf"' in page
    assert f'href="{SUMMARY}" type="application/pdf"' in client.get("/resume/").content.decode()
    assert SUMMARY not in client.get("/").content.decode()


def test_headers_name_it_keep_it_out_of_indexes_and_let_it_be_kept(client):
    answer = client.get(POLES[0])
    assert answer.headers["Content-Disposition"] == 'inline; filename="ptce-florange-e2i.pdf"'
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert not answer.cookies
    again = client.get(POLES[0], headers={"if-none-match": answer.headers["ETag"]})
    assert again.status_code == 304 and not again.content
    assert client.post(POLES[0]).status_code == 405


def test_it_is_made_once_then_again_when_the_content_changes(client, made):
    first = client.get(POLES[1])
    assert client.get(POLES[1]).content == first.content and len(made) == 1
    pole = Pole.objects.get(slug="la-verriere")
    pole.unknowns_fr = "On cherche encore."
    pole.save()
    changed = client.get(POLES[1])
    assert len(made) == 2 and changed.headers["ETag"] != first.headers["ETag"]
    assert "On cherche encore." in text_of(changed.content)


def test_it_is_made_again_when_its_style_changes(monkeypatch, made):
    html = "<html lang=fr><title>x</title><p>Bonjour</p>"
    pdf.render(html)
    monkeypatch.setattr(pdf, "stylesheet", lambda name: "p { margin: 0 }")
    pdf.render(html)
    assert len(made) == 2


def test_threads_that_ask_at_once_make_it_once(made):
    html = "<html lang=fr><title>x</title><p>Ensemble</p>"
    threads = [threading.Thread(target=pdf.render, args=[html]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_the_oldest_are_forgotten_and_nothing_half_written_stays(settings, monkeypatch):
    monkeypatch.setattr(pdf, "SHEETS", KeptFiles("pdf", "pdf", most=3))
    monkeypatch.setattr(pdf, "_make", lambda html, pages: html.encode())
    for number in range(6):
        _body, key = pdf.render(f"page {number}")
        kept = Path(settings.DATA_DIR) / "cache" / "pdf" / f"{key}.pdf"
        os.utime(kept, (number, number))
    left = sorted(kept.parent.iterdir(), key=lambda file: file.stat().st_mtime)
    assert [file.read_text() for file in left] == ["page 3", "page 4", "page 5"]


def test_a_disk_that_refuses_costs_only_time(settings, tmp_path, client):
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file"
    assert client.get(POLES[1]).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a.png", "file:///etc/passwd", "http://localhost:8000/admin/",
     "http://localhost:8000/static/../manage.py", "http://localhost:8000/static/%2e%2e/manage.py",
     "http://localhost:8000/static//etc/passwd", "data:text/css,p{}", "http://localhost:8000.evil/"],
)  # fmt: skip
def test_a_sheet_loads_nothing_but_our_static_files(address):
    with pytest.raises(Exception, match="may not load|outside of the base"):
        pdf.OwnFiles()(address)


def test_a_sheet_that_names_a_foreign_picture_is_made_without_it(monkeypatch):
    asked = []
    fetch = pdf.OwnFiles.__call__
    monkeypatch.setattr(
        pdf.OwnFiles, "__call__", lambda self, url: asked.append(url) or fetch(self, url)
    )
    html = (
        '<html lang=fr><title>x</title><p>Bonjour</p><img alt="a" src="https://example.org/a.png">'
    )
    body, _key = pdf.render(html)
    assert "https://example.org/a.png" in asked and "Bonjour" in text_of(body)


def test_our_static_files_are_read():
    answer = pdf.OwnFiles()("http://localhost:8000/static/css/site/tokens.css")
    assert answer.content_type == "text/css" and b"--molten" in answer.read()


def test_colours_are_those_of_the_tokens_in_daylight():
    css = pdf.stylesheet(pdf.DRAWINGS)
    assert "var(" not in css and "light-dark" not in css
    assert "stroke: #0d5a51" in css and "fill: #c53107" in css


@pytest.fixture
def no_library(monkeypatch):
    monkeypatch.setattr(pdf, "find_library", lambda name: None)
    pdf.available.cache_clear()
    yield
    pdf.available.cache_clear()


def test_without_pango_nothing_is_offered_and_the_site_stands(client, no_library):
    for page in ("/resume/", "/poles/florange-e2i/"):
        answer = client.get(page)
        assert answer.status_code == 200 and b".pdf" not in answer.content
    for address in (SUMMARY, POLES[0]):
        assert client.get(address).status_code == 404


def test_a_library_that_does_not_load_gives_404_not_500(client, monkeypatch):
    assert pdf.available()
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert client.get(SUMMARY).status_code == 404


def test_pages_never_load_weasyprint():
    """A page offers the sheet without paying for it."""
    code = (
        "import django, sys; django.setup();"
        "from ptce_site import pdf; assert pdf.available();"
        "import ptce_site.urls; assert 'weasyprint' not in sys.modules"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "ptce_site.settings.test"}
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, check=True)


@pytest.mark.parametrize("slug", ["inconnu", "accueil"])
def test_an_unknown_pole_has_no_sheet(client, slug):
    assert client.get(f"/poles/{slug}/fiche.pdf").status_code == 404


def test_a_withdrawn_pole_says_that_it_left_and_a_draft_is_not_there(client):
    pole = Pole.objects.get(slug="neo56")
    for state, status in (("withdrawn", 410), ("draft", 404)):
        pole.state = state
        pole.save()
        assert client.get("/poles/neo56/fiche.pdf").status_code == status


def test_it_is_not_made_inside_a_transaction_and_its_queries_do_not_grow(client, monkeypatch):
    monkeypatch.setattr(pdf, "_make", lambda html, pages: b"%PDF")

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        statements = [query["sql"] for query in captured]
        assert not [sql for sql in statements if re.match("BEGIN|SAVEPOINT", sql)]
        return len(statements)

    before = {address: count(address) for address in (SUMMARY, POLES[0])}
    add_poles(200)
    assert {address: count(address) for address in before} == before
    assert max(before.values()) <= 8


def test_with_nothing_written_there_is_no_sheet(client, empty_site):
    assert client.get(SUMMARY).status_code == 404


def test_a_summary_without_figures_poles_or_call_is_still_a_page(client):
    for model in (Section, KeyFigure, Milestone, Pole, Call):
        model.objects.all().delete()
    assert len(read(client, SUMMARY).pages) == 1
