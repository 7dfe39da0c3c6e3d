"""What a list of the admin is asked, as a query string that can be kept and asked again.

Only what the list knows is kept. A date filter is kept as the choice it was ("past 7 days"), not
as the days it meant.
"""

import copy
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import admin
from django.contrib.admin.filters import DateFieldListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ORDER_VAR, SEARCH_VAR
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict

CHOICE = "~"


def room_of(label: str, request: HttpRequest) -> Any:
    """The room that edits a kind ("poles.pole") and that this person may enter, or None."""
    for model, room in admin.site._registry.items():
        if model._meta.label_lower == label and room.has_view_or_change_permission(request):
            return room
    return None


def listing(room: Any, request: HttpRequest, query: str) -> Any:
    """The list as it answers this query string, or None if it does not understand it."""
    asked: Any = copy.copy(request)
    asked.GET = QueryDict(query)
    try:
        return room.get_changelist_instance(asked)
    except (IncorrectLookupParameters, SuspiciousOperation, ValueError):
        return None


def known(room: Any, request: HttpRequest, query: str) -> str:
    """What a list understands of a query string: its filters, its search, its order."""
    plain = listing(room, request, "")
    names = {name for spec in plain.filter_specs for name in spec.expected_parameters()}
    names |= {SEARCH_VAR, ORDER_VAR}
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, value) for name, value in pairs if name in names])


def packed(changes: Any) -> str:
    """What a list was asked, in a fixed order; empty when it shows everything."""
    pairs: list[tuple[str, str]] = []
    for spec in changes.filter_specs:
        if isinstance(spec, DateFieldListFilter):
            chosen = [n for n, choice in enumerate(spec.choices(changes)) if choice["selected"]]
            pairs += [(f"{spec.field_path}{CHOICE}", str(n)) for n in chosen if n]
        else:
            pairs += [
                (name, str(value))
                for name in spec.expected_parameters()
                for value in changes.filter_params.get(name, [])
            ]
    if changes.query:
        pairs.append((SEARCH_VAR, changes.query))
    if pairs and ORDER_VAR in changes.params:
        pairs.append((ORDER_VAR, changes.params[ORDER_VAR]))
    return urlencode(sorted(pairs))


def unpacked(room: Any, request: HttpRequest, query: str) -> str | None:
    """The query string to ask today, or None when the list no longer has what was asked of it."""
    pairs = parse_qsl(query, keep_blank_values=True)
    plain = listing(room, request, "")
    if plain is None:
        return None
    dates = {s.field_path: s.links for s in plain.filter_specs if hasattr(s, "links")}
    asked: list[tuple[str, str]] = []
    for name, value in pairs:
        if not name.endswith(CHOICE):
            asked.append((name, value))
            continue
        links = dates.get(name.removesuffix(CHOICE), ())
        if not value.isdecimal() or int(value) >= len(links):
            return None
        asked += [(key, str(moment)) for key, moment in links[int(value)][1].items()]
    answer = listing(room, request, urlencode(asked))
    return urlencode(asked) if answer is not None and _fits(answer, asked) else None


def _fits(changes: Any, asked: list[tuple[str, str]]) -> bool:
    """Whether each filter asked is still there, and still has the value asked."""
    left = {name for name, _value in asked} - {SEARCH_VAR, ORDER_VAR}
    for spec in changes.filter_specs:
        used = left & set(spec.expected_parameters())
        if used and not any(choice["selected"] for choice in spec.choices(changes)):
            return False
        left -= used
    return not left
