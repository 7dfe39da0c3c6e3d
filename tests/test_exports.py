"""Files to download: the same rows in each format, right in a spreadsheet and on a map."""

import csv
import io
import json
import re
import shutil
import subprocess
import time
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pages.exports import DEFINITIONS, FIGURES
from poles import geo
from poles.directory import select
from poles.exports import EVENTS, POLES
from poles.models import Commune, Milestone, Pole, Region
from ptce_site.editorial.models import Publisher, Source
from ptce_site.tabular import BETWEEN, Column, Table, cell

from .test_queries import add_poles

pytestmark = pytest.mark.django_db

FILES = {
    "/poles/poles": POLES,
    "/donnees/reperes": EVENTS,
    "/donnees/chiffres": FIGURES,
    "/donnees/definitions": DEFINITIONS,
}
EVERY_FILE = [f"{stem}.{form}" for stem, table in FILES.items() for form in table.formats]


def read_csv(content: bytes) -> list[dict[str, str]]:
    """Read as a spreadsheet set to French does."""
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def rows_of(client, stem: str, query: str = "") -> dict[str, list]:
    """The rows of one address in each of its formats."""
    found = {}
    for form in FILES[stem].formats:
        content = client.get(f"{stem}.{form}{query}").content
        if form == "csv":
            found[form] = read_csv(content)
        elif form == "json":
            found[form] = json.loads(content)["lignes"]
        else:
            found[form] = [f["properties"] for f in json.loads(content)["features"]]
    return found


@pytest.mark.parametrize("stem", FILES)
def test_the_same_rows_in_each_format(client, stem):
    found = rows_of(client, stem)
    written = [{key: cell(value) for key, value in row.items()} for row in found["json"]]
    assert written == found["csv"]
    assert found.get("geojson", found["json"]) == found["json"]
    identifiers = [row["identifiant"] for row in found["json"]]
    assert identifiers and len(set(identifiers)) == len(identifiers)


QUERIES = [
    "", "?region=44", "?secteur=culture", "?preuve=likely", "?situation=active&situation=renamed",
    "?region=44&situation=unknown", "?x=1",
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_a_filtered_view_downloads_what_it_shows(client, query):
    chosen = select(QueryDict(query.removeprefix("?"))).keys
    slugs = {pole.pk: pole.slug for pole in Pole.objects.all()}
    for form, rows in rows_of(client, "/poles/poles", query).items():
        assert [row["identifiant"] for row in rows] == [slugs[key] for key in chosen], form


def test_filtered_files_stay_out_of_indexes_and_say_where_they_come_from(client, settings):
    whole = client.get("/poles/poles.json")
    assert "X-Robots-Tag" not in whole.headers
    assert json.loads(whole.content)["source"] == f"{settings.SITE_URL}/poles/poles.json"
    few = client.get("/poles/poles.json?region=44&bruit=%3Cscript%3E")
    assert few.headers["X-Robots-Tag"] == "noindex"
    said = json.loads(few.content)["source"]
    assert "region" in said and "bruit" not in said and "script" not in said
    assert client.get("/donnees/chiffres.csv?x=1").headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("address", EVERY_FILE)
def test_headers_and_conditional_requests(client, address):
    first, again = client.get(address), client.get(address)
    assert first.content == again.content
    stem, _, form = address.rpartition("/")[2].partition(".")
    types = {"csv": "text/csv", "json": "application/json", "geojson": "application/geo+json"}
    assert first.headers["Content-Type"].split(";")[0] == types[form]
    name = f"ptce-{stem}-{timezone.localdate():%Y-%m-%d}.{form}"
    assert first.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert not first.cookies
    kept = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert kept.status_code == 304
    head = client.head(address)
    assert head.status_code == 200 and head.content == b""
    assert client.post(address).status_code == 405


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+33 3 82", "'+33 3 82"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\n=1", "'\n=1"),
        (["=1", "b"], f"'=1{BETWEEN}b"),
        ("a=1", "a=1"),
        ("– tiret", "– tiret"),
        (-2.761, "-2,761"),
        (Decimal("10.0000"), "10"),
        (Decimal("-0.50"), "-0,5"),
        (2360000, "2360000"),
        (1e-7, "0,0000001"),
        (None, ""),
        ([], ""),
    ],
)
def test_cells_are_right_in_french_and_harmless(value, written):
    assert cell(value) == written


