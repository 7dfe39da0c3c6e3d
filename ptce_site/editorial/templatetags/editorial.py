"""What every template needs of the editorial room: rich text, footnotes, dates, numbers."""

import re
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from .. import richtext as markup
from ..footnotes import Footnotes
from ..models import AccessibilityAudit, Publisher
from ..partialdate import format_partial_date
from ..site_index import site_index

register = template.Library()

register.filter("partial_date", format_partial_date)


@register.filter
def number(value: Decimal | float | int | None) -> str:
    """Write a number as the active language does: 2 360 000 · 2,360,000 · 2.360.000."""
    if value is None or value == "":
        return ""
    return format_decimal(value, format="#,##0.####", locale=get_language() or "fr")


def footnote_mark(request: HttpRequest, key: str) -> SafeString:
    number, first = Footnotes.of(request).cite(key)
    return format_html(
        '<sup class="footnote-mark"><a href="#note-{}"{} aria-label="{}">{}</a></sup>',
        number,
        format_html(' id="appel-{}"', number) if first else "",
        gettext("source %(number)s") % {"number": number},
        number,
    )


@register.simple_tag(takes_context=True)
def cite(context: Context, *claims: Any) -> SafeString:
    """Footnote marks for the sources of each claim (a Sourced object, or comma-joined keys)."""
    keys: list[str] = []
    for claim in claims:
        keys += claim.source_keys if hasattr(claim, "source_keys") else (claim or "").split(",")
    unique = dict.fromkeys(key for key in keys if key)
    return format_html_join("", "{}", ((footnote_mark(context.request, key),) for key in unique))


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

    html = markup.SOURCE_LINK.sub(lambda m: footnote_mark(request, m[1]), html or "")
    return mark_safe(markup.OBJECT_LINK.sub(link, html))  # noqa: S308 - cleaned by RichTextField


@register.inclusion_tag("components/source_list.html", takes_context=True)
def source_list(context: Context) -> dict[str, Any]:
    return {"notes": Footnotes.of(context.request).listed()}


@register.inclusion_tag("editorial/_publisher.html")
def publisher() -> dict[str, Any]:
    return {"publisher": Publisher.objects.first() or Publisher()}


@register.inclusion_tag("editorial/_contact.html")
def contact() -> dict[str, Any]:
    return {"publisher": Publisher.objects.first() or Publisher()}


@register.inclusion_tag("editorial/_accessibility.html", takes_context=True)
def accessibility_statement(context: Context) -> dict[str, Any]:
    return {"audit": AccessibilityAudit.objects.first()}


@register.simple_tag
def publisher_missing() -> list[str]:
    """What the legal pages still lack, in words; the admin's first screen shows it."""
    return (Publisher.objects.first() or Publisher()).missing
