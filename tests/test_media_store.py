"""Media in an S3-compatible storage: as with a folder, for editors and for visitors."""

import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from ptce_site.editorial import media
from ptce_site.editorial.models import Image
from ptce_site.editorial.sweeping import sweep_images
from ptce_site.mediastore import FOLDER, storage_of

from .buckets import bucket
from .conftest import ROOT
from .test_media import send, upload

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def store(settings):
    with bucket() as server:
        settings.STORAGES = {**settings.STORAGES, "default": storage_of(server.address)}
        yield server


def test_an_editor_s_picture_is_in_the_bucket_and_on_the_page(store, editor_client):
    assert send(editor_client, file=upload()).status_code == 302
    image = Image.objects.latest("pk")
    assert f"masters/{image.master}" in store.objects
    made = [name for name in store.objects if name.startswith("images/")]
    assert made
    visitor = Client()
    answer = visitor.get(f"/media/{made[0]}")
    assert answer.status_code == 200 and answer.content == store.objects[made[0]]
    assert media.url(made[0].removeprefix("images/")) == f"/media/{made[0]}"
    assert not answer.cookies and "immutable" in answer.headers["Cache-Control"]


def test_what_is_not_there_is_not_found(store):
    assert Client().get(f"/media/images/{'ab' * 10}-480.webp").status_code == 404
    assert not default_storage.exists("masters/none")
    with pytest.raises(FileNotFoundError):
        default_storage.open("masters/none")
    assert media.weight("none") == 0


def test_what_nothing_needs_is_swept(store):
    default_storage.save(f"images/{'ab' * 10}-480.webp", ContentFile(b"x"))
    assert sweep_images(dry_run=False) == [f"images/{'ab' * 10}-480.webp"]
    assert not store.objects


def test_a_storage_that_refuses_is_a_disk_that_fails(store, editor_client):
    default_storage.save(f"images/{'ab' * 10}-480.webp", ContentFile(b"x"))
    store.refusing = True
    assert Client().get(f"/media/images/{'ab' * 10}-480.webp").status_code == 404
    for failing in (
        lambda: default_storage.exists("masters/x"), lambda: default_storage.size("masters/x"),
        lambda: default_storage.save("masters/x", ContentFile(b"x")),
        lambda: default_storage.delete("masters/x"), lambda: default_storage.listdir("masters"),
        lambda: default_storage.get_modified_time("masters/x"),
    ):  # fmt: skip
        with pytest.raises(OSError, match="refuses") as told:
            failing()
        assert "cret" not in str(told.value)


@pytest.mark.parametrize(
    "address",
    ["s3://host/bucket", "s3://K:SECRET@host", "https://KEY:SECRET@host/b", "s3://K:@h/b",
     "s3://K:S@h/b/c", "/srv/media", "s3:KEY:SECRET@host/bucket"],
)  # fmt: skip
def test_an_address_that_is_wrong_is_said_without_its_secret(address):
    with pytest.raises(ImproperlyConfigured, match="MEDIA_STORE must look like") as told:
        storage_of(address)
    assert address not in str(told.value)


def test_what_the_setting_says():
    options = storage_of("s3://K:a%2Fb%3D@s3.fr-par.scw.cloud/photos?region=fr-par")["OPTIONS"]
    assert options == {
        "access_key": "K", "secret_key": "a/b=", "endpoint_url": "https://s3.fr-par.scw.cloud",
        "bucket_name": "photos", "region_name": "fr-par",
    }  # fmt: skip
    assert storage_of("") is FOLDER


def test_its_library_is_not_loaded_where_it_is_not_used():
    told = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True,
        env={"DJANGO_SETTINGS_MODULE": "ptce_site.settings.prod", "SECRET_KEY": "x" * 50},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert told.stdout.split() == ["ready", "[]"]


LOADED = """
import sys
import ptce_site.wsgi
from django.core.files.storage import default_storage
default_storage.exists("x")
print("ready", [name for name in ("boto3", "botocore", "storages") if name in sys.modules])
"""
