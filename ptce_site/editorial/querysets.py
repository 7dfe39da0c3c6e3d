"""Queries on sources, publisher and audits, and the one annotation that cites them."""

import datetime
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, Self
from uuid import UUID

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, F, OuterRef, Q, StringAgg, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from reversion.models import Version

from ..addresses import reader
from .publication import languages_column


def permissions_named(names: Iterable[tuple[str, str]]) -> models.QuerySet[Permission]:
    """The permissions called so, each as (application, permission)."""
    asked = (Q(content_type__app_label=label, codename=codename) for label, codename in names)
    return Permission.objects.filter(reduce(or_, asked, Q(pk=None)))


def all_permissions() -> models.QuerySet[Permission]:
    return Permission.objects.all()


class SourceQuerySet(models.QuerySet):
    def cited(self, keys: list[str]) -> dict:
        """Fetch the sources of a page at once, by key."""
        return self.in_bulk(keys)

    def for_picker(self) -> Self:
        return self.only("key", "title", "publisher").order_by("title")


class ImageQuerySet(models.QuerySet):
    def with_master(self, name: str) -> Any:
        """The image made from this master, or none."""
        return self.filter(master=name).first()

    def versions(self) -> models.QuerySet:
        """All that the history holds of images, those that are no more included, latest first."""
        found = Version.objects.get_for_model(self.model).select_related("revision")
        return found.order_by("-revision__date_created", "-pk")


class FormerAddressQuerySet(models.QuerySet):
    def keep(self, kind: models.Model, pk: Any, paths: Iterable[str]) -> None:
        """Say that these addresses are those of one thing, whosever they were; one query."""
        rows = [self.model(path=path, content_type=kind, object_id=str(pk)) for path in paths]
        self.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["path"],
            update_fields=["content_type", "object_id"],
        )

    def at(self, path: str, page: str) -> Any:
        """What was at `path`, or else at the `page` it stands under."""
        found = self.filter(path__in={path, page})
        return max(found, key=lambda one: len(one.path), default=None)


class ReportQuerySet(models.QuerySet):
    """The editors' queue, and what is forgotten of those who wrote."""

    def waiting(self) -> Self:
        return self.filter(state="new").order_by("created_at", "pk")

    def has_key(self, key: str) -> bool:
        return self.filter(key=key).exists()

    def sent_today(self, sender: str) -> tuple[int, int]:
        """How many reports came from `sender` in the last hour, and in all its (daily) life."""
        an_hour_ago = timezone.now() - datetime.timedelta(hours=1)
        counts = {"hour": Count("pk", filter=Q(created_at__gt=an_hour_ago)), "day": Count("pk")}
        found = self.filter(sender=sender).aggregate(**counts)
        return found["hour"], found["day"]

    def close(self, state: str) -> int:
        """Close at once; what was closed before keeps its date."""
        return self.update(state=state, closed_at=Coalesce("closed_at", Value(timezone.now())))

    def with_email_to_erase(self, closed: datetime.datetime, received: datetime.datetime) -> Self:
        """Closed by the first moment, or received by the second, and an e-mail still there."""
        return self.exclude(email="").filter(Q(closed_at__lte=closed) | Q(created_at__lte=received))

    def with_sender_to_erase(self, before: datetime.datetime) -> Self:
        return self.exclude(sender="").filter(created_at__lt=before)


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


def joined_slugs(model: type[models.Model], field: str) -> Subquery:
    """A comma-joined list of the slugs of the published things that a field links to its own."""
    others = model._default_manager.published().filter(**{field: OuterRef("pk")}).order_by()
    return Subquery(
        others.values(field).annotate(slugs=StringAgg("slug", Value(","))).values("slugs")
    )


def file_rows(things: models.QuerySet, paths: list[str]) -> list[dict]:
    """What files tell of things: a dictionary a row, by path, in the active language.

    No model is built: with hundreds of rows that is most of the time.
    """
    columns = [translated(path) if _is_translated(things.model, path) else path for path in paths]
    rows = things.rewrite(False).values_list(*columns)
    return [dict(zip(paths, row, strict=True)) for row in rows]


def _is_translated(model: Any, path: str) -> bool:
    *links, name = path.split("__")
    for link in links:
        model = model._meta.get_field(link).related_model
    return any(field.name == f"{name}_fr" for field in model._meta.concrete_fields)


def translated(field: str) -> Coalesce:
    """A translated column in the active language, in French where it is empty."""
    text = models.TextField()
    wanted = NullIf(F(f"{field}_{reader()}"), Value(""), output_field=text)
    return Coalesce(wanted, F(f"{field}_fr"), Value(""), output_field=text)


def index_rows(
    things: models.QuerySet,
    *,
    title: models.expressions.Combinable,
    short: models.expressions.Combinable | None = None,
    menu: models.expressions.Combinable | None = None,
    position: models.expressions.Combinable | None = None,
) -> models.QuerySet:
    """Rows of the site's index (see `site_index`), in the same columns for every model."""
    text, number = models.CharField(), models.PositiveSmallIntegerField()
    columns = {
        "index_label": Value(things.model._meta.label_lower, output_field=text),
        "index_pk": F("pk"),
        "index_slug": F("slug"),
        "index_title": title,
        "index_short": short or Value("", output_field=text),
        "index_menu": menu or Value("", output_field=text),
        "index_position": position or Value(0, output_field=number),
        "index_languages": languages_column(things.model),
    }
    # Modeltranslation's rewriting passes column names through a set: a union needs them in order.
    return things.rewrite(False).order_by().annotate(**columns).values_list(*columns)


