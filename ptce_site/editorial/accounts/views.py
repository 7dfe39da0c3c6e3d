"""The pages of signing in: allauth's views, in the room's clothes."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from .later import later
from .links import mail_is_on
from .second_factor import is_proven

TOO_MANY = _("Trop d’essais. Réessayez dans un quart d’heure.")


class InTheRoom:
    """What the templates of the room need; without the menus of who has not proven enough."""

    title: Any = ""
    request: Any

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        room = admin.site.each_context(self.request)
        waits = settings.SECOND_FACTOR_REQUIRED and not is_proven(self.request, self.request.user)
        if waits:
            room |= {"has_permission": False, "is_nav_sidebar_enabled": False}
        own = {"title": self.title, "waits": waits, "mail_is_on": mail_is_on()}
        return {**room, **own, **super().get_context_data(**kwargs)}  # type: ignore[misc]


def in_the_room(view: str, name: str, title: Any) -> Callable[..., HttpResponse]:
    """One of allauth's views with the template `admin/account/<name>.html`."""
    return later(view, InTheRoom, template_name=f"admin/account/{name}.html", title=title)


def too_many(request: HttpRequest) -> HttpResponse:
    """429: says when to come back, in words and in a header."""
    answer = render(request, "admin/account/too_many.html", {"title": TOO_MANY}, status=429)
    answer["Retry-After"] = "900"
    return answer
