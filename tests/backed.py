"""A backup of the shipped content and of what else a site may hold; the same file, spoilt."""

import json
import shutil
import zipfile
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import override_settings

from ptce_site.ops.backup.archive import MANIFEST, Kept
from ptce_site.ops.backup.making import make

from .photographs import photograph

SESSION = "a-session-key-that-nobody-may-read"
UNCLEAN = '<p onclick="old()">Écrit avant la règle.</p>'


def quiet(*_told) -> None:
    """Tell nothing."""


@contextmanager
def images_in(folder: Path):
    """The store of images is this folder."""
    store = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(folder)},
    }
    with override_settings(STORAGES={**settings.STORAGES, "default": store}):
        yield folder


def live_in() -> int:
    """Fill in what the shipped content lacks; return the key of a row deleted since."""
    from django.contrib.auth.models import Group, User
    from django.contrib.contenttypes.models import ContentType
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from pages.models import Page
    from poles.models import Actor, Pole
    from ptce_site.editorial import media
    from ptce_site.editorial.models import Draft, Image
    from ptce_site.editorial.roles import ROLES, set_up_roles

    set_up_roles()
    user = User.objects.create_user("alix", "alix@example.org", "un long mot de passe")
    user.groups.add(Group.objects.get(name=ROLES["administration"]))
    Session.objects.create(session_key=SESSION[:40], session_data="x", expire_date=timezone.now())
    master = media.keep(SimpleUploadedFile("photo.jpg", photograph(600, 450), "image/jpeg"))
    Image.objects.create(
        master=master, title="Four", alt_fr="Un four.", credit="Alix", width=600, height=450
    )
    Draft.objects.create(
        content_type=ContentType.objects.get_for_model(Page),
        title="Brouillon\u202f: l’été",
        data={"z": ["1"], "a": ["œ", "\u2028", "\x7f"]},
        author=user,
    )
    page = Page.objects.get(slug="ptce")
    with connection.cursor() as cursor:  # as an older version of the site, or a shell, wrote it
        cursor.execute(
            "UPDATE pages_section SET body_fr = %s WHERE id IN "
            "(SELECT min(id) FROM pages_section WHERE page_id = %s)",
            [UNCLEAN, page.pk],
        )
        cursor.execute("UPDATE pages_page SET title = 'Autre' WHERE id = %s", [page.pk])
    last = Actor.objects.create(pole=Pole.objects.first(), name="Parti depuis")
    gone = last.pk
    last.delete()
    return gone


@contextmanager
def lived_in():
    """The test database with all this in it, taken back at the end."""
    from poles.models import Commune, Pole

    with transaction.atomic():
        gone = live_in()
        used = Pole.objects.exclude(commune=None).values("commune")
        unused = Commune.objects.exclude(pk__in=used)  # six rows in seven
        unused._raw_delete(unused.db)
        yield gone
        transaction.set_rollback(True)


def made_in(folder: Path) -> Kept:
    return make(folder, quiet)


def spoilt(path: Path, into: Path, members=(), *, sums=True, **manifest) -> Path:
    """The same backup with other members (None: without) and another manifest, its sums right."""
    changes, out = dict(members), into / path.name
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        told = json.loads(old.read(MANIFEST)) | manifest
        for name in [*old.namelist(), *(one for one in changes if one not in old.namelist())]:
            if name == MANIFEST:
                continue
            content = changes.get(name, old.read(name) if name in old.namelist() else b"")
            if content is not None:
                new.writestr(name, content)
            label = name.removeprefix("rows/").removesuffix(".jsonl")
            if sums and name in changes and content is not None and label in told["rows"]:
                told["rows"][label]["sha256"] = sha256(content).hexdigest()
                told["rows"][label]["count"] = content.count(b"\n")
        new.writestr(MANIFEST, json.dumps(told))
    return out


def flipped(path: Path, into: Path, at: int) -> Path:
    """The same file, one bit of one byte changed."""
    out = into / path.name
    shutil.copy(path, out)
    with out.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))
    return out


def member(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as backup:
        return backup.read(name)
