"""What `make attack` looks at its answers with sees what it is there for: each fault, planted."""

import http.server
import json
import runpy
import threading

import pytest

from .attack import ROOT, detect, digest, hosts, places, report, rights, stored, vectors
from .attack.asking import Answer, Asked, Line
from .attack.shown import RICH, judged
from .attack.vectors import ALL, BREAKERS, FORMULAS, HANDLERS, LINKS, MUTATION, STYLES, TAGS

pytestmark = pytest.mark.once
WHOLE = [
    ("Date", "today"), ("Content-Type", "text/html; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]  # fmt: skip
PAGE = "<!doctype html><html><head><title>x</title></head><body>{}</body></html>"
OURS = {(tag, "") for tag in ("html", "head", "title", "body")} | RICH


def answer(status: int = 200, body: str = "", less: str = "", **more: str) -> Answer:
    headers = [(name, value) for name, value in WHOLE if name != less and name not in more]
    return Answer(status, [*headers, *more.items()], body.encode())


def seen(given: Answer, path: str = "/") -> list[str]:
    return list(detect.everywhere(Asked(path=path), given))


def test_what_is_as_it_should_be_is_no_fault():
    assert not seen(answer())
    assert not seen(answer(302, Location="/admin/login/?next=//evil.example"))
    assert not seen(answer(302, Location="http://localhost:8000/poles/"))
    assert not seen(Answer(400, [("Content-Type", "text/html")], b"refused by gunicorn"))
    assert not seen(answer(body="&lt;xq7&gt;")) and not seen(Answer(0, [], b""))
    assert not seen(answer(**{"Set-Cookie": "session=x"}), "/admin/login/")


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (answer(500), "answer 500"),
        (answer(503), "answer 503"),
        (answer(404, "Traceback (most recent call last): …"), "trace"),
        (answer(200, "your key: only-to-be-attacked-1234"), "trace"),
        (answer(200, PAGE.format("<XQ7 onload=1>")), "came back"),
        (answer(302, Location="https://evil.example/"), "elsewhere"),
        (answer(302, Location="//evil.example"), "elsewhere"),
        (answer(302, Location="/\\evil.example"), "elsewhere"),
        (answer(302, Location="/\t/evil.example"), "elsewhere"),
        (answer(302, Location="javascript:alert(1)"), "elsewhere"),
        (answer(302, Location="http://localhost@evil.example/"), "elsewhere"),
        (answer(**{"Set-Cookie": "session=x"}), "cookie"),
        (answer(less="X-Content-Type-Options"), "nosniff"),
        (answer(less="Content-Security-Policy"), "policy"),
        (answer(**{"Content-Security-Policy": "default-src 'none' 'unsafe-inline'"}), "policy"),
        (answer(**{"Content-Security-Policy": "default-src 'none'"}), "frame"),
        (answer(less="Referrer-Policy"), "Referrer-Policy"),
        (answer(less="Cross-Origin-Opener-Policy"), "Opener"),
        (answer(less="Cross-Origin-Resource-Policy"), "Resource"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_each_fault_of_an_answer_is_seen(given, word):
    assert any(word in fault for fault in seen(given)), seen(given)


def test_a_page_is_public_however_its_address_is_written():
    assert detect.is_public("/") and detect.is_public("/en/") and detect.is_public("/administrer/")
    for path in (
        "/admin/",
        "/admin",
        "//admin/x",
        "/%61dmin/login/",
        "/admin?x",
        "http://x.fr/admin/",
    ):
        assert not detect.is_public(path)


@pytest.mark.parametrize(
    "given",
    [
        answer(body='<link rel="canonical" href="https://evil.example/">'),
        answer(302, Location="/?from=EVIL.example"),
        answer(**{"X-Request-ID": "evil.example"}),
    ],
    ids=["page", "redirection", "header"],
)
def test_a_forged_host_that_comes_back_is_seen(given):
    assert list(detect.names_another(given)) and not list(detect.names_another(answer()))


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "", "text/javascript"]
)
def test_an_active_type_is_seen(kind):
    assert list(detect.active(answer(**{"Content-Type": kind})))
    bare = answer(less="X-Content-Type-Options", **{"Content-Type": "image/webp"})
    assert list(detect.active(bare))
    assert not list(detect.active(answer(**{"Content-Type": "image/webp"})))
    assert not list(detect.active(answer(404)))


# What of a page would run

LIVE = [*TAGS, *HANDLERS, *(one for one in (*LINKS, *MUTATION, *STYLES) if one.startswith("<"))]
HARMLESS = {  # by themselves, in a text: nothing of them is a tag, or what is left is one of ours
    "<a href='ref:javascript:alert(1)'>x</a>", "<a href=feed:javascript:alert(1)>x</a>",
    "<a href=\"ref:auth.user:1\">x</a>", "<a href='//evil.example'>x</a>", "<a href='blob:x'>x</a>",
    "<a href='source:\"onclick=alert(1)'>x</a>", "<p title='<xq7>'>x<p title=\"'<xq7>\">",
    "<a href='mailto:x?\"onclick=alert(1)'>x</a>",
    "<abbr title='\"><img src=x onerror=window.__hit=1>'>x</abbr>",
    "<a href='ref:pages.page:1\" onclick=\"window.__hit=1'>x</a>",
    "<frameset onload=window.__hit=1>", "<![CDATA[<script>window.__hit=1</script>]]>",
    "<td colspan='1\" onclick=\"alert(1)'>x</td>",
}  # fmt: skip


@pytest.mark.parametrize("vector", [one for one in LIVE if one not in HARMLESS])
def test_a_vector_that_came_through_whole_is_seen(vector):
    assert judged("/", "text/html", PAGE.format(vector), OURS), vector


def test_what_we_write_ourselves_is_not_a_fault():
    data = '<script type="application/ld+json">{"a": 1}</script>'
    text = '<p>x <a href="/poles/" lang="en">y</a><abbr title="z">z</abbr></p>'
    assert not judged("/", "text/html", PAGE.format(text), OURS)
    assert not judged(
        "/", "text/html", PAGE.format(data), OURS | {("script", ""), ("script", "type")}
    )


def test_a_block_of_data_that_was_broken_out_of_is_seen():
    known = OURS | {("script", ""), ("script", "type")}
    for breaker in (one for one in BREAKERS if one.startswith(("</script", '"}]}</script'))):
        broken = f'<script type="application/ld+json">{{"a": "{breaker}"}}</script>'
        assert judged("/", "text/html", PAGE.format(broken), known), breaker


def test_an_address_is_read_as_browsers_read_it():
    for address in ("java\tscript:x", "\x01JavaScript:x", " vbscript:x", "data:text/html,x"):
        page = detect.tree(PAGE.format(f'<a href="{address}">x</a>'))
        assert list(detect.runs(page)), address
    for address in ("/poles/", "https://insee.fr/", "mailto:a@b.fr", "data:image/png;base64,x"):
        assert not list(detect.runs(detect.tree(PAGE.format(f'<a href="{address}">x</a>'))))


def test_a_feed_is_read_as_its_readers_do():
    entry = '<feed><content type="html">&lt;img src=x onerror=alert(1)&gt;</content></feed>'
    assert judged("/fil.atom", "application/atom+xml", entry, OURS)
    clean = entry.replace("img src=x onerror=alert(1)", "p")
    assert not judged("/fil.atom", "application/atom+xml", clean, OURS)


def test_a_cell_that_a_spreadsheet_would_work_out_is_seen():
    for formula in FORMULAS[:8]:
        found = judged(
            "x", "text/csv", f'slug;a\r\nx;"{formula.replace(chr(34), chr(34) * 2)}"\r\n', OURS
        )
        assert found, formula
    assert not judged("x", "text/csv", "\ufeffslug;a\r\nx;'=1\r\ny;-12,5\r\n", OURS)


def test_there_are_vectors_enough_and_each_reaches_each_text():
    assert len(set(ALL)) == len(ALL) >= 100
    assert {stored.vector(number, 0) for number in range(len(ALL))} == set(ALL)
    assert all(len(stored.vector(number, 10)) <= 10 for number in range(len(ALL)))


def test_vectors_sent_together_do_not_hide_one_another():
    groups = vectors.grouped()
    assert all(one in " ".join(groups) for one in ALL)
    for group in groups:
        page = detect.tree(f"<div>{group.removesuffix(last_of(group))}<i class='after'></i></div>")
        assert any(one.get("class") == "after" for one in page.iter("i")), group


def last_of(group: str) -> str:
    return max((one for one in ALL if group.endswith(one)), key=len)


def test_a_part_that_was_not_tried_again_keeps_its_row(tmp_path, monkeypatch):
    place = tmp_path / "security.md"
    place.write_text("a\n<!-- make attack -->\nNot run yet.\n<!-- end -->\nb\n", encoding="utf-8")
    monkeypatch.setattr(report, "PLACE", place)
    report.keep([report.Part("one", "first", 1), report.Part("two", "first", 1)])
    report.keep([report.Part("two", "again", 2, ["x"])])
    told = place.read_text(encoding="utf-8")
    assert told.startswith("a\n<!--") and told.endswith("<!-- end -->\nb\n")
    assert told.count("\n| one | 1 | 0 | first |") == told.count("\n| two | 2 | 1 | again |") == 1
    assert "| two | 1 |" not in told and "Not run" not in told and told.count("| tried |") == 1


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("admin/poles/pole/^([^/]+)/history/(\\d+)/$", "/admin/poles/pole/7/history/1/"),
        ("admin/poles/pole/<path:object_id>/change/", "/admin/poles/pole/7/change/"),
        (
            "admin/^compte/mot-de-passe/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
            "/admin/compte/mot-de-passe/1-abc-123/",
        ),
        ("^media/images/(?P<name>[0-9a-f]{20}\\.(?:avif|webp))$", "/media/images/7"),
        ("poles/poles.<slug:form>", "/poles/poles.csv"),
    ],
)
def test_the_address_of_a_pattern_is_a_whole_one(pattern, address):
    assert places.filled(pattern, "7") == address


