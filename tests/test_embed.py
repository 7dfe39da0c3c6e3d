"""The map for someone else's page: what may frame it, what it shows, what the code to copy says."""

import gzip
import html
import re

import lightningcss
import pytest
from django.conf import settings
from django.db import connection
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from poles.directory import select
from poles.models import Pole
from ptce_site.editorial.content_version import bump

from .addresses import public_addresses
from .strict import parse
from .test_queries import add_poles

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EMBED = "/carte/embed/"
SUMMARY = "/resume/le-ptce-en-resume.pdf"
SVG = "{http://www.w3.org/2000/svg}"
ABSURD = (
    "?region=nulle-part", "?region=84&region=44&inconnu=1", "?q=" + "a" * 10_000,
    "?secteur=%27%3B%20DROP%20TABLE%20poles_pole%3B--", "?region=%00", "?region=%ff%fe",
    "?region=<script>alert(1)</script>",
)  # fmt: skip


def test_any_page_may_frame_the_map_and_it_runs_no_script(client):
    answer = client.get(EMBED)
    policy = answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert "frame-ancestors *" in policy and "default-src 'none'" in policy
    assert "script-src" not in policy and b"<script" not in answer.content
    assert not answer.cookies


def test_nothing_else_may_be_framed(client, editor_client):
    tools = ["/recherche/?q=a", "/signaler/?objet=/ess/", "/poles/?vue=tableau", "/poles/poles.csv"]
    others = [*public_addresses(), *tools, "/admin/login/", "/nulle-part/", SUMMARY]
    for address in others:
        headers = client.get(address).headers
        assert headers["X-Frame-Options"] == "DENY", address
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], address
    assert editor_client.get("/admin/").headers["X-Frame-Options"] == "DENY"


def test_it_shows_every_published_pole_on_the_map_or_in_the_list(client):
    page = parse(client.get(EMBED).content.decode())
    listed = {link.get("href") for link in page.findall(".//ol//a")}
    published = Pole.objects.published()
    assert listed == {pole.get_absolute_url() for pole in published}
    drawn = {link.get("href") for link in page.findall(f".//{SVG}a")}
    assert drawn == {pole.get_absolute_url() for pole in published if pole.position}


def test_its_numbers_are_those_of_its_list(client):
    page = parse(client.get(EMBED).content.decode())
    ranks = {link.get("href"): rank for rank, link in enumerate(page.findall(".//ol//a"), 1)}
    points = page.findall(f".//{SVG}a")
    assert points
    for link in points:
        number = next(
            text.text for text in link.findall(f"{SVG}text") if text.get("class") == "number"
        )
        assert int(number) == ranks[link.get("href")]


def test_it_says_whose_it_is_and_opens_links_over_the_frame(client):
    page = parse(client.get(EMBED).content.decode())
    assert page.find(".//base").get("target") == "_top" and page.find(".//base").get("href") is None
    assert all(link.get("target") == "_top" for link in page.findall(f".//{SVG}a"))
    assert page.find(".//meta[@name='robots']").get("content") == "noindex"
    assert page.find(".//link[@rel='canonical']").get("href") == f"{settings.SITE_URL}/poles/"
    foot = "".join(page.find(".//footer").itertext())
    assert "Un PTCE, c’est…" in foot and f"{settings.SITE_URL}/poles/" in foot
    assert page.find(".//nav[@class='menu']") is None and len(page.findall(".//h1")) == 1


@pytest.mark.parametrize("query", ABSURD)
def test_bad_parameters_give_a_normal_page(client, query):
    answer = client.get(EMBED + query)
    assert answer.status_code == 200
    assert b"<script" not in answer.content


@pytest.mark.parametrize(
    "query",
    ["region=44", "secteur=culture-creation", "q=recyclage", "comparer=neo56&comparer=ardaines"],
)
def test_it_shows_what_the_directory_finds_with_the_same_address(client, query):
    page = parse(client.get(f"{EMBED}?{query}").content.decode())
    found = select(QueryDict(query))
    listed = [link.get("href") for link in page.findall(".//ol//a")]
    assert listed == [Pole.objects.get(pk=key).get_absolute_url() for key in found.keys]
    assert 0 < len(listed) < found.total
    assert f"{len(listed)} " in "".join(page.find(".//p[@class='asked']").itertext())
    assert page.find(f".//a[@href='/poles/?{found.query}']") is not None


def test_it_weighs_little_style_included(client):
    page = gzip.compress(client.get(EMBED).content)
    style = lightningcss.bundle_css(
        str(settings.BASE_DIR / "static" / "css" / "embed.css"), browsers_list=[], minify=True
    )
    assert "url(" not in style  # no face, no picture: nothing else to load
    assert len(page) + len(gzip.compress(style.encode())) <= 20_000


def test_its_queries_do_not_grow(client):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(EMBED)
        return len(captured)

    count()
    before = count()
    add_poles(480)
    bump()
    count()  # the catalogue is read again
    assert count() == before <= 3


def embed_code(**context) -> str:
    """The code that a reader copies, as the browser gives it."""
    template = Template("{% load embed %}{% embed_code query %}")
    request = RequestFactory().get("/poles/")
    page = template.render(Context({"request": request, "query": "", **context}))
    parse(f"<!DOCTYPE html><title>x</title>{page}")
    return html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1])


def test_the_code_to_copy_is_a_frame_that_may_do_nothing_but_open_links():
    frame = parse(f"<!DOCTYPE html><title>x</title>{embed_code()}").find(".//iframe")
    assert frame.get("src") == f"{settings.SITE_URL}{EMBED}"
    assert frame.get("sandbox") == "allow-top-navigation-by-user-activation"
    assert frame.get("title") and frame.get("loading") == "lazy" and frame.get("width") == "100%"
    assert frame.get("allow") is None


def test_the_code_keeps_the_choices_of_the_list_and_cannot_be_broken_by_them():
    code = embed_code(query="region=84&secteur=insertion")
    frame = parse(f"<!DOCTYPE html><title>x</title>{code}").find(".//iframe")
    assert frame.get("src") == f"{settings.SITE_URL}{EMBED}?region=84&secteur=insertion"
    code = embed_code(query='"></textarea><script>alert(1)</script>')
    assert "<script" not in code and "</textarea" not in code
