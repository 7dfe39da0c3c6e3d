"""Hears what allauth and Django do to accounts: notes it, and who has proven a second factor."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as factor_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as django_signals
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import second_factor
from .letters import tell_holder
from .querysets import FACTORS, account_called
from .recording import Kind, record

PASSWORD = gettext_lazy("Le mot de passe a été changé.")


def listen() -> None:
    """Connect each signal once; called when the application starts."""
    for signal, hear in (
        (account_signals.user_logged_in, signed_in),
        (account_signals.password_changed, password_changed),
        (account_signals.password_reset, password_changed),
        (django_signals.user_login_failed, refused),
        (factor_signals.authentication_failed, code_refused),
        (factor_signals.authenticator_added, factor_added),
        (factor_signals.authenticator_removed, factor_removed),
        (factor_signals.authenticator_reset, codes_renewed),
        (factor_signals.authenticator_used, factor_used),
    ):
        signal.connect(hear, dispatch_uid=f"accounts.{hear.__name__}.{id(signal)}")


def signed_in(sender: Any, request: HttpRequest, user: Any, **more: Any) -> None:
    proven = second_factor.is_proven(request, user)
    detail = _("avec second facteur") if proven else _("mot de passe seul")
    record(Kind.SIGNED_IN, user, request=request, detail=detail)


def refused(sender: Any, credentials: dict, request: HttpRequest | None = None, **m: Any) -> None:
    account = account_called(str(credentials.get("username") or ""))
    record(Kind.REFUSED, account, request=request)


def password_changed(sender: Any, request: HttpRequest, user: Any, **more: Any) -> None:
    record(Kind.PASSWORD_CHANGED, user, request=request)
    tell_holder(user, str(PASSWORD))


def code_refused(sender: Any, request: HttpRequest, user: Any, **more: Any) -> None:
    record(Kind.CODE_REFUSED, user, request=request)


def factor_added(
    sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **more: Any
) -> None:
    second_factor.prove(request, user)
    record(Kind.FACTOR_ADDED, user, request=request, detail=called(authenticator))
    if authenticator.type in FACTORS:  # codes to fall back on come along with the first
        tell_holder(user, _("Un second facteur a été ajouté : %s.") % called(authenticator))


def factor_removed(
    sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **more: Any
) -> None:
    record(Kind.FACTOR_REMOVED, user, request=request, detail=called(authenticator))
    if authenticator.type in FACTORS:
        tell_holder(user, _("Un second facteur a été retiré : %s.") % called(authenticator))


def codes_renewed(sender: Any, request: HttpRequest, user: Any, **more: Any) -> None:
    record(Kind.CODES_RENEWED, user, request=request)


def factor_used(
    sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **more: Any
) -> None:
    second_factor.prove(request, user)
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        left = len(authenticator.wrap().get_unused_codes())
        record(Kind.CODE_SPENT, user, request=request, detail=_("reste : %d") % left)


def called(authenticator: Authenticator) -> str:
    """What sort of second factor it is, in words."""
    if authenticator.type == Authenticator.Type.WEBAUTHN:
        return _("clé « %s »") % authenticator.wrap().name
    if authenticator.type == Authenticator.Type.TOTP:
        return _("application")
    return _("codes de secours")