# What changed, and who may


def test_what_changed_in_the_database_is_told():
    before = {"a": {"1": "x", "2": "y"}, "b": {}}
    after = {"a": {"1": "z", "3": "y"}, "b": {"1": "x"}}
    assert digest.changes(before, before) == set()
    assert digest.changes(before, after) == {
        ("a", "new"), ("a", "gone"), ("a", "other"), ("b", "new")
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "least"),
    [
        ("/admin/auth/user/1/change/", "administration"),
        ("/admin/etat/", "administration"),
        ("/admin/poles/pole/1/delete/", "publication"),
        ("/admin/poles/call/add/", "publication"),
        ("/admin/editorial/source/add/", "redaction"),
        ("/admin/pages/page/1/change/", "redaction"),
        ("/admin/", "sans"),
    ],
)
def test_who_passes_above_is_seen(path, least):
    order = rights.EVERYONE
    for who in order:
        assert rights.may_open(path, who) is (order.index(who) >= order.index(least)), who
    assert rights.is_open(answer()) and not rights.is_open(answer(403))
    assert not rights.is_open(answer(302, Location="/admin/login/?next=/admin/"))
    assert not rights.may_change(("pages.Page", "other"), "redaction")
    assert rights.may_change(("pages.Page", "other"), "publication")
    assert not rights.may_change(("auth.User", "other"), "publication")
    assert rights.may_change(("editorial.Draft", "new"), "redaction")


# The line itself, against a server that does all that ours must not


class Careless(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        said = json.dumps({"host": self.headers["Host"], "path": self.path}).encode()
        self.send_response(500 if "500" in self.path else 200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture(scope="module")
def careless():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Careless)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Line(server.server_port)
    server.shutdown()
    server.server_close()


def test_requests_arrive_as_they_are_written(careless):
    assert json.loads(careless.ask(Asked(path="/a?b=<c>")).text)["path"] == "/a?b=<c>"
    for asked in hosts.ways("localhost", "/500"):
        given = careless.ask(asked)
        assert given.status in (200, 400, 500), asked
    forged = careless.ask(Asked(headers=[("Host", detect.FOREIGN)], host=False))
    assert list(detect.names_another(forged))
    assert "answer 500" in detect.everywhere(Asked(), careless.ask(Asked(path="/500")))


def test_gunicorn_believes_no_header_that_says_where_the_site_is():
    """By default two of them are believed from its own machine, where the proxy is."""
    from gunicorn.config import Config

    settings = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    config = Config()
    assert config.forwarder_headers, "nothing to turn off any more"
    config.set("forwarder_headers", settings["forwarder_headers"])
    assert config.forwarder_headers == [] and config.header_map == "drop"
