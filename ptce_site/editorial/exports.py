"""What every file to download shares: its head, where a claim comes from, what the page says."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import seo
from ..addresses import reader
from ..tabular import ENGLISH, Column, Row, Table, Words, dialect
from .models import Publisher, Source, ordered_keys
from .richtext import plain_text


def address(thing: Any) -> str:
    """The whole address of a thing."""
    return seo.canonical(settings.SITE_URL, thing.get_absolute_url())


def long_text(key: str, label: Words, path: str) -> Column:
    """A column for a long text, without its markup."""
    return Column(key, label, lambda row: plain_text(row[path]), needs=(path,))


def choice(key: str, label: Words, path: str, choices: type[models.Choices]) -> Column:
    """A column that takes one of a few values, told in words; its note names them all."""

    def told(row: Row) -> Words:
        return choices(row[path]).label if row[path] else ""

    def note() -> str:
        names = ", ".join(str(one.label) for one in choices if one.value)
        return gettext("Valeurs : %(names)s.") % {"names": names}

    return Column(key, label, told, about=lazy(note, str)(), needs=(path,))


def listed(keys: str | None) -> list[str]:
    """The words of a list that the database joined with commas, in order."""
    return sorted(key for key in (keys or "").split(",") if key)


def slugs(key: str, label: Words, path: str) -> Column:
    """A column that lists identifiers of the same file."""
    return Column(key, label, lambda row: listed(row[path]), "list", needs=(path,))


STABLE = _("Stable d’un téléchargement à l’autre.")
SLUG = Column("identifiant", _("mot court qui désigne la ligne"), "slug", about=STABLE)


def page_of(url: Callable[[Row], str], *needs: str) -> Column:
    """The whole address of the page that shows a row; `url` gives its path."""

    def whole(row: Row) -> str:
        return f"{settings.SITE_URL}{url(row)}"

    return Column("adresse", _("page du site qui la montre"), whole, "address", needs=needs)


TRACE = (
    Column(
        "sources",
        _("sources : auteur, titre, date, adresse"),
        lambda row: row["told"],
        "list",
        _("La principale d’abord."),
        needs=("source_id", "other_source_keys"),
    ),
    Column(
        "sources_cles", _("clés des sources"), lambda row: row["keys"], "list", _("Dans cet ordre.")
    ),
    Column(
        "verifie_le",
        _("date de la dernière relecture"),
        "verified_on",
        "date",
        _("Face aux sources."),
    ),
    Column("modifie_le", _("date de la dernière modification"), "updated_at", "date"),
)


def with_sources(rows: list[Row]) -> list[Row]:
    """Give each row the `keys` of its sources and these in full, `told`; one query for all.

    A row with `status_source_keys` is `status_told` as well.
    """
    for row in rows:
        row["keys"] = ordered_keys(row["source_id"], row["other_source_keys"])
    cited = {key for row in rows for key in (*row["keys"], *listed(row.get("status_source_keys")))}
    found = Source.objects.cited(sorted(cited))
    full = {k: f"{source}, {source.link}".rstrip(", ") for k, source in found.items()}
    for row in rows:
        row["told"] = [full[key] for key in row["keys"]]
        row["status_told"] = [full[key] for key in listed(row.get("status_source_keys"))]
    return rows


def licence() -> str:
    """The licence that the publisher chose, or that none is chosen yet."""
    publisher = Publisher.objects.first() or Publisher()
    return publisher.licence or gettext("à compléter par l’éditeur du site")


def head(table: Table, path: str) -> dict[str, str]:
    """What a JSON file says of itself."""
    return {
        "titre": str(table.title),
        "langue": reader(),
        "licence": licence(),
        "extrait_le": timezone.localdate().isoformat(),
        "source": f"{settings.SITE_URL}{path}",
    }


def csv_habits() -> str:
    """How the CSV of the active language is written, in words."""
    if dialect() == ENGLISH:
        return gettext("CSV : virgule entre les colonnes, point dans les nombres.")
    return gettext("CSV : point-virgule entre les colonnes, virgule dans les nombres.")


def described(table: Table, tally: dict[str, Any], view: str, *names: str) -> dict[str, Any]:
    """What the page of the data shows of a table: its rows, its last change, its files."""
    links = [(form, reverse(view, args=[*names, form])) for form in table.formats]
    return {"table": table, **tally, "links": links}
