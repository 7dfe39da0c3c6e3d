"""Calls for projects, what sources say of them, and the sectors poles are sorted by."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ptce_site.editorial.models import Sourced
from ptce_site.editorial.richtext import RichTextField

from .querysets import CallQuerySet


class Call(Sourced):
    """A national call for projects. Places nobody has documented are counted, never invented."""

    slug = models.SlugField(_("adresse"), max_length=40, unique=True)
    name = models.CharField(_("nom"), max_length=120)
    launched_on = models.DateField(_("lancé le"))
    announced_on = models.DateField(_("résultats annoncés le"))
    laureates = models.PositiveSmallIntegerField(_("nombre de lauréats"))
    admissible = models.PositiveSmallIntegerField(_("dossiers recevables"), null=True, blank=True)
    envelope_eur = models.PositiveIntegerField(_("enveloppe, en euros"), null=True, blank=True)
    award_min_eur = models.PositiveIntegerField(
        _("plus petite aide, en euros"), null=True, blank=True
    )
    award_max_eur = models.PositiveIntegerField(
        _("plus grande aide, en euros"), null=True, blank=True
    )
    note = RichTextField(_("précisions"), blank=True)

    objects = CallQuerySet.as_manager()

    quoted = True

    class Meta:
        verbose_name = _("appel à projets")
        verbose_name_plural = _("appels à projets")
        ordering = ["launched_on"]
        constraints = [
            models.CheckConstraint(
                name="poles_call_dates_in_order",
                condition=Q(announced_on__gte=models.F("launched_on")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def open_places(self) -> range:
        """The numbers of the laureates nobody has documented yet. Needs `with_documented()`."""
        return range(self.documented + 1, self.laureates + 1)

    @property
    def applications(self) -> list[int]:
        """Every number of applications a source gives, in order. Needs `with_applications()`."""
        values = (int(value) for value in (self.application_values or "").split(",") if value)
        return sorted(value for value in values if value)


class ApplicationCount(Sourced):
    """How many applications a call received, as one source gives it; sources differ."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="application_counts")
    value = models.PositiveSmallIntegerField(
        _("dossiers déposés"), validators=[MinValueValidator(1)]
    )
    note = models.CharField(_("précision"), max_length=200, blank=True)

    proven_by = ("source",)

    class Meta:
        verbose_name = _("nombre de dossiers selon une source")
        verbose_name_plural = _("nombres de dossiers selon les sources")
        ordering = ["value"]

    def __str__(self) -> str:
        return str(self.value)


class Sector(models.Model):
    """A trade, broad enough to filter by: ten at most, which its place from 1 to 10 guarantees."""

    slug = models.SlugField(_("adresse"), max_length=40, unique=True)
    name = models.CharField(_("nom"), max_length=80)
    position = models.PositiveSmallIntegerField(
        _("rang, de 1 à 10"),
        unique=True,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )

    quoted = True

    class Meta:
        verbose_name = _("secteur")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                name="poles_sector_ten_at_most", condition=Q(position__range=(1, 10))
            )
        ]

    def __str__(self) -> str:
        return self.name


class SectorWording(models.Model):
    """A trade as a source words it, tied to the sector it falls under."""

    sector = models.ForeignKey(Sector, models.CASCADE, related_name="wordings")
    wording = models.CharField(_("formulation"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("formulation rencontrée")
        verbose_name_plural = _("formulations rencontrées")
        ordering = ["wording"]

    def __str__(self) -> str:
        return self.wording
