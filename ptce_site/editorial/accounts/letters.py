"""A word to who holds an account when what opens it changes: if it was not them, they know."""

import logging
from threading import Thread
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..tongues import FRENCH
from .links import mail_is_on

logger = logging.getLogger(__name__)


def tell_holder(account: Any, what: str) -> None:
    """Mail it to the account's address, if it has one; nobody waits, and no secret is in it."""
    if mail_is_on() and account.email:
        Thread(target=_send, args=(account.get_username(), account.email, what)).start()


def _send(name: str, email: str, what: str) -> None:
    with override(FRENCH):
        subject = _("Votre accès à la rédaction a changé")
        whose = _("Nom de votre compte : %(name)s") % {"name": name}
        otherwise = _(
            "Si ce n’est pas vous : fermez les autres sessions, changez votre mot de passe, et "
            "prévenez une personne qui administre le site."
        )
        address = settings.SITE_URL + reverse("mfa_index")
    try:
        send_mail(subject, "\n\n".join([what, whose, otherwise, address]) + "\n", None, [email])
    except (OSError, ValueError):
        logger.exception("The letter about a change of access could not be sent")
