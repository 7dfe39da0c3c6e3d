"""For pytest: production's templates and policies, fast passwords, no disk but the database."""

from .base import *  # noqa: F403

DEBUG = False
SECRET_KEY = "only-for-tests-" + "x" * 32
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# A template variable that does not exist leaves a mark that the strict client finds.
INVALID_VARIABLE = "⟦%s⟧"
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = INVALID_VARIABLE  # type: ignore[index]  # noqa: F405
WHITENOISE_AUTOREFRESH = True
