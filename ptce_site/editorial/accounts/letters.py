"""A word to who holds an account when what opens it changes: if it was not them, they know."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from .. import mailing
from ..tongues import FRENCH
from .links import mail_is_on


def tell_holder(account: Any, what: str) -> None:
    """Mail it to the account's address, if it has one; no secret is in it."""
    if not (mail_is_on() and account.email):
        return
    with override(FRENCH):
        subject = _("Votre accès à la rédaction a changé")
        whose = _("Nom de votre compte : %(name)s") % {"name": account.get_username()}
        otherwise = _(
            "Si ce n’est pas vous : fermez les autres sessions, changez votre mot de passe, et "
            "prévenez une personne qui administre le site."
        )
        address = settings.SITE_URL + reverse("mfa_index")
    body = "\n\n".join([what, whose, otherwise, address]) + "\n"
    mailing.post(subject, body, account.email, "The letter about a change of access")
