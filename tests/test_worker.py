"""The short way of a kept page: the same bytes as the long one, whatever is asked; even shares."""

import socket
import time

import pytest

from ptce_site.worker import EvenWorker

from .conftest import Server

pytestmark = pytest.mark.once
ASKED = {
    "a page": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "in gzip": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n",
    "in English": "GET /en/clusters/ HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: br\r\n\r\n",
    "a head": "HEAD /ess/ HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n",
    "unchanged": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\nIf-None-Match: {tag}\r\n\r\n",
    "one of two": 'GET /ess/ HTTP/1.1\r\nHost: {host}\r\nIf-None-Match: "x", {tag}\r\n\r\n',
    "as an old client": "GET /ess/ HTTP/1.0\r\nHost: {host}\r\n\r\n",
    "for the last time": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
    "a query": "GET /ess/?x=1 HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "an empty query": "GET /ess/? HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "spelt in codes": "GET /%65ss/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a whole address": "GET http://elsewhere.example/ess/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "two slashes": "GET //ess/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a path with dots": "GET /en/../ess/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "another host": "GET /ess/ HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n",
    "no host": "GET /ess/ HTTP/1.1\r\n\r\n",
    "two hosts": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\nHost: elsewhere.example\r\n\r\n",
    "two codings": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n"
    "Accept-Encoding: br\r\n\r\n",
    "two tags": 'GET /ess/ HTTP/1.1\r\nHost: {host}\r\nIf-None-Match: "x"\r\n'
    "If-None-Match: {tag}\r\n\r\n",
    "a part": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\nRange: bytes=0-9\r\n\r\n",
    "someone": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\nCookie: session=abc\r\n\r\n",
    "a name and a word": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic eDp5\r\n\r\n",
    "an expectation": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\nExpect: 100-continue\r\n\r\n",
    "a script's name": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\nScript_Name: /ess\r\n\r\n",
    "with an underscore": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\nIf_None_Match: {tag}\r\n\r\n",
    "a body": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\n\r\nhello",
    "a body that is a request": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 39\r\n\r\n"
    "GET /admin/login/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "in pieces": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n"
    "0\r\n\r\n",
    "both lengths": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n"
    "Content-Length: 4\r\n\r\n0\r\n\r\n",
    "two in one breath": "GET /ess/ HTTP/1.1\r\nHost: {host}\r\n\r\n"
    "GET /glossaire/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
    "nothing there": "GET /nulle-part/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "the room": "GET /admin/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a form": "POST /ess/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n",
    "another verb": "PURGE /ess/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "no end of line": "GET /ess/ HTTP/1.1\nHost: {host}\n\n",
}
OTHERWISE = (b"date:", b"set-cookie:", b"x-request-id:")  # what two answers never share


@pytest.fixture(scope="module")
def quick(site):
    """The same site, by a server that keeps no log: only there is the short way taken."""
    server = Server(site.log.parent)
    server.environment |= {"SITE_URL": site.url, "ACCESS_LOG": ""}
    server.start()
    yield server
    server.stop()


def said(server: Server, request: str) -> bytes:
    """All that comes back, until there is nothing more to answer."""
    answer = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(request.encode("latin-1"))
        line.shutdown(socket.SHUT_WR)
        while piece := line.recv(65536):
            answer += piece
    return answer


def kept_at_its_best(server: Server, asked: str) -> None:
    """Ask until the page is kept, and was compressed again for whoever comes back."""
    deadline = time.monotonic() + 30
    while b'-br"' not in said(server, asked + "Accept-Encoding: br\r\n\r\n"):
        assert time.monotonic() < deadline, asked
        time.sleep(0.1)


def told(answer: bytes) -> list[bytes]:
    """An answer's lines, without what differs each time."""
    return [
        one for one in answer.split(b"\r\n")
        if not one.lower().startswith(OTHERWISE) and b"csrfmiddlewaretoken" not in one
    ]  # fmt: skip


def test_the_short_way_says_what_the_long_one_does(site, quick, subtests):
    host = f"localhost:{site.port}"
    for path in ("/ess/", "/glossaire/", "/en/clusters/"):
        for server in (site, quick):
            kept_at_its_best(server, f"GET {path} HTTP/1.1\r\nHost: {host}\r\n")
    first = said(site, ASKED["a page"].format(host=host, tag=""))
    tag = next(l[6:].decode() for l in first.split(b"\r\n") if l.startswith(b"ETag: "))  # noqa: E741
    for name, request in ASKED.items():
        asked = request.format(host=host, tag=tag)
        with subtests.test(name):
            long, short = said(site, asked), said(quick, asked)
            assert told(long) == told(short)
            assert long.startswith(b"HTTP/1."), long[:80]
            assert long.count(b"Date: ") == short.count(b"Date: "), "as many answers"


class Asked:
    """A request as gunicorn's parser leaves it."""

    method, path, query, version = "GET", "/ess/", "", (1, 1)

    def __init__(self, *headers: tuple[str, str], **more: object) -> None:
        self.headers = [("HOST", "localhost"), *headers]
        self.__dict__ |= more

    def should_close(self) -> bool:
        return False


def worker(**said: object) -> EvenWorker:
    """One that has not begun, as far as it decides."""
    made = EvenWorker.__new__(EvenWorker)
    config = type("Config", (), {"accesslog": None})
    made.__dict__ |= {
        "alive": True, "nr": 0, "max_requests": 9, "max_keepalived": 9, "keepalived_conns": (),
        "cfg": config, "wsgi": type("Site", (), {"ready": staticmethod(ready)}), **said,
    }  # fmt: skip
    return made


def ready(environ: dict) -> tuple[str, list, bytes]:
    assert environ["HTTP_HOST"] == "localhost"
    return "200 OK", [("Content-Length", "2")], b"ok"


def test_it_is_taken_where_nothing_is_in_the_way():
    assert worker()._is_at_ease(Asked())
    answer = worker()._kept(Asked())
    assert answer is not None and answer.startswith(
        b"HTTP/1.1 200 OK\r\nServer: gunicorn\r\nDate: "
    )
    assert answer.endswith(b"\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok")


@pytest.mark.parametrize(
    "asked",
    [
        Asked(version=(1, 0)), Asked(path="/é/"), Asked(path="/%65ss/"),
        Asked(should_close=lambda: True),
    ],
)  # fmt: skip
def test_what_is_not_plain_goes_the_long_way(asked):
    assert not worker()._is_at_ease(asked)


@pytest.mark.parametrize(
    "state",
    [
        {"alive": False}, {"nr": 8}, {"keepalived_conns": range(9)},
        {"cfg": type("Config", (), {"accesslog": "-"})},
    ],
)  # fmt: skip
def test_nor_does_it_pass_by_what_gunicorn_counts(state):
    assert not worker(**state)._is_at_ease(Asked())


@pytest.mark.parametrize(
    "header", [("HOST", "elsewhere"), ("EXPECT", "100-continue"), ("SCRIPT_NAME", "/ess")]
)
def test_a_header_that_needs_thought_goes_the_long_way(header):
    assert worker()._kept(Asked(header)) is None


def test_other_applications_are_served_as_always():
    assert worker(wsgi=lambda environ, start: [])._kept(Asked()) is None
