"""The door gunicorn knocks at: pages kept ready, and Django behind them."""

import os
from typing import Any
from urllib.parse import urlsplit

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ptce_site.settings.prod")


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


application = deliver(get_wsgi_application())
