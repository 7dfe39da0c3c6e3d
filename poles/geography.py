"""The reference geography, loaded from fixtures and never edited."""

import re
import unicodedata

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .querysets import CommuneQuerySet


def search_key(name: str) -> str:
    """Fold a place name for search, without accent, case or punctuation.

    "L'Île-Saint-Denis" gives "l ile saint denis".
    """
    plain = name.replace("œ", "oe").replace("Œ", "OE").replace("’", " ")
    folded = unicodedata.normalize("NFKD", plain)
    return re.sub(r"[^a-z0-9]+", " ", folded.encode("ascii", "ignore").decode().lower()).strip()


class Region(models.Model):
    """A région, of today or of before 2016; a former one knows what it became."""

    code = models.CharField(_("code Insee"), max_length=3)
    name = models.CharField(_("nom"), max_length=60)
    current = models.BooleanField(_("actuelle"), default=True)
    became = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("devenue"), null=True, blank=True, related_name="was"
    )

    class Meta:
        verbose_name = _("région")
        ordering = ["-current", "name"]
        constraints = [
            models.UniqueConstraint(fields=["code", "current"], name="poles_region_code_once"),
            models.CheckConstraint(
                name="poles_region_former_became",
                condition=Q(current=True, became__isnull=True)
                | Q(current=False, became__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A département, with its région now and before 2016 (none overseas, where nothing changed)."""

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    name = models.CharField(_("nom"), max_length=60)
    region = models.ForeignKey(Region, models.PROTECT, related_name="departments")
    former_region = models.ForeignKey(
        Region, models.PROTECT, null=True, related_name="former_departments"
    )

    class Meta:
        verbose_name = _("département")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Commune(models.Model):
    """A commune with the position of its town hall, or of a point inside it (WGS 84, degrees)."""

    code = models.CharField(_("code Insee"), max_length=5, primary_key=True)
    name = models.CharField(_("nom"), max_length=60)
    search_name = models.CharField(max_length=60, db_index=True, editable=False)
    department = models.ForeignKey(Department, models.PROTECT, related_name="communes")
    postcodes = models.CharField(_("codes postaux"), max_length=160, blank=True)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    population = models.PositiveIntegerField(_("population"), default=0)

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("commune")
        ordering = ["search_name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.department_id})"
