"""`backup`, `restore`, `check_backup`: what comes back, what is refused, which files stay."""

import errno
import json
import random
import stat
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connection
from django.test.utils import CaptureQueriesContext

from pages.models import Page
from poles.models import Actor, Pole
from ptce_site.editorial.content_version import content_version
from ptce_site.editorial.models import Image
from ptce_site.ops.backup import archive, files, making, querysets, rotation, schema
from ptce_site.ops.backup.archive import Reader, Refused, Writer, newest
from ptce_site.ops.backup.restoring import restore

from .backed import (
    SESSION,
    UNCLEAN,
    flipped,
    images_in,
    live_in,
    lived_in,
    made_in,
    member,
    quiet,
    spoilt,
)  # fmt: skip

pytestmark = pytest.mark.django_db
EMPTY = {"sha256": archive.sha256().hexdigest(), "count": 0}
CALL = "rows/poles.call.jsonl"
AT = datetime(2026, 11, 27, 4, 5, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """A backup of a site that was lived in."""
    folder = tmp_path_factory.mktemp("made")
    with django_db_blocker.unblock(), images_in(folder / "media"), lived_in():
        return made_in(folder / "backups")


@pytest.fixture
def media(tmp_path):
    with images_in(tmp_path / "media") as folder:
        yield folder


def digests() -> dict[str, str]:
    return querysets.digests(schema.apps, DEFAULT_DB_ALIAS)


def run(capsys, *arguments: str, **options) -> str:
    call_command(*arguments, **options)
    return capsys.readouterr().out


def test_all_comes_back(media, tmp_path, capsys):
    gone = live_in()
    before, pictures = digests(), files.digests()
    assert len(pictures) == 1
    told = run(capsys, "backup", to=tmp_path / "backups")
    kept = newest(tmp_path / "backups")
    assert kept and str(kept.path) in told and f"{kept.manifest.total} rows" in told
    assert {label: part.sha256 for label, part in kept.manifest.rows.items()} == before

    version = content_version()
    Pole.objects.update(trade_fr="Perdu")
    Page.objects.get(slug="ptce").delete()
    User.objects.create_user("venu-depuis")
    Image.objects.all().delete()
    for path in pictures:
        default_storage.delete(path)
    with pytest.raises(CommandError, match=r"holds 34875 poles\.commune.*--overwrite"):
        call_command("restore", kept.path)
    assert digests() != before
    told = run(capsys, "restore", str(kept.path), overwrite=True)
    assert "Restored http://localhost:8000 as it was on" in told
    assert digests() == before and files.digests() == pictures
    assert UNCLEAN in Page.objects.get(slug="ptce").sections.order_by("pk").first().body_fr
    with connection.cursor() as cursor:  # as it was, and not the French one in its place
        cursor.execute("SELECT title FROM pages_page WHERE slug = 'ptce'")
        assert cursor.fetchone() == ("Autre",)
    assert not Session.objects.exists() and content_version() not in ("", version)
    assert Actor.objects.create(pole=Pole.objects.first(), name="Neuf").pk > gone


@pytest.mark.once
def test_no_secret_is_in_it(made):
    with zipfile.ZipFile(made.path) as backup:
        whole = b"".join(backup.read(name) for name in backup.namelist())
        assert not [n for n in backup.namelist() if "session" in n]
    assert b"alix@example.org" in whole
    assert SESSION[:40].encode() not in whole and settings.SECRET_KEY.encode() not in whole
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700


def first_row(path: Path, label: str, **changes) -> bytes:
    """The rows of a table, the first one changed."""
    lines = member(path, f"rows/{label}.jsonl").splitlines(keepends=True)
    return b"".join([querysets.line(json.loads(lines[0]) | changes), *lines[1:]])


def cut(path: Path, into: Path, kept: int) -> Path:
    (into / path.name).write_bytes(path.read_bytes()[:kept])
    return into / path.name


def inside(path: Path, name: str) -> int:
    """Where in the file a member's bytes are."""
    with zipfile.ZipFile(path) as backup:
        about = backup.getinfo(name)
        return about.header_offset + 30 + len(name) + about.compress_size // 2


def without(names: list[str], start: str) -> dict[str, None]:
    return {next(name for name in names if name.startswith(start)): None}


DAMAGES = {
    "half of it": (lambda p, to: cut(p, to, p.stat().st_size // 2), "end is missing"),
    "a byte less": (lambda p, to: cut(p, to, p.stat().st_size - 1), "end is missing"),
    "nothing": (lambda p, to: cut(p, to, 0), "end is missing"),
    "a byte of rows": (
        lambda p, to: flipped(p, to, inside(p, "rows/poles.pole.jsonl")), "poles.pole",
    ),
    "a byte of an image": (
        lambda p, to: flipped(p, to, inside(p, next(iter(names(p, "media"))))), "media/masters",
    ),
    "a byte of the manifest": (
        lambda p, to: flipped(p, to, inside(p, "manifest.json")), "manifest.json",
    ),
    "rows missing": (lambda p, to: spoilt(p, to, {"rows/poles.pole.jsonl": None}), "poles.pole"),
    "an image missing": (
        lambda p, to: spoilt(p, to, dict.fromkeys(names(p, "media"))), "media/masters",
    ),
    "something more": (lambda p, to: spoilt(p, to, {"rows/evil.jsonl": b"{}\n"}), "too many"),
    "no manifest": (lambda p, to: bare(to / p.name), "not a backup of this site"),
    "a newer format": (lambda p, to: spoilt(p, to, format=2), "format 2.*Update the site"),
    "a newer site": (
        lambda p, to: spoilt(p, to, migrations={"poles": ["0001_initial", "0999_future"]}),
        r"poles\.0999_future is not known here",
    ),
    "a file elsewhere": (
        lambda p, to: spoilt(
            p, to, {"media/masters/../../x": b""},
            files={"masters/../../x": EMPTY, **{n[6:]: EMPTY for n in names(p, "media")}},
        ),
        "holds masters/../../x, which is not an image",
    ),
    "rows of another day": (
        lambda p, to: spoilt(p, to, {CALL: b""}, sums=False), "is not what was written",
    ),
    "a row that names nothing": (
        lambda p, to: spoilt(
            p, to, {"rows/poles.actor.jsonl": first_row(p, "poles.actor", pole_id=987654)}
        ),
        "do not hold together",
    ),
    "a row of other columns": (
        lambda p, to: spoilt(p, to, {CALL: b'{"id": 1}\n'}),
        "poles.call cannot be restored",
    ),
    "a row twice": (
        lambda p, to: spoilt(
            p, to, {CALL: 2 * member(p, CALL)}
        ),
        "poles.call cannot be restored",
    ),
    "a row written otherwise": (
        lambda p, to: spoilt(
            p, to, {CALL: member(p, CALL).replace(b":", b": ")}
        ),
        "does not read back",
    ),
}  # fmt: skip


def names(path: Path, start: str) -> list[str]:
    with zipfile.ZipFile(path) as backup:
        return [name for name in backup.namelist() if name.startswith(start)]


def bare(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as other:
        other.writestr("holiday.jpg", b"x")
    return path


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_refused_and_nothing_changes(made, media, tmp_path, damage):
    spoil, sentence = DAMAGES[damage]
    path = spoil(made.path, tmp_path)
    before = content_version(), querysets.digest(Pole, DEFAULT_DB_ALIAS)
    loads = damage.startswith("a row ")
    with CaptureQueriesContext(connection) as asked, pytest.raises(CommandError, match=sentence):
        call_command("restore", path, overwrite=True)
    written = [q["sql"] for q in asked if q["sql"].startswith(("DELETE", "INSERT", "UPDATE"))]
    assert bool(written) == loads
    assert (content_version(), querysets.digest(Pole, DEFAULT_DB_ALIAS)) == before
    assert loads or not media.exists()


@pytest.mark.once
def test_a_flipped_bit_is_found_or_changes_nothing(made, tmp_path):
    dice, found = random.Random(9), 0
    for _ in range(60):
        path = flipped(made.path, tmp_path, dice.randrange(made.path.stat().st_size))
        try:
            with Reader(path) as reader:
                reader.verify()
                assert reader.manifest == made.manifest
        except Refused:
            found += 1
    assert found > 50  # the others are dates and such, which nobody reads


@pytest.mark.once
def test_check_backup_restores_aside(made, capsys, tmp_path):
    version = content_version()
    told = run(capsys, "check_backup", folder=made.path.parent, within=1)
    assert f"{made.path} restores: {made.manifest.total} rows and 1 files" in told
    assert content_version() == version and "aside" not in schema.connections.databases
    wrong = first_row(made.path, "poles.actor", pole_id=987654)
    path = spoilt(made.path, tmp_path, {"rows/poles.actor.jsonl": wrong})
    with pytest.raises(CommandError, match="do not hold together"):
        call_command("check_backup", path)
    old = spoilt(made.path, tmp_path, moment=(made.manifest.made - timedelta(hours=40)).isoformat())
    with pytest.raises(CommandError, match="more than 36 h ago"):
        call_command("check_backup", old, within=36)
    with pytest.raises(CommandError, match="There is no backup in"):
        call_command("check_backup", folder=tmp_path / "nowhere")


@pytest.mark.once
def test_what_names_no_database_goes_aside():
    """A migration that forgets which database it works on does not write into the site."""
    there = Page.objects.count()
    with schema.aside() as using, schema.keeping_to(using):
        schema.bring_to(schema.known(), using)
        User.objects.create_user("de-côté")
        assert not Page.objects.exists()
    assert Page.objects.count() == there and not User.objects.exists()


# Which files stay


def test_which_backups_are_kept_day_after_day():
    keep, there = rotation.Keep(daily=3, weekly=2, monthly=2), set()
    for day in range(100):  # from a Friday, 27 November 2026, to Saturday 6 March 2027
        for hour in (0, 12):
            there.add(AT + timedelta(days=day, hours=hour))
            there = rotation.kept(there, keep)
            assert max(there) == AT + timedelta(days=day, hours=hour)
    assert [f"{one:%Y-%m-%d %a %H}" for one in sorted(there)] == [
        "2027-02-28 Sun 16",  # the last of its week and of its month
        "2027-03-04 Thu 16", "2027-03-05 Fri 04", "2027-03-05 Fri 16", "2027-03-06 Sat 04",
        "2027-03-06 Sat 16",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("keep", "days"),
    [
        (rotation.Keep(0, 0, 0), [0, 1]),
        (rotation.Keep(3, 0, 0), [0, 1, 2]),
        (rotation.Keep(0, 3, 0), [0, 1, 5, 12]),  # Friday, and the two Sundays before
        (rotation.Keep(0, 0, 3), [0, 1, 27, 58]),  # and the last of October, of September
        (rotation.Keep(3, 2, 2), [0, 1, 2, 5, 27]),
        (rotation.Keep(99, 0, 0), [*range(70)]),
    ],
)
def test_a_table_of_dates(keep, days):
    moments = [AT - timedelta(days=day) for day in range(70)]
    assert rotation.kept(moments, keep) == {AT - timedelta(days=day) for day in days}


def small(folder: Path, day: int, site: str = "") -> Path:
    """A backup with nothing in it."""
    moment = AT - timedelta(days=day)
    writer = Writer(folder, moment)
    return writer.finish(
        archive.Manifest(site or settings.SITE_URL, moment.isoformat(), "sqlite", {})
    )


@pytest.mark.once
def test_only_its_own_files_are_removed(tmp_path, capsys, media):
    old, other = small(tmp_path, 3), small(tmp_path, 4, "https://other.example.org")
    theirs = [tmp_path / name for name in ("ptce.zip", "notes.txt", "ptce-2020-01-01T000000Z.zip")]
    for path in theirs:
        path.write_bytes(b"x")
    (tmp_path / "ptce-2019-01-01T000000Z.zip").symlink_to(other)
    keep = {"keep_daily": 0, "keep_weekly": 0, "keep_monthly": 0}
    assert "Removed 1 old backup(s)." in run(capsys, "backup", to=tmp_path, **keep)
    assert not old.exists() and other.exists() and all(path.exists() for path in theirs)
    assert len([*tmp_path.iterdir()]) == 6
    assert newest(tmp_path).manifest.made > AT - timedelta(days=365)


@pytest.mark.once
def test_the_newest_that_can_be_read(tmp_path):
    assert newest(tmp_path / "nowhere") is None
    path = small(tmp_path, 1)
    (tmp_path / "ptce-2026-11-27T040512Z.zip").write_bytes(b"half")
    kept = newest(tmp_path)
    assert kept.path == path and kept.manifest.made == AT - timedelta(days=1)
    with pytest.raises(Refused, match="is there already"):
        small(tmp_path, 0)


# What goes wrong meanwhile


@pytest.mark.once
@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch, media, step):
    def full(*_given):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive.os, step, full)
    with pytest.raises(CommandError, match="could not be written: No space left on device"):
        call_command("backup", to=tmp_path / "backups")
    assert not [*(tmp_path / "backups").iterdir()]


@pytest.mark.once
def test_a_file_left_by_a_kill_is_cleared_but_not_one_being_written(tmp_path):
    left = tmp_path / ".ptce-2026-11-20T000000Z.zip.77.part"
    left.write_bytes(b"half")
    writing = Writer(tmp_path, AT)
    assert not left.exists()
    small(tmp_path, 1)
    assert writing.aside.exists()
    writing.abandon()
    assert [path.name for path in tmp_path.iterdir()] == ["ptce-2026-11-26T040512Z.zip"]


@pytest.mark.once
def test_images_swept_or_lost_are_told(media, tmp_path, capsys, monkeypatch):
    live_in()
    (path,) = files.there()
    swept = "images/0123456789abcdef0123-640.avif"
    monkeypatch.setattr(files, "there", lambda: [swept, path])
    default_storage.delete(path)
    call_command("backup", to=tmp_path / "backups")
    told = capsys.readouterr().err
    assert "1 image(s) that the rows name are not in the store" in told and path in told
    assert newest(tmp_path / "backups").manifest.missing == [path]


@pytest.mark.once
@pytest.mark.parametrize("store", ["folder", "other"])
def test_a_damaged_image_is_made_whole_again(made, media, tmp_path, store):
    (path,) = made.manifest.files
    other = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    with images_in(media) as _, _storage(other if store == "other" else None):
        default_storage.save(path, ContentFile(b"half"))
        restore(made.path, quiet, overwrite=True)
        assert files.digests() == {path: made.manifest.files[path].sha256}
        assert files.there() == [path]


def _storage(store):
    from contextlib import nullcontext

    from django.test import override_settings

    stores = {**settings.STORAGES, "default": store}
    return override_settings(STORAGES=stores) if store else nullcontext()


@pytest.mark.once
def test_the_default_folder_is_beside_the_database():
    assert making.default_folder() == settings.DATA_DIR / "backups"
