"""The directory: what a query string chooses, and the page that shows it."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from poles.criteria import locate
from poles.directory import PAGE, select
from poles.models import Pole, Region
from ptce_site.editorial.content_version import bump

from .test_queries import add_poles

pytestmark = pytest.mark.django_db


def slugs(query: str) -> list[str]:
    names = dict(Pole.objects.values_list("pk", "slug"))
    return [names[key] for key in select(QueryDict(query)).keys]


@pytest.fixture
def many():
    add_poles(480)
    bump()


# What is asked


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("lorraine", "florange-e2i"),
        ("romans", "pole-sud-archer"),
        ("26100", "pole-sud-archer"),
        ("26281", "pole-sud-archer"),
        ("archer", "pole-sud-archer"),
        ("recyclage", "pole-dechets-alpilles"),
        ("ile saint denis", "le-phares"),
        ("L’ÎLE-SAINT-DENIS", "le-phares"),
        ("Florrange", "florange-e2i"),
        ("VALO’LAB", "florange-e2i"),
        ("moselle", "florange-e2i"),
        ("musiques actuelles", "prma-poitou-charentes"),
        ("73%", None),
    ],
)
def test_a_text_finds_what_a_person_means_first(query, first):
    found = slugs(f"q={query.replace('%', '%25')}")
    assert found[:1] == ([first] if first else [])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("lorraine", {"florange-e2i"}),
        ("Rhône-Alpes", {"culture-et-cooperation", "ptce-centre-isere", "pole-sud-archer"}),
        ("grand est", {"ardaines", "cis-dt-52", "florange-e2i"}),
        ("loraine", {"florange-e2i"}),
        ("Centre", set()),
    ],
)
def test_the_name_of_a_region_finds_exactly_its_poles(name, found):
    assert set(slugs(f"q={name}")) == found


def test_every_region_old_or_new_finds_its_poles_and_no_other():
    poles = list(Pole.objects.published().select_related("region", "former_region"))
    for region in Region.objects.all():
        own = {p.slug for p in poles if region.name in (str(p.region), str(p.former_region))}
        query = QueryDict(mutable=True)
        query["q"] = region.name.replace("'", "’")
        assert set(slugs(query.urlencode())) == own, region


def test_filters_of_one_kind_add_up_and_kinds_narrow():
    east, insertion = set(slugs("region=44")), set(slugs("secteur=insertion"))
    assert set(slugs("region=44&region=53")) == east | set(slugs("region=53"))
    assert set(slugs("region=44&secteur=insertion")) == east & insertion
    assert slugs("preuve=likely") == ["neo56"] and slugs("region=94") == []
    assert set(slugs("situation=active&situation=stopped")) == {
        p.slug for p in Pole.objects.published() if p.status in ("active", "stopped")
    }
    assert len(slugs("appel=2013")) == Pole.objects.published().count()


def test_counts_are_what_each_choice_would_leave():
    for base in ("", "q=insertion", "region=44", "region=44&secteur=insertion&situation=unknown"):
        for facet in select(QueryDict(base)).facets:
            others = "&".join(p for p in base.split("&") if p and not p.startswith(facet.name))
            for choice in facet.choices:
                expected = len(slugs(f"{others}&{facet.name}={choice.value}"))
                assert choice.count == expected, (base, facet.name, choice)
                assert choice.count or choice.checked


def test_orders():
    assert slugs("") == slugs("tri=nom") == slugs("tri=-nom")[::-1]
    regions = [p.region.name for p in by("region")]
    assert regions == sorted(regions, key=lambda name: name.replace("Î", "I"))
    situations = [pole.status for pole in by("-situation")]
    assert situations[0] == "unknown" and situations[-1] == "active"
    nearest = select(QueryDict("autour=26100"))
    km = [nearest.distances.get(key, 9999) for key in nearest.keys]
    assert km == sorted(km) and km[0] == 0 and len(km) == 20 and km[-1] == 9999
    farthest = select(QueryDict("autour=26100&tri=-distance"))
    assert farthest.keys[-1] == nearest.keys[-1] and farthest.keys[0] == nearest.keys[-2]


def by(sort: str) -> list[Pole]:
    poles = Pole.objects.select_related("region").in_bulk()
    return [poles[key] for key in select(QueryDict(f"tri={sort}")).keys]


@pytest.mark.parametrize(
    ("asked", "commune"),
    [
        ("Florange (57)", "Florange (57)"),
        ("florange", "Florange (57)"),
        ("57221", "Florange (57)"),
        ("57190", "Florange (57)"),
        ("26100", "Romans-sur-Isère (26)"),
        ("2A004", "Ajaccio (2A)"),
        ("ajaccio (2a)", "Ajaccio (2A)"),
        ("l’île saint denis", "L'Île-Saint-Denis (93)"),
        ("75001", "Paris (75)"),
    ],
)
def test_around_any_commune(asked, commune):
    assert str(locate(asked).commune) == commune


def test_a_name_that_several_communes_bear_offers_them():
    around = locate("Saint-Denis")
    assert around.commune is None
    assert {"Saint-Denis (93)", "Saint-Denis (974)"} <= set(map(str, around.others))
    selection = select(QueryDict("autour=Saint-Denis"))
    assert not selection.distances and len(selection.keys) == 20
    name, link = selection.communes[0]
    again = select(QueryDict(link.partition("#")[0].lstrip("?")))
    assert str(again.criteria.around.commune) == name and again.distances


def test_the_canonical_query_finds_the_same_poles():
    for query in (
        "q=insertion&region=44&region=53&tri=-region&page=3&vue=tableau&utm_source=x",
        "autour=26100&secteur=insertion",
        "comparer=neo56&comparer=ardaines",
        "q=Florrange&situation=zzz",
        "q=%26%3D%23&autour=L%27%C3%8Ele-Saint-Denis",
    ):
        once = select(QueryDict(query))
        again = select(QueryDict(once.query))
        assert again.keys == once.keys and again.query == once.query
        assert "page" not in once.query and "utm" not in once.query
    assert select(QueryDict("vue=tableau&page=2")).query == ""


def test_what_is_compared_is_what_is_downloaded_in_the_order_ticked():
    assert slugs("comparer=neo56&comparer=ardaines&region=44") == ["neo56", "ardaines"]
    five = "&".join(f"comparer={slug}" for slug in slugs("")[:5])
    for wrong, count in (("comparer=neo56", "1 est"), (five, "5 sont"), ("comparer=zz", "0 ")):
        selection = select(QueryDict(wrong))
        assert len(selection.keys) == 20 and not selection.criteria.compared
        assert any(count in notice for notice in selection.notices), selection.notices


def test_what_means_nothing_is_told_once_and_left_out():
    selection = select(
        QueryDict("region=99&region=44&secteur=x&tri=prix&vue=3d&q=a&q=b&page=99&situation=")
    )
    told = " ".join(selection.notices)
    for word in ("99", "«\u202fx\u202f»", "prix", "3d", "plusieurs fois"):
        assert word in told, (word, told)
    assert selection.criteria.chosen == {"region": ["44"]} and selection.criteria.q == "b"
    many = select(QueryDict("&".join(f"secteur=s{n}" for n in range(900))))
    assert len(many.notices) == 1 and len(many.notices[0]) < 200
    assert select(QueryDict("utm_source=x&fbclid=y")).notices == []


def test_nothing_found_suggests():
    selection = select(QueryDict("q=tarnos&region=44"))
    assert selection.keys == [] and {c.label: c.left for c in selection.chips} == {
        "tarnos": 3,
        "Grand Est": 1,
    }
    assert "Bretagne" in [name for name, _ in select(QueryDict("q=brettannes")).near]


def test_a_change_of_content_is_seen():
    assert slugs("q=neo56") == ["neo56"]
    pole = Pole.objects.get(slug="neo56")
    pole.state = "withdrawn"
    pole.save()
    assert slugs("q=neo56") == []


def test_two_queries_at_most_with_five_hundred_poles(many):
    for query in ("", "q=jura", "autour=Lyon&region=27&tri=-distance", f"page={PAGE}"):
        select(QueryDict(query))
        with CaptureQueriesContext(connection) as captured:
            selection = select(QueryDict(query))
        assert len(captured) == (2 if "autour" in query else 1)
        assert len(selection.keys) > 400 and len(selection.page.object_list) == PAGE
