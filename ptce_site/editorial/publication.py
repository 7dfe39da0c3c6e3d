"""What is public and what is not: three states, one queryset method, one answer for what left."""

from collections.abc import Callable
from datetime import date
from functools import reduce
from operator import and_
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Count, Max, Q, Value, When
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ..addresses import OTHERS
from .readings import Reading
from .tongues import FRENCH, needed, reader

MISSING = _("Ce champ est obligatoire pour publier. Remplissez-le, ou gardez l’état « brouillon ».")


class State(models.TextChoices):
    DRAFT = "draft", _("brouillon")
    PUBLISHED = "published", _("publié")
    WITHDRAWN = "withdrawn", _("retiré")


def languages_column(model: type[models.Model]) -> models.expressions.Combinable:
    """The languages a row exists in, "fr,en,de", as `tongues.languages_of` tells them."""
    text, names = models.CharField(), needed(model)
    found: Any = Value(FRENCH, output_field=text)
    for code in OTHERS:
        one: Any = Value(f",{code}")
        if names:
            written = [
                Q(**{f"{n}_{code}__isnull": False}) & ~Q(**{f"{n}_{code}": ""}) for n in names
            ]
            one = Case(When(reduce(and_, written), then=one), default=Value(""))
        found = Concat(found, one, output_field=text)
    return found


class PublishableQuerySet(models.QuerySet):
    """Adjectives every publishable thing shares."""

    def published(self) -> Self:
        return self.filter(state=State.PUBLISHED)

    def overdue(self, today: date) -> Self:
        """What visitors read and should have been read again by that day."""
        return self.published().filter(review_on__lte=today)

    def needing_someone(self, until: date) -> Self:
        """To be read again by a day, or to leave the site, or written and never published."""
        planned = Q(review_on__lte=until) | Q(withdraw_at__isnull=False)
        return self.filter(Q(state=State.PUBLISHED) & planned | Q(state=State.DRAFT))

    def with_languages(self) -> Self:
        """Annotate `written_in`, for rows that are fetched without the texts that would tell."""
        return self.annotate(written_in=languages_column(self.model))

    def tally(self) -> dict:
        """How many `rows` there are, and when one `changed` last."""
        return self.aggregate(rows=Count("pk"), changed=Max("updated_at"))

    def existing_in(self, language: str) -> Self:
        """What is written in a language, as `tongues.languages_of` tells it."""
        texts = [] if language == FRENCH else needed(self.model)
        return self.filter(**{f"{name}_{language}__gt": "" for name in texts})

    def with_changed_at(self) -> Self:
        """Annotate when what is read of each changed, in the language of who reads."""
        return self.annotate(changed_at=Reading.objects.moment(self.model, reader()))

    def last_changed(self, number: int) -> Self:
        return self.published().with_changed_at().order_by("-changed_at", "pk")[:number]

    def states(self) -> models.QuerySet:
        """What there is, public or not: (label, key, state), the same columns for every model."""
        label = Value(self.model._meta.label_lower, output_field=models.TextField())
        rows = self.rewrite(False).order_by().annotate(kind_label=label)  # type: ignore[attr-defined]
        return rows.values_list("kind_label", "pk", "state")

    def named(self, columns: list[str]) -> models.QuerySet:
        """What visitors read, by key, with the columns that name it."""
        return self.published().rewrite(False).order_by().values_list("pk", *columns)  # type: ignore[attr-defined]

    def at(self, slug: str) -> Self:
        return self.filter(slug=slug)

    def public_or_withdrawn(self) -> Self:
        """What has an address to answer at: the page itself, or "it has left"."""
        return self.exclude(state=State.DRAFT)


def required_unless_draft(*, texts: tuple[str, ...], values: tuple[str, ...] = ()) -> list:
    """Constraints: each named column is filled unless the row is a draft.

    `texts` are text columns, where the empty string counts as missing; `values` are the others.
    Modeltranslation leaves its columns nullable, so NULL is refused by name.
    """
    filled = {name: Q(**{f"{name}__isnull": False}) & ~Q(**{name: ""}) for name in texts}
    filled |= {name: Q(**{f"{name}__isnull": False}) for name in values}
    return [
        models.CheckConstraint(
            name=f"%(app_label)s_%(class)s_{name}_required",
            condition=Q(state=State.DRAFT) | condition,
            violation_error_message=MISSING,
        )
        for name, condition in filled.items()
    ]


class Publishable(models.Model):
    """A thing editors prepare, publish and withdraw.

    `required_to_publish` names what only a draft may leave empty; the same names feed the
    database constraints and the messages beside the fields.
    """

    required_to_publish: tuple[str, ...] = ()

    state = models.CharField(
        _("état"),
        max_length=10,
        choices=State.choices,
        default=State.DRAFT,
        db_index=True,
        help_text=_(
            "Un brouillon n’est vu que de la rédaction ; retiré, la page dit qu’elle l’est."
        ),
    )
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)
    verified_on = models.DateField(
        _("vérifié le"),
        null=True,
        blank=True,
        help_text=_("Jour de la dernière relecture face aux sources ; public sur la page."),
    )
    review_on = models.DateField(
        _("prochaine relecture"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("Passé ce jour, l’écran d’accueil de la rédaction le rappelle."),
    )
    withdraw_at = models.DateTimeField(
        _("retirer le"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("La page quitte le site d’elle-même à ce moment. Vide : elle reste."),
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.state == State.DRAFT:
            return
        missing = [n for n in self.required_to_publish if getattr(self, n) in (None, "")]
        if missing:
            raise ValidationError(dict.fromkeys(missing, MISSING))

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED


class Gone(Exception):
    """The thing asked for was public and has been withdrawn."""


def gone(request: HttpRequest) -> HttpResponse:
    """The page that says a public thing has left."""
    from . import heads

    subject = heads.unlisted(request, str(_("Cette page a été retirée")))
    return heads.page(request, "410.html", subject, status=410)


class GoneMiddleware:
    """Turns Gone into the site's own page with status 410."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return gone(request) if isinstance(error, Gone) else None
