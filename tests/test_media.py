"""The library of images: who may do what, what comes back, where it is shown, what is swept."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone, translation
from reversion.models import Version

from pages.models import Page, Section
from poles.models import Pole
from ptce_site.editorial import media
from ptce_site.editorial.image_admin import ImageForm
from ptce_site.editorial.models import Draft, Image
from ptce_site.editorial.pictures import make_missing
from ptce_site.editorial.querysets import ImageQuerySet
from ptce_site.ops.backup import files

from . import corpus_images
from .backed import images_in
from .conftest import ROOT
from .photographs import photograph, thin_lines
from .test_admin import form_data
from .test_queries import count

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ADD = "/admin/editorial/image/add/"
FRESH = {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
TYPED = {
    "title": "Le haut-fourneau", "alt_fr": "Un haut-fourneau au couchant.", "credit": "Marie Tang",
    "licence": "cc-by-4", "focus_x": "75", "focus_y": "20",
    "caption_fr": "Florange, en 2014.",
}  # fmt: skip


@pytest.fixture(autouse=True)
def storage():
    """An empty storage for each test."""
    from django.conf import settings

    with override_settings(STORAGES={**settings.STORAGES, **FRESH}):
        yield default_storage


def upload(data: bytes = b"", name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or photograph(1200, 900), "image/jpeg")


def send(client, address: str = ADD, file=None, **typed):
    data = form_data(client.get(address).content.decode()) | TYPED | typed
    return client.post(address, data | ({"master_file": file} if file else {}))


def address(image: Image, view: str = "change") -> str:
    return reverse(f"admin:editorial_image_{view}", args=[image.pk])


def stored() -> set[str]:
    found = set()
    for folder in (media.MASTERS, media.MADE):
        try:
            found |= {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
        except OSError:
            continue
    return found


@pytest.fixture
def image(publisher):
    assert send(publisher, file=upload()).status_code == 302
    return Image.objects.get()


# Adding


@pytest.mark.parametrize("role", ["redaction", "publication", "administration"])
def test_each_role_adds_an_image(sign_in, role):
    client = sign_in(role)
    answer = send(client, file=upload())
    assert answer.status_code == 302, errors(answer)
    image = Image.objects.get()
    assert (image.width, image.height) == (1200, 900)
    assert (image.focus_x, image.credit, image.alt) == (75, "Marie Tang", TYPED["alt_fr"])
    assert len(stored()) == 1 + 2 * 2 * 3
    assert Version.objects.get_for_object(image).count() == 1
    assert client.get(address(image)).status_code == 200


def errors(answer) -> list[str]:
    found = re.findall(r'<ul class="errorlist.*?</ul>', answer.content.decode(), re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", one).split()) for one in found]


def test_only_who_publishes_changes_or_deletes(writer, image):
    before = Image.objects.values().get()
    assert writer.post(address(image), TYPED | {"title": "Autre"}).status_code == 403
    assert (
        writer.post(address(image), {"master_file": upload(photograph(900, 900))}).status_code
        == 403
    )
    assert writer.post(address(image, "delete"), {"post": "yes", "sure": "yes"}).status_code == 403
    assert Image.objects.values().get() == before and len(stored()) == 13


def test_who_has_no_role_leaves_nothing(sign_in):
    assert sign_in("nobody").post(ADD, TYPED | {"master_file": upload()}).status_code == 403
    assert not Image.objects.exists() and not stored()


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"alt_fr": ""}, "décorative"),
        ({"credit": ""}, "obligatoire"),
        ({"licence": ""}, "obligatoire"),
        ({"title": ""}, "obligatoire"),
        ({"focus_x": "101"}, "100"),
    ],
)
def test_what_is_missing_is_said_and_the_file_is_not_asked_twice(writer, missing, words):
    answer = send(writer, file=upload(), **missing)
    told = errors(answer)
    assert answer.status_code == 200 and any(words in one for one in told), told
    assert "inutile de le choisir à nouveau" in answer.content.decode()
    data = form_data(answer.content.decode()) | TYPED
    assert writer.post(ADD, data).status_code == 302
    assert Image.objects.get().width == 1200


def test_a_decorative_one_needs_no_words(writer):
    assert send(writer, file=upload(), alt_fr="", decorative="on").status_code == 302


def test_without_a_file_it_is_said(writer):
    assert any("Choisissez un fichier" in one for one in errors(send(writer)))


def test_the_same_picture_twice_is_told_with_a_link(writer, image):
    answer = send(writer, file=upload(name="autre nom.jpg"))
    assert any("déjà dans la bibliothèque" in one for one in errors(answer))
    assert f'href="{address(image)}">Le haut-fourneau</a>' in answer.content.decode()
    assert Image.objects.count() == 1


def test_a_file_sent_again_is_not_swept_as_an_old_one(tmp_path):
    with images_in(tmp_path):
        path = tmp_path / "masters" / media.keep(upload())
        os.utime(path, (0, 0))
        media.keep(upload())
        assert path.stat().st_mtime > 1


def test_two_people_who_send_the_same_at_once_are_told(writer, image, monkeypatch):
    """The other saves between the check of the form and the saving: the form saw nothing."""
    with_master, unique, early = ImageQuerySet.with_master, ImageForm.validate_unique, [1, 1]
    monkeypatch.setattr(
        ImageQuerySet, "with_master", lambda *a: None if early and early.pop() else with_master(*a)
    )
    monkeypatch.setattr(
        ImageForm, "validate_unique", lambda form: None if early and early.pop() else unique(form)
    )
    answer = send(writer, file=upload())
    assert any("déjà dans la bibliothèque : Le haut-fourneau" in one for one in errors(answer))
    assert not early and Image.objects.count() == 1


def test_a_full_disk_leaves_no_image_and_no_half_file(writer, monkeypatch, tmp_path):
    sync, left = os.fsync, [4]

    def full(file):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        sync(file)

    with images_in(tmp_path):
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            send(writer, file=upload())
        monkeypatch.undo()
        assert not Image.objects.exists() and len(stored()) == 4
        assert send(writer, file=upload()).status_code == 302
        assert len(stored()) == 13 and all(default_storage.size(one) > 400 for one in stored())


DEV = "ptce_site.settings.dev"  # keeps files in a folder
KILLED_WHILE_WRITING = """
import resource, signal, sys
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from ptce_site.editorial import media
photograph = SimpleUploadedFile("photo.jpg", sys.stdin.buffer.read(), "image/jpeg")
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
media.keep(photograph)
"""


def test_a_kill_while_a_file_is_written_leaves_nothing_under_a_name(tmp_path):
    """The system kills a process at the byte where a file grows beyond what it may hold."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_WRITING],
        input=photograph(1200, 900),
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": DEV},
        capture_output=True,
    )
    assert done.returncode == -signal.SIGXFSZ, done.stderr.decode()
    with images_in(tmp_path / "media"):
        (left,) = (tmp_path / "media" / "masters").iterdir()
        assert left.name.startswith(".") and left.stat().st_size == 20_000
        assert files.there() == []
        name = media.keep(upload())
        assert left.exists()  # it might be being written
        os.utime(left, (time.time() - 3700,) * 2)
        assert media.keep(upload()) == name
        assert not left.exists() and stored() == {f"masters/{name}"}
        assert stat.filemode(Path(default_storage.path(f"masters/{name}")).stat().st_mode) == (
            "-rw-r--r--"
        )


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", corpus_images.NAMES)
def test_a_hostile_upload_leaves_nothing_behind(writer, name):
    """Refused beside the field in one sentence, all that was typed kept; or taken in clean."""
    data, expected = corpus_images.made(name)
    answer = send(writer, file=upload(data or b" ", f"../../{name}.php\0.jpg"))
    if answer.status_code == 302:
        assert expected != "refused" and Image.objects.count() == 1
        return
    assert answer.status_code == 200 and expected != "clean"
    html = answer.content.decode()
    beside = re.search(r'field-master.*?<ul class="errorlist[^>]*>(.*?)</ul>', html, re.DOTALL)
    assert beside and beside[1].count("<li>") == 1
    assert 'value="Le haut-fourneau"' in html and 'value="Marie Tang"' in html
    assert not Image.objects.exists() and not stored()


