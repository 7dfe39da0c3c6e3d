"""Pictures: upright, bare, in sRGB, of a fair size, cut around what matters, named for good."""

import time
from io import BytesIO

import pytest
from PIL import Image, ImageCms, ImageFile

from ptce_site import images

from . import corpus_images
from .photographs import DOOR, SUN, drawn, photograph, saved

SMALL = (1200, 900)


def taken(data: bytes) -> images.Master:
    return images.master_of(BytesIO(data), len(data))


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def near(one, other, by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


# What is kept


@pytest.mark.parametrize("value", range(1, 9))
def test_it_stands_upright_whatever_the_camera_says(value):
    """Each orientation is undone: the door is bottom left, the sun top right."""
    undo = {
        2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE",
        6: "ROTATE_90", 7: "TRANSVERSE", 8: "ROTATE_270",
    }  # fmt: skip
    sent = drawn(*SMALL)
    if value in undo:
        sent = sent.transpose(getattr(Image.Transpose, undo[value]))
    exif = Image.Exif()
    exif[0x0112] = value
    master = taken(saved(sent, "JPEG", quality=95, exif=exif))
    assert (master.width, master.height) == SMALL
    kept = opened(master.data)
    assert near(kept.getpixel((240, 700)), DOOR) and near(kept.getpixel((930, 180)), SUN)
    assert 0x0112 not in kept.getexif()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nothing_of_where_it_was_taken_is_left(kind):
    exif = Image.Exif()
    exif[0x010E] = "chez-marie"
    exif.get_ifd(0x8825).update({1: "N", 2: (49.0, 21.0, 0.0), 3: "E", 4: (6.0, 7.0, 0.0)})
    xmp = b"<x:xmpmeta>chez-marie</x:xmpmeta>"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sent = saved(drawn(*SMALL), kind, exif=exif, xmp=xmp, icc_profile=profile)
    assert b"chez-marie" in sent and opened(sent).getexif().get_ifd(0x8825)
    master = taken(sent)
    assert b"chez-marie" not in master.data and b"Exif" not in master.data
    kept = opened(master.data)
    assert not kept.getexif() and not kept.info.keys() & {"icc_profile", "xmp", "comment", "exif"}
    assert near(kept.getpixel((240, 700)), DOOR, 20)
    for _name, data in images.rendered(BytesIO(master.data), list(cuts(master).values())):
        assert not opened(data).getexif() and b"chez-marie" not in data


def test_its_colours_are_brought_into_srgb():
    """The same numbers under another profile are another colour; without one, as they are."""
    sent = drawn(*SMALL)
    wide = corpus_images.swapped_profile()
    plain, turned = (
        opened(taken(saved(sent, "PNG", **extra)).data).getpixel((240, 700))
        for extra in ({}, {"icc_profile": wide})
    )
    assert near(plain, DOOR) and not near(turned, DOOR, 25)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_way_to_write_colours_is_read(mode):
    whole = drawn(*SMALL)
    if mode == "I;16":
        sent = saved(
            whole.convert("L").convert("I").point(lambda v: v * 257).convert("I;16"), "PNG"
        )
        expected = whole.convert("L").getpixel((240, 700))
    else:
        kind = "JPEG" if mode == "CMYK" else "PNG"
        sent = saved(whole.convert(mode), kind)
        expected = None
    master = taken(sent)
    kept = opened(master.data)
    assert kept.mode == "RGB" and kept.size == SMALL
    if expected is not None:
        assert near(kept.getpixel((240, 700)), (expected,) * 3, 6)
    elif mode in ("RGB", "RGBA", "CMYK"):
        assert near(kept.getpixel((240, 700)), DOOR, 20)


def test_what_is_seen_through_stays_so():
    hole = drawn(*SMALL).convert("RGBA")
    hole.paste((0, 0, 0, 0), (0, 0, 300, 300))
    master = taken(saved(hole, "PNG"))
    assert master.suffix == "webp"
    for name, data in images.rendered(BytesIO(master.data), list(cuts(master).values())):
        if "-400" in name:
            made = opened(data)
            assert made.mode == "RGBA", name


def test_a_large_one_is_kept_at_a_fair_size():
    master = taken(photograph())
    assert (master.width, master.height) == (3200, 2400)
    assert opened(master.data).size == (3200, 2400)


# What is made of it


def cuts(master: images.Master, focus=(50, 50)) -> dict[str, images.Cut]:
    return images.cuts(master.name, (master.width, master.height), focus)


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((3200, 2400), [400, 800, 1200, 1600]),
        ((1600, 1200), [400, 800, 1200, 1600]),
        ((1000, 700), [400, 800, 1000]),
        ((400, 400), [400]),
    ],
)
def test_it_is_never_made_larger(size, widths):
    cut = images.cuts("a.jpg", size, (50, 50))["natural"]
    assert cut.widths == widths and cut.width == widths[-1]
    assert abs(cut.width / cut.height - size[0] / size[1]) < 0.01


