"""The editor of long texts in a real Chromium: nothing stored is lost, and it is a pleasure to use."""
# ruff: noqa: E501 - markup and scripts on one line

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .test_browser import AXE_RULES, visit  # noqa: F401 - a fixture
from .test_editing_browser import discard, edit, kept, press_button, reopened  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser
PASTE = Path(__file__).parent / "paste"
FIGURE = "/admin/pages/keyfigure/{}/change/"
PAGE = "/admin/pages/page/{}/change/"
NOTE = "#id_method_note_fr"
TEXTS = """
import json
from django.apps import apps
from ptce_site.editorial.links import long_texts
print(json.dumps([
    [f"{row._meta.label} {row.pk} {name}", text]
    for model in apps.get_models()
    for name in long_texts(model)
    for row in model._default_manager.all()
    if (text := getattr(row, name)) and (name.endswith("_fr") or row.pk % 5 == 0)
]))
"""
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (e) => violations.push(e.violatedDirective + e.sourceFile));
"""
PUT = """([selector, text]) => {
    const area = document.querySelector(selector);
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
}"""
DROP = """([selector, html]) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", "texte");
    const box = document.querySelector(selector).closest(".rich").querySelector(".ProseMirror");
    box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


class Text:
    """One long text of a form, with its editor."""

    def __init__(self, page, selector: str = NOTE) -> None:
        self.page, self.selector = page, selector
        area = page.locator(selector)
        self.box = page.locator(".rich", has=area)
        area.locator(
            "xpath=ancestor::*[contains(@class, 'form-row')][1]"
        ).scroll_into_view_if_needed()
        self.words = self.box.get_by_role("textbox").first
        self.words.wait_for()

    @property
    def html(self) -> str:
        return self.page.input_value(self.selector)

    def put(self, html: str) -> None:
        self.page.evaluate(PUT, [self.selector, html])

    def paste(self, html: str) -> None:
        self.page.evaluate(DROP, [self.selector, html])

    def press(self, name: str) -> None:
        self.box.get_by_role("button", name=name, exact=True).click()

    def end(self) -> None:
        self.words.focus()
        self.page.keyboard.press("Control+End")

    def select(self, words: str) -> None:
        """Select some words as a mouse would."""
        self.words.focus()
        self.words.evaluate(
            """async (box, words) => {
                const walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
                while (walk.nextNode() && !walk.currentNode.data.includes(words));
                const at = walk.currentNode.data.indexOf(words);
                // An editor that has just been given the focus puts its own selection back.
                for (let held = 0; held < 2; ) {
                    if (getSelection().toString() !== words) {
                        held = 0;
                        getSelection().setBaseAndExtent(walk.currentNode, at, walk.currentNode, at + words.length);
                    } else held += 1;
                    await new Promise((done) => setTimeout(done, 60));
                }
            }""",
            words,
        )


@pytest.fixture
def watched(edit):  # noqa: F811
    """A form whose browser reports all that the policy refuses."""
    pages = []

    def open_form(address: str, *args, **options):
        page = edit(address, *args, **options)
        page.evaluate(WATCH)
        pages.append(page)
        return page

    yield open_form
    for page in pages:
        if not page.is_closed():
            assert page.evaluate("window.violations ?? []") == []
        assert not page.problems


def test_every_text_of_the_site_comes_back_as_it_was(watched, site):
    """A letter is typed at the end of each text in the editor, and nothing else changes."""
    texts = json.loads(site.manage("shell", "-v0", "-c", TEXTS))
    assert len(texts) > 300
    page = watched(FIGURE.format(3))
    text, lost = Text(page), []
    for name, html in texts:
        text.put(html)
        text.end()
        page.keyboard.insert_text("¤")
        now = text.html
        if now.count("¤") != 1 or re.sub(r"\n?<p>¤</p>|¤", "", now) != html:
            lost.append((name, html[-300:], now[-300:]))
    assert not lost, (len(lost), lost[:3])


