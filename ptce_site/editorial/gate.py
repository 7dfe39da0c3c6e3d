"""The gate before the site: what is posted is saved, looked at, and let through or taken back.

Previews and « Vérifier » save nothing: they go the same way, and always come back (docs/adr/0014).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from . import previews
from .quality import Finding, findings
from .taking_up import TakingUp, was_saved
from .typography import french

View = Callable[..., HttpResponse]


class Refused(Exception):
    """What was just saved must not be published: raised in its transaction, which takes it back."""

    def __init__(self, found: list[Finding]) -> None:
        super().__init__()
        self.first = next((one for one in found if one.blocks), found[0])


@dataclass(frozen=True)
class Line:
    """A finding, and where its field is in the form that shows it."""

    finding: Finding
    address: str
    seen: bool = False


@dataclass
class Panel:
    """What the form says of the quality of what it holds; `mended`, what was just corrected."""

    errors: list[Line] = field(default_factory=list)
    warnings: list[Line] = field(default_factory=list)
    already: list[Line] = field(default_factory=list)
    mended: list[str] | None = None

    @property
    def typography(self) -> bool:
        """Whether the button that corrects it has something to do."""
        shown = [*self.errors, *self.warnings, *self.already]
        return any(line.finding.rule == "typography" for line in shown)


@dataclass
class Gate:
    """What lets something through: the warnings that were seen, and those the site had already."""

    thing: Any
    seen: set[str] = field(default_factory=set)
    before: set[str] = field(default_factory=set)
    asks: bool = True
    errors_only: bool = False
    rows: dict[tuple[Any, Any], str] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)

    def look(self, thing: models.Model) -> None:
        """Look at what has just been saved. Raises Refused."""
        self.found = findings(thing)
        if self.asks and any(self.stops(one) for one in self.found):
            raise Refused(self.found)

    def stops(self, one: Finding) -> bool:
        return one.blocks or not (self.errors_only or one.key in self.seen | self.before)

    def panel(self) -> Panel:
        told = Panel()
        for one in self.found:
            line = Line(one, self._address(one), one.key in self.seen)
            if one.blocks:
                told.errors.append(line)
            else:
                (told.already if one.key in self.before else told.warnings).append(line)
        return told

    def _address(self, one: Finding) -> str:
        part: Any = one.part
        row = self.rows.get((type(part), part.pk), "") if part else ""
        return f"#id_{row}-{one.field}" if row else f"#id_{one.field}"


class GatedAdmin(TakingUp):
    """A form whose content is looked at before visitors see it."""

    def gated(
        self, request: HttpRequest, thing: Any, desk: Any, open_form: View, publish: View
    ) -> HttpResponse:
        """Publish, or give the form back with what stands in the way."""
        gate = self._gate(request, thing)
        try:
            return publish()
        except Refused:
            request.silent = False  # type: ignore[attr-defined]
            desk.panel = gate.panel()
            desk.seen_was(request.POST)
            return open_form(request.POST)

    def verify(
        self, request: HttpRequest, thing: Any, desk: Any, view: View, open_form: View
    ) -> HttpResponse:
        """The form as typed, with all that publishing would say of it; nothing is saved."""
        mended = mend(self, request, thing, request.POST) if "_mend" in request.POST else None
        gate = self._gate(request, thing, asks=False)
        with self._taken_back(request):
            view(request)
            whole = was_saved(request)
        request.silent = False  # type: ignore[attr-defined]
        if whole or mended is not None:
            desk.panel = gate.panel()
            desk.panel.mended = mended
        if not whole:
            self.message_user(
                request,
                _("Corrigez d’abord les champs marqués : le reste sera vérifié après."),
                messages.WARNING,
            )
        desk.seen_was(request.POST)
        return open_form(request.POST)

    def _gate(self, request: HttpRequest, thing: Any, *, asks: bool = True) -> Gate:
        live = thing is not None and getattr(thing, "is_published", False)
        before = {one.key for one in findings(thing) if not one.blocks} if live else set()
        seen = set(request.POST.getlist("_seen_warning"))
        request.gate = gate = Gate(thing, seen, before, asks)  # type: ignore[attr-defined]
        return gate

    # What the admin's own view saves, as it saves it

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if gate := getattr(request, "gate", None):
            gate.rows |= {(type(f.instance), f.instance.pk): f.prefix for f in formset.forms}

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> Any:
        if gate := getattr(request, "gate", None):
            gate.look(obj)
        return super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Any) -> Any:
        if gate := getattr(request, "gate", None):
            gate.look(obj)
        return super().response_change(request, obj)

    # What is saved for a moment only

    def plain_view(self, request: HttpRequest, thing: Any) -> HttpResponse:
        """The admin's own view of what a request posts, without buttons or drafts."""
        if thing is None:
            return super().add_view(request)
        return super().change_view(request, str(thing.pk))

    def plain_again(self, draft: Any) -> View:
        """The same, for the thing of a draft."""
        return lambda request, **kwargs: self.plain_view(request, draft.thing)

    def preview(
        self, request: HttpRequest, thing: Any, view: View, language: str = ""
    ) -> HttpResponse:
        """What visitors would see, rendered in a change that is then taken back."""
        codes = [code for code, _name in settings.LANGUAGES]
        with self._taken_back(request):
            answer = view(request)
            if was_saved(request):
                address = request.saved.get_absolute_url()  # type: ignore[attr-defined]
                return previews.as_visitor(
                    request, address, language if language in codes else settings.LANGUAGE_CODE
                )
            answer.template_name = "admin/editorial/not_yet.html"  # type: ignore[attr-defined]
            answer.render()  # type: ignore[attr-defined]
        return previews.unseen(HttpResponse(answer.content))

    @contextmanager
    def _taken_back(self, request: HttpRequest) -> Iterator[None]:
        request.silent = True  # type: ignore[attr-defined]
        with transaction.atomic():
            yield
            request.saved = None  # type: ignore[attr-defined]
            transaction.set_rollback(True)


def mend(room: Any, request: HttpRequest, thing: Any, data: QueryDict) -> list[str]:
    """Give the French texts that are typed French typography, in place; say what has changed."""
    form = room.get_form(request, thing, change=thing is not None)(instance=thing)
    labels = {name: str(bound.label) for name, bound in ((n, form[n]) for n in form.fields)}
    kinds = {}
    for formset, inline in room.get_formsets_with_inlines(request, thing):
        kinds[formset.get_default_prefix()] = inline.model._meta.verbose_name
        labels |= {name: str(one.label) for name, one in formset.form.base_fields.items()}
    told = []
    for name in [name for name in data if name.endswith("_fr")]:
        before = str(data[name])
        after = french(before)
        if after != before:
            data[name] = after
            part, _dash, rest = name.partition("-")
            number, _dash, last = rest.rpartition("-")
            place = labels.get(last or name, name)
            if number.isdigit():
                place = f"{kinds.get(part, part)} {int(number) + 1}, {place}"
            told.append(place[:1].upper() + place[1:])
    return told
