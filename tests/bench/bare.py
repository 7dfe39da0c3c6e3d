"""What the site is compared with: the same number of bytes, from ever less code.

gunicorn loads one of `plain`, `django`, `django_default`, `whitenoise`; BENCH_PAGE names the file
that they answer.
"""

import gzip
import os
from pathlib import Path
from typing import Any

PAGE = Path(os.environ["BENCH_PAGE"])
BODY = gzip.compress(PAGE.read_bytes(), 6, mtime=0)
KIND = "text/html; charset=utf-8"
DEFAULT = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)


def plain(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The least that can answer."""
    headers = [("Content-Type", KIND), ("Content-Length", str(len(BODY)))]
    start_response("200 OK", [*headers, ("Content-Encoding", "gzip")])
    return [BODY]


def constant(request: Any) -> Any:
    from django.http import HttpResponse

    headers = {"Content-Encoding": "gzip", "Content-Length": str(len(BODY))}
    return HttpResponse(BODY, content_type=KIND, headers=headers)


def _django(middleware: tuple[str, ...]) -> Any:
    """Django with one address, which answers a constant; what no view touches is not asked for."""
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.urls import path

    settings.configure(
        ALLOWED_HOSTS=["localhost", "127.0.0.1"],
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
        MIDDLEWARE=middleware,
        ROOT_URLCONF=(path("", constant),),
        SECRET_KEY="only-to-measure-" + "x" * 32,
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    )
    return get_wsgi_application()


def __getattr__(name: str) -> Any:
    """The application of that name, made when gunicorn asks for it."""
    if name == "django":
        return _django(())
    if name == "django_default":
        return _django(DEFAULT)
    if name == "whitenoise":
        from whitenoise import WhiteNoise

        return WhiteNoise(plain, root=str(PAGE.parent))
    raise AttributeError(name)
