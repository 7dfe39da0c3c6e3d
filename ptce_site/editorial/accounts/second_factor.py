"""Who has only given a password is nobody yet: one check, before any view of any application.

A session is proven when an application, a key or a code to fall back on was used in it, or set up
in it. Until then, where SECOND_FACTOR_REQUIRED says so, the site sees no account at all, and the
room opens only the pages on which one sets a second factor up.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from ..where import is_in_the_room
from .querysets import has_factor

PROVEN = "second_factor"
SET_UP = {
    "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "account_logout"
}  # fmt: skip
OPEN = {"logout", "jsi18n", "account_reset_password_from_key"}


def prove(request: HttpRequest, account: Any) -> None:
    """Note in the session that it is more than a password's."""
    request.session[PROVEN] = str(account.pk)


def is_proven(request: HttpRequest, account: Any) -> bool:
    """Whether this session has shown a second factor of this very account."""
    return bool(account.pk) and request.session.get(PROVEN) == str(account.pk)


class SecondFactorMiddleware:
    """Stands right after authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR_REQUIRED:
            known = request.user
            request.half_known = known
            request.user = SimpleLazyObject(lambda: _seen(request, known))  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """In the room, send who has only given a password to set a second factor up."""
        if not settings.SECOND_FACTOR_REQUIRED or not is_in_the_room(request.path):
            return None
        known = request.half_known
        if not known.is_authenticated or is_proven(request, known):
            return None
        if has_factor(known):  # set up elsewhere since: this session has nothing to add to it
            logout(request)
            request.user = request.half_known = AnonymousUser()
            return None
        name = request.resolver_match.url_name if request.resolver_match else ""
        if name in SET_UP:
            request.user = known
        return None if name in SET_UP | OPEN else HttpResponseRedirect(reverse("mfa_index"))


def _seen(request: HttpRequest, known: Any) -> Any:
    return known if known.is_authenticated and is_proven(request, known) else AnonymousUser()
