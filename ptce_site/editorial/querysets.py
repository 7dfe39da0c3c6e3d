"""Queries on sources, publisher and audits, and the one annotation that cites them."""

from typing import Self

from django.db import models
from django.db.models import OuterRef, StringAgg, Subquery, Value


class SourceQuerySet(models.QuerySet):
    def cited(self, keys: list[str]) -> dict:
        """Fetch the sources of a page at once, by key."""
        return self.in_bulk(keys)


class SourcedQuerySet(models.QuerySet):
    """For models with `source` and `other_sources`."""

    def with_source_keys(self) -> Self:
        """Annotate the keys of the other sources, so that a page never asks for them row by row."""
        return self.annotate(other_source_keys=joined_source_keys(self.model, "other_sources"))


def joined_source_keys(model: type[models.Model], field: str) -> Subquery:
    """A comma-joined list of the keys that a many-to-many to Source holds, in no set order."""
    relation = model._meta.get_field(field)
    owner = relation.m2m_field_name()
    return Subquery(
        relation.remote_field.through.objects.filter(**{owner: OuterRef("pk")})
        .values(owner)
        .annotate(keys=StringAgg("source_id", Value(",")))
        .values("keys")
    )