def test_what_the_site_could_hold_comes_back_too(watched):
    page = watched(FIGURE.format(3))
    text = Text(page)
    for html in (
        "<blockquote><p>Un passage.</p></blockquote>",
        '<p>Un <dfn>mot</dfn>, <q lang="en">word</q>, <cite lang="de">Werk</cite>, <span lang="en">yes</span>'
        ' H<sub>2</sub>O 1<sup>er</sup> <em lang="en">so</em><br>fin</p>',
        '<table><caption>Un <em>mot</em></caption><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
        '<tbody><tr><th scope="row">c</th><td>d</td></tr></tbody></table>',
        "<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd><p>d</p><p>e</p></dd></dl>",
        "<ul><li>a<ul><li>b</li><li>c</li></ul></li></ul>",
        '<p><a href="https://example.org/?a=1&amp;b=2" hreflang="en" lang="en">x</a> &lt;b&gt;</p>',
    ):
        text.put(html)
        text.end()
        page.keyboard.insert_text("¤")
        assert re.sub("<p>¤</p>|¤", "", text.html) == html


def test_an_untouched_form_sends_back_what_it_was_given(watched):
    page = watched(FIGURE.format(3))
    text = Text(page)
    odd = "<p>Deux  espaces</p>\n\n<ul>\n<li><p>seul</p></li></ul>"
    text.put(odd)
    assert text.html == odd and "seul" in text.words.inner_text()
    text.select("seul")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("é")
    assert text.html.endswith("<li>seulé</li></ul>")
    page.keyboard.press("Control+z")
    assert text.html == odd


def test_the_toolbar_by_keyboard_alone(watched):
    page = watched(FIGURE.format(3))
    text = Text(page)
    page.locator("label[for=id_method_note_fr]").click()
    assert text.words.evaluate("box => box === document.activeElement"), "the label leads to it"
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    assert text.html == ""
    page.keyboard.type("Un titre")
    page.keyboard.press("Shift+Tab")
    bar = text.box.get_by_role("toolbar")
    assert bar.get_by_role("button", name="Titre", exact=True).evaluate(
        "b => b === document.activeElement"
    )
    page.keyboard.press("Enter")
    assert text.html == "<h3>Un titre</h3>"
    assert (
        bar.get_by_role("button", name="Titre", exact=True).get_attribute("aria-pressed") == "true"
    )
    page.keyboard.press("Enter")
    page.keyboard.press("Control+b")
    page.keyboard.type("gras")
    page.keyboard.press("Control+b")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.type("un")
    page.keyboard.press("Enter")
    page.keyboard.type("deux")
    assert text.html.replace("\n", "") == (
        "<h3>Un titre</h3><p><strong>gras</strong></p><ul><li>un</li><li>deux</li></ul>"
    )
    page.keyboard.press("Tab")
    assert not text.words.evaluate("box => box === document.activeElement"), "Tab leaves the text"


def test_a_table_and_a_list_of_terms(watched):
    page = watched(FIGURE.format(3))
    text = Text(page)
    text.put("")
    text.words.click()
    text.press("Tableau")
    page.keyboard.type("An")
    page.keyboard.press("Tab")
    page.keyboard.type("Pôles")
    text.press("− colonne")
    text.press("− ligne")
    assert text.box.locator("tr").count() == 2
    text.press("Légende")
    page.get_by_role("textbox", name="Ce que montre le tableau").fill("Les pôles <par> an")
    page.get_by_role("button", name="Valider", exact=True).click()
    captioned = re.compile("^<table><caption>Les pôles &lt;par&gt; an</caption>")
    expect(page.locator(NOTE)).to_have_value(captioned)  # the window closes, then its words arrive
    page.keyboard.press("Control+Home")
    text.press("+ ligne")
    text.press("1re colonne en titre")
    assert text.box.locator("tr").count() == 3
    assert '<th scope="row"></th><td></td>' in text.html
    text.press("Retirer le tableau")
    assert text.html == ""
    text.press("Plus")
    text.press("Liste de termes")
    for words in ("PTCE", "Un pôle.", "", "Scic"):
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    page.keyboard.type("Une société.")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("Fin")
    assert text.html == (
        "<dl><dt>PTCE</dt><dd>Un pôle.</dd><dt>Scic</dt><dd>Une société.</dd></dl><p>Fin</p>"
    )


