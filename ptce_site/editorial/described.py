"""What a search result says of a page, where the words drawn from its content do not do."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Described(models.Model):
    """Two texts that stand in for those the site makes itself; both may stay empty."""

    seo_title = models.CharField(
        _("titre pour les moteurs"),
        max_length=70,
        blank=True,
        help_text=_("Vide, il est tiré de la fiche. 65 caractères au plus."),
    )
    description = models.CharField(
        _("description pour les moteurs"),
        max_length=170,
        blank=True,
        help_text=_("Vide, elle est tirée de la fiche. De 50 à 160 caractères."),
    )

    class Meta:
        abstract = True
