"""The copy, from the first question to the swap."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from ptce_site.editorial.content_version import content_version

from ..crawl import Site, crawl
from ..inspecting.document import Document
from ..inspecting.pages import Page
from . import rules
from .asking import Fetched, asking
from .headers import told
from .rewriting import ERRORS, Terms, dead_controls
from .tree import Tree, file_of
from .verifying import faults

type Tell = Callable[[int, int, str], None]  # how many are done, how many are known, the last


class Faulty(Exception):
    """The copy would not work: its faults, a sentence each."""

    def __init__(self, found: list[str]) -> None:
        super().__init__(f"{len(found)} fault(s)")
        self.found = found


@dataclass(frozen=True)
class Made:
    """What was made."""

    site: Site
    files: int
    size: int  # bytes
    changed: bool  # whether the content changed while it was being read


def make(tree: Tree, terms: Terms, processes: int, tell: Tell) -> Made:
    """Write the whole public site into a begun tree and verify it. Raises Faulty, OSError."""
    before = content_version()
    copy = _Copy(tree, terms, tell)
    moved = rules.moves()
    starts = [*ERRORS, *_root_files(), *(one.target for one in moved if one.target)]
    with asking(processes, terms) as ask_all:
        site = crawl(
            copy.look,
            everything=True,
            ask_all=lambda paths: copy.written(paths, ask_all),
            starts=starts,
            leave=terms.elsewhere,
        )
    moved = rules.with_parts(moved, tree.sums)
    for name, text in rules.files(moved, copy.headers):
        tree.write(name, text.encode())
    found = [*copy.faults, *faults(site, tree, moved, terms)]
    if found:
        raise Faulty(sorted(set(found)))
    tree.write_sums()
    return Made(site, len(tree.sums) + 1, copy.size, content_version() != before)


class _Copy:
    """What is known of the copy while it is being written."""

    def __init__(self, tree: Tree, terms: Terms, tell: Tell) -> None:
        self.tree, self.terms, self.tell = tree, terms, tell
        self.headers: dict[str, dict[str, str]] = {}
        self.faults: list[str] = []
        self.done = self.known = self.size = 0

    def written(self, paths: list[str], ask_all: Any) -> Iterator[tuple[str, Fetched]]:
        """The answers on their way to the crawl, each written first."""
        self.known += len(paths)
        for path, answer in ask_all(paths):
            if answer.status_code == 200:
                self.tree.write(file_of(path), answer.body)
                site = "" if self.terms.alone else settings.SITE_URL
                self.headers[path] = told(answer.headers, forms_to=site)
                self.size += len(answer.body)
            self.done += 1
            self.tell(self.done, self.known, path)
            yield path, answer

    def look(self, page: Page, document: Document) -> None:
        main = document.first("main")
        if main is None or not main.words:
            self.faults.append(f"{page.path}: the page is empty")
        for written in dead_controls(page.path, document, self.terms):
            self.faults.append(f"{page.path}: {written} would do nothing in a copy")


def _root_files() -> Iterable[str]:
    """What browsers ask for at the root, whether a page says so or not."""
    return [f"/{one.name}" for one in sorted(Path(settings.WHITENOISE_ROOT).iterdir())]