def test_a_note_is_chosen_shown_changed_and_deleted(watched):
    page = watched(FIGURE.format(3))
    text = Text(page)
    text.put("<p>La loi le dit.</p>")
    text.end()
    text.press("Note")
    window = page.get_by_role("dialog")
    window.get_by_role("searchbox").fill("2014-856")
    window.locator("li:only-child button", has_text="2014-856").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert text.html == '<p>La loi le dit.<a href="source:loi-2014-856"></a></p>'
    assert text.words.evaluate("box => box === document.activeElement")
    chip = text.words.locator("a")
    assert "2014" in chip.get_attribute("title")
    assert "2014" in chip.get_attribute("aria-label")
    chip.click()
    assert "2014" in text.box.get_by_role("status").inner_text()
    text.press("Note")
    window.get_by_role("searchbox").fill("premiere 1522")
    window.locator("li:only-child button").click()
    assert text.html.count("source:") == 1 and "loi-2014-856" not in text.html
    text.words.locator("a").click()
    page.keyboard.press("Backspace")
    assert text.html == "<p>La loi le dit.</p>"
    text.press("Note")
    page.keyboard.press("Escape")
    assert text.words.evaluate("box => box === document.activeElement")
    text.press("Note")
    window.get_by_role("searchbox").fill("2014-856")
    page.keyboard.press("Enter")  # before the list has followed
    window.wait_for(state="hidden")
    assert 'href="source:loi-2014-856"' in text.html


def test_a_link_leads_inside_or_outside_and_a_dead_one_is_marked(watched):
    page = watched(FIGURE.format(3))
    text = Text(page)
    text.put('<p>Voyez Florange et <a href="ref:poles.pole:99999">rien</a>.</p>')
    dead = text.words.locator(".dead")
    dead.wait_for()
    assert dead.inner_text() == "rien" and "Ne mène plus" in dead.get_attribute("title")
    text.select("Florange")
    text.press("Lien")
    window = page.get_by_role("dialog")
    window.get_by_role("searchbox").fill("florange e2i")
    window.locator("li button", has_text=re.compile("^Florange.*pôle$")).click()
    assert '<a href="ref:poles.pole:1">Florange</a>' in text.html
    text.words.locator("a", has_text="Florange").click()
    assert "Florange" in text.box.get_by_role("status").inner_text()
    page.keyboard.press("Control+k")
    address = window.get_by_role("textbox", name="Ou une adresse d’ailleurs")
    for bad in ("javascript:alert(1)", "nulle part", "data:text/html,x", "//evil.example"):
        address.fill(bad)
        window.get_by_role("button", name="Poser le lien").click()
        assert "ne mène nulle part" in address.evaluate("field => field.validationMessage")
        assert window.is_visible()
    address.fill("www.ess-france.org")
    window.get_by_role("button", name="Poser le lien").click()
    assert '<a href="https://www.ess-france.org">Florange</a>' in text.html
    text.words.locator("a", has_text="Florange").click()
    text.press("Lien")
    window.get_by_role("searchbox").fill("neo56")
    page.keyboard.press("Enter")  # what is looked for wins over the address there was
    window.wait_for(state="hidden")
    assert '<a href="ref:poles.pole:20">Florange</a>' in text.html
    text.words.locator("a", has_text="Florange").click()
    text.press("Lien")
    window.get_by_role("button", name="Retirer le lien").click()
    assert "<p>Voyez Florange et" in text.html


@pytest.mark.parametrize("sample", sorted(path.name for path in PASTE.glob("*.html")))
def test_what_is_pasted_comes_out_clean(watched, sample):
    page = watched(FIGURE.format(3))
    text = Text(page)
    text.put("")
    text.words.click()
    text.paste((PASTE / sample).read_text(encoding="utf-8"))
    expected = (PASTE / sample).with_suffix(".txt").read_text(encoding="utf-8").strip()
    assert text.html.replace("><", ">\n<") == expected


