"""The door gunicorn knocks at: health, then pages kept ready, and Django behind them."""

import os
from typing import Any
from urllib.parse import urlsplit

from django.core.wsgi import get_wsgi_application

from .bodytype import told_plainly
from .stack import roomy

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ptce_site.settings.prod")

# What is heaviest to make, and together brings in most of what pages of all kinds are made of.
HEAVY = ("/", "/poles/", "/tous-les-chiffres/", "/glossaire/", "/en/", "/de/")


def deliver(application: Any) -> Any:
    """Keep ready what an application answers; not while one is changing the code."""
    from django.conf import settings

    from .delivery import Delivery
    from .editorial.due import Look

    if settings.DEBUG:
        return application
    return Delivery(
        application,
        Look(),
        canonical=urlsplit(settings.SITE_URL).netloc,
        hosts=settings.ALLOWED_HOSTS,
        never=("/admin/", "/apercu/", "/partage/", settings.STATIC_URL, settings.MEDIA_URL),
        cookies=(settings.SESSION_COOKIE_NAME,),
        secure=settings.SECURE_PROXY_SSL_HEADER,
        shared=settings.SHARED_CACHE_SECONDS,
        every=settings.LOOK_EVERY,
    )


def warm() -> None:
    """Have pages rendered before there are processes: they share the memory that it took.

    What that leaves is of no process: no connection stays open, and nothing is kept of the pages.
    """
    from django.db import connections

    from .ops.errormail import recipient

    try:
        recipient()  # known to all, should the database be what fails
        for path in HEAVY:
            pages.rehearse(path)
    finally:
        connections.close_all()


def watched(application: Any) -> Any:
    """Answer those who watch the site before anything else does."""
    from .health import Health
    from .ops.readiness import ready

    return Health(application, ready)


pages = deliver(roomy(told_plainly(get_wsgi_application())))
application = watched(pages)
