"""What allauth asks the site: where requests come from, what is said, how secrets are kept."""

import base64
import hashlib
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..network import network_of
from .querysets import other_factors
from .views import TOO_MANY

WRONG = _("Le nom ou le mot de passe n’est pas le bon. Vérifiez les majuscules.")
# What is said after each thing that allauth does; nothing after the others.
SAID = {
    "account/messages/password_changed.txt": _(
        "Votre mot de passe est changé. Les sessions ouvertes ailleurs sont fermées."
    ),
    "mfa/messages/totp_activated.txt": _("Votre application est enregistrée."),
    "mfa/messages/totp_deactivated.txt": _("Votre application ne sert plus à vous connecter."),
    "mfa/messages/webauthn_added.txt": _("Votre clé est enregistrée."),
    "mfa/messages/webauthn_removed.txt": _("Cette clé ne sert plus à vous connecter."),
    "usersessions/messages/sessions_logged_out.txt": _("C’est fait : ces sessions sont fermées."),
}


class SignInAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "incorrect_password": _("Ce n’est pas votre mot de passe."),
        "enter_current_password": _("Ce n’est pas votre mot de passe actuel."),
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """A network stands for the address: what is counted and shown names no machine."""
        return network_of(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Attempts are counted for what was typed, alike whether an account has that name or not.

        allauth puts the Host header in, of which anyone can write variants.
        """
        return str(credentials.get("username", "")).casefold()

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not again from someone who signed in here a moment ago."""
        records = get_authentication_records(self.request, self.request.user)
        latest = max((one["at"] for one in records), default=0)
        return time.time() - latest > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:index")

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, WRONG)
        return HttpResponseRedirect(reverse("account_login"))

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        said = message or SAID.get(message_template or "")
        if said:
            messages.add_message(request, level, said, extra_tags=extra_tags)


class FactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant."),
        "cannot_delete_authenticator": _(
            "C’est votre seul second facteur : ajoutez-en un autre avant de le retirer."
        ),
    }

    def get_totp_issuer(self) -> str:
        return f"PTCE ({_own_host()})"

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Keys belong to the host of SITE_URL, whatever a request says."""
        return {"id": _own_host(), "name": self.get_totp_issuer()}

    def get_public_key_credential_user_entity(self, user: Any) -> dict:
        return super().get_public_key_credential_user_entity(user) | {"name": user.get_username()}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not settings.SECOND_FACTOR_REQUIRED or other_factors(authenticator).exists()

    def encrypt(self, text: str) -> str:
        """A copy of the database alone gives nobody's codes: SECRET_KEY is not in it."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """A secret that nobody knows for what another SECRET_KEY encrypted: no code is right."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()


def _own_host() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""


def _cipher() -> Fernet:
    key = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"second factor")
    return Fernet(base64.urlsafe_b64encode(key.digest()))
