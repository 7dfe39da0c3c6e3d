"""Social cards: one for everything published, in three languages; drawn once; light; legible."""

import errno
import io
import re
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from PIL import Image, ImageChops

from pages.models import KeyFigure, Page
from poles.cards import lit
from poles.models import Pole
from ptce_site import cardart, cards, keptfiles
from ptce_site.canvas import DISPLAY, READING, SPACE, colour, covers
from ptce_site.cardart import BAND, HEIGHT, MAP, MARGIN, WIDTH, FigureDrawing, MapDrawing, Mark
from ptce_site.cards import Card, digest, render
from ptce_site.editorial.sharing import card_of, card_path
from ptce_site.keptfiles import KeptFiles

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LANGUAGES = ("fr", "en", "de")
MODELS = (Page, Pole, KeyFigure)
LONG = "Coopération territoriale et développement économique " * 3


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def made(monkeypatch):
    """Count what is really drawn."""
    count, draw = [], cards.render
    monkeypatch.setattr(cards, "render", lambda card: count.append(1) or draw(card))
    return count


def published() -> list:
    return [thing for model in MODELS for thing in model.objects.published()]


def every_card() -> list[Card]:
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found += [card_of(thing) for thing in published()]
    return found


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body)).convert("RGB")


def like(point, name: str) -> bool:
    return sum(abs(a - b) for a, b in zip(point, colour(name), strict=True)) < 24


def points_like(picture: Image.Image, name: str) -> int:
    return sum(count for count, point in picture.getcolors(1 << 20) if like(point, name))


def kept(folder) -> list[Path]:
    return sorted((Path(folder) / "cache" / "cards").glob("*"))


def test_every_published_thing_has_its_card_in_every_language(client, monkeypatch):
    draw, same = cards.render, {}

    def render_once(card: Card) -> bytes:
        """What says the same in two languages is the same picture."""
        said = repr(replace(card, language=""))
        return same.get(said) or same.setdefault(said, draw(card))

    monkeypatch.setattr(cards, "render", render_once)
    things = published()
    assert len(things) > 80
    addresses = {card_path(thing, language) for thing in things for language in LANGUAGES}
    assert len(addresses) == 3 * len(things)
    heaviest = 0
    for address in sorted(addresses):
        answer = client.get(address)
        assert answer.status_code == 200 and answer["Content-Type"] == "image/png", address
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer["Content-Language"] == address.split("/")[2]
        picture = Image.open(io.BytesIO(answer.content))
        assert picture.format == "PNG" and picture.size == (1200, 630)
        heaviest = max(heaviest, len(answer.content))
    assert heaviest < 80_000


def test_every_text_fits_is_whole_and_touches_nothing():
    for card in every_card():
        texts = [text for text, _ink in cards.texts(card)]
        boxes = [(t.x, t.y, t.x + t.width, t.y + t.height) for t in texts]
        limit = 600 if isinstance(card.drawing, MapDrawing) else WIDTH - MARGIN
        drawn = cards.boxes(card) if isinstance(card.drawing, tuple) else []
        for text, (left, top, right, bottom) in zip(texts, boxes, strict=True):
            assert left >= MARGIN and right <= limit, (card.title, text.lines)
            assert top >= cards.TOP - 1 and bottom <= cards.BOTTOM + 1, (card.title, text.lines)
            for x, y, far, low in drawn:
                apart = right <= x or left >= far or bottom <= y or top >= low
                assert apart, (card.title, text.lines)
        for above, below in zip(boxes, boxes[1:], strict=False):
            assert above[3] <= below[1] + 1 or card.hot_end, card.title
        written = " ".join(line for text in texts for line in text.lines)
        said = (card.kicker, card.before, card.value, card.unit, card.title, card.text)
        wanted = " ".join(filter(None, said)).removesuffix("." if card.hot_end else "")
        assert SPACE.split(written) == SPACE.split(wanted)
        assert written.count("…") == wanted.count("…"), "nothing shipped is cut"


def test_no_ink_leaves_the_card():
    """The margins left and right of the words, and the foot, hold nothing but the ground."""
    for slug in ("ess", "donnees-personnelles"):
        card = card_of(Page.objects.get(slug=slug))
        picture = opened(render(card))
        ground = Image.new("RGB", (MARGIN - 4, HEIGHT - BAND), colour(cards.look_of(card).ground))
        edge = picture.crop((0, BAND, MARGIN - 4, HEIGHT))
        assert max(high for _low, high in ImageChops.difference(edge, ground).getextrema()) < 12


