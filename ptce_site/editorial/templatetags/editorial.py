"""What every template needs of the editorial room: rich text, footnotes, dates, numbers."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from ptce_site import pdf

from .. import graph, graph_records, unsent
from .. import richtext as markup
from ..exports import csv_habits
from ..footnotes import Footnotes, runs
from ..models import AccessibilityAudit, Source
from ..numbers import colon, money, number, percent_sign, quoted, semicolon
from ..partialdate import format_partial_date
from ..site_index import site_index
from ..tongues import FRENCH, foreign, reader

register = template.Library()


def foreign_mark(thing: Any, *texts: str) -> SafeString:
    """` lang="fr"` where a thing, or one of its texts, is shown in French to another reader."""
    language = foreign(thing, *texts)
    return format_html(' lang="{}"', language) if language else SafeString()


def in_tongue(text: str, language: str) -> SafeString:
    """A text with its language said, where it is not the reader's."""
    if not text or language == reader():
        return format_html("{}", text)
    return format_html('<span lang="{}">{}</span>', language, text)


@register.filter
def source_title(source: Source) -> SafeString:
    """The title of a source between the reader's quotation marks, in its own language."""
    return quoted(in_tongue(source.title, source.language))


@register.filter
def said_in_french(text: str) -> SafeString:
    """What editors only write in French: who published a source, how its date is known."""
    return in_tongue(text, FRENCH)


register.filter("partial_date", format_partial_date, expects_localtime=True)
register.filter("number", number)
register.filter("money", money)
for mark in (percent_sign, colon, semicolon):
    register.simple_tag(mark)
register.simple_tag(foreign_mark, name="foreign")


def footnote_marks(request: HttpRequest, keys: Iterable[str]) -> SafeString:
    """The marks of one claim as one group: "3, 7, 12–15", each number a link, first uses named."""
    notes = Footnotes.of(request)
    cited = dict(notes.cite(key) for key in dict.fromkeys(keys))
    return _mark_group(tuple(sorted(cited.items())), reader())


@lru_cache(maxsize=5000)
def _mark_group(cited: tuple[tuple[int, bool], ...], language: str) -> SafeString:
    """The numbers of one claim, each with whether it was never cited before."""
    new = dict(cited)
    groups = [
        _mark_run(tuple(run), tuple(new[number] for number in run), language) for run in runs(new)
    ]
    if not groups:
        return SafeString()
    marks = format_html_join(", ", "{}", ((group,) for group in groups))
    return format_html('<sup class="footnote-mark">{}</sup>', marks)


def _mark_run(run: tuple[int, ...], first: tuple[bool, ...], _language: str) -> SafeString:
    """One link to the first note of a run; the others of the run keep a place to come back to.

    `first` says of each number whether it was never cited before.
    """
    if len(run) == 1:
        name, shown = gettext("source %(number)s") % {"number": run[0]}, str(run[0])
    else:
        shown = f"{run[0]}–{run[-1]}"  # said as it is written, for who speaks to their browser
        name = gettext("sources %(numbers)s") % {"numbers": shown}
    places = ((number,) for number, new in zip(run[1:], first[1:], strict=True) if new)
    return format_html(
        '<a href="#note-{}"{} aria-label="{}">{}</a>{}',
        run[0],
        format_html(' id="appel-{}"', run[0]) if first[0] else "",
        name,
        shown,
        format_html_join("", '<span id="appel-{}"></span>', places),
    )


@register.simple_tag(takes_context=True)
def cite(context: Context, *claims: Any) -> SafeString:
    """One group of footnote marks for all claims (Sourced objects, or comma-joined keys)."""
    keys: list[str] = []
    for claim in claims:
        keys += claim.source_keys if hasattr(claim, "source_keys") else (claim or "").split(",")
    return footnote_marks(context.request, filter(None, keys))


@register.simple_tag(takes_context=True)
def richtext(context: Context, html: str | None) -> SafeString:
    """Render a long text: its footnotes numbered, its internal links resolved.

    A link to something no longer public keeps its words and loses its link.
    """
    request = context.request

    def link(match: re.Match) -> str:
        label, pk, attributes, words = match.groups()
        target = site_index(request).get((label.lower(), int(pk)))
        return f'<a href="{target.get_absolute_url()}"{attributes}>{words}</a>' if target else words

    html = markup.SOURCE_LINKS.sub(
        lambda m: footnote_marks(request, markup.cited_keys(m[0])), markup.label_cells(html or "")
    )
    return mark_safe(markup.OBJECT_LINK.sub(link, html))  # noqa: S308 - cleaned by RichTextField


@register.inclusion_tag("components/source_list.html", takes_context=True)
def source_list(context: Context) -> dict[str, Any]:
    """The sources of the page; how most of them were read is said once, the others say theirs."""
    notes = Footnotes.of(context.request).listed()
    readings = Counter(source.reading_note for _, source in notes if source)
    return {"notes": notes, "usual": readings.most_common(1)[0][0] if readings else ""}


@register.inclusion_tag("editorial/_publisher.html", takes_context=True)
def publisher(context: Context) -> dict[str, Any]:
    request = context.request
    graph.tell(request, lambda: graph_records.publisher(request, named=True))
    return {"publisher": graph_records.the_publisher(request)}


@register.inclusion_tag("editorial/_contact.html", takes_context=True)
def contact(context: Context) -> dict[str, Any]:
    request = context.request
    graph.tell(request, lambda: graph_records.publisher(request, named=False))
    return {"publisher": graph_records.the_publisher(request)}


@register.inclusion_tag("editorial/_accessibility.html", takes_context=True)
def accessibility_statement(context: Context) -> dict[str, Any]:
    return {"audit": AccessibilityAudit.objects.first()}


@register.simple_tag(takes_context=True)
def data_licence(context: Context) -> str:
    """The licence the publisher chose for the site's own data; empty until then."""
    return graph_records.the_publisher(context.request).licence


register.simple_tag(csv_habits)


@register.simple_tag
def sheets_can_be_made() -> bool:
    """Whether this machine can make the PDFs that a page would link to."""
    return pdf.available()


@register.simple_tag(takes_context=True)
def kept_token(context: Context) -> str:
    """The token under which the browser keeps what was just posted, or nothing."""
    return unsent.kept(context.request)
