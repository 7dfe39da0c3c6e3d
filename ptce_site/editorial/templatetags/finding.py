"""The filters one keeps, above each list of the room; what is known of an address."""

from typing import Any

from django import template
from django.template import Context

from ..drafting import may_publish
from ..finding.asked import packed
from ..models import CheckedLink, SavedFilter
from ..outside.record import key_of

register = template.Library()


@register.inclusion_tag("admin/editorial/_saved_filters.html", takes_context=True)
def saved_filters(context: Context, changes: Any) -> dict[str, Any]:
    """Those of this list, the one in force marked; a form to keep what is asked now."""
    request = context.request
    label, asked = changes.model._meta.label_lower, packed(changes)
    kept = list(SavedFilter.objects.seen_by(request.user).of_list(label))
    current = next((one.pk for one in kept if one.query == asked), None)
    return {
        "kept": kept,
        "current": current,
        "label": label,
        "question": changes.get_query_string().removeprefix("?") if asked and not current else "",
        "may_share": may_publish(request),
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def dead_link(url: str) -> CheckedLink | None:
    """What is known of an address that leads nowhere any more; nothing of one that answers."""
    link = CheckedLink.objects.at(key_of(url))
    return link if link and link.is_dead else None
