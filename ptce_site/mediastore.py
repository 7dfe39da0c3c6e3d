"""Where media are kept, as MEDIA_STORE says it: a folder, or an S3-compatible storage."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FORM = "s3://KEY:SECRET@host/bucket?region=…"
FOLDER = {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def storage_of(address: str) -> dict[str, Any]:
    """An entry of STORAGES. `s3+http` is for a storage next door that speaks no HTTPS.

    Raises ImproperlyConfigured, without telling the secret.
    """
    if not address:
        return FOLDER
    said = urlsplit(address)
    bucket = said.path.strip("/")
    whole = said.username and said.password and said.hostname and bucket and "/" not in bucket
    if said.scheme not in ("s3", "s3+http") or not whole:
        raise ImproperlyConfigured(
            f"MEDIA_STORE must look like {FORM} (characters other than letters and digits of the "
            "key and the secret as %XX), or be left out: media are then in DATA_DIR/media."
        )
    scheme = "http" if said.scheme == "s3+http" else "https"
    port = f":{said.port}" if said.port else ""
    return {
        "BACKEND": "ptce_site.s3media.S3Media",
        "OPTIONS": {
            "access_key": unquote(said.username or ""),
            "secret_key": unquote(said.password or ""),
            "endpoint_url": f"{scheme}://{said.hostname}{port}",
            "bucket_name": bucket,
            "region_name": parse_qs(said.query).get("region", ["us-east-1"])[0],
        },
    }