def test_what_was_typed_survives_a_crash(watched):
    page = watched(FIGURE.format(4))
    text = Text(page)
    text.end()
    page.keyboard.type(" Tapé avant la panne.")
    typed = text.html
    kept(page, "Tapé avant la panne.")
    page = reopened(page, FIGURE.format(4))
    text = Text(page)
    page.get_by_role("button", name="Le reprendre").click()
    assert text.html == typed
    text.words.get_by_text("Tapé avant la panne.").wait_for()
    page.wait_for_timeout(400)
    page.get_by_role("button", name="L’effacer")
    page.evaluate("localStorage.clear()")


@pytest.mark.parametrize("role", ["writer", "publisher"])
def test_a_draft_is_reopened_as_it_was_written(watched, people, role):
    page = watched(FIGURE.format(5), **(people["ana"] if role == "writer" else {}))
    text = Text(page)
    text.put("<h3>Méthode</h3><p>Un début</p>")
    text.end()
    page.keyboard.type(" et une fin.")
    written = text.html
    press_button(page, "_draft")
    text = Text(page)
    assert text.html == written == "<h3>Méthode</h3><p>Un début et une fin.</p>"
    discard(page)


def test_a_row_added_gets_its_editor_and_folded_languages_wait(watched):
    page = watched(PAGE.format(1))
    Text(page, "#id_lead_fr")
    started = page.locator(".rich").count()
    assert started < 5, "only what is near is started"
    assert page.locator(".rich #id_lead_en").count() == 0
    page.locator("#sections-group .add-row a").click()
    number = int(page.input_value("#id_sections-TOTAL_FORMS")) - 1
    text = Text(page, f"#id_sections-{number}-body_fr")
    text.words.click()
    page.keyboard.type("Une partie de plus.")
    assert text.html == "<p>Une partie de plus.</p>"
    assert page.locator("#id_sections-__prefix__-body_fr").evaluate("a => !a.closest('.rich')")
    page.locator("#sections-group .add-row a").click()
    Text(page, f"#id_sections-{number + 1}-body_fr")
    page.locator(f"#sections-{number} .inline-deletelink").click()
    text = Text(page, f"#id_sections-{number}-body_fr")  # what comes after is numbered again
    label = text.words.get_attribute("aria-labelledby")
    assert page.locator(f"label#{label}").get_attribute("for") == f"id_sections-{number}-body_fr"
    page.evaluate("document.body.dataset.left = ''; localStorage.clear()")


def test_the_stored_text_can_be_seen_and_typed(watched):
    page = watched(FIGURE.format(3))
    text = Text(page)
    text.press("Plus")
    text.press("HTML")
    page.fill(NOTE, "<p>Tapé <strong>tel quel</strong>.</p>")
    text.press("HTML")
    assert text.words.locator("strong").inner_text() == "tel quel"


def test_without_scripts_the_text_is_in_its_field(edit):  # noqa: F811
    page = edit(FIGURE.format(3), java_script_enabled=False)
    assert page.locator(NOTE).is_visible()
    assert page.input_value(NOTE).startswith("<p>")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(watched, scheme):
    page = watched(PAGE.format(3), color_scheme=scheme)
    text = Text(page, "#id_sections-0-body_fr")
    options = {"resultTypes": ["violations"], "rules": AXE_RULES}
    for state in ("text", "table", "window"):
        if state == "table":
            text.put(
                "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>"
            )
            text.words.locator("td").click()
            text.press("Plus")
        if state == "window":
            text.press("Lien")
            page.get_by_role("dialog").locator("li button").first.wait_for()
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 1000})
            found = Axe().run(page, options=options).response["violations"]
            told = [(v["id"], v["nodes"][0]["html"][:200], len(v["nodes"])) for v in found]
            assert not told, json.dumps(told, indent=1, ensure_ascii=False)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        for button in text.box.get_by_role("button").all() if state != "window" else []:
            size = button.bounding_box()
            assert not size or min(size["width"], size["height"]) >= 24
    page.keyboard.press("Escape")
    page.evaluate("document.body.dataset.left = ''; localStorage.clear()")
