"""Where points fall: the projection against known values, and towns against their région."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from poles import geo, labels
from poles.map import HERO, INDEX, PLACE, draw_atlas, square
from poles.models import Commune, Pole
from poles.place import NEAREST, nearest, portray

STYLE = Path(__file__).parents[1] / "static/css/site/components/map.css"


def test_lambert_93_against_ign_s_own_example():
    """IGN's circé: Paris (2.3522° E, 48.8566° N) lies at 652 469 m, 6 862 035 m."""
    east, north = geo.lambert93(2.3522, 48.8566)
    assert (round(east), round(north)) == (652_469, 6_862_035)
    assert geo.lambert93(3, 46.5) == pytest.approx((700_000, 6_600_000), abs=0.01)


def polygon(outline: str) -> list[list[tuple[float, float]]]:
    """The rings of an SVG path made of M, l, L and z."""
    rings = []
    for part in re.findall(r"M[^M]*", outline):
        numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", part)]
        x, y = numbers[:2]
        ring = [(x, y)]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = (dx, dy) if "L" in part else (x + dx, y + dy)
            ring.append((x, y))
        rings.append(ring)
    return rings


def inside(x: float, y: float, rings: list) -> bool:
    odd = False
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                odd = not odd
    return odd


@pytest.mark.django_db
def test_big_towns_fall_in_their_region():
    towns = Commune.objects.filter(population__gt=100_000).select_related("department__region")
    assert towns.count() > 35
    lost = []
    for town in towns:
        code = town.department.region.code
        zone = geo.zone_of(code)
        x, y = zone.place(town.latitude, town.longitude)
        if not inside(x, y, polygon(dict(zone.outlines)[code])):
            lost.append((town.name, x, y))
    # The simplified coast leaves a harbour town a few units at sea.
    assert len(lost) <= 4, lost


@pytest.mark.django_db
def test_poles_are_placed_in_their_drawing_and_never_on_top_of_each_other():
    atlas = draw_atlas(Pole.objects.for_list())
    assert atlas.placed + len(atlas.unplaced) == Pole.objects.published().count()
    left, top, width, height = atlas.metropole.zone.view_box
    points = atlas.metropole.points
    assert all(left < p.x < width and top < p.y < height for p in points)
    for number, point in enumerate(points):
        for other in points[number + 1 :]:
            assert abs(point.x - other.x) >= 16 or abs(point.y - other.y) >= 16


@pytest.mark.django_db
def test_an_overseas_pole_goes_to_its_inset():
    reunion = Commune.objects.select_related("department__region").get(code="97411")
    pole = Pole.objects.get(slug="neo56")
    pole.commune, pole.department = reunion, reunion.department
    pole.region, pole.former_region = reunion.department.region, None
    pole.latitude, pole.longitude = reunion.latitude, reunion.longitude
    atlas = draw_atlas([pole])
    inset = next(d for d in atlas.overseas if d.zone.name == "La Réunion")
    assert len(inset.points) == 1 and not atlas.metropole.points
    left, top, width, height = inset.zone.view_box
    assert left < inset.points[0].x < left + width and top < inset.points[0].y < top + height


def test_distance():
    dijon, lons = (47.3220, 5.0415), (46.6757, 5.5559)
    assert geo.distance_km(dijon, lons) == pytest.approx(82, abs=1)
    assert geo.distance_km(dijon, dijon) == 0


# Names


def test_a_name_goes_to_the_right_of_its_point_where_nothing_hinders_it():
    frame = labels.Box(0, 0, 500, 500)
    [label] = labels.place([labels.Name("Gap", 100, 100, 10, 20)], frame)
    assert label.anchor == "start" and label.dx > 10
    assert label.box.within(frame) and not label.box.meets(labels.around(100, 100, 10))


def test_a_name_goes_elsewhere_near_an_edge_or_another_point():
    frame = labels.Box(0, 0, 500, 500)
    [left] = labels.place([labels.Name("Gap", 480, 100, 10, 20)], frame)
    assert left.anchor == "end"
    wall = labels.Box(110, 0, 200, 500)
    [away] = labels.place([labels.Name("Gap", 100, 100, 10, 20)], frame, [wall])
    assert away.anchor == "end" and not away.box.meets(wall)


