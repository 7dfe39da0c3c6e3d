"""What `make run` and a real host serve. Refuses to start without what it needs."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import HTTPS, env

DEBUG = False

SECRET_KEY = env.str("SECRET_KEY", "")
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured(
        "SECRET_KEY is missing or shorter than 32 characters. `make run` writes one into .env; "
        "elsewhere, set it in the environment."
    )

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Mail stays off until EMAIL_URL is set; HSTS for subdomains and preload lists are for the owner of
# the whole domain to decide, not for one site under it.
SILENCED_SYSTEM_CHECKS = ["mail.E001", "security.W005", "security.W021"]
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SECOND_FACTOR_REQUIRED = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "ptce_site.logs.lines"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "lines"},
        "mail": {"class": "ptce_site.ops.errormail.ErrorMail", "level": "ERROR"},
    },
    "root": {"handlers": ["console", "mail"], "level": "WARNING"},
    # Django's own would mail what was posted, and the cookies.
    "loggers": {"django": {"handlers": [], "level": "INFO"}},
}
