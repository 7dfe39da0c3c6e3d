"""The drawings count exactly what the data says: squares, strokes, notches, areas, files."""

import re
from math import pi

import pytest
from django.core.exceptions import ValidationError

from pages import drawings, pieces
from pages.models import KeyFigure
from pages.templatetags.figures import drawn_figures
from poles import funnel
from poles.models import Call

MOVE = re.compile(r"M([\d.]+) ([\d.]+)h([\d.]+)")


def dashes(path: str, pitch: float, width: float) -> float:
    """How many dashes of `width` a dashed path shows, the cut ones counted as their fraction."""
    total = 0.0
    for _x, _y, length in MOVE.findall(path):
        whole, rest = divmod(float(length), pitch)
        total += whole + min(rest, width) / width
    return total


@pytest.mark.parametrize("share", [0, 5, 10, 12, 13.7, 59.5, 100])
def test_a_share_fills_its_squares_of_a_hundred(share):
    drawing = drawings.draw_share(share, drawings.SOLID)
    assert dashes(drawing.path, 10, 8) == pytest.approx(share, abs=0.02)
    assert dashes(drawing.whole, 10, 8) == pytest.approx(100)


@pytest.mark.parametrize("people", [2_360_000, 600_000, 313_239, 122_916, 2_700_000])
def test_a_stroke_is_ten_thousand_people(people):
    drawing = drawings.draw_people(people, drawings.HATCHED)
    assert dashes(drawing.path, 12, 5) == pytest.approx(people / 10_000, abs=0.03)


def test_two_counts_of_people_share_a_scale():
    """236 strokes and 60: same width, same stroke, so that they compare by eye."""
    many = drawings.draw_people(2_360_000, drawings.SOLID)
    few = drawings.draw_people(600_000, drawings.SOLID)
    assert len(MOVE.findall(many.path)) == 4 and len(MOVE.findall(few.path)) == 1
    assert many.view_box.split()[2] == few.view_box.split()[2] == "713"


def test_a_forecast_is_the_same_strokes_cut_in_dots():
    dots = drawings.draw_people(600_000, drawings.DOTTED)
    assert dashes(dots.path, 12, 5) == pytest.approx(4 * 60, abs=0.1)


def test_bars_of_one_scale_keep_their_proportion():
    ends = [
        float(MOVE.findall(drawings.draw_bar(count, 61.2, drawings.HATCHED).path)[0][2])
        for count in (54, 61.2, 16)
    ]
    assert ends[1] == drawings.BAR_LENGTH
    assert ends[0] / ends[1] == pytest.approx(54 / 61.2, abs=0.001)
    assert ends[2] / ends[1] == pytest.approx(16 / 61.2, abs=0.001)
    dash, gap = map(float, drawings.draw_bar(54, 61.2, drawings.HATCHED).dashes.split())
    assert ends[0] / (dash + gap) == pytest.approx(54, abs=0.02)


def test_the_area_of_a_family_is_its_jobs():
    areas = {
        0: lambda s: pi * (s.width / 2) ** 2,
        1: lambda s: s.width * s.height,
        2: lambda s: pi * s.height**2 / 2,
        3: lambda s: s.width * s.height * 16 / 20,
        4: lambda s: s.width * s.height / 2,
    }
    for rank, jobs in enumerate((2_100_000, 313_239, 137_738, 122_916, 50_000)):
        shape = drawings.draw_family(rank, jobs)
        assert areas[rank](shape) == pytest.approx(jobs / 10_000, rel=0.01), rank
    assert drawings.draw_family(4, None).jobs is None


def test_dates_fall_where_they_are_known():
    assert drawings.decimal_year("2023") == 2023.5
    assert drawings.decimal_year("2023-10") == pytest.approx(2023.79, abs=0.01)
    assert drawings.decimal_year("2012-06-25") == pytest.approx(2012.48, abs=0.01)
    assert drawings.decimal_year("2014-01-01") == 2014


@pytest.mark.parametrize("applications", [[180], [180, 182, 183], [400, 410]])
def test_the_furnace_holds_every_file(applications):
    fewest, most = applications[0], applications[-1]
    furnace = funnel.draw_furnace(applications, 130, 23)
    pitch, side = furnace.pitch, furnace.side
    assert dashes(furnace.admissible, pitch, side) == pytest.approx(130, abs=0.3)
    assert dashes(furnace.rejected, pitch, side) == pytest.approx(fewest - 130, abs=0.3)
    assert dashes(furnace.laureates, pitch, side) == pytest.approx(23, abs=0.1)
    assert len(furnace.doubtful) == most - fewest
    for x, y, length in MOVE.findall(furnace.admissible + furnace.rejected):
        assert float(y) > funnel.WALL[0][0]
        for edge in (float(x), float(x) + float(length)):
            assert abs(edge - funnel.CENTRE) < funnel.half_width(float(y)), "through the wall"


