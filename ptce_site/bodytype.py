"""What Django is told of a request's body: what it is and its boundary, never a charset.

Django reads the query and the body in whatever encoding the header names, lone surrogates and all,
and breaks off at a parameter it cannot decode before anything can answer. The site speaks UTF-8.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

KIND = re.compile(r"\s*([\w!#$&^.+-]{1,100}/[\w!#$&^.+-]{1,100})\s*(?=;|$)", re.ASCII)
# RFC 2046, 5.1.1, and as long as Django takes it.
BOUNDARY = re.compile(
    r""";\s*boundary=("?)([\w'()+,./:=? -]{0,199}[\w'()+,./:=?-])\1\s*(?=;|$)""",
    re.ASCII | re.IGNORECASE,
)


def plain(said: str) -> str:
    """A Content-Type as the site reads it; nothing of what is not one."""
    kind, boundary = KIND.match(said), BOUNDARY.search(said)
    if not kind:
        return ""
    return f'{kind[1]}; boundary="{boundary[2]}"' if boundary else kind[1]


def told_plainly(application: Application) -> Application:
    """Django, told only that. Kept pages are answered before it and cost nothing more."""

    def told(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if said := environ.get("CONTENT_TYPE"):
            environ["CONTENT_TYPE"] = plain(said)
        return application(environ, start_response)

    return told
