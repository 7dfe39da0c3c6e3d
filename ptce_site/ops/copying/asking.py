"""Who asks the site for the copy: this process, or several that share the work.

Sheets and cards are slow to draw and need nothing of each other: on two cores, two processes make
them twice as fast. A process is started anew, not forked: it shares no connection with this one.
This module loads before Django does.
"""

import gc
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from typing import Any


@dataclass(frozen=True)
class Fetched:
    """What the copy keeps of an answer; it reads as an HttpResponse does."""

    status_code: int
    headers: dict[str, str]
    body: bytes

    def get(self, name: str, default: str = "") -> str:
        return self.headers.get(name, default)

    def getvalue(self) -> bytes:
        return self.body


@contextmanager
def asking(processes: int, terms: Any) -> Iterator[Any]:
    """What asks for several paths and gives each with its answer, the first ready first."""
    if processes < 2:
        yield lambda paths: ((path, fetch(path, terms)) for path in paths)
        return
    pool = ProcessPoolExecutor(processes, get_context("spawn"), initializer=_start)
    try:
        yield partial(_shared, pool, terms)
    finally:
        pool.shutdown(cancel_futures=True)


def _shared(
    pool: ProcessPoolExecutor, terms: Any, paths: Iterable[str]
) -> Iterator[tuple[str, Fetched]]:
    with _ctrl_c_later():  # the processes that start here never hear it: the parent does
        asked = {pool.submit(fetch, path, terms): path for path in paths}
    for done in as_completed(asked):
        yield asked[done], done.result()


@contextmanager
def _ctrl_c_later() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start() -> None:
    """In a process of the pool: Django, and few pauses to sort memory (a tenth of a sheet)."""
    import logging
    import threading

    import django

    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.set_threshold(100_000)
    django.setup()
    logging.getLogger("django.request").setLevel(logging.CRITICAL + 1)


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for ever."""
    import os
    from multiprocessing import parent_process

    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


@cache
def _visitor() -> Any:
    from ..crawl import visitor

    return visitor()


def fetch(path: str, terms: Any) -> Fetched:
    """What answers at a path, as the copy keeps it; the pages of errors answer as pages."""
    from ..inspecting.pages import is_page
    from .rewriting import ERRORS, as_copy

    response = _visitor()(path)
    status, body = response.status_code, response.getvalue()
    if ERRORS.get(path) == 410 and status == 404:  # with the headers of the one that is asked for
        status, body = 410, _gone(path)
    if status in (200, ERRORS.get(path)):
        status = 200
        if is_page(response.get("Content-Type", "")):
            body = as_copy(path, body.decode(), terms).encode()
    return Fetched(status, dict(response.headers), body)


def _gone(path: str) -> bytes:
    """The page for what has left, which has no address of its own."""
    from urllib.parse import urlsplit

    from django.conf import settings
    from django.test import RequestFactory
    from django.utils import translation

    from ptce_site.addresses import language_of
    from ptce_site.editorial.publication import gone

    whole = urlsplit(settings.SITE_URL)
    request = RequestFactory(headers={"host": whole.netloc}).get(
        path, secure=whole.scheme == "https"
    )
    with translation.override(language_of(path)):
        return gone(request).content