def test_no_letter_of_the_site_is_missing_from_its_faces():
    for card in every_card():
        display = card.title + card.value + card.before + card.unit
        if isinstance(card.drawing, MapDrawing):
            display += card.drawing.name
        for face, words in ((DISPLAY, display), (READING, card.kicker + card.text + card.title)):
            missing = {one for one in words if not one.isspace() and not covers(face, one)}
            assert not missing, (card.title, face, missing)


def test_a_letter_no_face_has_is_written_as_its_nearest():
    face = cards.faces(DISPLAY, 800, 100, 40)[0]
    assert face.written("Łódź, Škoda") == "Lodz, Skoda"
    assert face.written("co\u2011op \u200bπ") == "co-op ?"
    assert not covers(DISPLAY, "π") and covers(DISPLAY, "é")


@pytest.mark.parametrize(
    "title",
    [LONG, LONG * 3, "Donaudampfschifffahrtsgesellschaft" * 4, "x" * 160, "", "W" * 12],
)
@pytest.mark.parametrize("slug", ["poles", "chiffres-cles", "ess"])
def test_any_title_holds(title, slug):
    card = replace(card_of(Page.objects.get(slug=slug)), title=title)
    texts = [text for text, _ink in cards.texts(card)]
    for text in texts:
        assert len(text.lines) <= 4
        assert text.x + text.width <= WIDTH - MARGIN
        assert text.y + text.height <= cards.BOTTOM + 1
    assert len(render(card)) < 80_000
    words = " ".join(line for text in texts for line in text.lines)
    whole = "".join(title.split()) in words.replace(" ", "")
    assert whole or "…" in words


def test_a_title_is_cut_only_beyond_four_lines_and_says_so():
    page = card_of(Page.objects.get(slug="ess"))
    (title, _ink), *_rest = cards.texts(replace(page, title=LONG))
    assert " ".join(title.lines) == LONG.strip()
    (title, _ink), *_rest = cards.texts(replace(page, title=LONG * 4))
    assert len(title.lines) == 4 and title.lines[-1].endswith("…")


def test_the_same_card_is_always_the_same_picture():
    for slug in ("accueil", "chiffres-cles", "glossaire"):
        card = card_of(Page.objects.get(slug=slug))
        assert render(card) == render(card)


def spot(drawing: MapDrawing) -> tuple[int, int]:
    """Where the lit mark is on the card, computed apart from what draws it."""
    x0, y0, wide, high = drawing.ground.window
    left, top, right, bottom = MAP
    scale = min((right - left) / wide, (bottom - top) / high)
    x = (left + right) / 2 + (drawing.lit.x - x0 - wide / 2) * scale
    y = (top + bottom) / 2 + (drawing.lit.y - y0 - high / 2) * scale
    return round(x), round(y)


def test_the_pole_is_lit_where_it_is():
    seen = set()
    for pole in Pole.objects.published():
        card = card_of(pole)
        if not pole.position:
            assert card.drawing.lit is None and card.drawing.own == pole.region.code
            continue
        at = spot(card.drawing)
        assert like(opened(render(card)).getpixel(at), "hot"), pole
        elsewhere = replace(card.drawing, lit=Mark(450, 520))
        others = opened(render(replace(card, drawing=elsewhere)))
        assert not like(others.getpixel(at), "hot"), pole
        seen.add(at)
    assert len(seen) == 19


def test_a_pole_without_a_place_has_its_region_lit():
    pole = Pole.objects.get(slug="la-verriere")
    drawing = lit(pole)
    plain = replace(drawing, own="none of them")
    card = card_of(pole)
    own, other = (opened(render(replace(card, drawing=d))) for d in (drawing, plain))
    tinted, untinted = (points_like(made.crop(MAP), "hot-tint") for made in (own, other))
    assert tinted > 500 > untinted