@pytest.mark.parametrize(
    "name",
    [
        "../db.sqlite3",
        "/etc/passwd",
        "../images/" + "0" * 20 + "-400.webp",
        "inconnu.jpg",
        "a" * 80,
        "\0",
    ],
)
def test_a_name_posted_by_hand_opens_nothing(writer, name):
    answer = writer.post(ADD, TYPED | {"master": name})
    assert answer.status_code == 200 and len(errors(answer)) >= 1
    assert not Image.objects.exists()


def test_the_database_itself_wants_words_and_a_point_inside(image):
    for change in ({"alt_fr": ""}, {"alt_fr": None}, {"focus_x": 101}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Image.objects.filter(pk=image.pk).update(**change)
    with pytest.raises(ValidationError):
        Image(title="x").full_clean()


# Serving


def test_what_was_made_is_served_for_good_and_runs_nothing(client, image):
    for cut in image.cuts.values():
        for name in cut.names:
            answer = client.get(media.url(name))
            assert answer.status_code == 200 and answer.content
            assert answer["Content-Type"] == f"image/{name.rpartition('.')[2]}"
            assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert not answer.cookies
    assert client.head(media.url(name)).status_code == 200
    assert client.post(media.url(name)).status_code == 405


def test_nothing_else_is(client, image):
    name = next(iter(image.cuts.values())).names[0]
    default_storage.save("images/page.html", ContentFile(b"<script>"))
    for path in (
        "masters/" + image.master, "images/page.html", "images/" + name.replace("avif", "svg"),
        "images/../masters/" + image.master, "images/%2e%2e/masters/" + image.master, "images/",
        "images/" + "0" * 20 + "-400.avif", "images/" + name + "/", "images/" + name.upper(), "",
    ):  # fmt: skip
        assert client.get(f"/media/{path}").status_code == 404, path


# On the site


def place(image: Image) -> tuple[Section, Pole]:
    section = Section.objects.filter(page__slug="ess", kind="text").first()
    pole = Pole.objects.get(slug="florange-e2i")
    for thing in (section, pole):
        thing.image = image
        thing.save()
    return section, pole


def test_it_is_shown_with_its_words_and_who_made_it(client, image):
    place(image)
    for path, shown in (("/ess/", image.natural), ("/poles/florange-e2i/", image.wide)):
        html = client.get(path).content.decode()
        figure = re.search(r'<figure class="picture.*?</figure>', html, re.DOTALL)[0]
        assert f'width="{shown.width}" height="{shown.height}"' in figure
        assert f'alt="{TYPED["alt_fr"]}"' in figure and 'loading="lazy"' in figure
        assert "Marie Tang" in figure and "CC BY 4.0" in figure and "Florange, en 2014." in figure
        for name in re.findall(r"/media/images/([\w.-]+)", figure):
            assert default_storage.exists(f"images/{name}"), name
        assert figure.index("image/avif") < figure.index("<img")


def shown_on(client, path: str = "/ess/") -> str:
    html = client.get(path).content.decode()
    return re.search(r'<figure class="picture.*?</figure>', html, re.DOTALL)[0]


def test_avif_comes_first_and_is_avif(client, image):
    place(image)
    found = shown_on(client)
    assert found.index('type="image/avif"') < found.index("<img")
    for name in re.findall(r"/media/images/([\w.-]+)", found):
        head = client.get(media.url(name)).content[:12]
        assert head[4:] == b"ftypavif" if name.endswith("avif") else head[8:] == b"WEBP", name


@pytest.mark.parametrize("width", [0, -1])
@pytest.mark.parametrize("excess", [0, 1])
def test_avif_is_not_offered_where_one_width_weighs_as_much_as_webp(client, image, width, excess):
    place(image)
    cut = image.cuts["natural"]
    avif, webp = (cut.name(cut.widths[width], suffix) for suffix in ("avif", "webp"))
    default_storage.delete(f"images/{avif}")
    default_storage.save(f"images/{avif}", ContentFile(b"x" * (media.weight(webp) + excess)))
    found = shown_on(client)
    assert ".avif" not in found and image.natural.url in found
    assert "avif" in shown_on(client, "/poles/florange-e2i/")  # the other shape is judged apart


def test_what_was_made_before_there_was_avif_is_shown(client, image):
    place(image)
    for cut in image.cuts.values():
        for width in cut.widths:
            default_storage.delete(f"images/{cut.name(width, 'avif')}")
    for path in ("/ess/", "/poles/florange-e2i/"):
        found = shown_on(client, path)
        assert ".avif" not in found and "<source" not in found
        for name in re.findall(r"/media/images/([\w.-]+)", found):
            assert client.get(media.url(name)).status_code == 200, name
    make_missing()  # as `manage.py prepare` does
    assert "image/avif" in shown_on(client)


def test_what_is_missing_is_made_again_and_a_lost_master_stops_nothing(publisher, image, caplog):
    assert send(publisher, file=upload(photograph(900, 900))).status_code == 302
    lost, whole = image, Image.objects.exclude(pk=image.pk).get()
    for one in (lost, whole):
        for cut in one.cuts.values():
            for name in cut.names:
                default_storage.delete(f"images/{name}")
    default_storage.delete(f"masters/{lost.master}")
    make_missing()
    assert {f"images/{n}" for cut in whole.cuts.values() for n in cut.names} <= stored()
    assert f"image {lost.pk}" in caplog.text and not media.weight(lost.cuts["wide"].names[0])


def test_a_drawing_of_thin_lines_is_sent_in_webp(publisher, client):
    """The real case: AVIF weighs a quarter more there."""
    assert send(publisher, file=upload(thin_lines(), "plan.png")).status_code == 302
    image = Image.objects.get()
    place(image)
    widest = image.cuts["natural"].widths[-1]
    avif, webp = (media.weight(image.cuts["natural"].name(widest, s)) for s in ("avif", "webp"))
    assert avif > webp > 0
    assert "avif" not in shown_on(client)


def test_a_decorative_one_is_silent(client, image):
    place(image)
    Image.objects.update(decorative=True)
    assert 'alt=""' in client.get("/ess/").content.decode()


def test_its_words_fall_back_to_french_and_say_so(image):
    Image.objects.update(alt_en="A blast furnace.", caption_en="")
    image = Image.objects.get()
    with translation.override("en"):
        assert (image.alt, image.alt_language) == ("A blast furnace.", "")
        assert (image.caption, image.caption_language) == ("Florange, en 2014.", "fr")
    with translation.override("fr"):
        assert image.alt_language == ""


def test_pages_ask_no_more_with_images_than_without(client, image):
    before = {path: count(client, path) for path in ("/ess/", "/poles/florange-e2i/", "/")}
    Section.objects.update(image=image)
    place(image)
    assert {path: count(client, path) for path in before} == before


def test_a_page_chooses_it_through_a_draft_that_is_previewed_then_published(
    writer, publisher, image, client
):
    page = Page.objects.get(slug="ess")
    change = reverse("admin:pages_page_change", args=[page.pk])
    data = form_data(writer.get(change).content.decode())
    name = next(
        n for n in data if re.fullmatch(r"sections-\d+-kind", n) and data[n] == ["text"]
    ).replace("kind", "image")
    assert writer.post(change, data | {name: [str(image.pk)], "_draft": [""]}).status_code == 302
    assert Draft.objects.get().data[name] == [str(image.pk)]
    assert 'class="picture' not in client.get("/ess/").content.decode()
    data = form_data(publisher.get(change).content.decode())
    seen = publisher.post(change, data | {"_preview": ["fr"]}).content.decode()
    assert image.natural.url in seen
    assert publisher.post(change, data | {"_publish": [""]}).status_code == 302
    assert image.natural.url in client.get("/ess/").content.decode()


# Replacing, deleting, going back


def test_where_it_is_used_is_told_and_a_used_one_is_not_deleted(publisher, image):
    place(image)
    html = publisher.get(address(image)).content.decode()
    used = re.search(r"field-used_in.*?</ul>", html, re.DOTALL)[0]
    assert "Florange e2i" in used and "Partie «" in used and used.count("<li>") == 2
    assert "1200 × 900, AVIF" in html and re.search(r"AVIF \(400 : \d+ ko, 800", html)
    assert "remplacera celui-ci partout" in html
    answer = publisher.post(address(image, "delete"), {"post": "yes", "sure": "yes"})
    assert answer.status_code in (200, 403) and Image.objects.exists()


def test_a_draft_that_chooses_it_is_told_too(writer, publisher, image):
    page = Page.objects.get(slug="ess")
    change = reverse("admin:pages_page_change", args=[page.pk])
    data = form_data(writer.get(change).content.decode())
    name = next(n for n in data if re.fullmatch(r"sections-\d+-image", n))
    other = {n: [str(image.pk)] for n in data if re.fullmatch(r"sections-\d+-position", n)}
    assert writer.post(change, data | other | {"_draft": [""]}).status_code == 302
    told = f'<a href="{change}">Brouillon «\u202f{page.title}\u202f»</a>'
    assert told not in publisher.get(address(image)).content.decode(), "a number is not a choice"
    data = form_data(writer.get(change).content.decode())
    data |= {name: [str(image.pk)], "_draft": [""]}
    assert writer.post(change, data).status_code == 302
    assert told in publisher.get(address(image)).content.decode()
    assert told in publisher.get(address(image, "delete")).content.decode()


def test_another_file_takes_its_place_and_breaks_nothing(publisher, client, image):
    place(image)
    old = {name for cut in image.cuts.values() for name in cut.names}
    answer = send(publisher, address(image), upload(photograph(1600, 1000)), title="Le nouveau")
    assert answer.status_code == 302, errors(answer)
    again = Image.objects.get()
    assert again.pk == image.pk and (again.width, again.height) == (1600, 1000)
    assert again.master != image.master
    assert again.natural.url in client.get("/ess/").content.decode()
    for name in old:  # pages that browsers have kept go on
        assert client.get(media.url(name)).status_code == 200
    assert Version.objects.get_for_object(image).count() == 2


def test_a_file_refused_in_its_place_changes_nothing(publisher, image):
    before = Image.objects.values().get()
    answer = send(publisher, address(image), upload(corpus_images.SVG), title="Le nouveau")
    assert any("SVG" in one for one in errors(answer))
    assert 'value="Le nouveau"' in answer.content.decode()
    assert Image.objects.values().get() == before and len(stored()) == 13


def test_another_point_makes_other_cuts_only(publisher, client):
    assert send(publisher, file=upload(photograph(1000, 1200))).status_code == 302
    image = Image.objects.get()
    assert send(publisher, address(image), focus_y="90").status_code == 302
    again = Image.objects.get()
    assert again.natural.webp == image.natural.webp and again.wide.webp != image.wide.webp
    assert client.get(again.wide.url).status_code == 200


def test_a_replaced_file_comes_back_from_the_history(publisher, client, image):
    assert send(publisher, address(image), upload(photograph(1600, 1000))).status_code == 302
    for cut in image.cuts.values():
        for name in cut.names:
            default_storage.delete(f"images/{name}")  # as swept since
    first = Version.objects.get_for_object(image).last()
    back = reverse("admin:editorial_image_revision", args=[image.pk, first.pk])
    data = form_data(publisher.get(back).content.decode())
    assert data["master"] == [image.master]
    assert publisher.post(back, data).status_code == 302
    again = Image.objects.get()
    assert again.master == image.master and client.get(again.natural.url).status_code == 200


def test_a_deleted_one_comes_back(publisher, image):
    assert (
        publisher.post(address(image, "delete"), {"post": "yes", "sure": "yes"}).status_code == 302
    )
    assert not Image.objects.exists()
    last = Version.objects.get_deleted(Image).get()
    back = reverse("admin:editorial_image_recover", args=[last.pk])
    data = form_data(publisher.get(back).content.decode())
    assert publisher.post(back, data).status_code == 302
    assert Image.objects.get().pk == image.pk


def test_two_people_at_once_are_told(publisher, administrator, image):
    mine = form_data(publisher.get(address(image)).content.decode())
    assert send(administrator, address(image), credit="Jeanne").status_code == 302
    answer = publisher.post(address(image), mine | {"credit": ["Paul"]})
    assert answer.status_code == 200 and "conflict" in answer.content.decode()
    assert Image.objects.get().credit == "Jeanne"


# Sweeping


def sweep(monkeypatch, days: int, **options) -> str:
    """The command, so many days from now; what is in memory has today's date."""
    later = timezone.now() + timedelta(days=days)
    monkeypatch.setattr(timezone, "now", lambda: later)
    told = StringIO()
    call_command("sweep_images", stdout=told, **options)
    monkeypatch.undo()
    return told.getvalue()


def test_what_is_in_use_is_never_swept(image, monkeypatch):
    before = stored()
    assert "0 file" in sweep(monkeypatch, 4000)
    assert stored() == before


def test_what_was_replaced_is_swept_after_thirty_days(publisher, image, monkeypatch):
    old = {f"images/{name}" for cut in image.cuts.values() for name in cut.names}
    assert send(publisher, address(image), upload(photograph(1600, 1000))).status_code == 302
    sweep(monkeypatch, 29)
    assert old <= stored()
    assert "Would remove 12 file" in sweep(monkeypatch, 31, dry_run=True)
    assert old <= stored()
    assert "Removed 12 file" in sweep(monkeypatch, 31)
    assert not old & stored()
    assert f"masters/{image.master}" in stored(), "the history can bring it back"


def test_a_replacement_counts_from_the_day_it_was_replaced(publisher, image, monkeypatch):
    """Files a year old, replaced yesterday: kept pages still ask for them."""
    old = {f"images/{name}" for cut in image.cuts.values() for name in cut.names}
    later = timezone.now() + timedelta(days=365)
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", lambda: later)
        publisher.force_login(publisher.user)
        assert send(publisher, address(image), upload(photograph(1600, 1000))).status_code == 302
    sweep(monkeypatch, 366)
    assert old <= stored()
    sweep(monkeypatch, 400)
    assert not old & stored()


def test_a_file_sent_and_never_saved_is_swept(writer, monkeypatch):
    send(writer, file=upload(), credit="")
    assert len(stored()) == 1
    sweep(monkeypatch, 29)
    assert len(stored()) == 1
    sweep(monkeypatch, 31)
    assert not stored()


def test_a_writing_cut_short_is_done_again(image):
    cut = image.cuts["natural"]
    name = f"images/{cut.names[0]}"
    whole = media.weight(cut.names[0])
    default_storage.delete(name)
    default_storage.save(name, ContentFile(b"half"))
    default_storage.delete(f"images/{cut.names[1]}")
    media.make(image.master, [cut])
    assert media.weight(cut.names[0]) == whole


def test_the_form_that_chooses_gets_a_thumbnail(writer, client, image):
    answer = writer.get(reverse("admin:editorial_image_thumbnail", args=[image.pk]))
    assert answer.status_code == 302 and client.get(answer["Location"]).status_code == 200
    assert writer.get("/admin/editorial/image/999/vignette/").status_code == 404
    query = {"app_label": "pages", "model_name": "section", "field_name": "image", "term": "four"}
    found = json.loads(writer.get(reverse("admin:autocomplete"), query).content)
    assert [one["text"] for one in found["results"]] == ["Le haut-fourneau"]
