"""Images: a picture kept in the library, what it shows, who made it, and the files made of it."""

import logging

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ptce_site.addresses import reader
from ptce_site.images import Cut, cuts

from . import media
from .querysets import ImageQuerySet

logger = logging.getLogger(__name__)

NO_ALT = _("Dites en français ce que montre l’image, ou cochez « décorative ».")


class Image(models.Model):
    """A picture of the library. Its master never changes: another file is another master."""

    class Licence(models.TextChoices):
        LO = "lo-2", "Licence Ouverte 2.0"
        CC_BY = "cc-by-4", "CC BY 4.0"
        CC_BY_SA = "cc-by-sa-4", "CC BY-SA 4.0"
        CC0 = "cc0", "CC0 1.0"
        PUBLIC = "public", _("domaine public")
        PERMISSION = "permission", _("avec l’autorisation de l’auteur")
        OWN = "own", _("image de l’éditeur du site")

    TERMS: dict[str, str] = {
        Licence.LO: "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
        Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
        Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
        Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    }

    master = models.CharField(
        _("fichier"),
        max_length=80,
        unique=True,
        help_text=_("JPEG, PNG, WebP ou AVIF, 25 Mo au plus, 400 points de large au moins."),
    )
    title = models.CharField(
        _("nom"), max_length=160, help_text=_("Pour la retrouver ; les visiteurs ne le voient pas.")
    )
    decorative = models.BooleanField(
        _("décorative"),
        default=False,
        help_text=_("Elle n’apprend rien : qui ne la voit pas ne perd rien."),
    )
    alt = models.CharField(
        _("ce que montre l’image"),
        max_length=300,
        blank=True,
        help_text=_("Une phrase, lue à voix haute à qui ne voit pas l’image."),
    )
    caption = models.CharField(
        _("légende"), max_length=400, blank=True, help_text=_("Écrite sous l’image.")
    )
    credit = models.CharField(
        _("auteur"), max_length=200, help_text=_("Qui a pris la photo ou fait le dessin.")
    )
    licence = models.CharField(_("licence"), max_length=12, choices=Licence.choices)
    source_url = models.URLField(_("page d’origine"), blank=True, max_length=500)
    focus_x = models.PositiveSmallIntegerField(
        _("point important, depuis la gauche, en %"),
        default=50,
        validators=[MaxValueValidator(100)],
    )
    focus_y = models.PositiveSmallIntegerField(
        _("point important, depuis le haut, en %"), default=50, validators=[MaxValueValidator(100)]
    )
    width = models.PositiveIntegerField(_("largeur"), editable=False)
    height = models.PositiveIntegerField(_("hauteur"), editable=False)
    created_at = models.DateTimeField(_("ajoutée le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifiée le"), auto_now=True)

    objects = ImageQuerySet.as_manager()

    quoted = True  # what is illustrated shows it whole
    not_read = ("title",)

    class Meta:
        verbose_name = _("image")
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                name="editorial_image_said_or_decorative",
                condition=Q(decorative=True) | (Q(alt_fr__isnull=False) & ~Q(alt_fr="")),
                violation_error_message=NO_ALT,
            ),
            models.CheckConstraint(name="editorial_image_credited", condition=~Q(credit="")),
            models.CheckConstraint(
                name="editorial_image_focus_inside", condition=Q(focus_x__lte=100, focus_y__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if not self.decorative and not self.alt_fr:
            raise ValidationError({"alt_fr": NO_ALT})

    @property
    def cuts(self) -> dict[str, Cut]:
        """The shapes it is shown in, by name."""
        return cuts(self.master, (self.width, self.height), (self.focus_x, self.focus_y))

    @property
    def natural(self) -> "Shown":
        return Shown(self.cuts["natural"])

    @property
    def wide(self) -> "Shown":
        return Shown(self.cuts["wide"])

    @property
    def thumbnail(self) -> str:
        """The address of its smallest file."""
        cut = self.cuts["natural"]
        return media.url(cut.name(cut.widths[0], "webp"))

    @property
    def alt_language(self) -> str:
        """The language its words fall back to, where they are not in the visitor's."""
        return self._language("alt")

    @property
    def caption_language(self) -> str:
        return self._language("caption")

    @property
    def terms(self) -> str:
        """Where its licence is written, if it is a public one."""
        return self.TERMS.get(self.licence, "")

    def _language(self, name: str) -> str:
        asked = reader()
        return "fr" if asked != "fr" and not getattr(self, f"{name}_{asked}", "") else ""


class Shown:
    """A shape of a picture as a page asks for it."""

    def __init__(self, cut: Cut) -> None:
        self.width, self.height, self.cut = cut.width, cut.height, cut

    @property
    def tall(self) -> bool:
        """Too high to be read at once if it were as wide as its column."""
        return self.height * 5 > self.width * 4

    @property
    def avif(self) -> str:
        """Nothing where one width or another would weigh more than in WebP, or is not there.

        A browser that reads AVIF looks at no other format, whatever the width it needs.
        """
        return self._set("avif") if all(map(self._is_lighter, self.cut.widths)) else ""

    @property
    def webp(self) -> str:
        return self._set("webp")

    @property
    def url(self) -> str:
        """For a browser that does not choose."""
        return media.url(self.cut.name(self.width, "webp"))

    def _is_lighter(self, width: int) -> bool:
        avif, webp = (media.weight(self.cut.name(width, suffix)) for suffix in ("avif", "webp"))
        return 0 < avif < webp

    def _set(self, suffix: str) -> str:
        cut = self.cut
        return ", ".join(f"{media.url(cut.name(w, suffix))} {w}w" for w in cut.widths)


def make_missing() -> None:
    """Make the files that the library lacks: those of another recipe, or of a copy put back.

    An image whose master is lost stays as it is.
    """
    for image in Image.objects.all():
        try:
            media.make(image.master, image.cuts.values())
        except OSError:
            logger.exception("no file could be made of the image %s", image.pk)


class Illustrated(models.Model):
    """What may be shown with a picture; one in use cannot be deleted."""

    image = models.ForeignKey(
        Image,
        models.PROTECT,
        verbose_name=_("image"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Sous le texte d’une partie « texte » ou « encadré » ; en tête d’un pôle."),
    )

    class Meta:
        abstract = True