def test_a_pole_overseas_is_on_its_own_map():
    pole = Pole.objects.get(slug="neo56")
    pole.region = type(pole.region).objects.get(code="04", current=True)
    pole.latitude, pole.longitude = -21.1, 55.5
    pole.precision = Pole.Precision.REGION
    pole.commune = pole.department = None
    pole.save()
    card = card_of(pole)
    assert [code for code, _rings in card.drawing.ground.regions] == ["04"]
    assert like(opened(render(card)).getpixel(spot(card.drawing)), "hot")


def test_a_share_is_drawn_to_scale():
    """The hot surface is what the figure says: whole squares of 8 by 8, or four lines of 1.4."""
    shares = [f for f in KeyFigure.objects.published() if f.drawing == "share"]
    assert len(shares) > 10
    for figure in shares:
        card = card_of(figure)
        (drawing,), (box,) = card.drawing, cards.boxes(card)
        squares = opened(render(card)).crop(tuple(map(round, box)))
        solid = figure.era == "now" and figure.standing != "disputed"
        ink, edges = (8 * 8, 0.06) if solid else (8 * 4 * 1.4, 0.14)  # smooth edges do not count
        surface = float(figure.value) * ink * (squares.width / drawing.width) ** 2
        assert points_like(squares, "hot") == pytest.approx(surface, rel=edges), figure


def test_the_figures_page_shows_featured_figures():
    card = card_of(Page.objects.get(slug="chiffres-cles"))
    assert [type(drawing) for drawing in card.drawing] == [FigureDrawing] * 3
    said = {figure.said for figure in KeyFigure.objects.published() if figure.featured}
    assert {drawing.said for drawing in card.drawing} <= said


def test_the_digest_moves_with_what_shows(pole, figure, monkeypatch):
    home = Page.objects.get(slug="accueil")
    before = {thing: card_path(thing, "fr") for thing in (home, pole, figure)}
    home.title, pole.short_name, figure.value = "Un autre titre", "Neuf", 11
    for thing, path in before.items():
        assert card_path(thing, "fr") != path, thing
    card = card_of(pole)
    known = digest(card)
    assert digest(replace(card, language="de")) != known
    cards._recipe.cache_clear()
    monkeypatch.setattr(cards, "RECIPE", "another")
    assert digest(card) != known
    cards._recipe.cache_clear()


def test_a_pole_that_moves_changes_the_map_of_the_others(pole):
    other = Pole.objects.get(slug="florange-e2i")
    before = card_path(other, "fr")
    pole.latitude += 1
    pole.save()
    assert card_path(other, "fr") != before


def test_a_language_has_its_own_words(figure):
    figure.label_en, figure.label_de = "of gross domestic product", ""
    figure.save()
    with translation.override("en"):
        assert card_of(figure).title == "of gross domestic product"
    with translation.override("de"):
        assert card_of(figure).title == figure.label_fr


def test_it_is_drawn_once_and_kept(client, pole, made, settings):
    address = card_path(pole, "fr")
    first, second = client.get(address), client.get(address)
    assert first.content == second.content and len(made) == 1
    name = re.search(r"([0-9a-f]{12})\.png$", address)[0]
    assert [file.name for file in kept(settings.DATA_DIR)] == [name]


def test_an_old_address_shows_the_present_card_and_is_not_kept(client, pole, made, settings):
    address = card_path(pole, "fr")
    for wrong in ("0" * 12, "f" * 12, "x"):
        answer = client.get(address.replace(address[-16:-4], wrong))
        assert answer.status_code == 200 and answer["Cache-Control"] == "no-cache"
        assert answer.content == client.get(address).content
    assert len(made) == 1 and len(kept(settings.DATA_DIR)) == 1


def test_what_is_not_published_has_no_card(client, pole):
    address = card_path(pole, "fr")
    for state in ("draft", "withdrawn"):
        Pole.objects.filter(pk=pole.pk).update(state=state)
        pole.refresh_from_db()
        assert client.get(address).status_code == 404
        assert card_path(pole, "fr") == ""
    assert card_path(Page(slug="accueil", title="Accueil"), "fr") == ""


