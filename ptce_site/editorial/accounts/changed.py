"""Three of allauth's views that do something more. Loaded by name: they bring all of it along."""

from typing import Any

from allauth.core.internal.ratelimit import decorator
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import LoginWebAuthnView, RemoveWebAuthnView
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from .forms import SessionsForm


class RemoveKey(RemoveWebAuthnView):
    """Asks, as for an application, whether something else is left."""

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
        return HttpResponseRedirect(reverse("mfa_index"))


class OpenByKey(LoginWebAuthnView):
    """Counts who asks what to sign as well as who signs: either writes a session."""

    @method_decorator(decorator(app="allauth.mfa", action="webauthn_login", limit_get=True))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().dispatch(request, *args, **kwargs)


class Sessions(ListUserSessionsView):
    form_class = SessionsForm
