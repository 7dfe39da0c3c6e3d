"""What the reading pages are made of: chronicles, grouped footnote marks, labelled tables."""

from types import SimpleNamespace

import pytest

from poles.chronicle import chronicle, overview, told_in
from poles.templatetags.poles import headline
from ptce_site.editorial.footnotes import runs
from ptce_site.editorial.richtext import label_cells

from .strict import parse


def milestone(date, source="a"):
    return SimpleNamespace(date=date, source_id=source)


def test_a_chronicle_keeps_the_years_without_anything():
    spans = chronicle([milestone("2009"), milestone("2013-07-15"), milestone("2013-11")])
    assert [getattr(span, "number", None) for span in spans] == [2009, None, 2013]
    assert (spans[1].first, spans[1].last) == (2010, 2012)
    assert [event.precision for event in spans[2].events] == ["day", "month"]
    assert [event.major for event in spans[2].events] == [True, False]
    assert [len(year.events) for year in overview(spans)] == [1, 0, 0, 0, 2]
    assert chronicle([]) == []


def test_a_chapter_shows_the_milestones_it_tells():
    html = '<p>En 2015, on démonte<a href="source:a"></a>.</p>'
    found = told_in(html, [milestone("2015"), milestone("2016"), milestone("2015", "b")])
    assert [(m.date, m.source_id) for m in found] == [("2015", "a")]


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("60, dont 45 en insertion", ("60", "dont 45 en insertion")),
        ("1,6 million d’euros", ("1,6 million d’euros", "")),
        ("8,5 millions d’euros ; 250 salariés", ("8,5 millions d’euros", "250 salariés")),
        ("68", ("68", "")),
    ],
)
def test_a_figure_is_cut_at_its_first_pause(value, parts):
    assert headline(value) == parts


def test_marks_that_follow_one_another_are_gathered():
    assert runs([1, 3, 4, 7, 8, 9, 12]) == [[1], [3], [4], [7, 8, 9], [12]]
    assert runs([]) == []


@pytest.mark.django_db
def test_every_note_of_a_group_can_be_left_and_come_back_to(client):
    tree = parse(client.get("/reperes/").content.decode())
    ids = {element.get("id") for element in tree.iter() if element.get("id")}
    notes = [name for name in ids if name.startswith("note-")]
    assert len(notes) > 20
    assert all(name.replace("note-", "appel-") in ids for name in notes)


def test_cells_know_their_column():
    html = (
        '<table><thead><tr><th scope="col">Critère</th><th scope="col">A &amp; <em>B</em></th>'
        '</tr></thead><tbody><tr><th scope="row">But</th><td colspan="1">x</td></tr></tbody>'
        "</table>"
    )
    labelled = label_cells(html)
    assert '<td data-label="A &amp; B" colspan="1">x</td>' in labelled
    assert "role=" not in labelled
    assert label_cells("<p>rien</p>") == "<p>rien</p>"
