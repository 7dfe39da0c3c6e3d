"""What a query string asks of the directory. Nothing wrong in it stops a page: it is told."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ptce_site.editorial.numbers import quoted_plain

from .catalogue import FACETS, Catalogue
from .geography import Commune, search_key

LONGEST, MOST_TOLD, MOST_CHOICES = 200, 3, 8
LEAST_COMPARED, MOST_COMPARED = 2, 4
LIST, TABLE = "liste", "tableau"
NAMES: dict[str, str | Promise] = {
    "region": _("Région"),
    "secteur": _("Secteur"),
    "appel": _("Appel à projets"),
    "situation": _("Situation aujourd’hui"),
    "preuve": _("Statut de lauréat"),
}
SORTS: dict[str, str | Promise] = {
    "nom": _("nom"),
    "commune": _("commune"),
    "region": _("région"),
    "situation": _("situation"),
    "distance": _("distance"),
}
_IN_DEPARTMENT = re.compile(r"(.+?)\s*\(\s*(\w{2,3})\s*\)")

Pair = tuple[str, str]


@dataclass(frozen=True)
class Around:
    """The commune one starts from; the others that bear the same words."""

    commune: Commune | None = None
    others: tuple[Commune, ...] = ()


@dataclass(frozen=True)
class Criteria:
    """What was asked and could be read; `notices` say what could not."""

    q: str = ""
    chosen: dict[str, list[str]] = field(default_factory=dict)
    near: str = ""
    around: Around = field(default_factory=Around)
    sort: str = ""
    view: str = LIST
    ticked: list[str] = field(default_factory=list)
    page: str = ""
    notices: list[str] = field(default_factory=list)

    @property
    def compared(self) -> list[str]:
        """The slugs to set side by side, if there are as many as a page can hold."""
        return self.ticked if LEAST_COMPARED <= len(self.ticked) <= MOST_COMPARED else []

    @property
    def filters(self) -> list[Pair]:
        """What chooses the poles, in the order of the form."""
        text = [("q", self.q)] if self.q else []
        near = [("autour", self.near)] if self.near else []
        return text + near + [(name, v) for name, values in self.chosen.items() for v in values]

    @property
    def pairs(self) -> list[Pair]:
        """What chooses the poles and sorts them: the same in a page, a file or a frame."""
        return self.filters + ([("tri", self.sort)] if self.sort else [])

    @property
    def seen(self) -> list[Pair]:
        """The same, and how one looks at it."""
        return self.pairs + ([("vue", TABLE)] if self.view == TABLE else [])

    def without(self, pair: Pair) -> list[Pair]:
        """The same with one thing taken away, and the sort that makes no sense without it."""
        gone = [pair]
        if pair[0] == "autour":
            gone += [("tri", "distance"), ("tri", "-distance")]
        return [other for other in self.seen if other not in gone]

    def replacing(self, name: str, value: str) -> list[Pair]:
        """The same with one value changed, or taken away when empty."""
        others = [pair for pair in self.seen if pair[0] != name]
        return others + ([(name, value)] if value else [])


def link(pairs: Iterable[Pair]) -> str:
    """A relative address of the directory; "./" is the directory with nothing asked."""
    query = urlencode(list(pairs))
    return f"?{query}#annuaire" if query else "./#annuaire"


def read(params: QueryDict, known: Catalogue) -> Criteria:
    """Read a query string; what it holds that means nothing becomes a notice, once."""
    notices: list[str] = []

    def one(name: str, choices: Iterable[str] | None = None) -> str:
        values = list(filter(None, map(_clean, params.getlist(name))))
        if len(values) > 1:
            notices.append(
                gettext("« %s » est donné plusieurs fois : seul le dernier compte.") % name
            )
        value = values[-1] if values else ""
        if value and choices is not None and value not in choices:
            notices.append(_unknown(name, [value]))
            return ""
        return value

    chosen = {}
    for name in FACETS:
        values = list(dict.fromkeys(filter(None, map(_clean, params.getlist(name)))))
        labels = known.labels[name]
        if strange := [value for value in values if value not in labels]:
            notices.append(_unknown(name, strange))
        if right := [value for value in values if value in labels]:
            chosen[name] = right
    q, near = one("q"), one("autour")
    if q and not known.index.search(q).understood:
        notices.append(gettext("« %s » ne contient aucun mot à chercher.") % _short(q))
        q = ""
    around = locate(near) if near else Around()
    if around.commune:
        near = str(around.commune)
    elif near and not around.others:
        notices.append(gettext("Aucune commune ne s’appelle « %s ».") % _short(near))
        near = ""
    sort = one("tri", [sign + name for name in SORTS for sign in ("", "-")])
    if sort.endswith("distance") and not around.commune:
        notices.append(gettext("Pour trier par distance, dites autour de quelle commune."))
        sort = ""
    ticked = _ticked(params, known, notices)
    view = one("vue", (LIST, TABLE)) or LIST
    view = TABLE if params.getlist("comparer") else view
    return Criteria(q, chosen, near, around, sort, view, ticked, one("page"), notices)


def _ticked(params: QueryDict, known: Catalogue, notices: list[str]) -> list[str]:
    """The poles ticked to be compared; how many must be, if they are too few or too many."""
    asked = list(dict.fromkeys(filter(None, map(_clean, params.getlist("comparer")))))
    if strange := [slug for slug in asked if slug not in known.by_slug]:
        notices.append(_unknown("comparer", strange))
    ticked = [slug for slug in asked if slug in known.by_slug]
    if asked and not LEAST_COMPARED <= len(ticked) <= MOST_COMPARED:
        words = ngettext(
            "Pour comparer, cochez de deux à quatre pôles : %d est coché.",
            "Pour comparer, cochez de deux à quatre pôles : %d sont cochés.",
            len(ticked),
        )
        notices.append(words % len(ticked))
    return ticked


def locate(asked: str) -> Around:
    """The commune meant by a name, a name with its département, a postcode or an Insee code.

    A name that several bear names none of them: they are the choices. Otherwise `others` are those
    whose name goes on after the same words, or that the same digits name. One query.
    """
    named = _IN_DEPARTMENT.fullmatch(asked)
    words, department = named.groups() if named else (asked, "")
    folded = search_key(words)
    matching = Commune.objects.matching(words, folded)
    if department:  # before the cut: the others of that name may be many, and larger
        matching = matching.in_department(department.upper())
    found = list(matching[: 10 * MOST_CHOICES])
    exact = [c for c in found if words in c.postcodes.split() or c.search_name == folded]
    exact = exact or [c for c in found if c.code == words.upper()] or found
    if len(exact) != 1:
        return Around(None, tuple(found[:MOST_CHOICES]))
    alike = (c for c in found if c.search_name.startswith(f"{folded} ") or c.code == words)
    return Around(exact[0], tuple(c for c in alike if c != exact[0])[:MOST_CHOICES])


def _clean(value: str) -> str:
    """One line of what was typed, not too long, with nothing a database refuses."""
    return " ".join(value[: 4 * LONGEST].replace("\x00", "").split())[:LONGEST]


def _short(value: str) -> str:
    return value if len(value) <= 40 else f"{value[:40]}…"


def _unknown(name: str, values: list[str]) -> str:
    shown = ", ".join(quoted_plain(_short(value)) for value in values[:MOST_TOLD])
    more = "…" if len(values) > MOST_TOLD else ""
    words = ngettext(
        "Valeur inconnue de « %(name)s », laissée de côté : %(values)s.",
        "Valeurs inconnues de « %(name)s », laissées de côté : %(values)s.",
        len(values),
    )
    return words % {"name": name, "values": shown + more}