@pytest.mark.parametrize("size", [(3200, 2400), (2400, 3200), (3200, 900), (400, 1999), (401, 403)])
@pytest.mark.parametrize("x", [0, 1, 33, 50, 99, 100])
@pytest.mark.parametrize("y", [0, 50, 100])
def test_the_cut_keeps_the_point_that_matters(size, x, y):
    left, top, right, bottom = images.wide_box(size, (x, y))
    assert 0 <= left <= size[0] * x / 100 <= right <= size[0]
    assert 0 <= top <= size[1] * y / 100 <= bottom <= size[1]
    assert abs((right - left) / (bottom - top) - 1.5) < 0.01


def test_the_cut_shows_what_was_aimed_at():
    master = taken(photograph(1200, 2000))
    sun = images.cuts(master.name, (master.width, master.height), (75, 15))["wide"]
    door = images.cuts(master.name, (master.width, master.height), (20, 80))["wide"]
    files = dict(images.rendered(BytesIO(master.data), [sun, door]))
    from_sun, from_door = (
        {colour for _n, colour in opened(files[cut.name(400, "webp")]).getcolors(200_000)}
        for cut in (sun, door)
    )
    assert any(near(colour, SUN, 10) for colour in from_sun)
    assert not any(near(colour, SUN, 10) for colour in from_door)
    assert any(near(colour, DOOR, 10) for colour in from_door)


def test_names_say_what_is_in_the_file():
    """The same file has the same names; another point changes only what is cut around it."""
    one, again = taken(photograph(*SMALL)), taken(photograph(*SMALL))
    assert one.name == again.name and cuts(one) == cuts(again)
    other = cuts(one, (90, 10))
    assert other["natural"] == cuts(one)["natural"]
    tall = (
        images.cuts(one.name, (900, 1200), (50, 10))["wide"],
        images.cuts(one.name, (900, 1200), (50, 90))["wide"],
    )
    assert not set(tall[0].names) & set(tall[1].names)
    assert taken(photograph(1300, 900)).name != one.name


def test_a_photograph_of_twelve_million_points_takes_less_than_three_seconds():
    """From the file received to every file made, in seconds of processor, all hands together:
    more than the clock tells on a machine that does nothing else.
    """
    sent = photograph()
    start = time.process_time()
    master = taken(sent)
    made = dict(images.rendered(BytesIO(master.data), list(cuts(master).values())))
    assert time.process_time() - start < 3
    assert len(made) == 16
    for name, data in made.items():
        assert opened(data).size[0] == int(name.rpartition(".")[0].rpartition("-")[2]), name
    assert max(len(data) for data in made.values()) < 450_000


def test_each_format_is_written_with_its_own_settings():
    """Two at a time, one format's settings once served for the other: the same file every time,
    and the one that each makes alone.
    """
    master = taken(photograph(*SMALL))
    cut = cuts(master)["natural"]
    made = [dict(images.rendered(BytesIO(master.data), [cut])) for _ in range(6)]
    assert all(one == made[0] for one in made)
    whole = opened(master.data).resize((1200, 900), Image.Resampling.LANCZOS, reducing_gap=2.0)
    for suffix, settings in images.SETTINGS.items():
        alone = dict(settings)
        assert made[0][cut.name(1200, suffix)] == saved(whole, alone.pop("format"), **alone)


# What is not taken


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow tells what it finds odd
@pytest.mark.parametrize("name", corpus_images.NAMES)
def test_a_hostile_file_is_refused_in_words_or_comes_out_clean(name):
    data, expected = corpus_images.made(name)
    start = time.process_time()
    try:
        master = taken(data)
    except images.Refused as error:
        assert expected in ("refused", "either"), name
        assert str(error).endswith(".") and len(str(error)) < 180 and "\n" not in str(error)
    else:
        assert expected in ("clean", "either"), name
        kept = opened(master.data)
        kept.load()
        assert kept.mode in ("RGB", "RGBA") and max(kept.size) <= images.MASTER_SIDE
        for mark in corpus_images.MARKS:
            assert mark not in master.data, name
    assert time.process_time() - start < 2, name


def test_a_cut_file_is_refused_even_once_sheets_were_made(monkeypatch):
    """WeasyPrint tells Pillow, for the whole process, to take cut files for whole ones."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(images.Refused):
        taken(corpus_images.made("JPEG cut at 50 %")[0])


def test_the_corpus_is_large_enough():
    assert len(corpus_images.NAMES) >= 90