def test_a_call_that_kept_no_count_of_admissible_files_is_still_drawn():
    furnace = funnel.draw_furnace([10], None, 3)
    assert dashes(furnace.admissible, furnace.pitch, furnace.side) == pytest.approx(10)
    assert furnace.rejected == "" and furnace.doubtful == []


@pytest.mark.parametrize("number", [0, 1, 20, 23, 180])
def test_plain_rows_of_squares(number):
    assert dashes(funnel.block(number), 10, 8) == pytest.approx(number)


def test_a_text_is_cut_into_its_pieces():
    body = pieces.cut_terms("<p>a</p><dl><dt>P comme pôle</dt><dd>b</dd></dl><p>c</p>")
    assert (body.before, body.after) == ("<p>a</p>", "<p>c</p>")
    assert (body.terms[0].initial, body.terms[0].rest) == ("P", "comme pôle")
    assert pieces.cut_terms("<p>a</p>").terms == []
    nested = "<ol><li>un<ul><li>deux</li></ul></li><li><h3>T<sup>1</sup></h3></li></ol>"
    assert pieces.cut_items(nested) == ["un<ul><li>deux</li></ul>", "<h3>T<sup>1</sup></h3>"]
    assert pieces.titles(nested) == ["T1"]


@pytest.mark.django_db
def test_the_shipped_figures_are_drawn_as_they_are_known():
    figures = {figure.slug: figure for figure in drawn_figures()}
    assert figures["recrutements-2020"].drawn.texture == drawings.DOTTED
    assert figures["pib-2013"].drawn.texture == drawings.HATCHED
    assert figures["emploi-prive-2021"].drawn.texture == drawings.SOLID
    assert [f.slug for f in figures["pib-2013"].beside] == ["valeur-ajoutee-2019"]
    assert [f.slug for f in figures["salaries-2013"].beside] == ["salaries-2021"]
    assert figures["recrutements-2020"].beside == []
    for figure in figures.values():
        if figure.drawing == KeyFigure.Drawing.SHARE:
            assert dashes(figure.drawn.path, 10, 8) == pytest.approx(float(figure.value), abs=0.02)
        if figure.drawing == KeyFigure.Drawing.PEOPLE:
            rows = 4 if figure.drawn.texture == drawings.DOTTED else 1
            counted = dashes(figure.drawn.path, 12, 5) / rows * 10_000
            assert counted == pytest.approx(float(figure.value), abs=250)


@pytest.mark.django_db
def test_a_count_of_nothing_is_refused_and_never_drawn(client):
    call = Call.objects.first_national().get()
    count = call.application_counts.first()
    count.value = 0
    with pytest.raises(ValidationError, match="1"):
        count.full_clean()
    call.application_counts.update(value=0)
    assert client.get("/").status_code == 200
    count.save()
    assert 0 not in Call.objects.first_national().get().applications


@pytest.mark.django_db
@pytest.mark.parametrize("value", [0, 30_000_000])
def test_the_chart_holds_any_count(client, value):
    KeyFigure.objects.filter(theme="ptce", unit="pôles").update(value=value, qualifier="")
    html = client.get("/tous-les-chiffres/").content.decode()
    assert 'class="chart"' in html


@pytest.mark.django_db
def test_the_home_page_draws_the_call(client):
    html = client.get("/").content.decode()
    call = Call.objects.first_national().get()
    furnace = funnel.draw_furnace(call.applications, call.admissible, call.laureates)
    assert f'd="{furnace.laureates}"' in html and f'd="{furnace.rejected}"' in html
    assert html.count('class="doubtful"') == 3


def test_a_pair_of_shares_is_drawn_out_of_a_hundred():
    assert drawings.draw_pair(12, 13.7, percent=True) == drawings.Pair(12, 13.7)
    assert drawings.draw_pair(50, 100, percent=False) == drawings.Pair(50, 100)


@pytest.mark.django_db
def test_the_home_page_links_to_passports_and_holds_none(client):
    html = client.get("/").content.decode()
    assert 'class="passport"' not in html
    for figure in KeyFigure.objects.published().featured():
        assert f'href="/chiffres-cles/{figure.slug}/"' in html


@pytest.mark.django_db
def test_the_number_of_ptce_in_time_has_its_table(client):
    html = client.get("/tous-les-chiffres/").content.decode()
    chart = re.search(r'<figure class="chart">.*?</figure>', html, re.DOTALL)[0]
    counts = KeyFigure.objects.published().filter(theme="ptce", unit_fr="pôles")
    assert chart.count("<circle") == counts.count() == chart.count('class="count"') == 7
