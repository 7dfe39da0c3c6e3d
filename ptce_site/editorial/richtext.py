"""Long texts: a small allow-list of HTML, cleaned on the way in, resolved on the way out.

Two kinds of link are the site's own:

- `<a href="ref:poles.pole:1">…</a>` points to an object and survives a renamed slug;
- `<a href="source:loi-2014-856"></a>` is a footnote to a `Source`.
"""

import re
from html import escape, unescape
from typing import Any

import nh3
from django.db import models

from . import pasted

TAGS = {
    "p", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote", "q", "cite", "abbr",
    "dfn", "sup", "sub", "br", "span", "table", "caption", "thead", "tbody", "tr", "th", "td",
    "dl", "dt", "dd",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "hreflang", "lang"},
    "abbr": {"title", "lang"},
    "span": {"lang"},
    "em": {"lang"},
    "q": {"lang"},
    "cite": {"lang"},
    "th": {"scope", "colspan"},
    "td": {"colspan"},
}
SCHEMES = {"http", "https", "mailto", "tel", "ref", "source"}

LONGEST, MOST_TAGS = 100_000, 10_000  # in characters, and "<": cleaning takes a second at most

_WORDS = r"(?:(?!<a ).)*?"  # up to the end of the same link: one that never ends is read once
SOURCE_LINK = re.compile(rf'<a href="source:([\w-]+)"[^>]*>{_WORDS}</a>', re.DOTALL)
_MARK = rf'<a href="source:[\w-]+"[^>]*>{_WORDS}</a>'
SOURCE_LINKS = re.compile(rf"{_MARK}(?:\s*{_MARK})*", re.DOTALL)
OBJECT_LINK = re.compile(rf'<a href="ref:(\w+\.\w+):(\d{{1,18}})"([^>]*)>({_WORDS})</a>', re.DOTALL)


def clean_html(html: str) -> str:
    """Return `html` without anything outside the allow-list; scripts and styles lose their text.

    What other programs write is put in our words: their headings, bold, fake lists, empty lines.
    Cleaning what is clean changes nothing. Markup beyond all measure is shown as it was typed.
    """
    clean = nh3.clean(
        escape(html) if html.count("<") > MOST_TAGS else pasted.unpacked(html),
        tags=TAGS | pasted.RENAMED.keys(),
        clean_content_tags=pasted.SILENT,
        attributes=ATTRIBUTES | {"*": set()},
        url_schemes=SCHEMES,
        link_rel=None,
        strip_comments=True,
    )
    return pasted.tidied(clean).strip()


def cited_keys(html: str) -> list[str]:
    """List the keys of the sources that `html` cites, in order, with repeats."""
    return SOURCE_LINK.findall(html or "")


def object_references(html: str) -> set[tuple[str, int]]:
    """List the objects that `html` links to, as (model label, primary key)."""
    return {(label, int(pk)) for label, pk, *_ in OBJECT_LINK.findall(html or "")}


_BREAK = re.compile(r"</(?:p|h3|h4|li|dt|dd|tr|th|td|blockquote|caption)>|<br>")


def plain_text(html: str | None) -> str:
    """The words of a long text on one line: no markup, no footnote mark."""
    words = unescape(_MARKUP.sub("", _BREAK.sub(" ", SOURCE_LINK.sub("", html or ""))))
    return re.sub(r"[ \t\r\n]+", " ", words).strip()


def plain_lines(html: str | None) -> str:
    """The words of a long text, a line for a paragraph, a title, a row."""
    lines = (plain_text(part) for part in _BREAK.split(html or ""))
    return "\n".join(line for line in lines if line)


_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_HEADER = re.compile(r'<th scope="col">(.*?)</th>', re.DOTALL)
_ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<td(?=[ >])")
_MARKUP = re.compile(r"<[^<>]*>")


def label_cells(html: str) -> str:
    """Give each table cell its column's name, so that rows can stack on a narrow screen.

    The browsers we serve keep a table's meaning when it is stacked, so no role is repeated.
    """

    def label_table(table: re.Match) -> str:
        names = [
            escape(unescape(_MARKUP.sub("", name)).strip()) for name in _HEADER.findall(table[0])
        ]

        def label_row(row: re.Match) -> str:
            following = iter(names[1:])
            return _CELL.sub(lambda _: f'<td data-label="{next(following, "")}"', row[0])

        return _ROW.sub(label_row, table[0])

    return _TABLE.sub(label_table, html)


class RichTextField(models.TextField):
    """A TextField whose value is cleaned whenever it goes to the database."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return clean_html(value) if value else value

    def formfield(self, **kwargs: Any) -> Any:
        """A textarea, which js/admin-rich.js turns into an editor where there are scripts."""
        field = super().formfield(**{"max_length": LONGEST, **kwargs})
        if field:
            field.widget.attrs["data-rich"] = ""
        return field

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return clean_html(super().clean(value, model_instance) or "")
