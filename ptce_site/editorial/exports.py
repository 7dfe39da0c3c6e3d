"""What every file to download shares: its head, where a claim comes from, what the page says."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import seo
from ..tabular import Column, Table, Words
from .models import Publisher, Source
from .richtext import plain_text


def address(thing: Any) -> str:
    """The whole address of a thing."""
    return seo.canonical(settings.SITE_URL, thing.get_absolute_url())


def long_text(key: str, label: Words, field: str, about: Words = "") -> Column:
    """A column for a long text, without its markup."""
    return Column(key, label, lambda thing: plain_text(getattr(thing, field)), about=about)


def told(attribute: str) -> Callable[[Any], list[str]]:
    """The sources whose keys a claim holds in `attribute`, in full (see `with_sources`)."""
    return lambda claim: [claim.told[key] for key in getattr(claim, attribute) if key in claim.told]


NAMED = (
    Column("identifiant", _("identifiant"), "slug", about=_("Il ne change pas.")),
    Column("adresse", _("page du site"), address, "address"),
)
TRACE = (
    Column("sources", _("sources"), told("source_keys"), "list", _("La principale d’abord.")),
    Column("sources_cles", _("clés des sources"), "source_keys", "list", _("Dans le même ordre.")),
    Column("verifie_le", _("vérifié le"), "verified_on", "date", _("Relu face aux sources.")),
    Column("modifie_le", _("modifié le"), "updated_at", "date"),
)


def with_sources(claims: Iterable[Any], *attributes: str) -> list[Any]:
    """Give each claim `told`, the sources named by its attributes in full; one query for all."""
    claims = list(claims)
    keys = {key for claim in claims for name in attributes for key in getattr(claim, name)}
    sources = Source.objects.cited(sorted(keys))
    full = {k: f"{s}, {s.link}" if s.link else str(s) for k, s in sources.items()}
    for claim in claims:
        claim.told = full
    return claims


def licence() -> str:
    """The licence that the publisher chose, or that none is chosen yet."""
    publisher = Publisher.objects.first()
    return (publisher and publisher.licence) or gettext("à compléter par l’éditeur du site")


def head(table: Table, path: str) -> dict[str, str]:
    """What a JSON file says of itself."""
    return {
        "titre": str(table.title),
        "licence": licence(),
        "extrait_le": timezone.localdate().isoformat(),
        "source": f"{settings.SITE_URL}{path}",
    }


def described(table: Table, tally: dict[str, Any], view: str, *names: str) -> dict[str, Any]:
    """What the page of the data shows of a table: its rows, its last change, its files."""
    links = [(form, reverse(view, args=[*names, form])) for form in table.formats]
    return {"table": table, **tally, "links": links}
