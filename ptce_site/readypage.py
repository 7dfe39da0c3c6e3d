"""A page ready to be sent: in each coding its bytes, its headers, its tag, made once.

Knows HTTP (RFC 9110) and nothing else: neither Django nor where pages come from.
"""

import gzip
import hashlib
from collections.abc import Iterable
from functools import lru_cache

import brotli

Headers = list[tuple[str, str]]

IDENTITY, GZIP, BROTLI = "identity", "gzip", "br"
CODINGS = (BROTLI, GZIP, IDENTITY)  # the lightest first
WORTH_IT = 200  # bytes; what is shorter is not compressed
LONG = 256 * 1024  # bytes; beyond, the best of Brotli takes seconds
OF_ITS_OWN = 8_000  # bytes; what a page holds beside its bodies
LONGEST_REMEMBERED = 200  # characters of a header
# What a "304 Not Modified" does not say again of the body that it does not send.
OF_THE_BODY = {
    "content-type", "content-length", "content-encoding", "content-language", "last-modified",
    "permissions-policy",
}  # fmt: skip
SET_HERE = {"etag", "vary", "content-length", "content-encoding"}
OF_ONE_REQUEST = {"x-request-id"}


class Form:
    """A page in one coding. `held` says what is answered to whoever has it, by the tag they send.

    `older` is the form it takes the place of: the same page, whose tag goes on being recognised.
    """

    __slots__ = ("body", "headers", "held", "tag", "unchanged")

    def __init__(
        self, body: bytes, coding: str, tag: str, headers: Headers, older: "Form | None" = None
    ) -> None:
        self.body, self.tag = body, tag
        self.headers = [*headers, ("Vary", "Accept-Encoding"), ("ETag", tag)]
        self.unchanged = [pair for pair in self.headers if pair[0].lower() not in OF_THE_BODY]
        self.held: dict[str, Headers] = {**(older.held if older else {}), tag: self.unchanged}
        self.held[f"W/{tag}"] = self.unchanged
        if coding != IDENTITY:
            self.headers.append(("Content-Encoding", coding))
        self.headers.append(("Content-Length", str(len(body))))

    def unchanged_for(self, condition: str) -> Headers | None:
        """The headers of "304 Not Modified" for an If-None-Match that is no tag alone, or None."""
        if condition.strip() == "*":
            return self.unchanged
        found = (self.held.get(tag.strip()) for tag in condition.split(","))
        return next(filter(None, found), None)


class ReadyPage:
    """An answer with its forms. `asked` says that someone came back for it.

    `size` is what it weighs in memory, or nearly, at most.
    """

    __slots__ = ("_digest", "_headers", "asked", "best", "forms", "size", "status")

    def __init__(
        self, status: str, headers: Headers, body: bytes, codings: Iterable[str] = CODINGS
    ) -> None:
        self.status, self.asked = status, False
        self.best = len(body) < WORTH_IT
        left = SET_HERE | OF_ONE_REQUEST
        self._headers = [pair for pair in headers if pair[0].lower() not in left]
        # The headers count: a page whose policy changes is another page.
        told = repr((status, self._headers)).encode() + body
        self._digest = hashlib.sha256(told).hexdigest()[:20]
        self.forms: dict[str, Form] = {}
        self._add(IDENTITY, body, "")
        if not self.best and GZIP in codings:
            self._add(GZIP, gzip.compress(body, 6, mtime=0), "-gz")
        if not self.best and BROTLI in codings:
            self._add(BROTLI, brotli.compress(body, quality=5), "-br5")
        self.size = OF_ITS_OWN + sum(len(form.body) for form in self.forms.values())

    def _add(self, coding: str, body: bytes, suffix: str) -> None:
        tag = f'"{self._digest}{suffix}"'
        self.forms[coding] = Form(body, coding, tag, self._headers, self.forms.get(coding))

    def better(self) -> None:
        """Compress as well as Brotli can; some 0.1 s for a page, once."""
        self.best = True
        body = self.forms[IDENTITY].body
        quality = 11 if len(body) <= LONG else 9
        self._add(BROTLI, brotli.compress(body, quality=quality), "-br")

    def form(self, accepted: str | None) -> Form:
        """The form for whoever sends this Accept-Encoding, or none."""
        return self.forms.get(coding(accepted)) or self.forms[IDENTITY]


def coding(accepted: str | None) -> str:
    """The coding to send: what is liked best, then what is lightest (RFC 9110, 12.5.3).

    Without a header nothing is compressed. Where everything is refused, the page is sent as it is.
    """
    if not accepted:
        return IDENTITY
    if len(accepted) > LONGEST_REMEMBERED:
        return _coding(accepted)
    return _remembered(accepted)


def _coding(accepted: str) -> str:
    liked: dict[str, float] = {}
    for part in accepted.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        liked[name.removeprefix("x-")] = _weight(parameters)
    others = liked.get("*")
    # Not named, "as it is" is acceptable, after all that is named; "*" speaks of it too.
    bare = liked.get(IDENTITY, 0.0001 if others is None else others)
    weights = {BROTLI: liked.get(BROTLI, others or 0), GZIP: liked.get(GZIP, others or 0)}
    weights[IDENTITY] = bare
    best = max(CODINGS, key=lambda name: weights[name])
    return best if weights[best] > 0 else IDENTITY


_remembered = lru_cache(maxsize=512)(_coding)


def _weight(parameters: list[str]) -> float:
    """ "q=0.5", in whatever company; 0 for what cannot be read."""
    for parameter in parameters:
        name, _equals, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0
            return weight if 0 <= weight <= 1 else 0
    return 1
