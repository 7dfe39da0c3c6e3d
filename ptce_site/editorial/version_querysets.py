"""Queries of the history: the versions a thing has had, and the number of its last one."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Max, Min
from reversion.models import Version


def versions_of(model: type[models.Model], pk: Any) -> models.QuerySet:
    """The history of one thing, the latest first, with who wrote each version."""
    found = Version.objects.get_for_object_reference(model, str(pk))
    return found.select_related("revision__user").order_by("-revision__date_created", "-pk")


def versions_with(revisions: Iterable[int], kinds: Iterable[type[models.Model]]) -> models.QuerySet:
    """What else of these kinds was written down in these revisions: the parts, among others."""
    types = [ContentType.objects.get_for_model(kind) for kind in kinds]
    return Version.objects.filter(revision__in=revisions, content_type__in=types).order_by("pk")


def first_versions(revisions: Iterable[int]) -> set[int]:
    """The number of the first version of each revision: what was saved, before what follows it."""
    found = Version.objects.filter(revision__in=revisions).order_by().values("revision_id")
    return set(found.annotate(number=Min("pk")).values_list("number", flat=True))


def deleted_versions(model: type[models.Model]) -> models.QuerySet:
    """The last version of each thing that is no more, the last deleted first."""
    found = Version.objects.get_deleted(model).select_related("revision__user")
    return found.order_by("-revision__date_created", "-pk")


def version_numbered(versions: models.QuerySet, number: str) -> Any:
    """The one of these versions that has this number, or none."""
    return versions.filter(pk=number).first() if number.isdecimal() and len(number) < 18 else None


def last_number(thing: models.Model | None) -> int:
    """The number of the last version in a thing's history, 0 without any."""
    if thing is None or not thing.pk:
        return 0
    return Version.objects.get_for_object(thing).values_list("pk", flat=True).first() or 0


def last_numbers(model: Any, pks: Iterable[Any]) -> dict[str, int]:
    """The same for several things of one kind at once, by key; nothing for those without any."""
    found = Version.objects.get_for_model(model).filter(object_id__in=[str(pk) for pk in pks])
    return dict(found.order_by().values_list("object_id").annotate(number=Max("pk")))


def version_whose_number_is(number: Any) -> Any:
    """A version of anything, with who wrote it, or none."""
    return version_numbered(Version.objects.select_related("revision__user"), str(number))
