"""Every query on territories, calls, poles and milestones, by the name of the screen that asks."""

from typing import Any, Self

from django.db import models
from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    StringAgg,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext

from ptce_site.editorial.numbers import colon
from ptce_site.editorial.partialdate import format_partial_date
from ptce_site.editorial.publication import PublishableQuerySet, State
from ptce_site.editorial.querysets import (
    SourcedQuerySet,
    file_rows,
    index_rows,
    joined_source_keys,
)
from ptce_site.editorial.richtext import plain_text
from ptce_site.editorial.site_search import Found
from ptce_site.editorial.tongues import foreign

from . import sectors

FIRST_CALL = "2013"  # the first national one, which this site is about


class CommuneQuerySet(models.QuerySet):
    def matching(self, words: str, folded: str) -> Self:
        """Communes whose name starts with, or has a word starting with, what was typed.

        `words` is what was typed (an Insee code or a postcode also finds); `folded` is the same
        as `geography.search_key` folds it. Names that start with it come first, then by population.
        """
        found = Q(code=words.upper())
        if words[:4].isdigit():
            found |= Q(postcodes__contains=words)
        if folded:
            found |= Q(search_name__startswith=folded) | Q(search_name__contains=f" {folded}")
        rank = Case(
            When(search_name=folded, then=Value(0)),
            When(search_name__startswith=folded, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return self.filter(found).select_related("department").order_by(rank, "-population")

    def in_department(self, code: str) -> Self:
        return self.filter(department=code)


class CallQuerySet(SourcedQuerySet):
    def with_documented(self) -> Self:
        """Annotate how many laureates are published; what is left of `laureates` is still open."""
        return self.annotate(
            documented=Count("poles", filter=Q(poles__state=State.PUBLISHED), distinct=True)
        )

    def to_document(self) -> Self:
        """Those with places left that no published pole takes."""
        return self.with_documented().filter(laureates__gt=F("documented"))

    def with_applications(self) -> Self:
        """Annotate the numbers of applications that sources give, and those sources' keys."""
        counts = (
            self.model._meta.get_field("application_counts")
            .related_model.objects.filter(call=OuterRef("pk"))
            .values("call")
            .order_by()
        )
        values = StringAgg(Cast("value", CharField()), Value(","))
        return self.annotate(
            application_values=Subquery(counts.annotate(all=values).values("all")),
            application_source_keys=Subquery(
                counts.annotate(all=StringAgg("source_id", Value(","))).values("all")
            ),
        )

    def with_featured(self) -> Self:
        """Annotate the name of the pole told in full, its région then, and the laureates there."""
        poles = self.model._meta.get_field("poles").related_model.objects.published()
        told = poles.featured().filter(call=OuterRef("pk"))
        return self.annotate(
            featured_name=Subquery(told.values("name")[:1]),
            featured_region_code=Subquery(told.values("former_region")[:1]),
            featured_region=Subquery(told.values("former_region__name")[:1]),
            featured_region_laureates=Count(
                "poles",
                filter=Q(poles__state=State.PUBLISHED)
                & Q(poles__former_region=F("featured_region_code")),
                distinct=True,
            ),
        )

    def first_national(self) -> Self:
        """The call this site is about, in one query."""
        call = self.filter(slug=FIRST_CALL).with_documented().with_featured()
        return call.with_applications().with_source_keys()


class PoleQuerySet(PublishableQuerySet, SourcedQuerySet):
    def featured(self) -> Self:
        return self.filter(featured=True)

    def of_the_first_call(self) -> Self:
        return self.filter(call__slug=FIRST_CALL)

    def with_place(self) -> Self:
        return self.select_related("commune", "department", "region", "former_region")

    def for_list(self) -> Self:
        """What the map and the list show, in two queries whatever the number of poles."""
        return (
            self.published()
            .with_place()
            .with_source_keys()
            .defer("story_fr", "story_en", "story_de")
            .prefetch_related("sectors")
            .fetch_mode(models.FETCH_RAISE)
        )

    def for_map(self) -> Self:
        """What a picture of the map shows, in one query."""
        drawn = self.published().with_place().order_by("name")
        return drawn.defer("story_fr", "story_en", "story_de").fetch_mode(models.FETCH_RAISE)

    def for_index(self) -> QuerySet:
        return index_rows(self.published(), title=F("name"), short=F("short_name"))

    def for_catalogue(self) -> Self:
        """All that a pole is found, chosen or sorted by, in six queries whatever their number."""
        return (
            self.published()
            .with_place()
            .select_related("call")
            .prefetch_related("names", "sectors__wordings", "actors", "milestones")
            .fetch_mode(models.FETCH_RAISE)
        )

    def for_search(self) -> list[Found]:
        kind = gettext("pôle")
        return [
            Found(kind, p.get_absolute_url(), pole_titles(p), *pole_words(p), language=foreign(p))
            for p in self.for_catalogue()
        ]

    def for_export(self, keys: list[int], paths: list[str]) -> list[dict]:
        """The rows of these poles, in this order, with the names they bore; two queries for all."""
        chosen = self.published().filter(pk__in=keys).with_source_keys().with_sector_names()
        status = joined_source_keys(self.model, "status_sources")
        rows = file_rows(chosen.annotate(status_source_keys=status), ["pk", *paths])
        found = {row["pk"]: row | {"names": []} for row in rows}
        names = self.model._meta.get_field("names").related_model.objects
        for pole, *name in names.filter(pole__in=keys).values_list("pole", "name", "start", "end"):
            if pole in found:
                found[pole]["names"].append(name)
        return [found[key] for key in keys if key in found]

    def in_this_order(self, keys: list[int]) -> list:
        """The poles of these keys, as they are ordered; one that has left is skipped."""
        found = self.in_bulk(keys)
        return [found[key] for key in keys if key in found]

    def for_neighbours(self) -> Self:
        """Names, places, sectors and situations, in one light query.

        A portrait needs them of all the other poles; the directory, of those it shows.
        """
        wanted = (
            "name", "short_name", "slug", "state", "precision", "evidence", "featured",
            "status", "status_as_of",
        )  # fmt: skip
        return (
            self.published()
            .select_related("commune", "department", "region")
            .only(*wanted, "latitude", "longitude", "commune", "department", "region")
            .with_sector_names()
            .with_languages()
            .fetch_mode(models.FETCH_RAISE)
        )

    def with_sector_names(self) -> Self:
        """Annotate the sectors in one text (poles.sectors), so that a portrait saves a query."""
        relation = self.model._meta.get_field("sectors")
        names = (
            relation.related_model.objects.filter(poles=OuterRef("pk"))
            .order_by()
            .annotate(row=sectors.one())
            .values("poles")
            .annotate(all=sectors.together("row"))
        )
        return self.annotate(sector_rows=Subquery(names.values("all")))

    def for_detail(self) -> Self:
        """A portrait with all its parts: five queries whatever their number."""
        parts = {
            name: self.model._meta.get_field(name).related_model.objects
            for name in ("names", "actors", "figures", "milestones")
        }
        return (
            self.with_place()
            .select_related("call", "image")
            .with_changed_at()
            .with_source_keys()
            .with_sector_names()
            .annotate(status_source_keys=joined_source_keys(self.model, "status_sources"))
            .prefetch_related(
                models.Prefetch("names", parts["names"].with_source_keys()),
                models.Prefetch("actors", parts["actors"].with_source_keys()),
                models.Prefetch("figures", parts["figures"].with_source_keys()),
                models.Prefetch("milestones", parts["milestones"].for_timeline()),
            )
            .fetch_mode(models.FETCH_RAISE)
        )


def pole_words(pole: Any) -> tuple[str, str]:
    """What is searched of a pole: what its page says, then the codes and names it is known by."""
    told = [
        pole.hook, pole.summary, plain_text(pole.story),
        *(plain_text(m.text) for m in pole.milestones.all() if m.is_published),
    ]  # fmt: skip
    sectors = pole.sectors.all()
    known = [
        pole.trade, pole.lead_organisation, pole.territory,
        *(name.name for name in pole.names.all()),
        *(actor.name for actor in pole.actors.all()),
        *(sector.name for sector in sectors),
        *(wording.wording for sector in sectors for wording in sector.wordings.all()),
        pole.place, str(pole.region or ""), str(pole.former_region or ""),
        pole.department_id or "", *(_codes(pole.commune) if pole.commune_id else ()),
    ]  # fmt: skip
    return " ".join(filter(None, told)), " ".join(filter(None, known))


def pole_titles(pole: Any) -> str:
    """The names a pole goes by."""
    return " · ".join(dict.fromkeys(filter(None, (pole.short_name, pole.name))))


def _codes(commune: Any) -> tuple[str, str]:
    return commune.code, commune.postcodes


class PartQuerySet(SourcedQuerySet):
    """For the parts of a pole: its names, actors, figures and milestones."""

    def of_the_featured_pole(self) -> Self:
        return self.filter(pole__featured=True, pole__state=State.PUBLISHED)


class MilestoneQuerySet(PublishableQuerySet, PartQuerySet):
    def of_the_policy(self) -> Self:
        return self.filter(pole__isnull=True)

    def with_pole(self) -> Self:
        return self.select_related("pole")

    def in_order(self) -> Self:
        """Oldest first; a year or a month alone comes after its dated days."""
        return self.order_by(Concat("date", Value("-99")), "pk")

    def for_search(self) -> list[Found]:
        return [
            Found(
                kind=gettext("repère"),
                url=milestone.get_absolute_url(),
                title=f"{format_partial_date(milestone.date)}{colon(' ')}{milestone.title}",
                text=plain_text(milestone.text),
                language=foreign(milestone),
            )
            for milestone in self.published().of_the_policy()
        ]

    def public(self) -> Self:
        """Published, and not those of a pole that is not."""
        of_the_policy_or_shown = Q(pole__isnull=True) | Q(pole__state=State.PUBLISHED)
        return self.published().filter(of_the_policy_or_shown)

    def for_export(self, paths: list[str]) -> list[dict]:
        return file_rows(self.public().with_source_keys().in_order(), paths)

    def for_timeline(self) -> Self:
        return self.published().with_source_keys().in_order().fetch_mode(models.FETCH_RAISE)
