"""`publish_static`: a small site, the swap, what is refused; then the whole site, served."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ptce_site.ops.copying import asking, rules
from ptce_site.ops.copying.rewriting import Terms, as_copy
from ptce_site.ops.copying.rules import Moved
from ptce_site.ops.copying.tree import MARK, SUMS, Refused, Tree, file_of

TERMS = Terms(datetime(2026, 11, 27, 12, tzinfo=UTC))
ALONE = Terms(TERMS.moment, alone=True)
MOST_CPU = 240  # seconds: 120 on two cores


class Small:
    """A site of a few pages, as `fetch` finds them."""

    def __init__(self) -> None:
        self.bodies: dict[str, str] = {}
        self.links = ""

    def __call__(self, path, terms):
        if path.endswith((".txt", ".ico", ".png", ".xml", ".pdf")):
            return asking.Fetched(200, {"Content-Type": "text/plain"}, b"something")
        html = f'<main id="a"><h1>{path}</h1><a href="/#a">up</a>{self.links}</main>'
        body = self.bodies.get(path, html)
        status = 404 if path.startswith("/rien") else 200
        return asking.Fetched(status, {"Content-Type": "text/html"}, body.encode())


@pytest.fixture
def small(monkeypatch, db):
    small = Small()
    monkeypatch.setattr(asking, "fetch", small)
    return small


def publish(target, **options):
    call_command("publish_static", target, processes=1, verbosity=0, **options)


def whole(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.html")}


def alone_in(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_addresses_have_a_file():
    assert file_of("/") == "index.html"
    assert file_of("/en/clusters/") == "en/clusters/index.html"
    assert file_of("/poles/poles.csv?tri=nom") == "poles/poles.csv"
    for path in ("/../x", "/a//b", "/a/%2e%2e/b", "/a%0Ab"):
        with pytest.raises(Refused):
            file_of(path)


def test_a_small_site_is_written(small, tmp_path, capsys):
    publish(tmp_path / "copy")
    made = tmp_path / "copy"
    assert {"index.html", "en/index.html", "404.html", "de/410.html"} <= whole(made).keys()
    assert b"<h1>/en/</h1>" in (made / "en" / "index.html").read_bytes()
    assert alone_in(tmp_path) == ["copy"]
    assert json.loads((made / MARK).read_text())["site"]
    done = subprocess.run(["sha256sum", "-c", "--quiet", SUMS], cwd=made, capture_output=True)
    assert done.returncode == 0, done.stdout
    files = [p for p in made.rglob("*") if p.is_file()]
    assert len((made / SUMS).read_text().splitlines()) == len(files) - 1
    publish(made)  # again, over its own
    assert alone_in(tmp_path) == ["copy"]


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ('<a href="/rien/">x</a>', "answers 404"),
        ('<a href="/#rien">x</a>', "#rien leads to nothing"),
        ('<a href="/poles/?vue=tableau">x</a>', "would do nothing"),
        ('<form action="/poles/"></form>', "would do nothing"),
        ('<a href="/rien/rien/?x=1">x</a>', "answers 404"),
    ],
)
def test_a_dead_link_stops_it_and_the_former_copy_stays(small, tmp_path, capsys, link, said):
    publish(tmp_path / "copy")
    before = whole(tmp_path / "copy")
    small.links = link
    with pytest.raises(CommandError, match="is as it was"):
        publish(tmp_path / "copy")
    assert said in capsys.readouterr().err
    assert whole(tmp_path / "copy") == before and alone_in(tmp_path) == ["copy"]


def test_an_empty_page_or_a_damaged_file_stops_it(small, tmp_path, capsys, monkeypatch):
    small.bodies["/de/"] = "<main></main>"
    with pytest.raises(CommandError, match="Nothing was written"):
        publish(tmp_path / "copy")
    assert "/de/: the page is empty" in capsys.readouterr().err
    small.bodies.clear()
    write_bytes = Path.write_bytes
    cut = lambda p, b: write_bytes(p, b[:9] if p.name == "410.html" else b)  # noqa: E731
    monkeypatch.setattr(Path, "write_bytes", cut)
    with pytest.raises(CommandError):
        publish(tmp_path / "copy")
    assert "410.html is not what was written" in capsys.readouterr().err
    assert alone_in(tmp_path) == []


def test_a_full_disk_is_said_in_a_sentence(small, tmp_path, monkeypatch):
    publish(tmp_path / "copy")
    before = whole(tmp_path / "copy")

    def full(path, body):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CommandError, match="No space left on device.*is as it was"):
        publish(tmp_path / "copy")
    assert whole(tmp_path / "copy") == before and alone_in(tmp_path) == ["copy"]


def test_what_is_not_a_copy_is_not_replaced(small, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    with pytest.raises(CommandError, match="--force"):
        publish(other)
    assert alone_in(other) == ["letter.txt"] and alone_in(tmp_path) == ["other"]
    publish(other, force=True)
    assert not (other / "letter.txt").exists() and (other / MARK).exists()
    for folder in (Path.home(), Path("/"), Path(__file__).parents[1]):
        with pytest.raises(CommandError, match="holds the site itself or more"):
            publish(folder, force=True)
    with pytest.raises(CommandError, match="does not exist"):
        publish(tmp_path / "no" / "copy")


def test_a_base_and_development_are_refused(small, tmp_path, settings):
    with pytest.raises(CommandError, match="--base /sub is refused"):
        publish(tmp_path / "copy", base="/sub")
    settings.DEBUG = True
    with pytest.raises(CommandError, match="settings for development"):
        publish(tmp_path / "copy")
    assert alone_in(tmp_path) == []


def tree(folder: Path, body: bytes) -> Tree:
    made = Tree(folder)
    made.begin({})
    made.write("index.html", body)
    return made


def test_a_swap_is_whole_wherever_it_stops(tmp_path, monkeypatch):
    target, old = tmp_path / "copy", tmp_path / "copy.old"
    tree(target, b"former").swap()
    rename = Path.rename
    for stop in (1, 2):  # before the first rename, before the second
        calls = []

        def stopped(path, to, calls=calls, stop=stop):
            calls.append(path)
            if len(calls) == stop:
                raise KeyboardInterrupt
            return rename(path, to)

        made = tree(target, b"new")
        monkeypatch.setattr(Path, "rename", stopped)
        with pytest.raises(KeyboardInterrupt):
            made.swap()
        monkeypatch.setattr(Path, "rename", rename)
        assert (target / "index.html").read_bytes() == b"former" and not old.exists()
        made.abandon()
    rename(target, old)  # the machine stopped between the two: the next run begins by mending it
    tree(target, b"new").abandon()
    assert (target / "index.html").read_bytes() == b"former"
    assert alone_in(tmp_path) == ["copy"]


def test_two_at_once_are_refused(tmp_path):
    first = tree(tmp_path / "copy", b"first")
    with pytest.raises(Refused, match="is being made"):
        tree(tmp_path / "copy", b"second")
    first.abandon()


PAGE = (
    '<main><a href="?vue=tableau#annuaire">T</a><a href="./#annuaire">L</a>'
    '<a href="/signaler/?objet=/poles/&amp;a=1" rel="nofollow">S</a><a href="/recherche/">R</a>'
    '<search><form class="finder" action="#annuaire" data-directory></form></search></main>'
    '<footer class="colophon"><div class="page"><p>pied</p>\n</div></footer>'
)


def test_what_needs_a_server_leads_to_the_site(settings):
    site = settings.SITE_URL
    html = as_copy("/poles/", PAGE, TERMS)
    assert f'<a href="{site}/poles/?vue=tableau#annuaire">T</a>' in html
    assert '<a href="./#annuaire">L</a>' in html and '<a href="/recherche/">R</a>' in html
    assert f'<a href="{site}/signaler/?objet=/poles/&amp;a=1" rel="nofollow">S</a>' in html
    assert f'<form class="finder" action="{site}/poles/#annuaire"></form>' in html
    assert "27 novembre 2026" in html and f'<a href="{site}/poles/">' in html
    assert html.index("27 novembre") < html.index("</footer>")


def test_without_a_site_nothing_leads_there(settings):
    html = as_copy("/poles/", PAGE, ALONE)
    assert "<a>T</a>" in html and '<a rel="nofollow">S</a>' in html and "<a>R</a>" in html
    assert "<form" not in html and settings.SITE_URL not in html
    assert '<a href="./#annuaire">L</a>' in html and "27 novembre 2026" in html


def test_former_addresses_become_rules(db, pole):
    from poles.models import Pole
    from ptce_site.editorial.redirects import remember

    before = Pole.objects.get(pk=pole.pk)
    before.slug = "ancien"
    remember(pole, before)
    gone = Pole.objects.get(slug="ardaines")
    gone.state = "withdrawn"
    gone.save()
    remember(gone)
    moved = rules.with_parts(rules.moves(), ["poles/neo56/index.html", "poles/neo56/fiche.pdf"])
    assert Moved("/en/clusters/ancien/", "/en/clusters/neo56/") in moved
    assert Moved("/poles/ancien/fiche.pdf", "/poles/neo56/fiche.pdf") in moved
    told = dict(rules.files(moved, {"/fil.atom": "application/atom+xml", "/": "text/html"}))
    assert "/poles/ancien/ /poles/neo56/ 301\n" in told["_redirects"]
    assert "/de/cluster/ardaines/ /de/410.html 410\n" in told["_redirects"]
    assert '"/poles/ancien/" "/poles/neo56/";' in told["_nginx/http.conf"]
    assert '"/poles/ardaines/" "1";' in told["_nginx/http.conf"]
    assert "/fil.atom\n  Content-Type: application/atom+xml\n" in told["_headers"]


@contextmanager
def served(folder: Path):
    """The tree as Python's own server serves it."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        [*command, "-d", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            port = process.stdout.readline().split("port ")[1].split()[0]
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def got(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:
        assert answer.status == 200
        return answer.read()


SAME = (
    "/robots.txt", "/.well-known/security.txt", "/sitemap-poles.xml", "/sitemap-pages.xml",
    "/fil.atom", "/en/feed.atom", "/site.webmanifest", "/de/site.webmanifest", "/favicon.ico",
    "/poles/poles.csv", "/poles/poles.json", "/en/clusters/clusters.geojson", "/carte/embed/",
    "/en/map/embed/", "/poles/neo56/fiche.pdf", "/resume/le-ptce-en-resume.pdf",
)  # fmt: skip
PAGES = ("/", "/de/glossar/", "/en/clusters/neo56/", "/chiffres-cles/pib-2013/", "/contact/")


def command(site, folder):
    return subprocess.Popen(
        [sys.executable, "manage.py", "publish_static", str(folder)],
        cwd=Path(__file__).parents[1],
        env=site.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def half_done(folder: Path) -> None:
    """Wait until some of a new tree is there."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        new = [*folder.parent.glob(f"{folder.name}.new-*/**/index.html")]
        if len(new) > 20:
            return
        time.sleep(0.05)
    raise AssertionError("nothing is being written")


def test_the_whole_site(site, tmp_path):
    """One first run, sheets and cards included; then a kill and a Ctrl-C over it."""
    folder = tmp_path / "copy"
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = site.manage("publish_static", str(folder))
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = ended.ru_utime - began.ru_utime + ended.ru_stime - began.ru_stime
    assert spent < MOST_CPU, f"{spent:.0f} s of processor"
    assert "links verified" in said
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    for suffix, least in ((".pdf", 60), (".png", 200), (".html", 290), (".woff2", 2)):
        assert sum(name.endswith(suffix) for name in names) >= least, suffix
    assert not [name for name in names if name.startswith(("signaler/", "admin/", "apercu/"))]

    with served(folder) as copy:
        for path in SAME:
            assert got(copy + path) == got(site.url + path), path
        for path in PAGES:
            page = got(copy + path).decode()
            note = page[page.rindex('\n<p class="credits">') : page.rindex("\n</div></footer>")]
            assert f"{site.url}{path}" in note
            page = page.replace(note, "")
            for word in ("signaler", "en/report", "de/melden"):
                page = page.replace(f'href="{site.url}/{word}/', f'href="/{word}/')
            assert page == got(site.url + path).decode(), path
        with pytest.raises(urllib.error.HTTPError):
            got(f"{copy}/signaler/")

    before = {name: (folder / name).read_bytes() for name in names}
    run = command(site, folder)
    half_done(folder)
    run.kill()  # the process alone: those it started end by themselves
    run.communicate()
    deadline = time.monotonic() + 30
    with pytest.raises(ProcessLookupError):
        while time.monotonic() < deadline:
            os.killpg(run.pid, 0)
            time.sleep(0.1)
    assert {name: (folder / name).read_bytes() for name in names} == before
    assert len(alone_in(tmp_path)) == 2

    run = command(site, folder)
    half_done(folder)
    os.killpg(run.pid, signal.SIGINT)
    _out, error = run.communicate(timeout=120)
    assert run.returncode == 1
    assert error == f"CommandError: Interrupted. {folder} is as it was.\n"
    assert alone_in(tmp_path) == ["copy"]
    assert {name: (folder / name).read_bytes() for name in names} == before
