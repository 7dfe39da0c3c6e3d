"""The whole site as files: what hosts answer from them is what the site answers."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from ptce_site.ops.copying.headers import HOST_S_OWN, told

from . import machine
from .conftest import ROOT, Server
from .copied import plainly_served, served_by_nginx

pytestmark = pytest.mark.once
MOST_CPU = 90  # seconds, most sheets and cards left blank
CONNECTION = {"Accept-Ranges", "Connection", "Keep-Alive", "Server", "Transfer-Encoding"}
FILES = (
    "/robots.txt", "/.well-known/security.txt", "/sitemap-poles.xml", "/sitemap-pages.xml",
    "/fil.atom", "/en/feed.atom", "/site.webmanifest", "/de/site.webmanifest", "/favicon.ico",
    "/apple-touch-icon.png", "/poles/poles.csv", "/poles/poles.json", "/carte/embed/",
    "/en/clusters/clusters.geojson", "/en/map/embed/", "/poles/neo56/fiche.pdf",
    "/resume/le-ptce-en-resume.pdf",
)  # fmt: skip
PAGES = ("/", "/de/glossar/", "/en/clusters/neo56/", "/chiffres-cles/pib-2013/", "/contact/")
ERRORS = ("/rien/", "/en/nothing/at/all/", "/de/nichts/", "/.ptce", "/404.html")
MOVED = (
    "/poles/le-phares/", "/en/clusters/le-phares/", "/de/cluster/le-phares/?tri=nom",
    "/poles/le-phares/fiche.pdf", "/poles", "/poles/Neo56/",
)  # fmt: skip
GONE = (
    "/poles/ardaines/", "/en/clusters/ardaines/", "/de/cluster/ardaines/",
    "/poles/ardaines/fiche.pdf", "/en/clusters/ardaines/profile.pdf",
)  # fmt: skip
# One pole is called otherwise, another has left: what editors do, without a browser.
EDITED = """
from poles.models import Pole
from ptce_site.editorial.redirects import remember
pole, before = Pole.objects.get(slug="le-phares"), Pole.objects.get(slug="le-phares")
pole.slug = "le-phare"
pole.save()
remember(pole, before)
pole, before = Pole.objects.get(slug="neo56"), Pole.objects.get(slug="neo56")
before.slug = "Neo56"  # capitals were typed, then corrected
remember(pole, before)
pole = Pole.objects.get(slug="ardaines")
remember(pole)
pole.state = "withdrawn"
pole.save()
"""


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_asked):
        return None


def got(address: str) -> tuple[int, dict[str, str], bytes]:
    """What a host answers; of its headers, those that speak of the page."""
    try:
        answer = urllib.request.build_opener(Stay).open(address)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        headers = {n: v for n, v in answer.headers.items() if n not in HOST_S_OWN | CONNECTION}
        return answer.status, headers, answer.read()


def without_note(page: bytes, site: Server) -> str:
    """A page of the copy as it was before: no note at its foot, reports sent here."""
    html = page.decode()
    note = html[html.rindex('\n<p class="credits">') : html.rindex("\n</div></footer>")]
    assert f'<a href="{site.url}/' in note
    html = html.replace(note, "")
    return re.sub(rf'href="{site.url}/(signaler|en/report|de/melden)/', r'href="/\1/', html)


def test_the_whole_site(site, tmp_path, subtests):
    """One run; then a kill and a Ctrl-C over it. One test: each would need the run."""
    folder = tmp_path / "copy"
    site.manage("shell", "-v0", "-c", EDITED)
    time.sleep(1.5)  # the running site looks twice a second
    site.environment["DJANGO_SETTINGS_MODULE"] = "tests.quick_drawing"
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = site.manage("publish_static", str(folder))
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = ended.ru_utime - began.ru_utime + ended.ru_stime - began.ru_stime
    assert "links verified" in said and "changed meanwhile" not in said
    assert spent < MOST_CPU, f"{spent:.0f} s of processor"
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    for suffix, least in ((".pdf", 60), (".png", 200), (".html", 290), (".woff2", 2)):
        assert sum(name.endswith(suffix) for name in names) >= least, suffix
    assert not [name for name in names if name.startswith(("signaler/", "admin/", "apercu/"))]

    with subtests.test("any host"), plainly_served(folder) as copy:
        for path in FILES:
            assert got(copy + path)[::2] == got(site.url + path)[::2], path
        for path in PAGES:
            status, _headers, page = got(copy + path)
            assert status == 200
            assert without_note(page, site) == got(site.url + path)[2].decode(), path
        assert got(f"{copy}/signaler/")[0] == 404
    with subtests.test("nginx"):
        if not machine.nginx():
            assert not os.environ.get("CI"), "nginx is not installed"
            pytest.skip("nginx was not found (Debian: apt-get install nginx-light)")
        with served_by_nginx(folder, tmp_path, free_port()) as copy:
            as_nginx_answers(copy, site, folder)
    stopped_over_it(site, folder)


def as_nginx_answers(copy: str, site: Server, folder: Path) -> None:
    html = (folder / "index.html").read_text()
    drawn = re.findall(r'(?:href|src)="(/static/[^"#]+)"', html)
    drawn += re.findall(rf'content="{site.url}(/partage/[^"]+)"', html)
    assert len(drawn) > 4
    for path in (*PAGES, *FILES, *dict.fromkeys(drawn)):
        status, headers, body = got(copy + path)
        live, said, whole = got(site.url + path)
        assert (status, headers) == (live, told(said, forms_to=site.url)), path
        if path not in PAGES:
            assert body == whole, path
    for path in (*ERRORS, *GONE):
        status, headers, body = got(copy + path)
        live, said, _whole = got(site.url + path)
        assert (status, headers) == (live, told(said, forms_to=site.url)), path
        code = next((f"{code}/" for code in ("en", "de") if path.startswith(f"/{code}/")), "")
        assert body == (folder / f"{code}{status}.html").read_bytes(), path
    for path in MOVED:
        status, headers, _body = got(copy + path)
        live, said, _whole = got(site.url + path)
        assert (status, headers["Location"]) == (live, said["Location"]), path
    for path in ("/_headers", "/_redirects", "/_nginx/http.conf"):
        assert got(copy + path)[0] == 404, path
    assert got(f"{copy}/poles/ardaines/")[0] == 410 and got(f"{copy}/poles/le-phares/")[0] == 301


def stopped_over_it(site: Server, folder: Path) -> None:
    """With processes that share the work: none of them stays, the copy is as it was."""
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    for sign, said in ((signal.SIGKILL, ""), (signal.SIGINT, "Interrupted.")):
        run = subprocess.Popen(
            [sys.executable, "manage.py", "publish_static", str(folder)],
            cwd=ROOT,
            env=site.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        half_done(folder.with_name(f"copy.new-{run.pid}"))
        if said:
            os.killpg(run.pid, sign)  # as a terminal does, to all of them
        else:
            run.kill()
        _out, error = run.communicate(timeout=60)
        assert not said or error == f"CommandError: {said} {folder} is as it was.\n"
        gone_by_itself(run.pid)
        assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before
    assert not [*folder.parent.glob("copy.*")]


def half_done(new: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if len([*new.rglob("index.html")]) > 20:
            return
        time.sleep(0.05)
    raise AssertionError("nothing is being written")


def gone_by_itself(group: int) -> None:
    deadline = time.monotonic() + 30
    with pytest.raises(ProcessLookupError):
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(0.1)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