def test_a_hostile_text_is_no_formula_in_the_file(client):
    hostile = '=HYPERLINK("https://x";"y");\r\n"quoted"'
    Pole.objects.filter(slug="neo56").update(name=hostile, latitude=-47.5, longitude=-2.5)
    row = next(
        r for r in read_csv(client.get("/poles/poles.csv").content) if r["identifiant"] == "neo56"
    )
    assert row["nom"].startswith("'=HYPERLINK(") and row["nom"].endswith('"quoted"')
    assert (row["latitude"], row["longitude"]) == ("-47,5", "-2,5")
    rows = json.loads(client.get("/poles/poles.json").content)["lignes"]
    assert next(r for r in rows if r["identifiant"] == "neo56")["nom"] == hostile


def test_json_keeps_numbers_and_lists_and_says_what_it_is(client, settings):
    content = json.loads(client.get("/donnees/chiffres.json").content)
    assert content["licence"] == "à compléter par l’éditeur du site"
    assert content["extrait_le"] == timezone.localdate().isoformat()
    assert [c["cle"] for c in content["champs"]] == [c.key for c in FIGURES.columns]
    rows = {row["identifiant"]: row for row in content["lignes"]}
    assert rows["pib-2013"]["valeur"] == 10 and isinstance(rows["pib-2013"]["valeur"], int)
    assert any(isinstance(row["valeur"], float) for row in rows.values())
    assert rows["pib-2013"]["contredit_par"] and "<" not in rows["pib-2013"]["methode"]
    assert rows["pib-2013"]["adresse"].startswith(f"{settings.SITE_URL}/")
    Publisher.objects.create(pk=1, licence="Licence Ouverte 2.0")
    assert json.loads(client.get("/donnees/chiffres.json").content)["licence"] == (
        "Licence Ouverte 2.0"
    )


def test_sources_are_told_by_title_and_by_key(client):
    known = Source.objects.in_bulk()
    for stem in FILES:
        rows = rows_of(client, stem)["json"]
        assert any(row["sources"] for row in rows)
        for row in rows:
            for told, key in zip(row["sources"], row["sources_cles"], strict=True):
                assert told.startswith(str(known[key])) and known[key].link in told
    row = next(
        r for r in rows_of(client, "/poles/poles")["json"] if r["identifiant"] == "florange-e2i"
    )
    assert row["situation_date"] == "2024-04-17" and row["situation_sources"]
    assert row["commune_code"] == "COM-57221" and row["departement_code"] == "DEP-57"


def test_what_is_not_public_is_in_no_file(client):
    Pole.objects.filter(slug="le-phares").update(state="withdrawn")
    Pole.objects.filter(slug="neo56").update(state="draft")
    Milestone.objects.filter(pk=1).update(state="draft")
    texts = [client.get(address).content.decode() for address in EVERY_FILE]
    for text in texts:
        assert "poles/le-phares/" not in text and "poles/neo56/" not in text
    assert '"repere-1"' not in client.get("/donnees/reperes.json").content.decode()


def in_region(longitude: float, latitude: float, code: str) -> bool:
    """Whether a point lies within the outline of a région, as the map draws it."""
    zone = geo.zone_of(code)
    x, y = zone.place(latitude, longitude)
    inside = False
    for ring in geo.rings(dict(zone.outlines)[code]):
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def test_in_region_tells_inside_from_outside():
    assert in_region(6.1232, 49.3276, "44") and not in_region(6.1232, 49.3276, "27")
    assert in_region(55.45, -21.1, "04") and not in_region(3, 48, "04")