@pytest.mark.parametrize(
    "path",
    [
        "/partage/it/poles.pole/neo56-000000000000.png",
        "/partage/FR/poles.pole/neo56-000000000000.png",
        "/partage/fr/poles.call/2013-000000000000.png",
        "/partage/fr/auth.user/editor-000000000000.png",
        "/partage/fr/nothing/neo56-000000000000.png",
        "/partage/fr/poles.pole/nobody-000000000000.png",
        "/partage/fr/poles.pole/neo56.png",
        "/partage/fr/poles.pole/..%2f..%2fdb-000000000000.png",
    ],
)
def test_what_does_not_exist_is_not_found(client, path, settings):
    assert client.get(path).status_code == 404
    assert not kept(settings.DATA_DIR)


def test_only_reading_is_answered(client, pole):
    assert client.post(card_path(pole, "fr")).status_code == 405


def test_threads_that_ask_at_once_draw_it_once(made):
    card = card_of(Page.objects.get(slug="contact"))
    threads = [threading.Thread(target=cards.picture, args=[card]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_the_oldest_are_forgotten(settings, monkeypatch):
    monkeypatch.setattr(cards, "CARDS", KeptFiles("cards", "png", most=2))
    for number in range(4):
        cards.picture(Card(title=f"Titre {number}", language="fr"))
    assert len(kept(settings.DATA_DIR)) == 2


def test_what_another_process_forgets_meanwhile_is_no_error(settings, monkeypatch, caplog):
    shelf = KeptFiles("cards", "png", most=1)
    for key in ("first", "second"):
        shelf.keep(key, b"x")
    listed = keptfiles.os.scandir

    def forgotten_meanwhile(folder):
        entries = list(listed(folder))
        for entry in entries[:-1]:
            Path(entry).unlink()
        return entries

    monkeypatch.setattr(keptfiles.os, "scandir", forgotten_meanwhile)
    shelf.keep("third", b"x")
    assert not caplog.records


def test_a_disk_that_refuses_costs_only_time(client, settings, tmp_path, pole):
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file"
    assert client.get(card_path(pole, "fr")).status_code == 200


def test_a_full_disk_keeps_no_half_files(client, settings, monkeypatch, pole):
    def full(*_given):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keptfiles.os, "replace", full)
    assert client.get(card_path(pole, "fr")).status_code == 200
    assert not list((Path(settings.DATA_DIR) / "cache/cards").iterdir())


def test_drawing_one_takes_half_a_second_at_most():
    for thing in (Page.objects.get(slug="accueil"), Pole.objects.get(slug="le-phares")):
        card = card_of(thing)
        render(card)
        start = time.process_time()
        render(card)
        assert time.process_time() - start < 0.5


def test_the_address_costs_a_page_one_query_and_no_drawing(monkeypatch):
    monkeypatch.setattr(cards, "render", None)
    things = [
        Page.objects.get(slug="accueil"),
        Page.objects.get(slug="chiffres-cles"),
        Pole.objects.for_detail().get(slug="neo56"),
        KeyFigure.objects.get(slug="entreprises-texte"),
    ]
    for thing in things:
        card_path(thing, "fr")
        with CaptureQueriesContext(connection) as asked:
            times = []
            for _ in range(5):
                start = time.perf_counter()
                card_path(thing, "fr")
                times.append(time.perf_counter() - start)
        assert len(asked) <= 5, thing
        assert min(times) < 0.002, thing


def test_dashes_too_fine_to_draw_are_a_whole_line():
    for dashes in ((), (0.0, 0.0)):
        assert cardart.dashed(600, dashes) == [(0, 600)]
    figure = KeyFigure(
        value=5_700_000, unit="euros", drawing="bar", era="then", label="de subventions"
    )
    assert Image.open(io.BytesIO(render(card_of(figure)))).size == (1200, 630)


def test_a_home_title_too_long_for_its_card_is_cut():
    card = card_of(Page.objects.get(slug="accueil"))
    card = replace(card, title=f"{LONG * 2}.")
    assert render(card)
    assert any("…" in line for text, _ink in cards.texts(card) for line in text.lines)


def test_a_card_writes_a_figure_as_its_page_does(figure):
    for code, written in (("fr", "10\u202f%"), ("en", "10%"), ("de", "10\u202f%")):
        with translation.override(code):
            assert card_of(figure).value == written
            money = KeyFigure(value=54, unit="€ billion", label="x", reference_date="2013")
            assert (card_of(money).value, card_of(money).unit) == (
                ("€54", "billion") if code == "en" else ("54", "€ billion")
            )
