"""Since when visitors read what they read of a thing (docs/adr/0018)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .reading_querysets import ReadingQuerySet


class Reading(models.Model):
    """One thing that has an address, in one language: a digest of what is read, and its date."""

    read_by_visitors = False

    kind = models.CharField(max_length=40)
    thing = models.BigIntegerField()
    language = models.CharField(max_length=5)
    digest = models.CharField(max_length=40)
    changed_at = models.DateTimeField()

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("date de ce qui se lit")
        verbose_name_plural = _("dates de ce qui se lit")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "thing", "language"], name="editorial_reading_one_for_a_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.thing}, {self.language}"
