"""The editors' guide, docs/editing.md, read in the room itself."""

import re
from functools import cache

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import slugify
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

PICTURES = re.compile(r'src="\.\./static/([^"]+)"')


@cache
def guide() -> tuple[SafeString, list[tuple[str, str]]]:
    """The guide in HTML, and its tasks as (anchor, title). Ours, so trusted; no HTML is let in."""
    text = (settings.BASE_DIR / "docs" / "editing.md").read_text(encoding="utf-8")
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    tasks = []
    for opening, inline in zip(tokens, tokens[1:], strict=False):
        if opening.type == "heading_open" and opening.tag == "h2":
            anchor = str(slugify(inline.content))
            opening.attrSet("id", anchor)
            tasks.append((anchor, inline.content))
    html = markdown.renderer.render(tokens[3:], markdown.options, {})  # the page has the title
    html = PICTURES.sub(lambda found: f'src="{static(found[1])}"', html)
    return mark_safe(html), tasks  # noqa: S308 - our own file, without HTML


def guide_view(request: HttpRequest) -> HttpResponse:
    html, tasks = guide()
    context = {**admin.site.each_context(request), "guide": html, "tasks": tasks}
    return TemplateResponse(request, "admin/editorial/guide.html", context)
