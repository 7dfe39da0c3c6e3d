"""What protects, on every answer: pages, files, redirects, errors (docs/adr/0022).

Django's own middlewares say most of it for what they see. This one stands before them all and
fills in what an answer lacks: that of a static file, or the 400 given to a foreign host.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

CORP, POLICY = "Cross-Origin-Resource-Policy", "Content-Security-Policy"
PERMISSIONS = "Permissions-Policy"
# What a browser could lend to a page and none here asks for. Passkeys are not in it: staff sign in
# with them. Names that Chromium does not know would make it complain, and so would some it dropped.
UNUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture",
    "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection",
    "local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
NOTHING_MORE = ", ".join(f"{name}=()" for name in UNUSED)
# For what has no policy of its own: it loads and runs nothing, and nothing frames it.
INERT = "default-src 'none'; frame-ancestors 'none'"
# The parts of a page, opened alone. All the rest is lost on them, and each byte is paid at a visit.
ALONE = "default-src 'none'"
# The map framed in a sandbox is of no site, not even of this one, and has a style.
STYLE = "text/css"
PARTS = ("image/", "font/", STYLE, "text/javascript", "application/speculationrules")

type View = Callable[..., HttpResponse]


def for_any_site(response: HttpResponse) -> HttpResponse:
    """Say that other sites may show this answer or load it: a card, a file of data, the map."""
    response[CORP] = "cross-origin"
    return response


class ProtectionMiddleware:
    """Says what no answer goes without; what was said nearer to the page stays."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response
        self.always = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
            "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
            CORP: "same-origin",
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kind = response.headers.get("Content-Type", "")
        if kind.startswith(STYLE):
            for_any_site(response)
        for name, value in self.always.items():
            response.headers.setdefault(name, value)
        if kind.startswith(PARTS):
            response.headers.setdefault(POLICY, ALONE)
        else:
            response.headers.setdefault(POLICY, INERT)
            response.headers.setdefault(PERMISSIONS, NOTHING_MORE)
        return response
