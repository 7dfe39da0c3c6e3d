"""The pages of signing in: allauth's views, in the room's clothes."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from .adapters import TOO_MANY
from .links import mail_is_on
from .second_factor import is_proven


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


def in_the_room(view: type, name: str, title: Any, **more: Any) -> Any:
    """One of allauth's views with the template `admin/account/<name>.html`."""
    own = {"template_name": f"admin/account/{name}.html", "title": title, **more}
    return type(view.__name__, (InTheRoom, view), own).as_view()


class RemoveKey(RemoveWebAuthnView):
    """Asks, as for an application, whether something else is left."""

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
        return HttpResponseRedirect(reverse("mfa_index"))


def too_many(request: HttpRequest) -> HttpResponse:
    """429: says when to come back, in words and in a header."""
    answer = render(request, "admin/account/too_many.html", {"title": TOO_MANY}, status=429)
    answer["Retry-After"] = "900"
    return answer
