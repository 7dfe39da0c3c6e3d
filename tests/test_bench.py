"""What `make bench` measures with: no address twice, the same bytes from all, the right sums."""

import gzip
import os
import subprocess
import sys

import pytest

from .bench import hostile, report
from .bench.load import Load
from .conftest import ROOT

ASKED = """
import gzip, sys
from wsgiref.util import setup_testing_defaults
from tests.bench import bare
def start(status, headers):
    print(status, dict(headers)["Content-Encoding"])
environ = {"PATH_INFO": sys.argv[2], "HTTP_HOST": "localhost", "HTTP_ACCEPT_ENCODING": "gzip"}
setup_testing_defaults(environ)
body = b"".join(getattr(bare, sys.argv[1])(environ, start))
print(gzip.decompress(body).decode())
"""


def test_no_hostile_address_is_asked_twice():
    asked = [f"{path} {headers}" for path, headers in hostile.addresses(2_000, "one")]
    assert len(set(asked)) == 2_000
    others = [f"{path} {headers}" for path, headers in hostile.addresses(2_000, "other")]
    assert not set(asked) & set(others)


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "path"),
    [("plain", "/"), ("django", "/"), ("django_default", "/"), ("whitenoise", "/page.html")],
)
def test_every_contender_answers_the_page(name, path, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<p>Bonjour</p>" * 40, encoding="utf-8")
    page.with_suffix(".html.gz").write_bytes(gzip.compress(page.read_bytes()))
    settings = {**os.environ, "BENCH_PAGE": str(page)}
    done = subprocess.run(
        [sys.executable, "-c", ASKED, name, path],
        cwd=ROOT, env=settings, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.split("\n", 1) == ["200 OK gzip", page.read_text() + "\n"], done.stderr


def test_a_ratio_is_that_of_the_rounds_not_of_the_medians():
    """The machine slowed down for both in the second round: that is no difference between them."""
    told = {
        "home": [Load(rate, 1, 1, 0, 0.5) for rate in (30, 10, 22)],
        "django": [Load(rate, 1, 1, 0, 0.5) for rate in (15, 5, 22)],
    }
    assert report.ratio(told, "home", "django") == "2.00"


def test_the_document_keeps_what_is_not_measured(tmp_path, monkeypatch):
    place = tmp_path / "performance.md"
    place.write_text(f"before\n{report.MARKS[0]}old\n{report.MARKS[1]}after\n", encoding="utf-8")
    monkeypatch.setattr(report, "PLACE", place)
    report.keep("new\n")
    assert place.read_text() == f"before\n{report.MARKS[0]}new\n{report.MARKS[1]}after\n"
    assert all(mark in (ROOT / "docs/performance.md").read_text() for mark in report.MARKS)
