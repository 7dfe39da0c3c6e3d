"""What is asked about accounts."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db.models import DateTimeField, Q, QuerySet

from ..roles import ROLES

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class AccountEventQuerySet(QuerySet):
    def before(self, moment: datetime) -> "AccountEventQuerySet":
        return self.filter(at__lt=moment)


def account_called(word: str) -> Any:
    """The account of that name, else the only one with that e-mail, whatever its capitals; None."""
    accounts = get_user_model()._default_manager
    named = account_named(word)
    written = [one for one in accounts.filter(email__iexact=word) if _same(one.email, word)]
    if named is None and word and len(written) == 1:
        return written[0]
    return named


def accounts_in_use_at(email: str) -> list[Any]:
    """The accounts of people in the room that have this e-mail."""
    accounts = get_user_model()._default_manager
    found = accounts.filter(email__iexact=email, is_active=True, is_staff=True)
    return [one for one in found if email and _same(one.email, email)]


def has_account_at(email: str, but: Any = None) -> bool:
    """Whether another account than `but` has this e-mail."""
    found = get_user_model()._default_manager.filter(email__iexact=email).exclude(pk=but)
    return any(_same(one.email, email) for one in found)


def administrators() -> QuerySet:
    """The accounts in use whose holders may do everything, accounts included."""
    accounts = get_user_model()._default_manager
    members = accounts.filter(groups__name=ROLES["administration"]).values("pk")
    return accounts.filter(is_active=True, is_staff=True).filter(
        Q(is_superuser=True) | Q(pk__in=members)
    )


def hold_administrators() -> None:
    """Whoever changes one of them waits until this transaction is done."""
    list(administrators().select_for_update().order_by("pk"))


def has_factor(account: Any) -> bool:
    """Whether an account has something more than its password: an application or a key."""
    return Authenticator.objects.filter(user_id=account.pk, type__in=FACTORS).exists()


def with_roles(accounts: QuerySet) -> QuerySet:
    """Accounts with the groups they are in."""
    return accounts.prefetch_related("groups")


def account_named(name: str) -> Any:
    """The account of exactly that name; None if there is none."""
    return get_user_model()._default_manager.filter(username=name).first()


def account_numbered(pk: int) -> Any:
    """The account of that key; None if there is none."""
    return get_user_model()._default_manager.filter(pk=pk).first()


def events_naming(name: str) -> QuerySet:
    """What happened to the account of that name, and what its holder did to others."""
    events = apps.get_model("accounts.AccountEvent").objects
    return events.filter(Q(account=name) | Q(by=name))


def signed_by(account: Any) -> list[tuple[str, QuerySet, str]]:
    """The rows of any other kind that name an account: (label, rows, the field of their moment).

    Asked of the models, so that a table to come is not forgotten.
    """
    found = []
    for relation in account._meta.get_fields(include_hidden=True):
        model = relation.related_model
        link = relation.auto_created and relation.one_to_many and not model._meta.auto_created
        if not link or model in (Authenticator, UserSession):
            continue
        dated = (one.name for one in model._meta.fields if isinstance(one, DateTimeField))
        rows = model._base_manager.filter(**{relation.field.name: account}).order_by("pk")
        found.append((model._meta.label_lower, rows, next(dated, "")))
    return found


def factors_of(account: Any) -> QuerySet:
    """All that proves who someone is beside the password, codes to fall back on included."""
    return Authenticator.objects.filter(user_id=account.pk)


def other_factors(authenticator: Authenticator) -> QuerySet:
    """The applications and keys of the same account."""
    factors = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
    return factors.exclude(pk=authenticator.pk)


def sessions_of(account: Any) -> QuerySet:
    """The sessions that someone opened by signing in."""
    return UserSession.objects.filter(user_id=account.pk)


def sessions_ended(now: datetime) -> QuerySet:
    """The sessions that serve no more, their time being over."""
    return Session.objects.filter(expire_date__lt=now)


def lists_of_ended_sessions() -> QuerySet:
    """What is listed of sessions that are not there any more: a network, a browser, two moments."""
    return UserSession.objects.exclude(session_key__in=Session.objects.values("session_key"))


def names_of(manager: Any) -> list[str]:
    """How the things of a relation are called, in order."""
    return sorted(str(one) for one in manager.all())


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
