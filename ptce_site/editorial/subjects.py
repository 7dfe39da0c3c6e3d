"""What the room's own public pages say of themselves: the form of a report, and its thanks."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from .. import seo
from ..addresses import CODES, in_language
from . import heads


def of_report(path: str, *, in_trouble: bool) -> seo.Subject:
    """The form about the page at `path`; its title says first that something is to be mended."""
    name = _("Signaler une erreur")
    about = _(
        "Une erreur, un oubli, un lien mort : dites-le à la rédaction, sans compte ni cookie."
    )
    title = _("Erreur dans le formulaire") if in_trouble else name
    asked = {code: urlencode({"objet": in_language(path, code)}) for code in CODES if path}
    return heads.own("report", title, about, name=name, listed=False, asked=asked)


def of_thanks() -> seo.Subject:
    about = _(
        "Votre signalement est entre les mains de la rédaction : qui le lit, ce qu’elle en fait, "
        "où se voient les corrections."
    )
    above = [(_("Signaler une erreur"), reverse("report"))]
    title = _("Merci, c’est reçu")
    return heads.own("report_thanks", title, about, name=_("Merci"), trail=above, listed=False)
