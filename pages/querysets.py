"""Every query on pages, figures and definitions, by the name of the screen that asks."""

from typing import Self

from django.db import models
from django.db.models import Case, F, OuterRef, Prefetch, QuerySet, Subquery, Value, When
from django.utils.translation import gettext

from ptce_site.editorial.publication import PublishableQuerySet
from ptce_site.editorial.querysets import (
    SourcedQuerySet,
    file_rows,
    index_rows,
    joined_slugs,
    translated,
)
from ptce_site.editorial.richtext import plain_text
from ptce_site.editorial.site_search import Found
from ptce_site.editorial.tongues import foreign


class PageQuerySet(PublishableQuerySet):
    def for_index(self) -> QuerySet:
        return index_rows(
            self.published(),
            title=translated("title"),
            short=translated("nav_title"),
            menu=F("menu"),
            position=F("position"),
        )

    def for_search(self) -> list[Found]:
        pages = self.published().prefetch_related("sections")
        return [
            Found(
                kind=gettext("page"),
                url=page.get_absolute_url(),
                title=page.title,
                text=" ".join(
                    [
                        plain_text(page.lead),
                        *(f"{s.title}. {plain_text(s.body)}" for s in page.sections.all()),
                    ]
                ),
                keywords=f"{page.nav_title} {page.description}",
                language=foreign(page),
            )
            for page in pages
        ]

    def for_detail(self) -> Self:
        sections = self.model._meta.get_field("sections").related_model._default_manager
        return self.with_changed_at().prefetch_related(
            Prefetch(
                "sections", sections.select_related("more", "image").fetch_mode(models.FETCH_RAISE)
            )
        )


class KeyFigureQuerySet(PublishableQuerySet, SourcedQuerySet):
    def featured(self) -> Self:
        return self.filter(featured=True)

    def by_theme(self) -> Self:
        """The site's order of subjects: ESS, PTCE, calls, Europe; then the editors' order."""
        subjects = [When(theme=theme, then=rank) for rank, theme in enumerate(self.model.Theme)]
        return self.order_by(Case(*subjects), "position", "slug")

    def for_search(self) -> list[Found]:
        return [
            Found(
                kind=gettext("chiffre clé"),
                url=figure.get_absolute_url(),
                title=f"{figure.plain_measure} {figure.label}",
                text=" ".join(
                    [figure.scope, plain_text(figure.method_note), figure.reference_date]
                ).strip(),
                language=foreign(figure),
            )
            for figure in self.published()
        ]

    def for_list(self) -> list:
        """Every figure with what its passport cites, in two queries whatever their number.

        Each gets `follows`, the older figure it takes over from, and `followed_by`, the newer ones.
        """
        figures = list(
            self.published()
            .by_theme()
            .with_source_keys()
            .select_related("source")
            .prefetch_related("disputes")
            .fetch_mode(models.FETCH_RAISE)
        )
        known = {figure.pk: figure for figure in figures}
        for figure in figures:
            figure.follows = known.get(figure.supersedes_id)
            figure.followed_by = [f for f in figures if f.supersedes_id == figure.pk]
        return figures

    def for_export(self, paths: list[str]) -> list[dict]:
        disputes = joined_slugs(self.model, "disputes")
        figures = self.published().by_theme().with_source_keys()
        followed = self.model.objects.published().filter(pk=OuterRef("supersedes")).values("slug")
        return file_rows(
            figures.annotate(dispute_slugs=disputes, followed_slug=Subquery(followed)), paths
        )

    def for_detail(self) -> Self:
        """A figure and its passport in one query; what stands around it comes from the list."""
        found = self.with_changed_at().with_source_keys()
        return found.select_related("source").fetch_mode(models.FETCH_RAISE)

    def for_index(self) -> QuerySet:
        return index_rows(self.published(), title=translated("label"))


class DefinitionQuerySet(PublishableQuerySet, SourcedQuerySet):
    def for_glossary(self) -> Self:
        return (
            self.published()
            .with_source_keys()
            .prefetch_related(Prefetch("related", self.model.objects.published()))
            .fetch_mode(models.FETCH_RAISE)
        )

    def for_search(self) -> list[Found]:
        return [
            Found(
                kind=gettext("définition"),
                url=definition.get_absolute_url(),
                title=str(definition),
                text=f"{definition.short_answer} {plain_text(definition.explanation)}",
                keywords=definition.legal_reference,
                language=foreign(definition),
            )
            for definition in self.published()
        ]

    def for_export(self, paths: list[str]) -> list[dict]:
        related = joined_slugs(self.model, "related")
        return file_rows(self.published().with_source_keys().annotate(related_slugs=related), paths)

    def for_index(self) -> QuerySet:
        """Its acronym is its short title; "woven" stands where a page names its menu."""
        woven = Case(When(woven=True, then=Value("woven")), default=Value(""))
        terms = {"title": translated("term"), "short": translated("acronym")}
        return index_rows(self.published(), menu=woven, **terms)
