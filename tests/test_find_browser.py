"""Finding again in Chromium: search, filters and dead links, as a writer and as a publisher."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from .test_browser import visit  # noqa: F401 - fixture

pytestmark = pytest.mark.browser
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PASSWORD = "une-longue-phrase"
PREPARE = f"""
import datetime as dt
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from ptce_site.editorial.models import CheckedLink, SavedFilter, Source
from ptce_site.editorial.outside.cited import cited
for name, group in (("find-redaction", "Rédaction"), ("find-publication", "Publication")):
    user = get_user_model().objects.create_user(name, password="{PASSWORD}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
Source.objects.create(key="trouver", title="Rapport perdu", publisher="Essai", url="https://x.example.org/r")
CheckedLink.objects.keep_only(cited())
link = next(one for one in CheckedLink.objects.all() if one.url == "https://x.example.org/r")
for days in (2, 1):
    link.note(404, "gone", "", timezone.now() - dt.timedelta(days=days))
CheckedLink.objects.write(link)
SavedFilter.objects.create(name="Perdu", label="poles.pole", query="status__exact=nulle-part")
"""
CLEAR = """
from django.contrib.auth import get_user_model
from ptce_site.editorial.models import CheckedLink, SavedFilter, Source
CheckedLink.objects.all().delete()
SavedFilter.objects.all().delete()
Source.objects.filter(key="trouver").delete()
get_user_model().objects.filter(username__startswith="find-").delete()
"""


@pytest.fixture(scope="module")
def ready(site):
    site.manage("shell", "-v0", "-c", PREPARE)
    yield
    site.manage("shell", "-v0", "-c", CLEAR)


@pytest.fixture
def enter(ready, visit):  # noqa: F811
    def open_page(who: str, address: str, **options):
        page = visit(f"/admin/login/?next={address}", **options)
        page.fill("[name=username]", f"find-{who}")
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation():
            page.press("[name=password]", "Enter")
        return page

    return open_page


def press(page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def follow(page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=name, exact=True).click()


@pytest.mark.parametrize("who", ["redaction", "publication"])
def test_a_word_typed_in_the_header_leads_to_the_field(enter, who):
    page = enter(who, "/admin/")
    page.get_by_role("searchbox", name="Rechercher dans toute la rédaction", exact=True).fill(
        "florrange demontage"
    )
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "fiche" in page.inner_text("main") and page.locator("mark").count()
    link = page.locator(".found section", has_text="Pôles").locator("li a").first
    target = link.get_attribute("href").split("#")[1]
    with page.expect_navigation():
        link.click()
    assert page.locator(f"#{target}").is_visible()
    page.wait_for_load_state("networkidle")  # the form is giving its field the focus until then
    page.fill("#room-q", "/poles/neo56/")
    page.wait_for_function("document.querySelector('#room-q').value === '/poles/neo56/'")
    with page.expect_navigation():
        page.locator("#room-q").press("Enter")
    assert page.locator(".found li").count() == 1
    assert not page.problems


@pytest.mark.parametrize("who", ["redaction", "publication"])
def test_a_filter_is_kept_used_renamed_and_deleted(enter, who):
    page = enter(who, "/admin/poles/pole/?status__exact=unknown")
    page.locator(".saved-filters summary").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Nom du filtre", exact=True).fill("Situation inconnue")
    shared = page.get_by_label("Pour toute la rédaction", exact=True)
    assert shared.count() == (who == "publication")
    press(page, "Enregistrer")
    assert "Filtre enregistré" in page.inner_text(".messagelist")
    current = page.locator(".saved-filters [aria-current]")
    assert current.inner_text() == "Situation inconnue"
    page.goto(page.url.split("?")[0])
    follow(page, "Situation inconnue")
    assert "status__exact=unknown" in page.url
    follow(page, "Renommer, supprimer")
    page.get_by_label("Nom", exact=True).first.fill("À chercher")
    if who == "publication":  # the shared one comes first
        page.get_by_label("Nom", exact=True).first.fill("Perdu")
        page.get_by_label("Nom", exact=True).last.fill("À chercher")
    press(page, "Renommer « Situation inconnue »")
    page.locator(".filters summary").last.click()
    press(page, "Oui, supprimer ce filtre « À chercher »")
    assert "supprimé" in page.inner_text(".messagelist")
    follow(page, "Perdu")
    assert "ne convient plus" in page.inner_text(".messagelist")
    assert not page.problems


def test_a_dead_link_is_told_looked_at_and_set_aside(enter):
    page = enter("publication", "/admin/")
    group = page.locator(".waiting section", has_text="Liens qui ne mènent plus nulle part").last
    with page.expect_navigation():
        group.locator("li a").first.click()
    assert page.url.endswith("/source/trouver/change/#id_url")
    assert "copie archivée" in page.inner_text(".link-note")
    page.goto(page.url.split("/editorial/")[0] + "/editorial/checkedlink/?constat=morts")
    with page.expect_navigation():
        page.locator("#result_list tbody th a").click()
    press(page, "Laisser de côté six mois")
    assert "six mois" in page.inner_text(".messagelist")
    press(page, "Ne plus laisser de côté")
    assert not page.problems


def test_a_writer_reads_the_links_and_decides_nothing(enter):
    page = enter("redaction", "/admin/")
    assert "Liens qui ne mènent plus" not in page.inner_text("main")
    page.goto(page.url.split("/admin/")[0] + "/admin/editorial/checkedlink/?constat=morts")
    with page.expect_navigation():
        page.locator("#result_list tbody th a").click()
    assert page.get_by_role("button", name="Revérifier maintenant", exact=True).count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_and_nothing_overflows(enter, scheme, width):
    size = {"width": width, "height": 900}
    page = enter("publication", "/admin/", color_scheme=scheme, viewport=size)
    root = page.url.split("/admin/")[0]
    for address in (
        "/admin/recherche/?q=recyclage",
        "/admin/recherche/?q=xyzzyx",
        "/admin/poles/pole/?status__exact=unknown",
        "/admin/filtres/?liste=poles.pole",
        "/admin/editorial/checkedlink/?constat=morts",
        "/admin/editorial/source/trouver/change/",
    ):
        page.goto(root + address)
        page.wait_for_load_state("load")
        for summary in page.locator(":is(.saved-filters, .filters) summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert not found, [(v["id"], [n["html"][:150] for n in v["nodes"]][:3]) for v in found]
    with page.expect_navigation():
        page.goto(f"{root}/admin/editorial/checkedlink/?constat=morts")
    with page.expect_navigation():
        page.locator("#result_list tbody th a").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert not found, [(v["id"], [n["html"][:150] for n in v["nodes"]][:3]) for v in found]
    assert not page.problems
