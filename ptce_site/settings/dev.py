"""For `make dev`: debug pages, reload, mail printed on the console."""

from .base import *  # noqa: F403
from .base import MEDIA_STORE, env

DEBUG = True
SECRET_KEY = env.str("SECRET_KEY", "only-for-development-never-served-to-anyone")
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
STORAGES = {
    "default": MEDIA_STORE,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
