"""Every query on pages, figures and definitions, by the name of the screen that asks."""

from typing import Self

from django.db import models
from django.db.models import Case, Prefetch, When

from ptce_site.editorial.publication import PublishableQuerySet
from ptce_site.editorial.querysets import SourcedQuerySet


class PageQuerySet(PublishableQuerySet):
    def holding(self, role: str) -> Self:
        return self.published().filter(role=role)

    def for_links(self) -> Self:
        """Light rows for menus, the site plan and internal links."""
        return (
            self.published()
            .only("role", "slug", "title", "nav_title", "menu", "position", "description")
            .fetch_mode(models.FETCH_RAISE)
        )

    def for_detail(self) -> Self:
        sections = self.model._meta.get_field("sections").related_model._default_manager
        return self.prefetch_related(
            Prefetch("sections", sections.select_related("more").fetch_mode(models.FETCH_RAISE))
        )


class KeyFigureQuerySet(PublishableQuerySet, SourcedQuerySet):
    def featured(self) -> Self:
        return self.filter(featured=True)

    def with_successors(self) -> Self:
        return self.prefetch_related(
            Prefetch("successors", self.model.objects.published().with_source_keys())
        )

    def following(self) -> Self:
        """Figures that take over from an older one."""
        return self.filter(supersedes__isnull=False)

    def by_theme(self) -> Self:
        """The site's order of subjects: ESS, PTCE, calls, Europe; then the editors' order."""
        subjects = [When(theme=theme, then=rank) for rank, theme in enumerate(self.model.Theme)]
        return self.order_by(Case(*subjects), "position", "slug")

    def for_list(self) -> Self:
        """Figures with what their passports cite, in two queries whatever their number."""
        return (
            self.published()
            .with_source_keys()
            .prefetch_related(
                Prefetch("supersedes", self.model.objects.with_source_keys()),
                "disputes",
            )
            .fetch_mode(models.FETCH_RAISE)
        )


class DefinitionQuerySet(PublishableQuerySet, SourcedQuerySet):
    def for_glossary(self) -> Self:
        return (
            self.published()
            .with_source_keys()
            .prefetch_related(Prefetch("related", self.model.objects.published()))
            .fetch_mode(models.FETCH_RAISE)
        )

    def for_links(self) -> Self:
        return self.published().only("slug", "term", "acronym").fetch_mode(models.FETCH_RAISE)
