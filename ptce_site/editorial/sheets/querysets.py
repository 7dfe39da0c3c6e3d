"""Queries of the editors' files: whole lists at once, whatever their length."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from ..models import Draft
from ..querysets import hold


def with_relations(things: models.QuerySet, fields: Iterable[Any]) -> models.QuerySet:
    """With all that the cells of their rows name."""
    links = [field for field in fields if field.is_relation]
    return things.select_related(*(f.name for f in links if not f.many_to_many)).prefetch_related(
        *(f.name for f in links if f.many_to_many)
    )


def by_slug(model: Any, slugs: Iterable[str], fields: Iterable[Any], *, lock: bool) -> dict:
    """The things called so, whatever their state; locked until the end of the transaction."""
    things = model._base_manager.filter(slug__in=list(slugs))
    if lock:
        hold(things)
    return {thing.slug: thing for thing in with_relations(things, fields)}


def known_keys(field: Any, name: str, keys: Iterable[str]) -> dict[str, Any]:
    """The things that `field` may name, by their key `name`: those of `keys` that exist."""
    rows = field.related_model._base_manager.complex_filter(field.get_limit_choices_to())
    asked = set(keys)
    if isinstance(field.related_model._meta.get_field(name), models.IntegerField):
        asked = {key for key in asked if re.fullmatch("[0-9]{1,18}", key)}
    found = rows.filter(**{f"{name}__in": asked}).values_list(name, "pk")
    return {str(key): pk for key, pk in found}


def drafts_of(model: Any) -> list[Draft]:
    """The drafts of one kind of thing, with who wrote them."""
    kind = ContentType.objects.get_for_model(model)
    return list(Draft.objects.filter(content_type=kind).select_related("author", "content_type"))
