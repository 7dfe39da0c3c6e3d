"""The forms of signing in that are not as allauth has them."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.usersessions.forms import ManageUserSessionsForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .links import answer_forgotten
from .querysets import sessions_of
from .recording import Kind, record


class SignInForm(LoginForm):
    """One word for the account, its name or its e-mail, posted as `username`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("Nom du compte ou adresse électronique")
        login.widget.attrs = {"autocomplete": "username", "autofocus": True}
        login.max_length = 254
        self.fields["password"].widget.attrs.pop("placeholder", None)

    def add_prefix(self, field_name: str) -> str:
        """Password managers, and people's habits, know this field by its name."""
        return super().add_prefix("username" if field_name == "login" else field_name)

    def user_credentials(self) -> dict[str, str]:
        """The one word, as a name: the backend hashes one password, whatever that word is."""
        data = self.cleaned_data
        return {"username": data["login"], "password": data.get("password") or ""}


class KeyForm(AddWebAuthnForm):
    """A key that knows its holder opens the room alone, unless one would rather not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Son nom")
        alone = self.fields["passwordless"]
        alone.initial = True
        alone.label = _("Me connecter avec elle seule, sans mot de passe")
        alone.help_text = _("L’appareil demande alors votre empreinte ou votre code à chaque fois.")


class ResetForm(ResetPasswordForm):
    """Asks for a link; says and takes the same whether someone has that e-mail or not."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email = str(self.cleaned_data["email"])
        answer_forgotten(email)
        return email


class SessionsForm(ManageUserSessionsForm):
    """Ends one session that was chosen, or all but this one."""

    session = forms.IntegerField(required=False)

    def save(self, request: HttpRequest) -> None:
        mine = sessions_of(request.user)
        chosen = self.cleaned_data.get("session")
        ended = [one for one in mine if one.pk == chosen or (not chosen and not one.is_current())]
        for one in ended:
            one.end()
        if ended:
            record(Kind.SESSIONS_ENDED, request.user, request=request, detail=str(len(ended)))