def waiting_rows(things: models.QuerySet, title: str) -> models.QuerySet:
    """What an editor's first screen tells of things, in the same columns for every model."""
    text = models.TextField()
    columns = {
        "waiting_label": Value(things.model._meta.label_lower, output_field=text),
        "waiting_title": Coalesce(F(title), Value(""), output_field=text),
    }
    shown = (*columns, "pk", "state", "review_on", "withdraw_at")
    return things.rewrite(False).order_by().annotate(**columns).values_list(*shown)


def ordered(rows: models.QuerySet) -> models.QuerySet:
    """The rows in the order of their form: the model's own, else by key."""
    return rows if rows.ordered else rows.order_by("pk")


def united(rows: Iterable[models.QuerySet]) -> models.QuerySet:
    """The index rows of several models in one query."""
    first, *others = rows
    return first.union(*others, all=True).order_by()


def rows_pointing_at(
    model: type[models.Model],
    things: Iterable[models.Model],
    marks: Iterable[str],
    texts: Iterable[str],
    fields: Iterable[str],
    owner: str,
) -> models.QuerySet:
    """The rows whose texts hold one of `marks` or whose `fields` name one of `things`, once each.

    `owner` is the field that says of what a row is a part, if it is one.
    """
    points = Q(*((f"{text}__contains", mark) for text in texts for mark in marks), _connector=Q.OR)
    points |= Q(*((f"{name}__in", things) for name in fields), _connector=Q.OR)
    rows = model._base_manager.filter(pk__in=model._base_manager.filter(points).values("pk"))
    return rows.select_related(owner) if owner else rows


class DraftQuerySet(models.QuerySet):
    def of_kind(self, model: Any) -> Self:
        return self.filter(content_type=ContentType.objects.get_for_model(model))

    def of(self, thing: models.Model) -> Self:
        """The draft of one published thing, or none."""
        return self.of_kind(type(thing)).filter(object_id=str(thing.pk))

    def among(self, model: Any, pks: Iterable[Any]) -> dict[str, Any]:
        """Those of things of one kind, by the key of the thing."""
        drafts = self.of_kind(model).filter(object_id__in=[str(pk) for pk in pks])
        return {draft.object_id: draft for draft in drafts.select_related("author")}

    def of_new(self, model: Any) -> Self:
        """Those of things of one kind that do not exist yet, the last kept first."""
        return self.of_kind(model).filter(object_id="").for_first_screen()

    def keyed(self, key: Any) -> Self:
        return self.filter(pk=key)

    def saved(self, times: int) -> Self:
        """Those that nobody has kept again since they had been kept so many times."""
        return self.filter(saves=times)

    def of_nothing_yet(self, key: str) -> Any:
        """The draft with this key of a thing that does not exist yet, or none."""
        try:
            return self.filter(pk=UUID(key), object_id="").first()
        except ValueError:
            return None

    def due(self) -> Self:
        """Those whose time has come and that have not failed."""
        return self.filter(publish_at__lte=timezone.now(), problem="").order_by("publish_at")

    def first_moment(self) -> datetime.datetime | None:
        """When the next of those that are still to be published will be."""
        planned = self.filter(publish_at__isnull=False, problem="").order_by("publish_at")
        return planned.values_list("publish_at", flat=True).first()

    def due_keys(self) -> list:
        return list(self.due().values_list("pk", flat=True))

    def stuck(self) -> Self:
        """Those that could not be published on time."""
        return self.exclude(problem="")

    def drafted(self) -> set[tuple[int, str]]:
        """What is being written again, as (content type, object)."""
        return set(self.values_list("content_type", "object_id"))

    def for_first_screen(self) -> Self:
        return self.select_related("author", "content_type").order_by("-updated_at")


def one_of(model: Any, pk: Any) -> Any:
    """The row with this key, whatever its state, or none."""
    return model._base_manager.filter(pk=pk).first()


def among(rows: models.QuerySet, pks: Iterable[Any]) -> models.QuerySet:
    """Those of these rows that have one of these keys."""
    return rows.filter(pk__in=pks)


def hold(rows: models.QuerySet) -> None:
    """Lock these rows until the end of the transaction, whoever asks in the same order."""
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def to_withdraw(model: Any) -> models.QuerySet:
    """What is published and should no longer be."""
    return model._default_manager.filter(state="published", withdraw_at__lte=timezone.now())


def first_leaving(kinds: Iterable[Any]) -> datetime.datetime | None:
    """When the next page is to be withdrawn, in one query."""
    leaving = (
        kind._default_manager.filter(state="published", withdraw_at__isnull=False)
        .rewrite(False)
        .order_by()
        .values_list("withdraw_at")
        for kind in kinds
    )
    return min((moment for (moment,) in united(leaving)), default=None)
