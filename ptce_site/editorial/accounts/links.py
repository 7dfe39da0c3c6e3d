"""Links that serve once to choose a password: sent by mail, or handed over by whoever made them.

A link holds for three days (PASSWORD_RESET_TIMEOUT), until it has served or its account signs in.
"""

import logging
from threading import Thread
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import send_mail
from django.db import connections
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from ..tongues import FRENCH
from .querysets import accounts_in_use_at
from .recording import Kind, record

logger = logging.getLogger(__name__)
NOWHERE = "django.core.mail.backends.dummy.EmailBackend"
NOT_GONE = gettext_lazy("le courrier n’a pas pu partir")


def mail_is_on() -> bool:
    """Whether EMAIL_URL says where mail goes."""
    return settings.MAILERS["default"]["BACKEND"] != NOWHERE


def link_for(account: Any) -> str:
    """A link of the site's own address, whatever host a request named."""
    word = {
        "uidb36": user_pk_to_url_str(account),
        "key": PasswordResetTokenGenerator().make_token(account),
    }
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=word)


def give_link(account: Any, *, by: str) -> str:
    """Mail an account its link, as an invitation; or return it, to be handed over.

    Empty once mailed. Raises OSError or ValueError where the mail cannot leave.
    """
    link = link_for(account)
    mailed = mail_is_on() and account.email
    record(Kind.LINK_GIVEN, account, by=by, detail=_("par courriel") if mailed else _("affiché"))
    if not mailed:
        return link
    try:
        _mail(account, link, invited=True)
    except (OSError, ValueError):
        record(Kind.LINK_GIVEN, account, by=by, detail=str(NOT_GONE))
        raise
    return ""


def answer_forgotten(email: str) -> None:
    """Send its link to whoever has this e-mail, without the visitor waiting for any of it.

    How long it takes to look, to make a link and to reach the mail server would say who has an
    account here.
    """
    Thread(target=_answer, args=(email,), daemon=False).start()


def _answer(email: str) -> None:
    by = _("mot de passe oublié")
    try:
        for account in accounts_in_use_at(email):
            record(Kind.LINK_GIVEN, account, by=by, detail=_("par courriel"))
            try:
                _mail(account, link_for(account), invited=False)
            except (OSError, ValueError):  # who asked is not told: it would say whose account it is
                record(Kind.LINK_GIVEN, account, by=by, detail=str(NOT_GONE))
                raise
    except Exception:
        logger.exception("The mail about a forgotten password could not be sent")
    finally:
        connections.close_all()


def _mail(account: Any, link: str, *, invited: bool) -> None:
    with override(FRENCH):
        if invited:
            subject = _("Votre accès à la rédaction du site")
            why = _("Un accès à la rédaction du site vous est ouvert.")
        else:
            subject = _("Choisir un nouveau mot de passe")
            why = _("Vous avez demandé un nouveau mot de passe. Sinon, ne faites rien.")
        name = _("Nom de votre compte : %(name)s") % {"name": account.get_username()}
        what = _("Ce lien sert une fois, pendant trois jours, à choisir un mot de passe :")
        body = "\n\n".join([why, name, f"{what}\n{link}"]) + "\n"
    send_mail(subject, body, None, [account.email])
