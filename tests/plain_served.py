"""`tests.served` without files to collect first: a page that failed is the same."""

from tests.served import *  # noqa: F403
from tests.served import STORAGES

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
