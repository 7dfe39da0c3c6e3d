"""Queries on when what visitors read of a thing changed, and on what it is made of."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

Key = tuple[str, int, str]  # label, key, language


class ReadingQuerySet(models.QuerySet):
    def moment(self, model: type[models.Model], language: str) -> Coalesce:
        """When each row of a model changed in a language; when it was saved, before any note."""
        mine = self.filter(kind=model._meta.label_lower, thing=OuterRef("pk"), language=language)
        return Coalesce(Subquery(mine.values("changed_at")[:1]), F("updated_at"))

    def noted(self) -> dict[Key, tuple[str, datetime]]:
        """What was read of each thing in each language, and since when."""
        rows = self.values_list("kind", "thing", "language", "digest", "changed_at")
        return {(kind, pk, language): (digest, at) for kind, pk, language, digest, at in rows}

    def dates(self, model: type[models.Model]) -> dict[tuple[int, str], datetime]:
        """When the things of one kind changed, by key and language."""
        rows = self.filter(kind=model._meta.label_lower)
        return {
            (pk, code): at for pk, code, at in rows.values_list("thing", "language", "changed_at")
        }

    def keep(self, found: Mapping[Key, tuple[str, datetime]]) -> None:
        """Write down what is read, in one query."""
        self.bulk_create(
            [
                self.model(kind=kind, thing=pk, language=language, digest=digest, changed_at=at)
                for (kind, pk, language), (digest, at) in found.items()
            ],
            update_conflicts=True,
            unique_fields=["kind", "thing", "language"],
            update_fields=["digest", "changed_at"],
        )

    def forget(self, gone: Iterable[Key]) -> None:
        """Nothing is read any more of these."""
        keys: dict[str, set[int]] = {}
        for kind, pk, _language in gone:
            keys.setdefault(kind, set()).add(pk)
        for kind, pks in keys.items():
            self.filter(kind=kind, thing__in=pks).delete()


class ContentVersionQuerySet(models.QuerySet):
    def current(self) -> str:
        return self.values_list("word", flat=True).first() or ""

    def set(self, word: str) -> None:
        if not self.filter(pk=1).update(word=word):
            self.bulk_create([self.model(pk=1, word=word)], ignore_conflicts=True)

    def is_dated(self) -> bool:
        """Whether nothing changed since changes were last dated."""
        return not self.exclude(word=F("dated")).exists()

    def locked(self) -> str:
        """The word in force, which nobody changes before the end of the transaction."""
        return self.select_for_update().values_list("word", flat=True).first() or ""

    def say_dated(self, word: str) -> None:
        self.update(dated=word)


def all_rows(model: type[models.Model]) -> list[Any]:
    """Every row of a model, whatever its state, always in the same order."""
    return list(model._base_manager.order_by("pk"))


def linked(field: Any) -> dict[Any, list[Any]]:
    """What a many-to-many field links: the keys of the others, by the key of a row."""
    ends = field.m2m_field_name(), field.m2m_reverse_field_name()
    found: dict[Any, list[Any]] = {}
    for one, other in field.remote_field.through._base_manager.values_list(*ends):
        found.setdefault(one, []).append(other)
    return found
