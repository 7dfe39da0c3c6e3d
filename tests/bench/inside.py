"""What an answer costs inside one process, without a server or a network: run by `make bench`.

`python -m tests.bench.inside ADDRESS…` prints JSON: milliseconds of processor time that each page
takes to make (the median; SQL, templates and middleware; compression apart), then microseconds
that a kept page and a 304 take. Some poles more may be asked for first: POLES=500.
"""

import json
import os
import statistics
import sys
import time
import timeit
from collections.abc import Callable
from functools import partial
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ptce_site.settings.prod")
django.setup()

from ptce_site.delivery import Delivery, _ask  # noqa: E402
from ptce_site.wsgi import pages as application  # noqa: E402

TIMES = 25
BROWSER = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd", "HTTP_USER_AGENT": "bench"}


def request(site: Delivery, address: str) -> dict[str, Any]:
    path, _mark, query = address.partition("?")
    return {**site._request(path), "QUERY_STRING": query}


def deeper[T](frames: int, asked: Callable[[], T]) -> T:
    """The same answer, from some calls further down."""
    return deeper(frames - 1, asked) if frames else asked()


def render(site: Delivery, address: str) -> list[float]:
    """How long each rendering took, the first one apart, each from another depth.

    CPython's stack grows by pieces of 16 kB, taken from the system and given back: where a busy
    call stands at the edge of one, a page takes up to 40 % more; a call more moves that edge.
    """
    took = []
    for depth in range(TIMES + 1):
        asked = partial(_ask, site._django, request(site, address))
        began = time.process_time()
        status, _headers, body = deeper(depth, asked)
        took.append((time.process_time() - began) * 1000)
        assert status == "200 OK", f"{address}: {status}"
        assert body
    return took[1:]


def kept(site: Delivery) -> dict[str, float]:
    """Microseconds of a page that is kept, and of one that the visitor has already."""
    told: dict[str, str] = {}

    def start_response(_status: str, headers: list[tuple[str, str]]) -> None:
        told.update(headers)

    asked = {**request(site, "/"), **BROWSER}
    deadline = time.monotonic() + 10
    while not len(site.pages) and time.monotonic() < deadline:  # until a version has been seen
        site(asked, start_response)
        time.sleep(0.05)
    site.lookout.stop()
    site.lookout.is_alive = lambda: True  # type: ignore[method-assign]
    again = {**asked, "HTTP_IF_NONE_MATCH": told["ETag"]}
    number = 20_000
    found = {}
    for name, environ in (("kept", asked), ("304", again)):
        runs = timeit.repeat(lambda e=environ: site(e, start_response), number=number, repeat=5)
        found[name] = min(runs) / number * 1_000_000
    return found


def main() -> None:
    more = int(os.environ.get("POLES", "0"))
    if more:
        from poles.models import Pole
        from ptce_site.editorial.content_version import bump

        from ..test_queries import add_poles

        add_poles(more - Pole.objects.count())
        bump()
    renders = {address: render(application, address) for address in sys.argv[1:]}
    found = {name: statistics.median(took) for name, took in renders.items()}
    print(json.dumps({"render": found, "answer": kept(application)}))


if __name__ == "__main__":
    main()
