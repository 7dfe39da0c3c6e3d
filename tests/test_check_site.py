"""`check_site`: nothing wrong on the shipped site; twenty-odd faults, several planted at a time."""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from django.db import transaction

from pages.models import KeyFigure, Page, Section
from ptce_site.ops.copying.asking import Fetched
from ptce_site.ops.crawl import visitor
from ptce_site.ops.inspecting import tongues
from ptce_site.ops.inspecting.document import Document
from ptce_site.ops.inspecting.everything import inspect
from ptce_site.ops.inspecting.faults import Fault

# What is known and on its way: (rule, what it says). Empty when issue 7 is done.
CONTACT, DATA, LEGAL = "/contact/", "/donnees/", "/mentions-legales/"
ACCESS, PRIVACY, ECO = "/accessibilite/", "/donnees-personnelles/", "/ecoconception/"
IN_FRENCH = "Ce paragraphe est resté dans la langue où il a été écrit, et personne ne l’a traduit."


class Recorded:
    """The site asked once; what a fault touches is asked again, or changed on its way out."""

    def __init__(self) -> None:
        self.ask, self.kept = visitor(), {}
        self.again: tuple[str, ...] = ()
        self.changed: dict[str, Callable[[str], str]] = {}

    def __call__(self, path: str) -> Fetched:
        answer = self.kept.get(path)
        if answer is None or path in self.again:
            response = self.ask(path)
            answer = Fetched(response.status_code, dict(response.headers), response.getvalue())
            if not self.again:
                self.kept[path] = answer
        if path in self.changed:
            html = self.changed[path](answer.body.decode())
            answer = Fetched(answer.status_code, answer.headers, html.encode())
        return answer

    @contextmanager
    def planted(self, faults: "Iterable[Planted]") -> Iterator[None]:
        with transaction.atomic():
            for fault in faults:
                if fault.do:
                    fault.do()
                self.again += fault.again
                self.changed |= fault.changed
            yield
            self.again, self.changed = (), {}
            transaction.set_rollback(True)


@dataclass
class Planted:
    rule: str
    page: str
    said: str  # in the report
    do: Callable[[], object] | None = None
    again: tuple[str, ...] = ()
    changed: dict[str, Callable[[str], str]] | None = None
    languages: tuple[str, ...] = ("fr",)

    def __post_init__(self) -> None:
        self.changed = self.changed or {}

    @property
    def touched(self) -> set[str]:
        return {self.page, *self.again, *self.changed}


def batches(faults: "dict[str, Planted]") -> "list[dict[str, Planted]]":
    """Those that no page is shared by, together: each costs a walk through its languages."""
    found: list[dict[str, Planted]] = []
    for name, fault in faults.items():
        for batch in found:
            if all(
                fault.languages == other.languages and not fault.touched & other.touched
                for other in batch.values()
            ):
                batch[name] = fault
                break
        else:
            found.append({name: fault})
    return found


def patch(rule: str, page: str, old: str, new: str, said: str, **more: object) -> Planted:
    """A fault in the answer of one page: the first match of `old` becomes `new`."""

    def change(html: str) -> str:
        changed = re.sub(old, new, html, count=1, flags=re.DOTALL)
        assert changed != html, f"{old} is not on {page}"
        return changed

    return Planted(rule, page, said, changed={page: change}, **more)  # type: ignore[arg-type]


def stored(rule: str, page: str, slug: str, said: str, **fields: str) -> Planted:
    """A fault in a page's own fields."""
    change = lambda: Page.objects.filter(slug=slug).update(**fields)  # noqa: E731
    return Planted(rule, page, said, do=change, again=(page,))


def written(rule: str, html: str, said: str, at: str = LEGAL, language: str = "fr") -> Planted:
    """A fault in a long text, as an editor could write it."""

    def write() -> None:
        page = Page.objects.get(slug="mentions-legales" if language != "fr" else at.strip("/"))
        part = Section(
            page=page, kind="text", anchor="essai", position=99, **{f"body_{language}": html}
        )
        part.title_fr, part.title_en, part.title_de = "Essai", "Trial", "Versuch"
        part.body_fr = part.body_fr or "<p>Un essai.</p>"
        part.save()

    return Planted(rule, at, said, do=write, again=(at,), languages=(language,))


def withdrawn() -> Planted:
    """A page taken off line while others still lead to it."""

    def change() -> None:
        KeyFigure.objects.filter(slug="pib-2013").update(state="draft")

    where = "/chiffres-cles/pib-2013/"
    return Planted("not 200", where, "answers 4", do=change, again=(where,))