def test_a_name_without_room_is_left_out_and_the_first_is_served_first():
    frame = labels.Box(0, 0, 100, 26)
    names = [labels.Name(text, 12, 13, 8, 20) for text in ("Florange", "Gap")]
    first, second = labels.place(names, frame)
    assert first is not None and second is None
    assert labels.place([labels.Name("Ancenis-Saint-Géréon", 12, 13, 8, 20)], frame) == [None]


def test_five_hundred_names_never_touch_each_other_nor_a_point():
    frame = labels.Box(0, 0, 1000, 932)
    spots = [(37 * n % 983 + 8, 59 * n % 911 + 10) for n in range(500)]
    points = [labels.around(x, y, 6) for x, y in spots]
    names = [labels.Name(f"Pôle {n}", x, y, 6, 14) for n, (x, y) in enumerate(spots)]
    placed = [label for label in labels.place(names, frame, points) if label]
    assert 100 < len(placed) < 500
    assert all(label.box.within(frame) for label in placed)
    assert not any(a.box.meets(b.box) for a, b in combinations(placed, 2))
    assert not any(label.box.meets(point) for label in placed for point in points)


@pytest.mark.django_db
@pytest.mark.parametrize("style", [HERO, INDEX], ids=["hero", "index"])
def test_the_shipped_map_names_every_point_outside_the_lens(style):
    atlas = draw_atlas(Pole.objects.for_list(), style)
    drawing = atlas.metropole
    assert drawing.lens.name == "Île-de-France"
    named = [point for point in drawing.points if point.label]
    assert len(named) == 16 and len(drawing.points) == 19
    boxes = [point.label.box for point in named]
    assert not any(a.meets(b) for a, b in combinations(boxes, 2))
    for point in drawing.points:
        mark = labels.around(point.x, point.y, style.mark)
        assert not any(box.meets(mark) for box in boxes), point.spot
    for x, y in ((point.x, point.y) for point in drawing.points if not point.label):
        lens = drawing.lens
        assert (x - lens.x) ** 2 + (y - lens.y) ** 2 < lens.radius**2


def test_the_style_sheet_draws_the_sizes_the_names_were_placed_with():
    css = STYLE.read_text(encoding="utf-8")
    assert f".label {{ font: 600 {HERO.text}px" in css
    assert f".featured .label {{ font-size: {HERO.strong}px" in css
    assert f".indexed .label {{ font-size: {INDEX.text}px" in css
    assert f".indexed .featured .label {{ font-size: {INDEX.strong}px" in css
    assert f".local .label {{ font-size: {PLACE.text}px" in css
    assert f".local .featured .label {{ font-size: {PLACE.strong}px" in css
    assert f"--mark: {HERO.mark}px" in css and f".indexed {{ --mark: {INDEX.mark}px" in css


@pytest.mark.django_db
def test_the_square_of_the_index():
    poles = {pole.slug: pole for pole in Pole.objects.for_list()}
    assert square(poles["florange-e2i"]) == "F2"
    assert square(poles["pole-sud-aquitaine"]) == "B6"
    assert square(poles["la-verriere"]) == ""


@pytest.mark.django_db
def test_map_and_list_say_the_same(client):
    """Each point's address, number and doubt are those of a row, which gives its square."""
    html = client.get("/poles/").content.decode()
    points = re.findall(
        r'<a href="(/poles/[\w-]+/)" class="point([^"]*)".*?class="number"[^>]*>(\d+)<',
        html,
        re.DOTALL,
    )
    row = r'<li class="place"><a href="(/poles/[\w-]+/)">(.*?)</li>'
    rows = re.findall(row, html, re.DOTALL)
    ranks = {address: str(rank) for rank, (address, _) in enumerate(rows, 1)}
    told = dict(rows)
    assert len(points) == 19 and len(rows) == 20
    for address, kind, number in points:
        assert ranks[address] == number
        assert ("tag ring" in told[address]) == ("ring" in kind)
        assert ("tag doubt" in told[address]) == ("doubt" in kind)
        assert 'class="square"' in told[address]


# A pole's place


