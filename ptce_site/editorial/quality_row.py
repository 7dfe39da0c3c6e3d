"""One row as the quality gate reads it, a thing or a part of one, and what is wrong in it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modeltranslation.manager import get_translatable_fields_for_model

from . import quality_rules as rules
from .publication import Publishable
from .quality_rules import ERROR, WARNING, Fault, Reading
from .quality_site import Site, columns_apart, name_of
from .richtext import RichTextField
from .versions import edited_fields

FRENCH = settings.LANGUAGE_CODE
STALE = timedelta(days=730)
DESCRIPTION, TITLE = (50, 160), (0, 60)  # characters that search engines show, least and most


class Examined:
    """One row, a thing or a part of it, and its texts read."""

    def __init__(self, row: Any, whole: Any, owner: str = "", under: int = 2) -> None:
        self.row, self.whole, self.model, self.under = row, whole, type(row), under
        self.states_facts = bool(getattr(row, "source_id", None))
        self.columns = {column.name: column for column in edited_fields(self.model, owner)}
        self.texts = {
            name: Reading(value) if isinstance(column, RichTextField) else value
            for name, column in self.columns.items()
            if isinstance(column, models.CharField | models.TextField)
            and isinstance(value := getattr(row, name), str)
            and value
        }
        self.long = {n: text for n, text in self.texts.items() if isinstance(text, Reading)}

    @property
    def cited(self) -> set[str]:
        """The keys of the sources its texts cite."""
        hrefs = {href for text in self.long.values() for href, _words in text.links}
        return {href.removeprefix("source:") for href in hrefs if href.startswith("source:")}

    def faults(self, site: Site, anchors: set[str]) -> Iterator[tuple[str, Fault]]:
        yield from self._missing()
        for name, text in self.texts.items():
            language = getattr(self.columns[name], "language", "")
            base = name.removesuffix(f"_{language}") if language else name
            for fault in self._in_text(base, language, text):
                yield name, fault
        for name, text in self.long.items():
            for fault in self._dead(text, site, anchors):
                yield name, fault
        yield from self._link_apart(site)
        yield from self._named_twice(site)
        yield from self._dated()

    def _missing(self) -> Iterator[tuple[str, Fault]]:
        for base in get_translatable_fields_for_model(self.model) or ():
            filled = [
                name for code, name in settings.LANGUAGES if getattr(self.row, f"{base}_{code}")
            ]
            if filled and not getattr(self.row, f"{base}_{FRENCH}"):
                yield (
                    f"{base}_{FRENCH}",
                    Fault(
                        "french-missing",
                        ERROR,
                        base,
                        _("Le texte français manque, alors qu’une traduction existe (%s).")
                        % filled[0],
                        _("Écrivez-le en français d’abord : les autres langues le suivent."),
                    ),
                )
        for base in getattr(self.model, "proven_by", ()):
            name = f"{base}_{FRENCH}" if f"{base}_{FRENCH}" in self.columns else base
            if getattr(self.row, self.columns[name].attname) in (None, ""):
                yield (
                    name,
                    Fault(
                        "figure-unproven",
                        ERROR,
                        name,
                        _("Il manque à ce chiffre : %s.") % self._called(name),
                        _("Sans elle, un chiffre ne se vérifie pas : remplissez ce champ."),
                    ),
                )
        described = getattr(self.model, "described_by", "")
        if described and not getattr(self.row, f"{described}_{FRENCH}"):
            yield (
                f"{described}_{FRENCH}",
                Fault(
                    "description-missing",
                    WARNING,
                    described,
                    _("Il n’y a pas de description pour les moteurs de recherche."),
                    _("Dites en une phrase ce qu’on trouvera sur cette page."),
                ),
            )

    def _in_text(self, base: str, language: str, text: Reading | str) -> Iterator[Fault]:
        if isinstance(text, Reading):
            takes = base in getattr(self.model, "headings_in", ())
            yield from rules.headings(text, self.under if takes else None)
            yield from rules.tables(text)
            yield from rules.links(text)
            if language:
                yield from rules.writing(text.runs, language)
            return
        if language:
            yield from rules.writing([text], language)
        if base in ("title", "seo_title", "term", "name"):
            yield from rules.title(text)
        if base in ("description", getattr(self.model, "described_by", "")):
            yield from rules.length(text, *DESCRIPTION)
        if base == "seo_title":
            yield from rules.length(text, *TITLE)

    def _dead(self, text: Reading, site: Site, anchors: set[str]) -> Iterator[Fault]:
        address = getattr(self.whole, "get_absolute_url", str)()
        for href, words in text.links:
            if why := href and site.dead(href, address, anchors):
                source = href.startswith("source:")
                yield Fault(
                    "source-unknown" if source else "link-dead",
                    ERROR,
                    href,
                    (_("Note vers « %(words)s » : %(why)s.") if source else
                     _("Lien « %(words)s » : %(why)s."))
                    % {"words": rules.short(href[7:] if source else words or href), "why": why},
                    _("Choisissez une autre source, ou retirez la note.") if source else
                    _("Choisissez où il doit mener, ou retirez-le."),
                )  # fmt: skip

    def _link_apart(self, site: Site) -> Iterator[tuple[str, Fault]]:
        """A link that has a field of its own, and one for its words."""
        for name, words in getattr(self.model, "leads_to", ()):
            field = self.model._meta.get_field(name)
            target = getattr(self.row, field.attname)
            if target is None:
                continue
            if why := site.dead(f"ref:{field.related_model._meta.label_lower}:{target}", "", set()):
                said = rules.short(str(getattr(self.row, name)))
                message = _("Lien « %(words)s » : %(why)s.") % {"words": said, "why": why}
                help_text = _("Choisissez où il doit mener, ou retirez-le.")
                yield name, Fault("link-dead", ERROR, str(target), message, help_text)
            for code, _language in settings.LANGUAGES:
                said = getattr(self.row, f"{words}_{code}") or ""
                if said and rules.weak(said):
                    yield f"{words}_{code}", rules.weak_link(said)

    def _named_twice(self, site: Site) -> Iterator[tuple[str, Fault]]:
        for code, _language in settings.LANGUAGES if hasattr(self.model, "never_twice") else ():
            for group in columns_apart(self.model, code):
                if code != FRENCH and not group[0].endswith(f"_{code}"):
                    continue
                name = name_of([getattr(self.row, column) for column in group])
                if name and site.others_named(self.row, name, code):
                    said = str(getattr(self.row, group[0]))
                    yield (
                        group[0],
                        Fault(
                            "named-twice",
                            ERROR,
                            name,
                            _("« %s » est déjà pris par une autre fiche publiée.")
                            % rules.short(said),
                            _("Un visiteur ne saurait pas laquelle est laquelle : distinguez-les."),
                        ),
                    )

    def _dated(self) -> Iterator[tuple[str, Fault]]:
        if not isinstance(self.row, Publishable):
            return
        day = self.row.verified_on
        if timezone.localdate() - day > STALE if day else self.states_facts:
            yield (
                "verified_on",
                Fault(
                    "not-verified",
                    WARNING,
                    str(day),
                    _("La dernière vérification a plus de deux ans.")
                    if day
                    else _("On ne sait pas quand ces faits ont été vérifiés."),
                    _("Relisez face aux sources, puis remplissez « vérifié le »."),
                ),
            )

    def where(self, name: str) -> str:
        """The place in words: the part, the field, the language if it is not French."""
        language = getattr(self.columns[name], "language", FRENCH)
        said = capfirst(self._called(name))
        if language != FRENCH:
            said += f" ({dict(settings.LANGUAGES)[language]})"
        if self.row is self.whole:
            return said
        kind = capfirst(str(self.model._meta.verbose_name))
        return f"{kind} « {rules.short(str(self.row))} » : {said[:1].lower()}{said[1:]}"

    def _called(self, name: str) -> str:
        """How a column is called in the form, whatever its language."""
        column = self.columns[name]
        return str(getattr(column, "translated_field", column).verbose_name)
