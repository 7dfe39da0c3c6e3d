"""A round of checks: eight hosts at once, each asked gently; without a network, none is marked."""

import queue
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone, translation

from ..models import CheckedLink
from .asking import Answer, Asker
from .cited import cited

HOSTS_AT_ONCE = 8
MANY_SILENT, SOME_SILENT = 10, 3


@dataclass
class Round:
    """What a round did: links due, asked and written down; `offline`: nothing could be known."""

    due: int = 0
    asked: int = 0
    written: int = 0
    offline: bool = False
    _held: list[tuple[CheckedLink, Answer]] = field(default_factory=list)
    _witness: str = ""

    @property
    def silent_hosts(self) -> int:
        return len({host_of(link.url) for link, _answer in self._held})


def asker(**more: float) -> Asker:
    """Who asks, saying in whose name."""
    agent = f"Mozilla/5.0 (compatible; PTCE-link-check/1.0; +{settings.SITE_URL}/)"
    return Asker(agent, allowed=getattr(settings, "LINKS_MAY_REACH", ()), **more)  # type: ignore[arg-type]


def host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def go_round(who: Asker, seconds: float, *, all_of_them: bool = False) -> Round:
    """Ask what is due, the oldest first, for so many seconds; the rest waits for the next round."""
    with translation.override(settings.LANGUAGE_CODE):
        CheckedLink.objects.keep_only(cited())
    links = CheckedLink.objects.due(all_of_them=all_of_them)
    told = Round(due=len(links))
    stop = threading.Event()
    results: queue.Queue = queue.Queue()
    hosts: dict[str, list[CheckedLink]] = {}
    for link in links:
        hosts.setdefault(host_of(link.url), []).append(link)
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        for some in hosts.values():
            pool.submit(_ask_host, who, some, end, stop, results)
        try:
            _receive(who, told, results, len(hosts), stop)
        except BaseException:
            stop.set()  # nobody is asked for what cannot be written down
            raise
    _settle(who, told, SOME_SILENT)
    return told


def _ask_host(
    who: Asker, links: Iterable[CheckedLink], end: float, stop: threading.Event, out: queue.Queue
) -> None:
    """Ask one host for its addresses, one after another; touches no database."""
    try:
        for link in links:
            if stop.is_set() or time.monotonic() > end:
                return
            answer = who.ask(link.url)
            out.put((link, answer))
            if answer.wait:
                return
    finally:
        out.put(None)


def _receive(
    who: Asker, told: Round, results: queue.Queue, hosts: int, stop: threading.Event
) -> None:
    """Write each answer down as it comes, in this thread; hold back silences until one speaks."""
    while hosts:
        result = results.get()
        if result is None:
            hosts -= 1
            continue
        link, answer = result
        told.asked += 1
        if answer.silent:
            told._held.append(result)
            if told.silent_hosts >= MANY_SILENT and not told.offline:
                _settle(who, told, MANY_SILENT)
                if told.offline:
                    stop.set()
        else:
            told._witness = link.url if answer.spoke else told._witness
            _write(told, link, answer)


def _settle(who: Asker, told: Round, many: int) -> None:
    """Believe the silences held back, unless so many of them mean that the network has gone."""
    if not told._held:
        return
    there = bool(told._witness)
    if there and told.silent_hosts >= many:
        there = who.ask(told._witness).spoke
    told.offline = told.offline or not there
    for link, answer in told._held if not told.offline else ():
        _write(told, link, answer)
    told._held = []


def _write(told: Round, link: CheckedLink, answer: Answer) -> None:
    now = timezone.now()
    link.note(answer.status, answer.problem, answer.redirected_to, now)
    link.ask_after = now + timedelta(seconds=answer.wait) if answer.wait else None
    CheckedLink.objects.write(link)
    told.written += 1