def alone() -> Planted:
    """A published page that no page links to: only a head says where it is."""

    def add() -> None:
        Page.objects.create(
            slug="seule", title_fr="Une page seule au monde", description_fr="d", state="published"
        )

    link = lambda html: html.replace("</head>", '<link rel="next" href="/seule/"></head>')  # noqa: E731
    again = ("/seule/",)
    return Planted("orphan", "/seule/", "no other page", do=add, again=again, changed={DATA: link})


TAKEN = "Le PTCE en résumé\u202f: une fiche d’une page à imprimer"
LONG = "Un titre pour les moteurs qui dépasse la longueur qu’ils montrent x"
IMAGE = '<img src="/static/img/icon.svg" width="9" height="9" alt="x">'
FAULTS = {
    "a page that is gone": withdrawn(),
    "a dead link": written("not 200", '<p><a href="/nulle-part/">là</a></p>', "answers 404",
                           at=LEGAL),
    "a link that redirects": written(
        "redirect", '<p><a href="/contact">là</a></p>', "redirects", at=ACCESS),
    "an anchor that leads nowhere": written(
        "broken anchor", '<p><a href="/glossaire/#rien-du-tout">là</a></p>', "#rien-du-tout",
        at=PRIVACY),
    "an orphan": alone(),
    "no title": patch("title", ECO, "<title>.*?</title>", "<title></title>", "no title"),
    "a title too long": stored("title", LEGAL, "mentions-legales", "characters", seo_title_fr=LONG),
    "two pages of one title": stored(
        "title", ACCESS, "accessibilite", "same title", seo_title_fr=TAKEN),
    "no description": patch(
        "description", PRIVACY, r'<meta name="description"[^>]*>', "", "no description"),
    "a description too short": stored(
        "description", ECO, "ecoconception", "of 7 characters", description_fr="Écrire."),
    "another page's canonical": patch(
        "canonical", LEGAL, r'rel="canonical" href="[^"]*"',
        r'rel="canonical" href="http://localhost:8000/ess/"', "not itself"),
    "an alternate that does not answer back": patch(
        "hreflang", CONTACT, r'(hreflang="en" href="[^"]*)contact/', r"\1privacy/",
        "does not name it in return", languages=("fr", "en")),
    "a menu that says another thing": patch(
        "hreflang", CONTACT, r'<a href="/de/kontakt/"', '<a href="/de/daten/"', "language menu"),
    "two first headings": patch("headings", ACCESS, r"<h2([^>]*)>(.*?)</h2>", r"<h1\1>\2</h1>",
                                "2 headings of rank 1"),
    "a rank jumped": patch("headings", PRIVACY, "</h1>", "</h1><h4>Trop bas</h4>",
                           "after an <h1"),
    "a graph that does not parse": patch(
        "JSON-LD", ECO, r'json">\{', 'json">', "does not parse"),
    "a graph that contradicts the page": patch(
        "JSON-LD", CONTACT, r'"ContactPage",.*?"name":"', r"\g<0>Zut ",
        "is not on the page"),
    "a breadcrumb of another page": patch(
        "JSON-LD", LEGAL, r'"position":2,"name":"', r'\g<0>Zut ', "breadcrumb"),
    "a reference to nothing": patch(
        "JSON-LD", ACCESS, r'#website"\}', r'#nothing"}', "no page describes"),
    "an image without alternative text": patch(
        "image", PRIVACY, "</h1>", f"</h1>{IMAGE.replace(' alt="x"', '')}", "no alternative text"),
    "an image without size": patch(
        "image", ECO, "</h1>", f"</h1>{IMAGE.replace(' width="9"', '')}", "width and height"),
    "a page that says another language": patch(
        "wrong lang", LEGAL, '<html lang="fr">', '<html lang="en">', "address in “fr”"),
    "a main in French that is not": patch(
        "wrong lang", "/en/contact/", "<main ", '<main lang="fr" ', "not translated",
        languages=("en",)),
    "a text left in French": written(
        "wrong language", f"<p>{IN_FRENCH}</p>", "“fr” where “en”",
        at="/en/legal-notice/", language="en"),
    "a script from elsewhere": patch(
        "third-party host", ACCESS, "</head>", '<script src="https://cdn.example/a.js"></script></head>',
        "cdn.example"),
    "a page over its weight": written(
        "weight", f"<p>{' '.join(f'{n * 7919 % 99991:x}' for n in range(2500))}</p>", "weighs"),
    "a link without a word": patch(
        "link text", PRIVACY, "</h1>", '</h1><a href="/ess/"></a>', "no text"),
}  # fmt: skip


