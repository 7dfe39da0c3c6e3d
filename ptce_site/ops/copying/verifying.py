"""Whether the copy holds: every link and anchor, every file; what is wrong, a sentence each."""

import re
from collections.abc import Iterator
from functools import cache

from ..crawl import Site
from ..inspecting.reached import look_at_site
from .rewriting import Terms
from .rules import Moved
from .tree import Refused, Tree, file_of

DRAWN_ID = re.compile(r'\sid="([^"]+)"')
LEADING = ("not 200", "broken anchor", "redirect")  # the rules of check_site that matter here


def faults(site: Site, tree: Tree, moved: list[Moved], terms: Terms) -> Iterator[str]:
    """All that would not work in the copy as it is on the disk."""
    former = {one.path for one in moved}
    for fault in look_at_site(site):
        if fault.rule in LEADING and not (fault.rule == "redirect" and fault.page in former):
            yield f"{fault.page}: {fault.what}"
    yield from tree.damaged()
    yield from _missing(site, tree, former, terms)
    for one in moved:
        if one.target and not _is_there(tree, one.target):
            yield f"{one.path}: the redirect leads to {one.target}, which is not in the copy"


def _missing(site: Site, tree: Tree, former: set[str], terms: Terms) -> Iterator[str]:
    """What a page is tied to and no file holds; shapes that a drawing has not."""

    @cache
    def shapes(path: str) -> set[str]:
        return set(DRAWN_ID.findall((tree.new / file_of(path)).read_text(encoding="utf-8")))

    for page in site.pages.values():
        for path, fragment in sorted({(r.path, r.fragment) for r in page.references if r.own}):
            if path in former or terms.elsewhere(path):
                continue
            if not _is_there(tree, path):
                yield f"{page.path}: leads to {path}, which is not in the copy"
            elif fragment and path.endswith(".svg") and fragment not in shapes(path):
                yield f"{page.path}: #{fragment} is no shape of {path}"


def _is_there(tree: Tree, path: str) -> bool:
    try:
        return (tree.new / file_of(path)).is_file()
    except Refused:
        return False
