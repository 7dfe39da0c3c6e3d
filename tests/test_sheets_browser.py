"""A list taken to a spreadsheet and brought back, in a real Chromium: as publisher, as writer."""

import io
import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook

from .test_browser import AXE_RULES, visit  # noqa: F401 - a fixture
from .test_editing_browser import edit  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser
LIST = "/admin/pages/definition/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def exported(page) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Exporter", exact=True).click()
    return waiting.value.path().read_bytes()


def changed(content: bytes, slug: str, key: str, value: str) -> bytes:
    """The workbook with one cell typed over, as a spreadsheet saves it."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    column = next(cell.column for cell in sheet[1] if f"({key})" in cell.value)
    row = next(row[0].row for row in sheet.iter_rows(min_row=2) if row[0].value == slug)
    sheet.cell(row, column).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(page, content: bytes, name: str = "liste.xlsx") -> None:
    page.set_input_files("#file", {"name": name, "mimeType": XLSX, "buffer": content})
    with page.expect_navigation():
        page.get_by_role("button", name="Voir les changements").click()


def open_import(page) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name="Importer", exact=True).click()


def test_a_publisher_corrects_a_definition_in_a_spreadsheet(edit):  # noqa: F811
    page = edit(LIST)
    content = exported(page)
    open_import(page)
    send(page, content)
    assert "Aucun changement" in page.inner_text("main")
    send(
        page,
        changed(content, "economie-sociale", "short_answer_fr", "Une réponse venue du tableur."),
    )
    shown = page.inner_text("main")
    assert "1\nmodifié" in shown.replace("1 modifié", "1\nmodifié")
    assert "venue du tableur." in page.inner_text(".comparison ins")
    with page.expect_navigation():
        page.get_by_role("button", name="Appliquer", exact=False).first.click()
    assert "publiée" in page.inner_text(".messagelist")
    page.goto(page.url.split("/admin/")[0] + "/glossaire/")
    assert "Une réponse venue du tableur." in page.inner_text("main")
    assert not page.problems


def test_a_writer_gets_a_draft(edit, people):  # noqa: F811
    page = edit(LIST, **people["ana"])
    content = changed(exported(page), "ptce", "short_answer_fr", "Seulement un brouillon.")
    open_import(page)
    send(page, content)
    assert page.locator("[name=_publish]").count() == 0
    with page.expect_navigation():
        page.get_by_role("button", name="Appliquer", exact=False).click()
    assert "1 brouillon" in page.inner_text(".messagelist")
    page.goto(page.url.split("/admin/")[0] + "/glossaire/")
    assert "Seulement un brouillon." not in page.inner_text("main")
    page.goto(page.url.split("/glossaire/")[0] + "/admin/")
    assert page.locator("#content-main").inner_text()
    assert not page.problems


SCREENS = {
    "start": b"",
    "changes": b"slug;term_fr\r\nptce;Un autre terme\r\nnouveau;Nouveau terme\r\n",
    "remarks": "slug;short_answer_fr\r\nptce;Un « mot » : long\r\n".encode(),
    "errors": b"slug;origin;acronym_fr\r\neconomie-sociale;inconnue;x\r\nx;sourced;\r\n;a;b\r\n",
    "refused": b"couleur\r\nbleu\r\n",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_and_nothing_overflows(edit, screen, scheme):  # noqa: F811
    page = edit(f"{LIST}import/", color_scheme=scheme)
    if SCREENS[screen]:
        send(page, SCREENS[screen], "essai.csv")
    options = {"resultTypes": ["violations"], "rules": AXE_RULES}
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 1000})
        found = Axe().run(page, options=options).response["violations"]
        told = [(v["id"], v["nodes"][0]["html"][:160], len(v["nodes"])) for v in found]
        assert not told, json.dumps(told, indent=1, ensure_ascii=False)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert not page.problems
