"""A filter of a list, kept under a name: one's own, or everyone's."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .querysets import SavedFilterQuerySet

MOST_FILTERS = 30  # for one person (or for everyone) and one list


class SavedFilter(models.Model):
    """What a list was asked. Without a user it is everyone's. A habit, not content: no history."""

    read_by_visitors = False

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    label = models.CharField(max_length=80)
    query = models.CharField(max_length=1000)
    name = models.CharField(_("nom du filtre"), max_length=60)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("filtre enregistré")
        verbose_name_plural = _("filtres enregistrés")
        ordering = ["label", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["label", "name"],
                condition=models.Q(user=None),
                name="editorial_savedfilter_shared_name_once",
            ),
            models.UniqueConstraint(
                fields=["user", "label", "name"], name="editorial_savedfilter_own_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