@pytest.mark.django_db
def test_the_neighbours_are_the_nearest_in_order():
    poles = list(Pole.objects.for_neighbours())
    jura = next(pole for pole in poles if pole.slug == "cluster-jura")
    others = [pole for pole in poles if pole != jura]
    found = nearest(jura, others)
    assert len(found) == NEAREST and found[0].spot == "Dijon"
    assert found[0].km == pytest.approx(82, abs=1)
    assert [n.km for n in found] == sorted(n.km for n in found)
    left_out = [p for p in others if p.position and p not in [n.pole for n in found]]
    assert all(geo.distance_km(jura.position, p.position) >= found[-1].km - 1 for p in left_out)


@pytest.mark.django_db
def test_a_pole_without_position_lights_its_region_and_claims_no_distance():
    poles = list(Pole.objects.for_neighbours())
    unplaced = next(pole for pole in poles if pole.slug == "la-verriere")
    portrait = portray(unplaced, poles)
    assert portrait.square == "" and portrait.place.here is None and not portrait.place.circles
    assert "own" in dict(map(reversed, portrait.place.regions))
    assert portrait.neighbours and all(n.km is None for n in portrait.neighbours)
    assert {n.pole.region.code for n in portrait.neighbours} == {"11"}


@pytest.mark.django_db
def test_poles_of_the_same_trades_come_with_the_most_shared_first():
    poles = list(Pole.objects.for_neighbours())
    trades = {p.pk: set(p.sectors.all()) for p in Pole.objects.prefetch_related("sectors")}
    for pole in poles:
        found = portray(pole, poles).kin
        shared = {o.pk: len(trades[pole.pk] & trades[o.pk]) for o in poles if o != pole}
        counts = [len(kin.sectors) for kin in found]
        assert counts == [shared[kin.pole.pk] for kin in found]
        assert counts == sorted(filter(None, shared.values()), reverse=True)[:NEAREST]
    ancenis = next(pole for pole in poles if pole.slug == "pays-d-ancenis")
    assert portray(ancenis, poles).kin[0].sectors[0] == "Emploi et insertion"
    assert not portray(next(p for p in poles if p.slug == "la-verriere"), poles).kin


@pytest.mark.django_db
def test_a_portrait_is_drawn_to_scale_and_names_never_touch():
    poles = sorted(Pole.objects.for_neighbours(), key=lambda pole: pole.name)
    for pole in poles:
        portrait = portray(pole, poles)
        place = portrait.place
        left, top, width, height = place.window
        frame = labels.Box(left, top, left + width, top + height)
        boxes = [p.label.box for p in [place.here, *place.points] if p and p.label]
        assert all(box.within(frame) for box in boxes)
        assert not any(a.meets(b) for a, b in combinations(boxes, 2)), pole.slug
        for circle in place.circles:
            assert circle.radius == pytest.approx(circle.km * 0.86, abs=0.6)
    assert portray(poles[0], poles).previous is None and portray(poles[-1], poles).next is None
    assert portray(poles[3], poles).previous == poles[2] and portray(poles[3], poles).number == 4


@pytest.mark.django_db
def test_a_pole_alone_and_one_overseas_have_a_portrait():
    pole = Pole.objects.for_neighbours().get(slug="neo56")
    assert portray(pole, []).neighbours == [] and portray(pole, []).number == 0
    reunion = Commune.objects.select_related("department__region").get(code="97411")
    pole.commune, pole.department = reunion, reunion.department
    pole.region = reunion.department.region
    pole.latitude, pole.longitude = reunion.latitude, reunion.longitude
    portrait = portray(pole, [pole])
    assert portrait.square == "La Réunion" and not portrait.place.abroad
    assert [circle.km for circle in portrait.place.circles] == [10, 20, 30]


def test_light_outlines_keep_their_shape_and_still_touch():
    """Each région keeps its bounds; every point two régions shared, they still share or lost."""
    light = geo.light_outlines()
    points = {code: {p for ring in geo.rings(d) for p in ring} for code, d in light.items()}
    for code, outline in geo.zones()[geo.METROPOLE].outlines:
        whole, half = geo.bounds(outline), geo.bounds(light[code])
        assert [2 * edge for edge in half] == pytest.approx(list(whole), abs=4), code
        for other, theirs in geo.zones()[geo.METROPOLE].outlines:
            ours = {p for ring in geo.halved(outline) for p in ring}
            shared = ours & {p for ring in geo.halved(theirs) for p in ring}
            assert points[code] & shared == points[other] & shared, (code, other)
    assert sum(map(len, light.values())) < 5200
