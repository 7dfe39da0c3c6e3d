"""What an import would do, row by row; then the same, done: all of it or nothing.

A row is the posted form of its thing with the cells that differ laid over it. It is validated by
the form of the admin and published, or kept as a draft, by the views of the admin.
"""

import copy
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from ..comparing import Names, differences
from ..conflicts import find_conflict
from ..quality import Finding, findings
from ..quality_site import Site
from ..told import moment, name_of
from ..version_querysets import last_numbers, versions_of
from ..versions import Snapshot
from . import querysets
from .cells import Unreadable
from .columns import SLUG, Values, columns_of, spoiled
from .forms import add, chosen, held, problems, unclean, untouched, untouched_parts
from .lines import Line, Problem


class Plan:
    """The rows of one import."""

    def __init__(self, room: Any, request: HttpRequest, lines: list[Line]) -> None:
        self.room, self.request, self.lines = room, request, lines
        self.columns = {column.key: column for column in columns_of(room)[2:]}
        self._forms: dict[bool, Any] = {}
        self._saved: list[tuple[Line, Any]] = []

    @property
    def active(self) -> list[Line]:
        return [line for line in self.lines if line.does_something]

    @property
    def failed(self) -> bool:
        return any(line.errors for line in self.lines)

    @property
    def incomplete(self) -> bool:
        return any(line.lacks for line in self.lines)

    @property
    def remarked(self) -> bool:
        return any(line.remarks for line in self.lines)

    # What would change

    def look(self) -> None:
        """Try each row as it would be published, and take it back before the next one.

        Nobody else waits for more than one row, whatever the length of the file.
        """
        self.compare()
        names, site = Names(), Site()
        for line in self.lines:
            if not line.errors and line.touches:
                self._try(line, names, site)

    def compare(self, *, lock: bool = False) -> None:
        """Find the thing of each row, keep the cells that differ, tell what stands in the way.

        Raises Unreadable for more rows than one transaction should hold.
        """
        fields = [column.field for column in self.columns.values()]
        slugs = [line.slug for line in self.lines]
        things = querysets.by_slug(self.room.model, slugs, fields, lock=lock)
        numbers = last_numbers(self.room.model, (one.pk for one in things.values()))
        drafts = querysets.drafts_of(self.room.model)
        for line in self.lines:
            line.thing = things.get(line.slug)
            line.seen = numbers.get(str(line.thing.pk), 0) if line.thing else 0
            if line.thing is not None:
                line.errors += [
                    (name, _("Cette case ne peut pas être vide.")) for name in line.empty
                ]
                line.values = dict(self._differing(line))
        number, most = sum(line.touches for line in self.lines), self.room.sheet_most
        if number > most:
            words = {"number": number, "most": most}
            raise Unreadable(
                _(
                    "Ce fichier change %(number)d fiches, et %(most)d au plus passent à la fois : "
                    "coupez-le en plusieurs fichiers."
                )
                % words
            )
        for line in self.lines:
            if not line.errors and line.touches:
                line.errors += self._in_the_way(line, drafts)

    def _differing(self, line: Line) -> Iterator[tuple[str, Values]]:
        for key, typed_values in line.values.items():
            live = self.columns[key].value(line.thing)
            if typed_values != live and not (line.lossy and spoiled(typed_values, live)):
                yield key, typed_values

    def _in_the_way(self, line: Line, drafts: list[Any]) -> Iterator[Problem]:
        if line.is_new:
            mine = (d for d in drafts if not d.object_id and d.posted.get(SLUG) == line.slug)
            if line.version is not None:
                yield (
                    _("identifiant"),
                    _(
                        "Aucune fiche ne s’appelle « %s », or cette ligne vient d’un export : "
                        "son identifiant a changé, ou la fiche a été supprimée. Pour en créer "
                        "une, videz sa version."
                    )
                    % line.slug,
                )
            elif not self.room.has_add_permission(self.request):
                yield _("identifiant"), _("Votre compte ne peut pas créer de fiche.")
        else:
            mine = (d for d in drafts if d.object_id == str(line.thing.pk))
        if draft := next(mine, None):
            words = {"who": name_of(draft.author) or "—", "when": moment(draft.updated_at)}
            yield (
                "",
                _("Un brouillon est en cours (%(who)s, le %(when)s) : publiez-le ou abandonnez-le.")
                % words,
            )
        if not line.is_new and line.version is not None and line.version != line.seen:
            yield from self._moved(line)

    def _moved(self, line: Line) -> Iterator[Problem]:
        """What someone else changed since the version that was exported, in these very cells."""
        data = self._filled(line, self._form(change=True)(instance=line.thing))
        add(data, self._no_parts)
        first = versions_of(self.room.model, line.thing.pk).last()
        data["_seen"] = str(line.version or (first.pk if first else 0))
        found = find_conflict(self.room, self.request, line.thing, data, None)
        for one in found.differences if found else ():
            words = {
                "who": found.who or _("quelqu’un"),
                "when": moment(found.when),
                "now": one.theirs,
            }
            if re.sub(r"_[01]$", "", one.name) in line.values:
                yield (
                    one.label,
                    _(
                        "%(who)s l’a changé le %(when)s, après votre export : c’est "
                        "maintenant « %(now)s ». Exportez de nouveau."
                    )
                    % words,
                )

    def _try(self, line: Line, names: Names, site: Site) -> None:
        change = not line.is_new
        before = held(line.thing or self.room.model())
        own = copy.copy(line.thing) if change else None
        form = self._form(change=change)(instance=own)
        form.data, form.is_bound = self._filled(line, form), True  # one form does for both: quicker
        valid, found = form.is_valid(), []
        after = held(form.instance) | chosen(form)
        try:
            with transaction.atomic():
                if valid:
                    after |= held(form.save())
                    found = findings(form.instance, site)
                transaction.set_rollback(True)
        except IntegrityError:
            line.lacks.append(("", _("Cette ligne contredit une autre fiche.")))
        after |= {name: before[name] for name in form.errors.keys() & before.keys()}
        line.lacks += problems(form)
        self._judge(line, found, site)
        line.changes = differences(self.room, Snapshot(None, before), Snapshot(None, after), names)
        line.changes += unclean(form, before, names)

    def _judge(self, line: Line, found: list[Finding], site: Site) -> None:
        """What the quality of a row forbids, and what of it was not on the site yet."""
        line.lacks += _told(one for one in found if one.blocks)
        warnings = [one for one in found if not one.blocks]
        live = warnings and line.thing is not None and line.thing.is_published
        before = {one.key for one in findings(line.thing, site)} if live else set()
        line.remarks = _told(one for one in warnings if one.key not in before)
        line.known = [one.key for one in warnings]

    # Doing it

    def apply(self, *, publish: bool, name: str) -> bool:
        """Publish the rows, or keep each as a draft. False, and nothing done, if one cannot be."""
        try:
            with transaction.atomic():
                self.compare(lock=True)
                for line in self.lines:
                    if line.version is None and not line.is_new and line.values:
                        words = _("Une fiche de ce nom a été créée entre-temps.")
                        line.errors.append((_("identifiant"), words))
                    if not line.errors and line.touches:
                        self._do(line, publish=publish, name=name)
                done = not self.failed and not (publish and self.incomplete) and self._good()
                transaction.set_rollback(not done)
        except IntegrityError:
            done = False
            self.lines[0].errors.append(
                ("", _("Quelqu’un enregistrait au même moment : recommencez."))
            )
        return done

    def _do(self, line: Line, *, publish: bool, name: str) -> None:
        data = self._filled(line, self._form(change=not line.is_new)(instance=line.thing))
        parts = self._no_parts if publish else untouched_parts(self.room, self.request, line.thing)
        add(data, parts)
        data["_seen"] = str(line.seen)
        again = self._again(data, name)
        if not publish:
            self.room.keep(again, line.thing)
            return
        answer = self.room.plain_view(again, line.thing)
        if answer.status_code != 302:
            line.lacks += problems(answer.context_data["adminform"].form) or [
                ("", _("Une partie de la fiche est incomplète : ouvrez-la."))
            ]
        else:
            self._saved.append((line, again.saved))  # type: ignore[attr-defined]

    def _good(self) -> bool:
        """Whether nothing but what was shown is said of what was saved, once all of it is."""
        site, good = Site(), True
        for line, thing in self._saved:
            found = findings(thing, site)
            line.lacks += _told(one for one in found if one.blocks)
            good = good and all(one.blocks or one.key in line.known for one in found)
        return good and not self.incomplete

    def _again(self, data: QueryDict, name: str) -> HttpRequest:
        """The request that the form of one thing would make."""
        again: Any = copy.copy(self.request)
        again.method, again.GET, again.POST = "POST", QueryDict(), data
        again._files = MultiValueDict()
        again._dont_enforce_csrf_checks = True  # the import's own form was checked
        again.silent, again.imported = True, name
        return again

    def _form(self, *, change: bool) -> Any:
        if change not in self._forms:
            thing = next((one.thing for one in self.lines if one.thing), None) if change else None
            self._forms[change] = self.room.get_form(self.request, thing, change=change)
        return self._forms[change]

    @cached_property
    def _no_parts(self) -> dict[str, list[str]]:
        """What the form of a thing sends when its parts are left alone."""
        return untouched_parts(self.room, self.request, None)

    def _filled(self, line: Line, form: forms.BaseForm) -> QueryDict:
        """What the form of a thing would post with the cells of its row laid over."""
        data = untouched(form)
        if line.is_new:
            data[SLUG] = line.slug
        for key, values in line.values.items():
            if isinstance(form.fields[key], forms.MultiValueField):
                day, _space, hour = (values or [""])[0].partition(" ")
                data[f"{key}_0"], data[f"{key}_1"] = day, hour
            else:
                data.setlist(key, values)
        return data


def _told(found: Iterable[Finding]) -> list[Problem]:
    mend = _("Corrigez-la dans votre fichier.")  # there is no button for it here
    return [
        (one.where, f"{one.message} {mend if one.rule == 'typography' else one.help}")
        for one in found
    ]
