"""Fills the reference geography from `fixtures/`: 40 régions, 101 départements, 34,875 communes."""

import csv
import gzip
import io
from pathlib import Path

from django.db import transaction

from .geography import Commune, Department, Region, search_key


def _rows(path: Path) -> csv.DictReader:
    raw = path.read_bytes()
    text = gzip.decompress(raw) if path.suffix == ".gz" else raw
    return csv.DictReader(io.StringIO(text.decode("utf-8")))


@transaction.atomic
def load_geography(folder: Path) -> int:
    """Load régions, départements and communes from the CSV files in `folder`; return the communes.

    Does nothing when communes are already there. Raises OSError, KeyError, ValueError or a
    database error if a file is missing or broken; nothing is then kept.
    """
    if Commune.objects.exists():
        return 0
    regions = {}
    for number, row in enumerate(_rows(folder / "regions.csv"), start=1):
        current = row["valable"].endswith("-")
        regions[row["code"], current] = Region(
            pk=number,
            code=row["code"],
            name=row["nom"],
            current=current,
            became=None if current else regions[row["devenue"], True],
        )
    Region.objects.bulk_create(regions.values())
    Department.objects.bulk_create(
        Department(
            code=row["code"],
            name=row["nom"],
            region=regions[row["region"], True],
            former_region=regions.get((row["ancienne_region"], False)),
        )
        for row in _rows(folder / "departements.csv")
    )
    communes = [
        Commune(
            code=row["code"],
            name=row["nom"],
            search_name=search_key(row["nom"]),
            department_id=row["dep"],
            postcodes=row["cp"],
            latitude=float(row["lat"]),
            longitude=float(row["lon"]),
            population=int(row["pop"]),
        )
        for row in _rows(folder / "communes.csv.gz")
    ]
    Commune.objects.bulk_create(communes, batch_size=3000)
    return len(communes)
