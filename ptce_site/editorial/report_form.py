"""The form a visitor reports a mistake with: what it asks, and the stamp that dates it."""

import re
import secrets
import time
from collections.abc import Mapping

from django import forms
from django.core import signing
from django.core.validators import MaxLengthValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .reports import LONGEST_MESSAGE, Report

SALT = "report form"
UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def kinds() -> list[tuple[str, str]]:
    """What may be wrong, asked at each form so that it is told in the reader's language."""
    return [(value, capfirst(str(label))) for value, label in Report.Kind.choices]


class ReportForm(forms.Form):
    """What is wrong, and optionally what shows it and where to answer."""

    kind = forms.ChoiceField(
        label=_("De quoi s’agit-il ?"),
        choices=kinds,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez de quoi il s’agit."),
            "invalid_choice": _("Choisissez l’une des réponses proposées."),
        },
    )
    message = forms.CharField(
        label=_("Que faut-il corriger ?"),
        help_text=_(
            "La phrase en cause, et ce que vous savez. Inutile de dire qui vous êtes. "
            "4 000 caractères au plus."
        ),
        # No maxlength in the page: a browser would cut what is pasted without a word.
        validators=[MaxLengthValidator(LONGEST_MESSAGE)],
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={
            "required": _("Écrivez ce qu’il faut corriger."),
            "max_length": _("Votre message compte %(show_value)s caractères : 4 000 au plus."),
        },
    )
    proof = forms.CharField(
        label=_("Ce qui le montre"),
        help_text=_("Un lien, un livre, un document. Sans source, écrivez quand même."),
        max_length=500,
        required=False,
        error_messages={
            "max_length": _("La source compte %(show_value)s caractères : 500 au plus.")
        },
    )
    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        help_text=_(
            "Seulement pour vous répondre. Elle est effacée 30 jours après la clôture du "
            "signalement, et au plus tard 12 mois après l’envoi."
        ),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": _("Cette adresse est incomplète. Exemple : prenom.nom@exemple.fr"),
            "max_length": _("Cette adresse est trop longue : 254 caractères au plus."),
        },
    )


def readable(data: Mapping[str, str]) -> dict[str, str]:
    """What was typed, one value a name, without the characters that no keyboard types."""
    return {name: UNREADABLE.sub("", str(data[name] or "")).replace("\r\n", "\n") for name in data}


def new_stamp() -> str:
    """A key that serves once, and the time of its making, signed together."""
    return signing.dumps([secrets.token_urlsafe(16), int(time.time())], salt=SALT)


def open_stamp(stamp: str) -> tuple[str, float]:
    """The key of a stamp and its age in seconds; raises BadSignature if it is not ours."""
    key, made = signing.loads(stamp, salt=SALT)
    return key, time.time() - made
