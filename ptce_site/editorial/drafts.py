"""Drafts: the form an editor posted, kept until it is published (docs/adr/0012)."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .querysets import DraftQuerySet, one_of
from .told import name_of
from .where import form_at


class Draft(models.Model):
    """What was typed in the form of one thing, published or not yet existing; one for a thing."""

    read_by_visitors = False

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=80, blank=True)
    title = models.CharField(_("titre"), max_length=200, blank=True)
    data = models.JSONField(default=dict)
    names = models.JSONField(default=list)
    seen = models.PositiveBigIntegerField(default=0)
    saves = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("auteur"),
        null=True,
        related_name="+",
    )
    updated_at = models.DateTimeField(_("enregistré le"), auto_now=True)
    publish_at = models.DateTimeField(_("publier le"), null=True, blank=True, db_index=True)
    problem = models.TextField(_("empêchement"), blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("brouillon")
        permissions = [("publish", _("Peut publier, retirer et programmer"))]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                name="editorial_draft_one_for_a_thing",
                condition=~Q(object_id=""),
            )
        ]

    def __str__(self) -> str:
        return self.title or str(self.content_type)

    @property
    def who(self) -> str:
        """Who wrote it, as colleagues know them."""
        return name_of(self.author) or gettext("un compte supprimé")

    @property
    def kind(self) -> str:
        """What sort of thing it is, in a word."""
        model = self.content_type.model_class()
        return str(model._meta.verbose_name) if model else ""

    @property
    def posted(self) -> QueryDict:
        """What the form sent, as the form will read it again."""
        data = QueryDict(mutable=True)
        for name, values in self.data.items():
            data.setlist(name, values)
        return data

    @property
    def address(self) -> str:
        """Where it goes on being written."""
        kind = self.content_type
        if self.object_id:
            return form_at(f"{kind.app_label}.{kind.model}", self.object_id)
        name = f"admin:{kind.app_label}_{kind.model}_add"
        return reverse(name, query={"brouillon": str(self.key)})

    @property
    def thing(self) -> Any:
        """The published thing it will change, if there is one."""
        model = self.content_type.model_class()
        return one_of(model, self.object_id) if self.object_id else None
