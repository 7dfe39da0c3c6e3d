"""`publish_static`: a small site, the swap, what is refused; for all of it, `test_static_hosts`."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ptce_site.ops.copying import asking, rules
from ptce_site.ops.copying import tree as trees
from ptce_site.ops.copying.rewriting import Terms, as_copy
from ptce_site.ops.copying.rules import Moved
from ptce_site.ops.copying.tree import MARK, SUMS, Refused, Tree, file_of

from .conftest import ROOT
from .copied import Small, word_of

TERMS = Terms(datetime(2026, 11, 27, 12, tzinfo=UTC))
pytestmark = pytest.mark.once
ALONE = Terms(TERMS.moment, alone=True)


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


def test_the_policy_lets_forms_lead_to_the_site(small, tmp_path, settings):
    small.headers["/"] = {"Content-Security-Policy": "form-action 'self'; base-uri 'none'"}
    for alone, to in ((False, f" {settings.SITE_URL}"), (True, "")):
        publish(tmp_path / "copy", alone=alone)
        policy = f"Content-Security-Policy: form-action 'self'{to}; base-uri 'none'\n"
        assert policy in (tmp_path / "copy" / "_headers").read_text()
        nginx = (tmp_path / "copy" / "_nginx" / "http.conf").read_text()
        assert f"form-action 'self'{to};" in nginx


def test_a_file_that_only_a_header_names_is_in_the_copy(small, tmp_path):
    small.headers["/"] = {"Speculation-Rules": '"/static/visit.rules"'}
    publish(tmp_path / "copy")
    assert (tmp_path / "copy" / "static" / "visit.rules").read_bytes() == b"a"
    told = (tmp_path / "copy" / "_headers").read_text()
    assert '/\n  Speculation-Rules: "/static/visit.rules"\n' in told
    assert "/static/visit.rules\n  Content-Type: application/rules+json\n" in told


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


def test_two_trees_change_places_in_one_step(tmp_path, monkeypatch):
    target = tmp_path / "copy"
    tree(target, b"former").swap()
    renamed = []
    rename = Path.rename
    monkeypatch.setattr(Path, "rename", lambda p, to: renamed.append(p) or rename(p, to))
    tree(target, b"new").swap()
    assert target not in renamed, "there was an instant without a copy"
    assert (target / "index.html").read_bytes() == b"new" and alone_in(tmp_path) == ["copy"]


def test_where_two_steps_are_needed_a_swap_is_whole_wherever_it_stops(tmp_path, monkeypatch):
    target, old = tmp_path / "copy", tmp_path / "copy.old"
    tree(target, b"former").swap()
    monkeypatch.setattr(trees, "_exchange", lambda one, other: False)
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
    tree(target, b"new").swap()
    assert (target / "index.html").read_bytes() == b"new" and alone_in(tmp_path) == ["copy"]


def test_who_stops_it_after_the_swap_is_told_that_the_copy_is_new(small, tmp_path, monkeypatch):
    publish(tmp_path / "copy")
    small.word = " new"
    remove, stops = trees._remove, [KeyboardInterrupt]

    def stopped(folder):
        if stops:
            raise stops.pop()
        remove(folder)

    monkeypatch.setattr(trees, "_remove", stopped)
    with pytest.raises(CommandError, match="Interrupted. .*copy is the new copy already"):
        publish(tmp_path / "copy")
    assert word_of(tmp_path / "copy") == "new" and alone_in(tmp_path) == ["copy"]


def test_a_kill_at_any_moment_leaves_a_whole_copy(tmp_path):
    done = copied("killed", tmp_path / "copy", "20")
    out, error = done.communicate(timeout=120)
    assert done.returncode == 0, error
    found = [line.removeprefix("whole: ") for line in out.splitlines() if "whole: " in line]
    assert len(found) == 20 and len(set(found)) > 5, found
    assert word_of(tmp_path / "copy") == "last" and alone_in(tmp_path) == ["copy"]


def test_ctrl_c_is_one_sentence_and_leaves_nothing(tmp_path):
    for before in ("Nothing was written.", f"{tmp_path / 'copy'} is as it was."):
        run = copied("once", tmp_path / "copy")
        until = time.monotonic() + 60
        while not [one for one in alone_in(tmp_path) if ".new-" in one]:
            assert time.monotonic() < until and run.poll() is None
            time.sleep(0.01)
        time.sleep(0.2)
        run.send_signal(signal.SIGINT)
        _out, error = run.communicate(timeout=60)
        assert (run.returncode, error) == (1, f"Interrupted. {before}\n")
        assert [one for one in alone_in(tmp_path) if one != "copy"] == []
        if before.startswith("Nothing"):
            assert copied("once", tmp_path / "copy").wait(60) == 0
    assert word_of(tmp_path / "copy") == "once"


def test_a_disk_that_takes_no_more_is_one_sentence(tmp_path):
    """A limit that the system holds, in the middle of a file."""
    run = copied("once", tmp_path / "copy", before="ulimit -f 0;")
    _out, error = run.communicate(timeout=60)
    assert run.returncode == 1 and alone_in(tmp_path) == []
    assert error.startswith("The copy could not be written: File too large")
    assert error.endswith(" Nothing was written.\n") and error.count("\n") == 1


def copied(what: str, folder: Path, *more: str, before: str = "") -> subprocess.Popen[str]:
    command = f"{before} exec {sys.executable} -m tests.copied {what} {folder} {' '.join(more)}"
    pipe = subprocess.PIPE
    return subprocess.Popen(
        ["sh", "-c", command], cwd=ROOT, stdout=pipe, stderr=pipe, text=True, env={**os.environ}
    )


def test_what_a_kill_leaves_empty_is_cleared(tmp_path):
    for name in ("copy.old", "copy.new-1"):
        (tmp_path / name).mkdir()
    tree(tmp_path / "copy", b"new").swap()
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
    told = dict(rules.files(moved, {"/": {"Content-Type": "text/html"}}))
    assert "/poles/ancien/ /poles/neo56/ 301\n" in told["_redirects"]
    assert "/de/cluster/ardaines/ /de/410.html 410\n" in told["_redirects"]
    assert '"~^/poles/ancien/$" "/poles/neo56/";' in told["_nginx/http.conf"]
    assert '"~^/poles/ardaines/$" "1";' in told["_nginx/http.conf"]
    assert '"~^/poles/ardaines/fiche[.]pdf$" "1";' in told["_nginx/http.conf"]


def test_each_address_has_one_rule_of_each_header(small, tmp_path):
    """Where two rules of a header met, one host would join them and another choose."""
    free = {"Content-Security-Policy": "frame-ancestors *"}
    bound = {"Content-Security-Policy": "frame-ancestors 'none'", "X-Frame-Options": "DENY"}
    links = {"/": "/carte/", "/carte/": "/carte/embed/", "/carte/embed/": "/en/x.geojson"}
    for path, link in links.items():
        small.bodies[path] = f'<main id="a">x <a href="{link}">x</a></main>'
    for path in ("/", "/carte/", "/en/", "/en/map/embed/", "/de/", "/de/karte/embed/"):
        small.headers[path] = {**bound, "Referrer-Policy": "same-origin"}
    small.headers["/carte/embed/"] = {**free, "Referrer-Policy": "same-origin"}
    publish(tmp_path / "copy")
    blocks = (tmp_path / "copy" / "_headers").read_text()
    told = {}
    for line in blocks.splitlines()[1:]:
        if line.startswith("/"):
            told[line] = where = {}
        else:
            name, _colon, value = line.strip().partition(": ")
            where[name] = value
    for path, headers in small.headers.items():
        places = [p for p in told if p == path or p[-1] == "*" and path.startswith(p[:-1])]
        for name in ("Content-Security-Policy", "X-Frame-Options", "Referrer-Policy"):
            said = [told[p][name] for p in places if name in told[p]]
            assert said == ([headers[name]] if name in headers else []), (path, name)


def test_no_part_of_the_site_is_replaced(small, tmp_path, settings):
    settings.DATA_DIR = tmp_path / "data"
    backups = settings.DATA_DIR / "backups"
    backups.mkdir(parents=True)
    (backups / "ptce.zip").write_text("all there is")
    with pytest.raises(CommandError, match="holds what the site is made of"):
        publish(backups, force=True)
    assert alone_in(backups) == ["ptce.zip"]
    for _again in range(2):  # an empty folder, then the copy in it
        publish(settings.DATA_DIR / "copy")
