"""How many queries each page makes: within its budget, and no more with 500 poles than with 23."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from poles.models import Actor, Milestone, Pole

from .addresses import public_addresses

pytestmark = [pytest.mark.django_db, pytest.mark.once]

BUDGET = 9  # one for the version of the content, which the social card is made for
BUDGETS = {"/": 12, "/poles/": 12}


def count(client, address: str) -> int:
    client.get(address)  # what is kept in memory is made
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def add_poles(number: int) -> None:
    model = Pole.objects.get(slug="cluster-jura")
    poles = []
    for rank in range(number):
        copy = Pole.objects.get(pk=model.pk)
        copy.pk, copy.slug, copy.name = None, f"copie-{rank}", f"Copie {rank}"
        poles.append(copy)
    poles = Pole.objects.bulk_create(poles)
    sectors = list(model.sectors.all())
    for pole in poles:
        pole.sectors.set(sectors)
    for kind in (Actor, Milestone):
        row = kind.objects.filter(pole=model).first()
        copies = []
        for rank in range(200):
            copy = kind.objects.get(pk=row.pk)
            copy.pk, copy.pole = None, poles[0] if rank % 2 else model
            copies.append(copy)
        kind.objects.bulk_create(copies)


def test_each_page_keeps_its_budget_and_does_not_grow(client):
    addresses = public_addresses()
    before = {address: count(client, address) for address in addresses}
    over = {a: n for a, n in before.items() if n > BUDGETS.get(a, BUDGET)}
    assert not over, over
    add_poles(480)
    after = {address: count(client, address) for address in addresses}
    grown = {a: (before[a], after[a]) for a in addresses if after[a] != before[a]}
    assert not grown, grown


def test_the_counts_are_written_down(client):
    """docs/data.md tells the count of each kind of page; it is the one measured here."""
    written = (Path(__file__).parents[1] / "docs" / "data.md").read_text(encoding="utf-8")
    for address in ("/", "/poles/", "/poles/florange-e2i/", "/chiffres-cles/", "/florange-e2i/",
                    "/tous-les-chiffres/"):  # fmt: skip
        assert f"| `{address}` | {count(client, address)} |" in written, (
            address,
            count(client, address),
        )
