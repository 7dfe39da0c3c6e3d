"""From which French each translation was made (docs/adr/0013)."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from .querysets import TranslatedQuerySet


class Translated(models.Model):
    """One thing, or one part of a thing, in one language.

    `sources` holds for each field pairs (mark of a translation, French it was made from), the
    present translation first; the older ones serve when the history puts them back.
    """

    read_by_visitors = False

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=80)
    language = models.CharField(max_length=5)
    sources = models.JSONField(default=dict)

    objects = TranslatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("traduction suivie")
        verbose_name_plural = _("traductions suivies")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "language"],
                name="editorial_translated_one_for_a_language",
            )
        ]

    def __str__(self) -> str:
        return f"{self.content_type_id}:{self.object_id}, {self.language}"