def test_geojson_follows_rfc_7946(client):
    content = json.loads(client.get("/poles/poles.geojson").content)
    assert content["type"] == "FeatureCollection" and "crs" not in content
    assert len(content["features"]) == 20
    for feature in content["features"]:
        about, place = feature["properties"], feature["geometry"]
        assert feature["type"] == "Feature" and feature["id"] == about["identifiant"]
        assert about["precision_lieu"] and about["adresse"].endswith(f"/poles/{feature['id']}/")
        if place is None:
            assert about["latitude"] is None and about["precision_lieu"] == "région seulement"
            continue
        assert place["type"] == "Point"
        longitude, latitude = place["coordinates"]
        assert in_region(longitude, latitude, about["region_code"].removeprefix("REG-"))
    assert sum(feature["geometry"] is None for feature in content["features"]) == 1


BAD = [
    "?region=nulle-part", "?region=", f"?region={'x' * 10_000}", "?region=%00", "?region=%FF%FE",
    "?region=44&region=44&region=11", "?secteur='; DROP TABLE poles_pole; --",
    "?preuve=<script>alert(1)</script>", "?page=999999999999", "?region[]=44", "?&&&=", "?q=%F0%9F",
]  # fmt: skip


@pytest.mark.parametrize("query", BAD, ids=lambda q: q[:24])
def test_bad_queries_give_a_whole_file(client, query):
    for form in POLES.formats:
        response = client.get(f"/poles/poles.{form}{quote(query, safe='?&=%')}")
        assert response.status_code == 200
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert len(response.content) < 200_000


@pytest.mark.parametrize(
    "address",
    ["/poles/poles.xlsx", "/poles/poles.", "/poles/poles.CSV", "/poles/poles.csv/",
     "/donnees/reperes.geojson", "/donnees/inconnu.csv", "/donnees/chiffres.xml",
     f"/poles/poles.{'x' * 10_000}"],
)  # fmt: skip
def test_unknown_files_are_a_plain_404(client, address):
    assert client.get(address).status_code == 404


def measure(client, address: str) -> tuple[int, float]:
    """Queries, and the best of three processor times in milliseconds."""
    times = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as captured:
            start = time.process_time()
            assert client.get(address).status_code == 200
            times.append((time.process_time() - start) * 1000)
    return len(captured), min(times)


@pytest.mark.once
def test_five_hundred_poles_take_the_same_queries(client):
    addresses = ["/donnees/", *EVERY_FILE, "/poles/poles.csv?region=27"]
    before = {address: measure(client, address)[0] for address in addresses}
    assert max(before.values()) <= 8, before
    add_poles(480)
    after = {address: measure(client, address) for address in addresses}
    grown = {a: (before[a], n) for a, (n, _) in after.items() if n != before[a]}
    assert not grown, grown
    slow = {a: ms for a, (_, ms) in after.items() if ms > 300}
    assert not slow, slow  # 150 ms on a machine that does nothing else
    assert len(read_csv(client.get("/poles/poles.csv").content)) == 500


def test_the_page_describes_each_file(client):
    html = client.get("/donnees/").content.decode()
    for stem, table in FILES.items():
        for form in table.formats:
            assert f'href="{stem}.{form}"' in html
        for column in table.columns:
            assert f"<code>{column.key}</code>" in html
        rows = rows_of(client, stem)["json"]
        assert re.search(rf'id="{table.name}".*?"number">{len(rows)}</span>', html, re.DOTALL)
    assert "à compléter" in html and "Licence Ouverte 2.0" in html and 'href="/fil.atom"' in html
    Publisher.objects.create(pk=1, licence="Licence Ouverte 2.0")
    html = client.get("/donnees/").content.decode()
    assert "Les données propres à ce site : Licence Ouverte 2.0." in html
    assert "à compléter" not in html


def test_every_column_is_described_and_filled_somewhere(client):
    for stem, table in FILES.items():
        keys = [column.key for column in table.columns]
        assert len(set(keys)) == len(keys)
        assert all(re.fullmatch(r"[a-z_]+", key) for key in keys)
        rows = rows_of(client, stem)["json"]
        empty = {key for key in keys if not any(row[key] not in (None, []) for row in rows)}
        assert empty <= {"aide_eur"}, (table.name, empty)


