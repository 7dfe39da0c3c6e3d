"""All that the site holds about one person of the room, as one JSON file without any secret."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .noticing import called
from .querysets import account_numbered, events_naming, factors_of, names_of, sessions_of, signed_by

WORDS = ("username", "first_name", "last_name", "email")
TICKED = ("is_active", "is_staff", "is_superuser")


def export(account: Any) -> str:
    """The file: the account, what proves who it is, its sessions and events, what it signed."""
    told = {
        "account": {
            **{name: getattr(account, name) for name in (*WORDS, *TICKED)},
            "date_joined": _said(account.date_joined),
            "last_login": _said(account.last_login),
            "groups": names_of(account.groups),
            "permissions": names_of(account.user_permissions),
        },
        "second_factors": _rows(factors_of(account), ("created_at", "last_used_at"), called),
        "sessions": _rows(sessions_of(account), ("ip", "user_agent", "created_at", "last_seen_at")),
        "events": _rows(
            events_naming(account.get_username()), ("at", "account", "by", "network", "detail"), str
        ),
        "signed": {
            label: {"count": len(rows), "rows": rows}
            for label, found, moment in signed_by(account)
            if (rows := _rows(found, (moment,) if moment else (), str))
        },
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _rows(found: Iterable[Any], names: tuple[str, ...], what: Any = None) -> list[dict[str, Any]]:
    return [
        {
            **({"what": str(what(row))} if what else {}),
            **{name: _said(getattr(row, name)) for name in names},
        }
        for row in found
    ]


def _said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


@never_cache
@require_safe
def export_view(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One's own; someone else's for who manages accounts."""
    account: Any = request.user
    if pk is not None and pk != account.pk:
        if not account.has_perm("auth.change_user"):
            raise PermissionDenied
        account = account_numbered(pk)
        if account is None:
            raise Http404
    answer = HttpResponse(export(account), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="compte-{account.pk}.json"'
    return answer
