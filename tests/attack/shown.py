"""Where what was saved is shown: every kind of page and of file, read as what it is."""

import csv
import io
import json
import re
from concurrent.futures import Future, ProcessPoolExecutor
from html import unescape
from multiprocessing import get_context
from xml.etree import ElementTree

from . import detect
from .asking import Answer
from .forms import Form
from .places import admin_addresses, public_addresses
from .report import Part
from .target import Target

ALWAYS = (
    "/", "/en/", "/de/", "/poles/", "/en/clusters/", "/recherche/?q=essai", "/plan-du-site/",
    "/fil.atom", "/en/feed.atom", "/carte/embed/", "/mentions-legales/", "/accessibilite/",
    "/poles/poles.geojson", "/poles/poles.csv", "/donnees/chiffres.csv", "/chiffres-cles/",
    "/sitemap-poles.xml",
)  # fmt: skip
ROOM = (
    "/admin/", "/admin/recherche/?q=essai", "/admin/traductions/", "/admin/editorial/report/",
    "/admin/filtres/", "/admin/liens/?q=essai", "/admin/etat/",
)  # fmt: skip
# What long texts may hold, said again here and not read from the site.
WRITTEN = {
    "p": "", "h3": "", "h4": "", "ul": "", "ol": "", "li": "", "strong": "", "blockquote": "",
    "dfn": "", "sup": "", "sub": "", "br": "", "table": "", "caption": "", "thead": "",
    "tbody": "", "tr": "", "dl": "", "dt": "", "dd": "", "em": "lang", "q": "lang",
    "cite": "lang", "span": "lang",
    "a": "href hreflang lang", "abbr": "title lang", "th": "scope colspan", "td": "colspan",
}  # fmt: skip
# What the room shows at times only: the boxes that say why not, a text that is there in French.
BOXES = ("role", "tabindex", "aria-labelledby", "data-quality")
AT_TIMES = {("p", "lang"), *(("section", name) for name in BOXES)}
COMPARED = r'href="([^"]*history/compare/[^"]*)"'
RICH = {(tag, name) for tag, names in WRITTEN.items() for name in ("", *names.split())}


def written(text: str) -> detect.Pairs:
    return detect.pairs(detect.tree(text))


def judged(where: str, kind: str, text: str, ours: detect.Pairs) -> list[str]:
    """What is wrong with a page or a file, by its type."""
    found: list[str] = []
    if kind.startswith("text/html"):
        page = detect.tree(text)
        found += [*detect.runs(page), *detect.strange(page, ours)]
    elif "xml" in kind:
        for element in ElementTree.fromstring(text).iter():  # noqa: S314 - our own feed
            if element.get("type") == "html" and element.text:
                piece = detect.tree(element.text)
                found += [*detect.runs(piece), *detect.strange(piece, ours)]
    elif "json" in kind:
        json.loads(text)
    elif kind.startswith("text/csv"):
        rows = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=";")
        found += detect.formulas(rows)
    return [f"{where}: {fault}" for fault in found]


class Shown:
    """Fetches pages and hands them to other processes to be read, which takes the most time."""

    def __init__(self, target: Target, part: Part, who: str) -> None:
        self.target, self.part, self.who = target, part, who
        self.pool = ProcessPoolExecutor(mp_context=get_context("forkserver"))
        self.waiting: list[tuple[str, Future[list[str]]]] = []
        self.ours: detect.Pairs = RICH | AT_TIMES
        self.pages = 0

    def learn_all(self) -> None:
        """Once, before anything was typed; what was learnt then serves the other parts."""
        if not self.target.ours:
            target = self.target
            self.learn([*admin_addresses(target), *public_addresses(target)[::5], *ALWAYS, *ROOM])
            for kind, keys in target.rows.items():
                for key in keys[:1]:
                    history = target.get(f"/admin/{kind}/{key}/history/", self.who).text
                    self.learn([unescape(found) for found in re.findall(COMPARED, history)[:1]])
            target.ours = self.ours
        self.ours |= self.target.ours

    def learn(self, paths: list[str]) -> None:
        """What we write ourselves: tags and attributes of the site before anything was typed."""
        answers = (self.target.get(path, self.who if "/admin/" in path else "") for path in paths)
        self.learn_from([answer.text for answer in answers if answer.is_html])

    def learn_from(self, texts: list[str]) -> None:
        self.ours = self.ours.union(*self.pool.map(written, texts))

    def look(self, path: str) -> Answer:
        answer = self.target.get(path, self.who if path.startswith("/admin/") else "")
        self.judge(path, answer)
        return answer

    def preview(self, path: str, data: Form, language: str) -> None:
        """What an editor sees before publishing."""
        self.judge(
            f"{path} ({language})", self.target.post(path, {**data, "_preview": language}, self.who)
        )

    def judge(self, where: str, answer: Answer) -> None:
        self.pages += 1
        if answer.status >= 500:
            self.part.found(f"{where}: answer {answer.status}")
        kind = answer.get("Content-Type")
        task = self.pool.submit(judged, where, kind, answer.text, self.ours)
        self.waiting.append((where, task))
        while len(self.waiting) > 200:
            self.gather(100)

    def gather(self, count: int) -> None:
        """Take in what the first of those that were handed over found."""
        for where, future in self.waiting[:count]:
            try:
                for fault in future.result():
                    self.part.found(fault)
            except (ValueError, ElementTree.ParseError, csv.Error) as error:
                self.part.found(f"{where}: cannot be read: {error}")
        del self.waiting[:count]

    def thing(self, kind: str, number: int) -> None:
        """Where one thing is shown in the room; what changes little, less often."""
        key = self.target.rows[kind][0]
        self.look(f"/admin/{kind}/{key}/change/")
        history = self.look(f"/admin/{kind}/{key}/history/").text
        compared = re.findall(COMPARED, history)
        for address in compared[:1]:
            self.look(unescape(address))
        if number % 5 == 0:
            for rest in ("", f"{key}/delete/", "recover/", "export.csv"):
                self.look(f"/admin/{kind}/{rest}")

    def visitors(self, number: int) -> None:
        """Where visitors and programs read what was published, and its social cards."""
        for path in [*self.target.addresses, *ALWAYS]:
            answer = self.look(path)
            if number % 10 == 0:
                for card in re.findall(r'property="og:image" content="([^"]+)"', answer.text)[:1]:
                    self.look(unescape(card).removeprefix(self.target.url))
        for path in ROOM:
            self.look(path)
        if number % 20 == 0:
            self.look("/poles/florange-e2i/fiche.pdf")

    def end(self) -> None:
        self.gather(len(self.waiting))
        self.pool.shutdown()
