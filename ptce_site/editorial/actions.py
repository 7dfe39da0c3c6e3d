"""What is done to a selection: said first, thing by thing; then done, all of it or nothing."""

import copy
import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from .following import change
from .links import Link, links_to
from .models import Draft
from .publication import State
from .quality import findings
from .quality_site import Site
from .querysets import among
from .redirects import remember
from .told import name_of
from .version_querysets import last_numbers

MOST = 200  # each is locked, checked and written down: more would keep the others waiting


def problems(thing: Any) -> list[str]:
    """What keeps a thing from being published, in words; the thing is left as it is."""
    tried = copy.copy(thing)
    tried.state = State.PUBLISHED
    try:
        tried.full_clean()
    except ValidationError as error:
        said: dict[str, list[str]] = {}
        for name, found in error.message_dict.items():
            one = "" if name == NON_FIELD_ERRORS else str(thing._meta.get_field(name).verbose_name)
            for message in found:
                said.setdefault(message, []).append(one)
        return [_told(", ".join(filter(None, names)), message) for message, names in said.items()]
    return []


def _told(names: str, message: str) -> str:
    return f"{capfirst(names)} : {message}" if names else message


@dataclass
class Step:
    """What will happen to one thing; `why` says why nothing will, `notes` what to know before."""

    thing: Any
    before: str
    after: str = ""
    why: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class When(forms.Form):
    """The day of the next review, chosen on the page that asks."""

    review_on = forms.DateField(
        label=gettext_lazy("Prochaine relecture"),
        help_text=gettext_lazy("Passé ce jour, l’écran d’accueil de la rédaction le rappelle."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_review_on(self) -> date | None:
        day = self.cleaned_data["review_on"]
        if day and day <= timezone.localdate():
            raise ValidationError(_("Ce jour est passé : choisissez-en un à venir."))
        return day


class Deed(ABC):
    """One thing that can be done to a selection; `yes` agrees to it, `done` tells of it."""

    title: Any
    yes: Any
    done: Any
    asks_when: bool | None = None  # required, optional, or not asked

    def __init__(self, room: Any, request: HttpRequest, when: date | None) -> None:
        self.room, self.request, self.when = room, request, when

    @abstractmethod
    def step(self, thing: Any, draft: Draft | None) -> Step:
        """What it would do to one thing."""

    def steps(self, things: list[Any], drafts: dict[str, Draft]) -> list[Step]:
        """What it would do to each."""
        return [self.step(thing, drafts.get(str(thing.pk))) for thing in things]

    @abstractmethod
    def do(self, thing: Any) -> None:
        """Do it, and write it down in the history."""

    def links(self, things: list[Any]) -> list[Link]:
        """What points to these things and will lead nowhere."""
        return []


class Publish(Deed):
    title = gettext_lazy("Publier la sélection")
    yes = ngettext_lazy("Oui, publier cette fiche", "Oui, publier ces %d fiches")
    done = ngettext_lazy("%d fiche publiée.", "%d fiches publiées.")

    def step(self, thing: Any, draft: Draft | None) -> Step:
        step = Step(thing, thing.get_state_display(), str(State.PUBLISHED.label))
        step.why = [_("Déjà publié.")] if thing.is_published else problems(thing)
        if draft:
            words = _("Un brouillon de %s est en cours : il attend, la fiche est publiée sans lui.")
            step.notes.append(words % _author(draft))
        return step

    def steps(self, things: list[Any], drafts: dict[str, Draft]) -> list[Step]:
        """Each is looked at as the site will be: what it leads to may be published with it."""
        steps = super().steps(things, drafts)
        ready, found = [step for step in steps if not step.why], []
        while len(ready) != len(found):  # what is refused comes no more: look at the rest again
            site = Site(coming=[step.thing for step in ready])
            found = [(step, findings(step.thing, site)) for step in ready]
            for step, told in found:
                step.why = [one.sentence for one in told if one.blocks]
            ready = [step for step in ready if not step.why]
        for step, told in found:
            step.notes[:0] = [one.sentence for one in told]
        return steps

    def do(self, thing: Any) -> None:
        values = {"state": State.PUBLISHED}
        change(self.room, self.request, thing, values, _("Publié depuis la liste."))
        remember(thing)


class Withdraw(Deed):
    title = gettext_lazy("Retirer la sélection du site")
    yes = ngettext_lazy("Oui, retirer cette fiche", "Oui, retirer ces %d fiches")
    done = ngettext_lazy("%d fiche retirée du site.", "%d fiches retirées du site.")

    def step(self, thing: Any, draft: Draft | None) -> Step:
        step = Step(thing, thing.get_state_display(), str(State.WITHDRAWN.label))
        if not thing.is_published:
            never = thing.state == State.DRAFT
            step.why = [_("Jamais publié : reste un brouillon.") if never else _("Déjà retiré.")]
        if draft:
            words = _("Un brouillon de %s est en cours : publié, il la remettrait sur le site.")
            step.notes.append(words % _author(draft))
        return step

    def do(self, thing: Any) -> None:
        self.room.withdraw(self.request.user, thing, _("Retiré du site."))

    def links(self, things: list[Any]) -> list[Link]:
        return links_to(*things) if things else []


class Review(Deed):
    title = gettext_lazy("Dater la prochaine relecture")
    yes = ngettext_lazy("Oui, dater cette fiche", "Oui, dater ces %d fiches")
    done = ngettext_lazy("%d fiche datée.", "%d fiches datées.")
    asks_when = True

    def step(self, thing: Any, draft: Draft | None) -> Step:
        return Step(thing, _day(thing.review_on), _("au jour choisi"), notes=_followed(draft))

    def do(self, thing: Any) -> None:
        values = {"review_on": self.when}
        change(self.room, self.request, thing, values, _("Relecture datée depuis la liste."))


class Verify(Deed):
    title = gettext_lazy("Marquer comme vérifié aujourd’hui")
    yes = ngettext_lazy(
        "Oui, j’ai relu cette fiche face aux sources",
        "Oui, j’ai relu ces %d fiches face aux sources",
    )
    done = ngettext_lazy("%d fiche marquée comme vérifiée.", "%d fiches marquées comme vérifiées.")
    asks_when = False

    def step(self, thing: Any, draft: Draft | None) -> Step:
        today = _day(timezone.localdate())
        return Step(thing, _day(thing.verified_on), today, notes=_followed(draft))

    def do(self, thing: Any) -> None:
        values: dict[str, Any] = {"verified_on": timezone.localdate()}
        values |= {"review_on": self.when} if self.when else {}
        change(self.room, self.request, thing, values, _("Vérifié depuis la liste."))


def _author(draft: Draft) -> str:
    return name_of(draft.author) or _("quelqu’un")


def _followed(draft: Draft | None) -> list[str]:
    words = _("Le brouillon de %s prendra cette date, sauf s’il en porte déjà une autre.")
    return [words % _author(draft)] if draft else []


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else "—"


def _ask(kind: type[Deed], room: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """The page that says what will happen; once it is agreed to, and still true, do it."""
    keys = [thing.pk for thing in queryset[: MOST + 1]]
    if len(keys) > MOST:
        words = _("Rien n’a changé. Choisissez-en %d au plus à la fois, c’est déjà beaucoup.")
        return room.message_user(request, words % MOST, messages.ERROR)
    sure, changed = "sure" in request.POST, False
    form = When(request.POST if sure else None) if kind.asks_when is not None else None
    if form:
        form.fields["review_on"].required = bool(kind.asks_when)
    with transaction.atomic():
        found = among(room.model._base_manager.select_for_update(), keys)
        things = sorted(found, key=lambda thing: keys.index(thing.pk))
        agreed = sure and (form is None or form.is_valid())
        deed = kind(room, request, form.cleaned_data["review_on"] if form and agreed else None)
        drafts = Draft.objects.among(room.model, keys)
        steps = deed.steps(things, drafts)
        ready = [step for step in steps if not step.why]
        seen = _mark(room, steps)
        changed = sure and request.POST.get("_seen") != seen
        if agreed and not changed:
            for step in ready:
                deed.do(step.thing)
            return room.message_user(request, deed.done % len(ready), messages.SUCCESS)
    context = {
        **room.admin_site.each_context(request),
        "title": kind.title,
        "opts": room.opts,
        "action": request.POST["action"],
        "ready": ready,
        "left": [step for step in steps if step.why],
        "links": deed.links([step.thing for step in ready]),
        "steps": steps,
        "seen": seen,
        "changed": changed,
        "form": form,
        "yes": deed.yes % len(ready),
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/editorial/sure.html", context)


def _mark(room: Any, steps: list[Step]) -> str:
    """All the page says, in short: the same as long as nothing of it changed."""
    numbers = last_numbers(room.model, [step.thing.pk for step in steps])
    told = [(s.thing.pk, s.before, s.why, s.notes, numbers.get(str(s.thing.pk))) for s in steps]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


@admin.action(description=gettext_lazy("Publier la sélection…"), permissions=["publish"])
def publish(room: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """Publish what is complete; name what is not, and why."""
    return _ask(Publish, room, request, queryset)


@admin.action(description=gettext_lazy("Retirer la sélection du site…"), permissions=["publish"])
def withdraw(room: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """Take what is public off the site; a draft was never on it and stays a draft."""
    return _ask(Withdraw, room, request, queryset)


@admin.action(
    description=gettext_lazy("Marquer comme vérifié aujourd’hui…"), permissions=["publish"]
)
def verify(room: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """Say that these were read again against their sources today; visitors see the day."""
    return _ask(Verify, room, request, queryset)


@admin.action(description=gettext_lazy("Dater la prochaine relecture…"), permissions=["publish"])
def plan_review(room: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """Give these a day to be read again."""
    return _ask(Review, room, request, queryset)
