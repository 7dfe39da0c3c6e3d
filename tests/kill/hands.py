"""Who works while the server is killed: one thing done again and again, each time numbered."""

import http.client
import http.cookiejar
import re
import threading
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from ..conftest import Server
from ..test_admin import form_data

GONE = (OSError, http.client.HTTPException)  # what is raised where nobody answers
FRESH = re.compile(r'name="(csrfmiddlewaretoken|_seen|_saves)" value="(\w+)"')
AT_MOST = 60  # seconds before a request is given up
WORD = "essai"


def numbered(number: int, word: str = WORD) -> str:
    """What is typed this time."""
    return f"{word} {number}"


def number_in(text: str | None, word: str = WORD) -> int:
    """The number that a text was given, 0 for one that none of us typed."""
    found = re.fullmatch(rf"{word} (\d+)", text or "")
    return int(found[1]) if found else 0


class Hand(threading.Thread, ABC):
    """Works while `on` is set. Holds `busy` while at it, so that others can wait for its end."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.on, self.busy = threading.Event(), threading.Lock()
        self.sent = 0  # the last number asked for
        self.kept: list[int] = []  # those that the site said it kept
        self.cut = 0  # how many were never answered
        self.since = 0.0  # when what is being asked began
        self.took = 0.5  # seconds that the last answer took
        self.said = "nothing"  # the last answer that was another one

    @abstractmethod
    def work(self) -> None:
        """Do it once; what may be lost is asked for within `asking`."""

    def kill(self) -> None:
        """End at once what runs outside the server."""

    def run(self) -> None:
        while True:
            self.on.wait()
            with self.busy:
                try:
                    if self.on.is_set():
                        self.work()
                except GONE:
                    time.sleep(0.02)

    @contextmanager
    def asking(self) -> Iterator[int]:
        """Around one thing asked for; gives its number."""
        self.sent += 1
        self.since = began = time.monotonic()
        try:
            yield self.sent
            self.took = time.monotonic() - began
        except GONE:
            self.cut += 1
            raise
        finally:
            self.since = 0.0


@dataclass
class Answer:
    status: int
    address: str  # where it sends the browser
    text: str

    @property
    def says_kept(self) -> bool:
        """Editors are sent on once a thing is kept; a form that comes back was refused."""
        return self.status == 302 and "/login/" not in self.address

    @property
    def told(self) -> str:
        found = re.search(r'class="error(?:note|list)[^>]*>(.{,400})', self.text, re.DOTALL)
        words = re.sub("<[^>]+>", " ", found[1]) if found else self.address
        return f"{self.status} {' '.join(words.split())}"


class AsTold(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer: it is what tells that a thing is kept."""

    def redirect_request(self, *_told: Any) -> None:
        return None


class Person(Hand):
    """Someone signed in."""

    def __init__(self, site: Server, name: str) -> None:
        super().__init__(name)
        self.site = site
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar, AsTold())

    def ask(self, address: str, data: dict | None = None) -> Answer:
        """Open an address, or post to it. Raises one of GONE."""
        url = self.site.url + address
        request = urllib.request.Request(url, headers={"Referer": url, "Origin": self.site.url})
        if data is not None:
            request.data = encode_multipart(BOUNDARY, data)
            request.add_header("Content-Type", MULTIPART_CONTENT)
        try:
            answer = self.opener.open(request, timeout=AT_MOST)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            sent_to = answer.headers.get("Location", "")
            return Answer(answer.status, sent_to, answer.read().decode(errors="replace"))

    def sign_in(self) -> None:
        address = "/admin/login/?next=/admin/"
        page = self.ask(address).text.replace('id="login-form"', 'id="login_form"')
        typed = {"username": "redaction", "password": self.site.password}
        answer = self.ask(address, form_data(page) | typed)
        assert answer.status == 302, f"{self.name} cannot sign in: {answer.told}"

    def hear(self, number: int, answer: Answer) -> None:
        """Remember what was kept."""
        if answer.says_kept:
            self.kept.append(number)
        else:
            self.said = answer.told
