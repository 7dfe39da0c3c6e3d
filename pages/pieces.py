"""Cutting a long text into the pieces a drawing goes with: the terms of a list, its items."""

import re
from dataclasses import dataclass

_LIST = re.compile(r"<dl>(.*?)</dl>", re.DOTALL)
_TERM = re.compile(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", re.DOTALL)
_ITEM = re.compile(r"<(/?)(li|ol|ul)>")
_TITLE = re.compile(r"<h3>(.*?)</h3>", re.DOTALL)


@dataclass(frozen=True)
class Term:
    words: str
    text: str

    @property
    def initial(self) -> str:
        """The letter an acronym takes from it."""
        return self.words[:1]

    @property
    def rest(self) -> str:
        """What follows a letter that stands alone: "comme pôle" in "P comme pôle"."""
        return self.words[2:] if self.words[1:2] == " " else self.words


@dataclass(frozen=True)
class Terms:
    """A text and its definition list: what comes before, the terms, what comes after."""

    before: str
    terms: list[Term]
    after: str


def cut_terms(html: str) -> Terms:
    """Split `html` around its first definition list."""
    found = _LIST.search(html or "")
    if not found:
        return Terms(html or "", [], "")
    terms = [Term(words, text) for words, text in _TERM.findall(found[1])]
    return Terms(html[: found.start()], terms, html[found.end() :])


def cut_items(html: str) -> list[str]:
    """The inside of each item of the outer list; nested lists stay whole."""
    items, depth, start = [], 0, 0
    for tag in _ITEM.finditer(html or ""):
        closing, name = tag[1], tag[2]
        if name == "li":
            if depth == 1 and not closing:
                start = tag.end()
            elif depth == 1:
                items.append(html[start : tag.start()])
        else:
            depth += -1 if closing else 1
    return items


def cut_parts(html: str) -> list[str]:
    """The text before its first third-level title, then each part from its title on."""
    return re.split(r"(?=<h3>)", html or "")


def titles(html: str) -> list[str]:
    """The third-level titles of a text, without their footnotes."""
    return [re.sub(r"<[^>]*>", "", title) for title in _TITLE.findall(html or "")]
