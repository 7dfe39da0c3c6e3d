"""The quality of what is published: what is wrong with a thing and its parts, each thing named.

An error keeps a thing from being published; a warning asks to be seen first. Models say what is
particular to them in class attributes, all optional:

- `never_twice`: what tells things of this kind apart, each a tuple of fields read together;
- `described_by`: the field that search engines are given;
- `headings_in`: the long texts that take headings; the others stand under one already;
- `proven_by`: what a figure is nothing without; `leads_to`: a link as (field, field of its words).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

from django.contrib import admin
from django.db import models
from modeltranslation.manager import get_translatable_fields_for_model

from .publication import Publishable, State
from .quality_row import Examined
from .quality_rules import ERROR
from .quality_site import Site
from .versions import owner_of


@dataclass(frozen=True)
class Finding:
    """One thing wrong: the rule, the column it is in (of `part`, if any), what to do."""

    rule: str
    level: str
    field: str
    message: str
    help: str
    part: models.Model | None = None
    wrong: str = ""
    where: str = ""
    times: int = 1

    @property
    def key(self) -> str:
        """The same as long as the same text is wrong in the same field.

        A part counts by its kind, one not saved yet having no number; the same fault copied to
        another part is known by the `times` it was met.
        """
        kind = self.part._meta.label_lower if self.part else ""
        told = "\n".join((self.rule, kind, self.field, self.wrong, str(self.times)))
        return f"{self.rule}-{blake2s(told.encode(), digest_size=8).hexdigest()}"

    @property
    def sentence(self) -> str:
        """Where, and what."""
        return f"{self.where}. {self.message}"

    @property
    def blocks(self) -> bool:
        return self.level == ERROR


def findings(thing: Any, site: Site | None = None) -> list[Finding]:
    """What is wrong with a thing as it stands, and with its parts as they are saved."""
    site = site or Site()
    site.thing = thing
    rows, titled = [Examined(thing, thing)], False
    for part, owner in _parts(thing):
        titled = titled or bool(getattr(part, "title", ""))
        rows.append(Examined(part, thing, owner, under=2 if titled else 1))
    cited = {key for row in rows for key in row.cited}
    site.look_up(cited)
    rows[0].states_facts |= bool(cited)
    anchors = {getattr(row.row, "anchor", "") for row in rows} - {""}
    met: Counter = Counter()
    found = []
    for row in rows:
        part = None if row.row is thing else row.row
        for name, fault in row.faults(site, anchors):
            met[same := (fault.rule, row.model, name, fault.wrong)] += 1
            found.append(
                Finding(
                    fault.rule, fault.level, name, fault.message, fault.help,
                    part, fault.wrong, row.where(name), met[same],
                )
            )  # fmt: skip
    return found


def blocking(thing: Any) -> list[Finding]:
    """The errors among them: what visitors must not see."""
    return [found for found in findings(thing) if found.blocks]


def published_things() -> Iterator[models.Model]:
    """All that visitors read and editors write, kind by kind."""
    for model in admin.site._registry:
        manager: Any = model._default_manager
        if issubclass(model, Publishable):
            yield from manager.published()
        elif get_translatable_fields_for_model(model):
            yield from manager.all()


def _parts(thing: Any) -> Iterator[tuple[Any, str]]:
    """The parts that visitors read, with the name of the field by which they belong to it."""
    room: Any = admin.site._registry.get(type(thing))
    for inline in room.inlines if room and thing.pk else ():
        link = owner_of(room, inline)
        for part in getattr(thing, link.remote_field.get_accessor_name()).all():
            if getattr(part, "state", State.PUBLISHED) == State.PUBLISHED:
                yield part, link.name
