"""What a static host is told beside the files: where things went, what each file is.

`_redirects` and `_headers` are read by Netlify and Cloudflare Pages; `_nginx/` holds two files to
include, one beside the others of `http { }`, one in the `server { }` of the copy.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings

from ptce_site.addresses import CODES, in_language
from ptce_site.editorial import tongues
from ptce_site.editorial.publication import State
from ptce_site.editorial.redirects import FormerAddress

from .tree import file_of

PRIVATE = ("/_redirects", "/_headers", "/_nginx/")
NOT_TOLD = ("/partage/", settings.STATIC_URL, settings.MEDIA_URL)  # every host knows what these are


@dataclass(frozen=True, order=True)
class Moved:
    """A former address, and where the thing is now; an empty target: it has left."""

    path: str
    target: str


def moves() -> list[Moved]:
    """Where each former address leads, in every language."""
    found = set()
    for kept in FormerAddress.objects.all():
        thing = kept.thing
        if thing is not None and thing.state == State.DRAFT:
            continue
        left = thing is None or thing.state == State.WITHDRAWN
        for code in CODES:
            former = in_language(kept.path, code)
            target = "" if left else tongues.address(thing, code)
            if former != target:
                found.add(Moved(former, target))
    return sorted(found)


def with_parts(moved: Iterable[Moved], files: Iterable[str]) -> list[Moved]:
    """The same without what a file answers; what stands under a page moves with it."""
    names, found = set(files), set()
    for one in moved:
        if file_of(one.path) in names:
            continue
        found.add(one)
        folder = one.target.removeprefix("/")
        if folder.endswith("/"):
            parts = [n.removeprefix(folder) for n in names if n.startswith(folder)]
            under = [part for part in parts if "/" not in part and part != "index.html"]
            found |= {Moved(one.path + part, one.target + part) for part in under}
    return sorted(found)


def files(moved: list[Moved], types: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The rules, each file with its text. `types`: the content type that each path had."""
    told = {path: kind for path, kind in sorted(types.items()) if _is_told(path, kind)}
    yield "_redirects", "".join(_redirects(moved))
    yield "_headers", "".join(_headers(told))
    yield "_nginx/http.conf", "".join(_nginx_maps(moved))
    yield "_nginx/server.conf", "".join(_nginx_server(told))


def _is_told(path: str, kind: str) -> bool:
    return not kind.startswith("text/html") and not path.startswith(NOT_TOLD) and ".pdf" not in path


def _redirects(moved: list[Moved]) -> Iterator[str]:
    yield "# From, to, status. Cloudflare Pages leaves out the lines with 404 and 410.\n"
    for one in moved:
        if one.target:
            yield f"{one.path} {one.target} 301\n"
        else:
            yield f"{one.path} {_prefix(one.path)}/410.html 410\n"
    for code in tongues.OTHERS:
        yield f"/{code}/* /{code}/404.html 404\n"


def _headers(types: Mapping[str, str]) -> Iterator[str]:
    yield "/*\n  X-Content-Type-Options: nosniff\n"
    yield f"  Referrer-Policy: {settings.SECURE_REFERRER_POLICY}\n"
    yield f"{settings.STATIC_URL}*\n  Cache-Control: public, max-age=31536000, immutable\n"
    for path, kind in types.items():
        yield f"{path}\n  Content-Type: {kind}\n"


def _nginx_maps(moved: list[Moved]) -> Iterator[str]:
    yield "# To include in http { }; server.conf goes in the server { } of the copy.\n"
    for name, left in (("ptce_moved", False), ("ptce_gone", True)):
        yield f'map $uri ${name} {{\n    volatile;\n    default "";\n'
        for one in moved:
            if left != bool(one.target):
                yield f'    "{one.path}" "{one.target or 1}";\n'
        yield "}\n"
    yield 'map $uri $ptce_language {\n    default "";\n'
    yield "".join(f"    ~^/{code}/ /{code};\n" for code in tongues.OTHERS) + "}\n"


def _nginx_server(types: Mapping[str, str]) -> Iterator[str]:
    yield "# To include in the server { } whose root is this folder.\n"
    yield "index index.html;\ncharset utf-8;\n"
    yield "error_page 404 $ptce_language/404.html;\nerror_page 410 $ptce_language/410.html;\n"
    yield 'if ($ptce_moved != "") { return 301 $ptce_moved; }\n'
    yield 'if ($ptce_gone != "") { return 410; }\n'
    for path in PRIVATE:
        yield f"location {'^~' if path.endswith('/') else '='} {path} {{ return 404; }}\n"
    yield f"location {settings.STATIC_URL} {{\n"
    yield '    add_header Cache-Control "public, max-age=31536000, immutable";\n}\n'
    yield "location ~ \\.pdf$ { add_header X-Robots-Tag noindex; }\n"
    yield "location ~ \\.avif$ { types { } default_type image/avif; }\n"
    for path, kind in types.items():
        yield f'location = {path} {{ types {{ }} default_type "{kind}"; }}\n'


def _prefix(path: str) -> str:
    code = next((code for code in tongues.OTHERS if path.startswith(f"/{code}/")), "")
    return f"/{code}" if code else ""
