"""What a pole is made of: the names it bore, who takes part in it, its figures."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ptce_site.editorial.models import Sourced
from ptce_site.editorial.partialdate import PartialDateField

from .querysets import PartQuerySet


class PoleName(Sourced):
    """A name the pole bears or bore."""

    pole = models.ForeignKey("poles.Pole", models.CASCADE, related_name="names")
    name = models.CharField(_("nom"), max_length=250)
    start = PartialDateField(_("depuis"), blank=True)
    end = PartialDateField(_("jusqu’à"), blank=True)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    objects = PartQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("nom porté")
        verbose_name_plural = _("noms portés")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Actor(Sourced):
    """Who takes part in a pole, and as what."""

    pole = models.ForeignKey("poles.Pole", models.CASCADE, related_name="actors")
    name = models.CharField(_("nom"), max_length=200)
    role = models.CharField(_("rôle"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    objects = PartQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("acteur")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class PoleFigure(Sourced):
    """A figure about one pole, as its source words it."""

    pole = models.ForeignKey("poles.Pole", models.CASCADE, related_name="figures")
    label = models.CharField(_("ce que le chiffre compte"), max_length=250)
    value = models.CharField(_("valeur"), max_length=160)
    period = models.CharField(_("année ou période"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    objects = PartQuerySet.as_manager()  # type: ignore[assignment]

    proven_by = ("source", "period")

    class Meta:
        verbose_name = _("chiffre du pôle")
        verbose_name_plural = _("chiffres du pôle")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label
