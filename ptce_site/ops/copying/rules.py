"""What a static host is told beside the files: where things went, what each file is.

`_redirects` and `_headers` are read by Netlify and Cloudflare Pages; `_nginx/` holds two files to
include, one in `http { }`, one in the `server { }` of the copy.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import PurePath

from ptce_site.addresses import CODES, in_language
from ptce_site.editorial import tongues
from ptce_site.editorial.publication import State
from ptce_site.editorial.redirects import FormerAddress

from .headers import KIND, POLICY, Headers, Rule, in_blocks, rules, usual
from .rewriting import ERRORS
from .tree import file_of

PRIVATE = ("/_redirects", "/_headers", "/_nginx/")
PROTECTING = (  # in this order, before the others
    "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy", "X-Frame-Options", POLICY, "Permissions-Policy",
)  # fmt: skip


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
        elif not one.target:
            found |= {Moved(one.path + part, "") for part in _beside(one.path, names)}
    return sorted(found)


def _beside(path: str, names: set[str]) -> set[str]:
    """What files stand in the folders beside one that has left, its pages apart."""
    parent = PurePath(path.removeprefix("/")).parent
    if len(parent.parts) < (2 if parent.parts[:1] and parent.parts[0] in tongues.OTHERS else 1):
        return set()
    beside = (PurePath(name) for name in names)
    return {one.name for one in beside if one.parent.parent == parent} - {"index.html"}


def files(moved: list[Moved], headers: Headers) -> Iterator[tuple[str, str]]:
    """The rules, each file with its text. `headers`: those to tell of each address of the copy."""
    yield "_redirects", "".join(_redirects(moved))
    yield "_headers", "".join(_headers(headers))
    yield "_nginx/http.conf", "".join(_nginx_http(moved, headers))
    yield "_nginx/server.conf", "".join(_nginx_server(headers))


def _redirects(moved: list[Moved]) -> Iterator[str]:
    yield "# From, to, status. Cloudflare Pages leaves out the lines with 404 and 410.\n"
    for one in moved:
        if one.target:
            yield f"{one.path} {one.target} 301\n"
        else:
            yield f"{one.path} {_prefix(one.path)}/410.html 410\n"
    for code in tongues.OTHERS:
        yield f"/{code}/* /{code}/404.html 404\n"


def _headers(headers: Headers) -> Iterator[str]:
    """What protects comes first: Cloudflare Pages reads 100 rules and leaves the rest."""
    names = [*PROTECTING, *sorted(usual(headers).keys() - {*PROTECTING, KIND})]
    found = in_blocks(
        [
            *(rule for name in names for rule in rules(headers, name) if rule.value),
            *(Rule(path, KIND, kind) for path, kind in _unknown_types(headers)),
        ]
    )
    yield "# Cloudflare Pages reads 100 of these; what protects the pages comes first.\n"
    for where, block in found.items():
        yield f"{where}\n" + "".join(f"  {rule.name}: {rule.value}\n" for rule in block)


def _unknown_types(headers: Headers) -> Iterator[tuple[str, str]]:
    """The content types that a host could not guess from the name of the file."""
    for address, one in sorted(headers.items()):
        if guess_type(file_of(address))[0] != one[KIND].partition(";")[0]:
            yield address, one[KIND]


def _nginx_http(moved: list[Moved], headers: Headers) -> Iterator[str]:
    yield "# To include in http { }; server.conf goes in the server { } of the copy.\n"
    yield "map_hash_bucket_size 256;\nmap_hash_max_size 8192;\n"
    for name, left in (("ptce_moved", False), ("ptce_gone", True)):
        lines = [  # as expressions: nginx takes plain words without regard to capitals
            f'"~^{one.path.replace(".", "[.]")}$" "{one.target or 1}";'
            for one in moved
            if left != bool(one.target)
        ]
        yield _map(name, "", lines)
    yield _map("ptce_language", "", [f"~^/{code}/ /{code};" for code in tongues.OTHERS])
    for name, value in usual(headers).items():
        if name != KIND:
            lines = [_case(rule.where, rule.value) for rule in rules(headers, name, but=value)]
            yield _map(_variable(name), value, lines)


def _nginx_server(headers: Headers) -> Iterator[str]:
    yield "# To include in the server { } whose root is this folder.\n"
    yield "index index.html;\nabsolute_redirect off;\n"
    yield "error_page 404 $ptce_language/404.html;\nerror_page 410 $ptce_language/410.html;\n"
    yield 'if ($ptce_moved != "") { return 301 $ptce_moved$is_args$args; }\n'
    yield 'if ($ptce_gone != "") { return 410; }\n'
    for name in usual(headers):
        if name != KIND:
            yield f"add_header {name} ${_variable(name)} always;\n"
    for path in PRIVATE:
        yield f"location {'^~' if path.endswith('/') else '='} {path} {{ return 404; }}\n"
    for path in ERRORS:
        yield f"location = {path} {{ internal; }}\n"
    yield from _nginx_types(headers)


def _nginx_types(headers: Headers) -> Iterator[str]:
    """The content type of each kind of file, then those of the files that are another."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for address, one in headers.items():
        kinds[_suffix(address)][one[KIND]] += 1
    known = {suffix: count.most_common(1)[0][0] for suffix, count in kinds.items() if suffix}
    lines = [f"    {_quoted(kind)} {suffix};\n" for suffix, kind in sorted(known.items())]
    yield f"types {{\n{''.join(lines)}}}\n"
    for address, one in sorted(headers.items()):
        if one[KIND] != known.get(_suffix(address)):
            kind = _quoted(one[KIND])
            yield f"location = /{file_of(address)} {{ types {{ }} default_type {kind}; }}\n"


def _map(name: str, default: str, lines: list[str]) -> str:
    """A map of nginx, asked again when an answer turns into another (an error's page)."""
    lines = ["volatile;", f"default {_quoted(default)};", *lines]
    inside = "".join(f"    {line}\n" for line in lines)
    return f"map $uri ${name} {{\n{inside}}}\n"


def _case(where: str, value: str) -> str:
    """A rule as a line of a map; the file is asked by its name, `…/index.html`."""
    if where.endswith("*"):
        return f"~^{where[:-1].replace('.', '[.]')} {_quoted(value)};"
    return f"/{file_of(where)} {_quoted(value)};"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _variable(name: str) -> str:
    return f"ptce_{name.lower().replace('-', '_')}"


def _suffix(address: str) -> str:
    return PurePath(file_of(address)).suffix.removeprefix(".")


def _prefix(path: str) -> str:
    code = next((code for code in tongues.OTHERS if path.startswith(f"/{code}/")), "")
    return f"/{code}" if code else ""