@pytest.mark.once
@pytest.mark.django_db
def test_nothing_is_wrong_and_each_planted_fault_is_found(subtests, settings):
    """One walk through the whole site; then one for several faults, whose pages are made again."""
    settings.WHITENOISE_USE_FINDERS = True  # styles and scripts answer without being collected
    recorded = Recorded()
    site, faults = inspect(ask=recorded)
    found = faults
    if not tongues.available():
        assert not os.environ.get("CI"), "lingua is not installed"
        found = [one for one in found if one.rule != "wrong language"]
    assert not found, "\n".join(f"{one.rule} {one.page}: {one.what}" for one in found[:20])
    assert {page.language for page in site.pages.values()} == {"fr", "en", "de"}
    assert not missed(site.pages)
    before = {(one.rule, one.page, one.what) for one in faults}
    assert len(FAULTS) >= 20
    for batch in batches(FAULTS):
        if not tongues.available():
            batch = {n: fault for n, fault in batch.items() if fault.rule != "wrong language"}
        languages = next((fault.languages for fault in batch.values()), ())
        with recorded.planted(batch.values()):
            _site, after = inspect(languages, ask=recorded)
        new = [one for one in after if (one.rule, one.page, one.what) not in before]
        told = [f"{one.rule} {one.page}: {one.what}" for one in new]
        assert all(one.remedy for one in new)
        for name, fault in batch.items():
            with subtests.test(name):
                assert any(
                    one.rule == fault.rule
                    and fault.said in one.what
                    and (one.page == fault.page or fault.page in one.what)
                    for one in new
                ), told


def missed(pages: dict) -> set[str]:
    """What is published and that the walk did not come to."""
    from .addresses import public_addresses

    return {path for path in public_addresses() if path not in pages} - {"/signaler/merci/"}


@pytest.mark.once
@pytest.mark.django_db
def test_the_report_is_read_by_people_and_by_machines(capsys, monkeypatch):
    from ptce_site.ops.crawl import Site
    from ptce_site.ops.management.commands import check_site

    one = Fault("title", "/ess/", "has no title", "Give the page its title.")
    monkeypatch.setattr(check_site, "inspect", lambda *a, **k: (Site(), [one] * 15))
    with pytest.raises(SystemExit):
        call_command("check_site")
    said = capsys.readouterr().out
    assert "title (15)" in said and "has no title" in said and "→ Give the page" in said
    assert "and 3 more" in said and "15 fault(s)" in said.splitlines()[-1]
    with pytest.raises(SystemExit):
        call_command("check_site", "--json")
    assert json.loads(capsys.readouterr().out)["faults"][0]["rule"] == "title"
    monkeypatch.setattr(check_site, "inspect", lambda *a, **k: (Site(), []))
    call_command("check_site")
    assert "nothing wrong" in capsys.readouterr().out


def test_without_a_detector_the_report_says_so_and_ci_fails(monkeypatch):
    monkeypatch.setattr(tongues, "available", lambda: False)
    monkeypatch.setenv("CI", "")
    assert not tongues.missing()
    monkeypatch.setenv("CI", "true")
    assert "not installed" in tongues.missing()[0].what


def test_a_page_is_read_with_its_end_tags_left_out():
    document = Document("<ul><li>a<li><p>b<p>c</ul><table><tr><td>d<td>e<tr><td>f</table><br>g")
    assert [one.words for one in document.all("li")] == ["a", "b c"]
    assert [one.words for one in document.all("td")] == ["d", "e", "f"]
    assert document.root.words == "a b c d e f g"


def test_a_name_is_not_listened_to_and_a_language_said_is_believed():
    if not tongues.available():
        pytest.skip("lingua-language-detector is not installed")
    name = "Pôle de gestion des déchets et de développement environnemental des Alpilles"
    assert tongues.other_language(name, "en") == "fr"
    names = tongues.known([name])
    assert names is not None and not tongues.other_language(names.sub(" ", name), "en")
    for said, wrong in (('<p lang="fr">', []), ("<p>", ["fr"])):
        html = f"<html><body>{said}{IN_FRENCH}</p><p>Hello</p></body></html>"
        texts = tongues._blocks(Document(html).root, "en")
        assert [
            found for code, text in texts if (found := tongues.other_language(text, code))
        ] == wrong
