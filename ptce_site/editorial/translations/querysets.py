"""Queries on what is noted of translations, and on the texts themselves."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

Key = tuple[int, str, str]  # content type, object, language


class TranslatedQuerySet(models.QuerySet):
    def of(self, things: Iterable[models.Model]) -> Self:
        """What is noted of these things; nothing of none."""
        keys: dict[int, list[str]] = {}
        for thing in things:
            kind = ContentType.objects.get_for_model(type(thing)).pk
            keys.setdefault(kind, []).append(str(thing.pk))
        asked = (Q(content_type=kind, object_id__in=pks) for kind, pks in keys.items())
        return self.filter(reduce(or_, asked)) if keys else self.none()

    def sources(self) -> dict[Key, dict[str, list]]:
        """What is noted, by thing and language."""
        rows = self.values_list("content_type", "object_id", "language", "sources")
        return {(kind, pk, language): sources for kind, pk, language, sources in rows}

    def keep(self, sources: Mapping[Key, dict[str, list]]) -> None:
        """Write notes down, in one query."""
        self.bulk_create(
            [
                self.model(content_type_id=kind, object_id=pk, language=language, sources=noted)
                for (kind, pk, language), noted in sources.items()
            ],
            update_conflicts=True,
            unique_fields=["content_type", "object_id", "language"],
            update_fields=["sources"],
        )

    def locked(self, thing: models.Model) -> Self:
        """Those of one thing, for who writes in them; inside a transaction."""
        return self.select_for_update().of([thing])


def parts_of(model: Any, owner: str, thing: models.Model) -> models.QuerySet:
    """The rows of a model that belong to a thing."""
    return model._base_manager.filter(**{owner: thing})