def test_what_is_not_known_is_null_and_an_empty_table_keeps_its_head():
    assert Column("x", "x", "name").of({"name": ""}) is None
    assert Column("x", "x", "name").of({"name": None}) is None
    assert Table("t", "t", "t", (Column("x", "x", "name"),)).as_csv([]) == "\ufeffx\r\n"


def test_an_overseas_pole_lies_in_its_region(client):
    commune = Commune.objects.select_related("department__region").get(code="97411")
    Pole.objects.filter(slug="neo56").update(
        commune=commune,
        department=commune.department,
        region=Region.objects.get(code="04", current=True),
        latitude=commune.latitude,
        longitude=commune.longitude,
    )
    features = json.loads(client.get("/poles/poles.geojson").content)["features"]
    neo = next(f for f in features if f["id"] == "neo56")
    assert neo["properties"]["region_code"] == "REG-04"
    assert in_region(*neo["geometry"]["coordinates"], "04")


@pytest.mark.skipif(not shutil.which("ogrinfo"), reason="needs ogrinfo (Debian: gdal-bin)")
def test_ogrinfo_loads_the_geojson(client, tmp_path):
    path = tmp_path / "poles.geojson"
    path.write_bytes(client.get("/poles/poles.geojson").content)
    done = subprocess.run(["ogrinfo", "-al", str(path)], capture_output=True, text=True)
    assert done.returncode == 0 and not re.search("warning|error", done.stderr, re.I), done.stderr
    assert "Feature Count: 20" in done.stdout and "WGS 84" in done.stdout
    features = re.findall(
        r"region_code \(String\) = REG-(\w+).*?(?=OGRFeature|\Z)", done.stdout, re.DOTALL
    )
    points = re.findall(
        r"region_code \(String\) = REG-(\w+)(?:(?!OGRFeature).)*?POINT \(([-\d.]+) ([-\d.]+)\)",
        done.stdout,
        re.DOTALL,
    )
    assert len(features) == 20 and len(points) == 19
    assert all(in_region(float(x), float(y), code) for code, x, y in points)


@pytest.mark.skipif(
    not shutil.which("soffice"), reason="needs LibreOffice (Debian: libreoffice-calc-nogui)"
)
def test_libreoffice_gives_back_the_same_cells(client, tmp_path):
    """Opened as a spreadsheet set to French does (LCID 1036), saved again: same cells."""
    Pole.objects.filter(slug="neo56").update(name="=1+1", short_name="-2+3")
    out, paths = tmp_path / "out", {name: tmp_path / f"{t.name}.csv" for name, t in FILES.items()}
    for stem, path in paths.items():
        path.write_bytes(client.get(f"{stem}.csv").content)
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--infilter=CSV:59,34,76,1,,1036,false,true", "--convert-to"]
    for target in ("csv:Text - txt - csv (StarCalc):59,34,76,1,,1036,false,true", "fods"):
        subprocess.run(
            [*command, target, "--outdir", str(out), *map(str, paths.values())],
            check=True,
            capture_output=True,
            timeout=120,
        )
    for stem, table in FILES.items():
        before = read_csv(paths[stem].read_bytes())
        text = (out / f"{table.name}.csv").read_text(encoding="utf-8-sig")
        after = list(csv.DictReader(io.StringIO(text), delimiter=";", strict=True))
        numbers = {column.key for column in table.columns if column.kind == "number"}
        assert len(before) == len(after)
        for old, new in zip(before, after, strict=True):
            for key, value in old.items():
                shown = new[key].replace(".", ",") if key in numbers else new[key]
                assert shown == value, (old["identifiant"], key)
        flat = (out / f"{table.name}.fods").read_text(encoding="utf-8")
        assert "table:formula" not in flat
        for value in (row[key] for row in before for key in numbers if row[key]):
            assert f'office:value="{value.replace(",", ".")}"' in flat, value
