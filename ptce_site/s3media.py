"""Media in an S3-compatible storage; imported only where MEDIA_STORE asks for it.

The bucket is private: visitors are given the files by the site, under the addresses that they have
with a folder. What goes wrong there is an OSError, as it is with a disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import ContentFile
from storages.backends.s3 import S3Storage

CONFIG = Config(
    connect_timeout=2,  # seconds; a request of a visitor's waits for all of it
    read_timeout=10,
    retries={"total_max_attempts": 2, "mode": "standard"},
    s3={"addressing_style": "path"},
    signature_version="s3v4",
    # Most storages that are not Amazon's know no other checksum than that of the signature.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
NOTHING_THERE = ("404", "NoSuchKey", "NotFound")


@contextmanager
def as_a_disk(name: str) -> Iterator[None]:
    """Raises FileNotFoundError for what is not there, OSError for all the rest."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in NOTHING_THERE:
            raise FileNotFoundError(name) from None
        raise OSError(f"the storage of media refuses {name}: {code}") from error
    except BotoCoreError as error:
        raise OSError(f"the storage of media does not answer: {error}") from error


class S3Media(S3Storage):
    def __init__(self, **options: Any) -> None:
        super().__init__(client_config=CONFIG, file_overwrite=True, **options)

    def url(self, name: str, *_anything: Any, **_more: Any) -> str:
        return f"{settings.MEDIA_URL}{name}"

    def exists(self, name: str) -> bool:
        with as_a_disk(name):
            return super().exists(name)

    def size(self, name: str) -> int:
        with as_a_disk(name):
            return super().size(name)

    def delete(self, name: str) -> None:
        with as_a_disk(name):
            super().delete(name)

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with as_a_disk(name):
            return super().listdir(name)

    def get_modified_time(self, name: str) -> datetime:
        with as_a_disk(name):
            return super().get_modified_time(name)

    def _open(self, name: str, mode: str = "rb") -> ContentFile:
        """The whole file: at most the 25 MB that editors may send."""
        with as_a_disk(name):
            found = self.bucket.Object(self._normalize_name(name)).get()
            return ContentFile(found["Body"].read(), name)

    def _save(self, name: str, content: Any) -> str:
        with as_a_disk(name):
            return super()._save(name, content)
