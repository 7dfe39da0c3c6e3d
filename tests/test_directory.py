"""The directory: what a query string chooses, and the page that shows it."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from poles.criteria import locate
from poles.directory import PAGE, select
from poles.models import Pole, Region
from ptce_site.editorial.content_version import bump

from .strict import parse
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
        ("centre", "ptce-centre-isere"),
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
        ("PACA", {"pole-dechets-alpilles", "filieres-locales-ecomateriaux-05"}),
        ("npdc", {"lille-metropole-solidaire"}),
        ("Corse", set()),
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
        if own:
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


def test_a_small_commune_is_found_by_its_departement():
    around = locate("Saint-Martin (27)")
    communes = [commune for commune in (around.commune, *around.others) if commune]
    assert communes and all(commune.department_id == "27" for commune in communes)
    assert not select(QueryDict("autour=Saint-Martin+(27)")).criteria.notices


@pytest.mark.parametrize("sort", ["distance", "-distance"])
def test_the_sort_by_distance_goes_with_its_commune(client, sort):
    html = fetch(client, f"autour=26100&secteur=insertion&tri={sort}")
    links = re.findall(r'class="chip" href="([^"]+)"', html)
    asked = [parse_qs(urlsplit(link.replace("&amp;", "&")).query) for link in links]
    assert {"secteur": ["insertion"]} in asked
    assert any(a.get("tri") == [sort] and "secteur" not in a for a in asked)


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


# The page


def fetch(client, query: str = "") -> str:
    answer = client.get(f"/poles/?{query}" if query else "/poles/")
    assert answer.status_code == 200
    return answer.content.decode()


def listed(html: str) -> list[str]:
    return re.findall(r'<li class="place"><a href="/poles/([\w-]+)/">', html)


def counted(html: str) -> int:
    return int(re.search(r"data-count><b>(\d+)</b>", html)[1])


@pytest.mark.parametrize("query", ["q=lorraine", "q=recyclage&region=44", "autour=26100&tri=-nom"])
def test_map_list_table_and_files_come_from_one_query(client, query):
    expected, html = slugs(query), fetch(client, query)
    assert listed(html) == expected and counted(html) == len(expected)
    points = re.findall(r'<a href="/poles/([\w-]+)/" class="point', html)
    assert set(points) == {
        pole.slug for pole in Pole.objects.filter(slug__in=expected) if pole.position
    }
    table = fetch(client, f"{query}&vue=tableau")
    assert re.findall(r'<th scope="row"><a href="/poles/([\w-]+)/">', table) == expected
    files = re.findall(r'href="(/poles/poles\.\w+[^"]*)" download', html)
    assert len(files) == 3
    for address in files:
        asked = urlsplit(address.replace("&amp;", "&")).query
        assert parse_qs(asked) == parse_qs(select(QueryDict(query)).query)
    rows = client.get(f"/poles/poles.csv?{query}").content.decode("utf-8-sig")
    assert len(rows.splitlines()) == len(expected) + 1


def test_a_page_with_a_query_stays_out_of_indexes(client):
    plain, asked = fetch(client), fetch(client, "q=jura")
    for html in (plain, asked):
        assert re.search(r'<link rel="canonical" href="[^"?]*/poles/">', html)
    assert "noindex" not in plain and '<meta name="robots" content="noindex">' in asked


def test_the_home_page_does_not_answer_queries(client):
    plain = client.get("/").content
    assert client.get("/?q=jura&region=44&vue=tableau&page=9").content == plain
    assert b"data-directory" not in plain


def test_open_places_show_only_when_nothing_is_asked(client):
    assert fetch(client).count('class="place open"') == 3
    assert fetch(client, "tri=-nom").count('class="place open"') == 3
    for query in ("preuve=confirmed&preuve=likely", "q=pole", "autour=Lyon", "vue=tableau"):
        assert 'class="place open"' not in fetch(client, query)


def test_what_is_asked_can_be_taken_back_one_by_one(client):
    html = fetch(client, "q=insertion&region=44&secteur=insertion&vue=tableau")
    chips = re.findall(r'class="chip(?: all)?" href="([^"]+)"', html)
    asked = [parse_qs(urlsplit(chip.replace("&amp;", "&")).query) for chip in chips]
    assert asked == [
        {"region": ["44"], "secteur": ["insertion"], "vue": ["tableau"]},
        {"q": ["insertion"], "secteur": ["insertion"], "vue": ["tableau"]},
        {"q": ["insertion"], "region": ["44"], "vue": ["tableau"]},
        {"vue": ["tableau"]},
    ]
    assert 'id="region-44" name="region" value="44" checked' in html
    assert 'class="chip' not in fetch(client)


def test_the_form_says_what_was_asked_and_labels_every_field(client):
    tree = parse(fetch(client, "q=%22insertion%22&autour=florange&tri=-region"))
    form = next(form for form in tree.iter("form") if form.get("id") == "chercher")
    labels = {label.get("for") for label in tree.iter("label")}
    fields = [e for e in form.iter() if e.tag in ("input", "select") and e.get("type") != "hidden"]
    assert len(fields) > 20 and all(field.get("id") in labels for field in fields)
    values = {field.get("id"): field.get("value") for field in fields}
    assert values["q"] == '"insertion"' and values["autour"] == "Florange (57)"
    chosen = [o.get("value") for o in form.iter("option") if o.get("selected") is not None]
    assert chosen == ["-region"]
    assert all(f.find("legend") is not None for f in form.iter("fieldset"))


def test_nothing_found_still_leads_somewhere(client):
    html = fetch(client, "q=tarnos&region=44")
    assert counted(html) == 0 and not listed(html) and 'class="map indexed"' not in html
    assert "Sans «\u202fGrand Est\u202f»\u202f: 1 pôle" in html
    assert 'href="/recherche/?q=tarnos"' in html
    assert "Vous cherchiez peut-être" in fetch(client, "q=Florrange")
    assert "Plusieurs communes répondent" in fetch(client, "autour=Romans")


@pytest.mark.parametrize(
    "query",
    [
        "q=%00&region=%00&autour=%00&comparer=%00",
        "q=%FF%FE&autour=%FF&tri=%FF",
        f"q={'a' * 10_000}&autour={'é' * 3_000}",
        "q=%3Cscript%3Ealert(1)%3C/script%3E&region=%3Cscript%3Ealert(1)%3C/script%3E",
        "q=' OR 1=1 --&autour=' OR 1=1 --&region=' OR 1=1",
        "q=a&q=b&vue=x&vue=tableau&page=1&page=2",
        "page=-1",
        f"page={'9' * 5000}",
        "page=0.5&tri=__class__&vue=[]",
        "comparer=" + "&comparer=".join(map(str, range(300))),
        "region=44" * 3 + "&secteur[]=x&=&&&==",
        "q=%F0%9D%95%B1&autour=)(*%25_",
        "q=de+la&tri=distance",
    ],
)
def test_bad_input_is_a_normal_page(client, query):
    html = fetch(client, query)
    assert "<script>alert" not in html and counted(html) >= 0
    assert fetch(client, f"{query}&vue=tableau")
    assert len(html) < 120_000


def test_pages_of_fifty_and_a_map_that_stays_readable(client, many):
    html = fetch(client)
    assert counted(html) == 500 and len(listed(html)) == PAGE
    assert len(re.findall('class="point', html)) <= PAGE and "pôles de cette page" in html
    assert 'href="?page=2"' in html
    second = fetch(client, "page=2")
    assert f'start="{PAGE + 1}"' in second and not set(listed(second)) & set(listed(html))
    assert re.search(rf'class="number"[^>]*>{PAGE + 1}<', second)
    assert "voici la page 10" in fetch(client, "page=11")
    Pole.objects.filter(pk__in=select(QueryDict("q=copie")).keys[250:]).update(state="draft")
    bump()
    whole = fetch(client)
    assert len(listed(whole)) == PAGE and "pôles de cette page" not in whole
    assert len(re.findall('class="point', whole)) == counted(whole) - 1  # La Verrière has no place


def test_queries_do_not_grow(client, many):
    for query, most in (("", 8), ("q=jura&region=27", 8), ("autour=Lyon", 9), ("vue=tableau", 8)):
        fetch(client, query)
        with CaptureQueriesContext(connection) as captured:
            fetch(client, query)
        assert len(captured) <= most, (query, [q["sql"][:80] for q in captured])


def test_the_table_sorts_by_its_headings(client):
    html = fetch(client, "vue=tableau&tri=region&q=insertion")
    assert re.findall(r'aria-sort="(\w+)"', html) == ["ascending"]
    heading = re.search(r'<th scope="col" aria-sort="ascending"><a href="([^"]+)">Région', html)[1]
    assert "tri=-region" in heading and "q=insertion" in heading and "vue=tableau" in heading
    back = fetch(client, heading.partition("#")[0].lstrip("?").replace("&amp;", "&"))
    assert re.findall(r'aria-sort="(\w+)"', back) == ["descending"]
    assert html.count("<caption") == 1 and ">Distance</a>" not in html
    assert " km</td>" in fetch(client, "vue=tableau&autour=Lyon")


def test_poles_stand_side_by_side(client):
    html = fetch(client, "comparer=cluster-jura&comparer=neo56&comparer=la-verriere")
    heads = re.findall(r'<th scope="col"><a href="/poles/([\w-]+)/">', html)
    assert heads == ["cluster-jura", "neo56", "la-verriere"]
    for row in ("Lieu", "Porté par", "Forme", "Secteurs", "Aujourd’hui", "Acteurs", "Chiffres"):
        cells = re.search(rf'<th scope="row">{row}.*?</th>(.*?)</tr>', html, re.DOTALL)[1]
        assert cells.count("<td") == 3, row
    jura = Pole.objects.get(slug="cluster-jura")
    assert f'class="number">{jura.actors.count()}</td>' in html
    assert "footnote-mark" in html and 'id="sources"' in html and "noindex" in html
    few = fetch(client, "comparer=neo56&vue=liste")
    assert "cochez de deux à quatre" in few and 'value="neo56" checked' in few
