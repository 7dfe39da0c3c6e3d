"""A page as a visitor will see it, before it is: rendered, then taken back."""

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.csp import CSP
from django.utils.translation import gettext as _

from ..addresses import in_language, match_of

SALT, LASTS_DAYS = "apercu", 7


def as_visitor(request: HttpRequest, address: str, language: str) -> HttpResponse:
    """The answer at `address` for someone who is not signed in, rendered in `language`.

    To be called inside the transaction that holds the change; links open elsewhere, nobody keeps
    the answer and nobody indexes it.
    """
    path = in_language(address.partition("#")[0], language)
    visitor = HttpRequest()
    visitor.method, visitor.path, visitor.path_info = "GET", path, path
    visitor.META = {name: request.META[name] for name in _CONNECTION if name in request.META}
    visitor.user = AnonymousUser()
    visitor.resolver_match = match = match_of(path)
    with translation.override(language):
        answer = match.func(visitor, *match.args, **match.kwargs)
        if hasattr(answer, "render"):
            answer.render()
    page = HttpResponse(answer.content.replace(b"<head>", b'<head><base target="_blank">', 1))
    page["Content-Language"] = language
    return unseen(page)


_CONNECTION = ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "wsgi.url_scheme", "REMOTE_ADDR")


def unseen(answer: HttpResponse) -> HttpResponse:
    """Mark an answer as nobody's to keep, to index or to frame but ours."""
    from django.conf import settings

    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer._csp_config = {**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF]}  # type: ignore[attr-defined]
    return answer


def nothing(request: HttpRequest) -> HttpResponse:
    """The answer to a link whose draft is no more."""
    from . import heads

    subject = heads.unlisted(request, _("Aperçu terminé"))
    return unseen(heads.page(request, "editorial/no_preview.html", subject, status=410))


def link(key: str) -> str:
    """An address that shows a draft to whoever has it, for seven days."""
    return reverse("preview", args=[signing.TimestampSigner(salt=SALT).sign(key)])


def key_of(token: str) -> str:
    """The draft a link shows. Raises signing.BadSignature, SignatureExpired among them."""
    return signing.TimestampSigner(salt=SALT).unsign(token, max_age=LASTS_DAYS * 24 * 3600)
