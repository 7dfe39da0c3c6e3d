"""What pages share: never stale, never another page's, never what was not published, bounded."""

import threading
from datetime import date
from functools import partial

import pytest
from django.http import HttpRequest
from django.template import Context, RequestContext, Template
from django.test import Client
from django.utils import translation

from pages.models import Page
from poles.models import Pole
from ptce_site.addresses import CODES, match_of
from ptce_site.editorial import memo, public
from ptce_site.editorial.content_version import bump

from .addresses import public_addresses

pytestmark = pytest.mark.django_db


@pytest.fixture
def sharing(monkeypatch):
    """As on the site, where a page is not made inside a transaction as every test is."""
    monkeypatch.setattr(memo, "uncommitted", lambda: False)
    yield
    memo.forget()


def ask(name: str = "answer", made: str = "made", request: HttpRequest | None = None) -> str:
    return memo.once_a_version(request or HttpRequest(), name, lambda: made)


def test_pages_share_an_answer_until_the_content_changes(sharing):
    assert ask(made="first") == "first"
    assert ask(made="second") == "first"
    Page.objects.get(slug="ess").save()
    assert ask(made="second") == "second"


def test_a_page_keeps_its_own_answers_to_the_end(sharing):
    request = HttpRequest()
    assert ask(made="first", request=request) == "first"
    bump()
    assert ask(made="second", request=request) == "first"


def test_each_language_and_each_day_has_its_own(sharing, monkeypatch):
    assert ask(made="français") == "français"
    with translation.override("en"):
        assert ask(made="English") == "English"
    assert ask(made="x") == "français"
    monkeypatch.setattr(memo, "localdate", lambda: date(2100, 1, 1))
    assert ask(made="demain") == "demain"


def test_a_language_within_a_page_has_its_own(sharing):
    request = HttpRequest()
    ask(made="français", request=request)
    with translation.override("de"):
        assert ask(made="deutsch", request=request) == "deutsch"


def test_what_began_before_a_publication_is_not_found_after_it(sharing):
    slow = HttpRequest()
    ask("something", request=slow)  # its version is read
    bump()
    assert ask(made="new") == "new"
    assert ask(made="old", request=slow) == "old"
    assert ask("late", made="old", request=slow) == "old"
    assert ask(made="x") == "new"
    assert ask("late", made="new") == "new"


def test_a_publication_while_an_answer_is_made(sharing):
    def make() -> str:
        found = "read before"
        bump()
        return found

    assert memo.once_a_version(HttpRequest(), "answer", make) == "read before"
    assert ask(made="read after") == "read after"


def test_nothing_is_shared_inside_a_transaction():
    """Neither given, nor taken: a preview sees its draft, and nobody else does."""
    ask(made="a draft")
    assert ask(made="what is published") == "what is published"


def test_a_preview_neither_takes_nor_leaves(client, monkeypatch):
    monkeypatch.setattr(memo, "uncommitted", lambda: False)
    before = client.get("/poles/").content
    monkeypatch.undo()  # inside a transaction again
    Pole.objects.filter(slug="neo56").update(name="Un nom de brouillon", short_name="")
    assert "Un nom de brouillon" in client.get("/poles/").content.decode()
    Pole.objects.filter(slug="neo56").update(name="NEO 56")
    monkeypatch.setattr(memo, "uncommitted", lambda: False)
    assert client.get("/poles/").content == before
    memo.forget()


def test_memory_is_bounded(sharing, monkeypatch):
    monkeypatch.setattr(memo, "MOST_ANSWERS", 3)
    for rank in range(9):
        ask(f"answer {rank}")
    assert len(memo._latest[1]) == 3
    bump()
    ask()
    assert len(memo._latest[1]) == 1  # those of another version are let go


def test_a_long_answer_is_made_for_each_page(sharing):
    rows = partial(memo.once_a_version, name="rows", make=lambda: [0] * (memo.MOST_ROWS + 1))
    request = HttpRequest()
    assert rows(request) is rows(request)
    assert rows(request) is not rows(HttpRequest())
    assert memo.few("map", [0] * memo.MOST_ROWS) == "map"
    assert memo.few("map", [0] * (memo.MOST_ROWS + 1)) == ""


def test_threads_never_meet_another_version(monkeypatch):
    """Eight make pages while the content changes all the time: each reads one version only."""
    force = ["0"]
    monkeypatch.setattr(memo, "uncommitted", lambda: False)
    monkeypatch.setattr(memo, "content_version", lambda: force[0])
    stale: list[tuple[str, str]] = []

    def visit() -> None:
        for _ in range(2000):
            before = force[0]
            made = memo.once_a_version(HttpRequest(), "answer", lambda: force[0])
            if int(made) < int(before):
                stale.append((before, made))

    threads = [threading.Thread(target=visit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for version in range(1, 3000):
        force[0] = str(version)
    for thread in threads:
        thread.join()
    memo.forget()
    assert not stale, stale[:3]


def drawn(source: str, request: HttpRequest, **context: str) -> str:
    return Template("{% load memo editorial %}" + source).render(RequestContext(request, context))


def test_a_shared_part_is_drawn_once(sharing):
    source = '{% shared "part" which %}{{ word }}{% endshared %}'
    assert drawn(source, HttpRequest(), which="a", word="one") == "one"
    assert drawn(source, HttpRequest(), which="a", word="two") == "one"
    assert drawn(source, HttpRequest(), which="b", word="two") == "two"
    assert drawn(source, HttpRequest(), which="", word="three") == "three"
    assert drawn(source, HttpRequest(), which="", word="four") == "four"


def test_a_shared_part_knows_no_address(sharing):
    request = HttpRequest()
    request.path = "/ess/"
    source = "{{ request.path }}{% shared 'part' %}{{ request.path }}{% endshared %}"
    template = Template("{% load memo %}" + source)  # the strict client refuses such marks
    assert template.render(RequestContext(request, {"request": request})) == "/ess/⟦request.path⟧"


@pytest.mark.parametrize("part", ['{% cite "loi-2014-856" %}', "{% source_list %}"])
def test_what_belongs_to_one_page_cannot_be_shared(part):
    request = HttpRequest()
    source = '{% shared "part" %}' + part + "{% endshared %}"
    with pytest.raises(LookupError):
        drawn(source, request)
    assert "note-1" in drawn('{% cite "loi-2014-856" %}', request)  # the page is itself again


def test_a_part_outside_a_request_is_a_mistake():
    with pytest.raises(AttributeError):
        Template('{% load memo %}{% shared "part" %}x{% endshared %}').render(Context())


@pytest.mark.once
def test_no_page_tells_what_another_shows(sharing):
    """Pages in three languages: alone, after all those before them, after all those after them."""
    found = {a: match_of(a).view_name for code in CODES for a in public_addresses(code)}
    several = [a for a, view in found.items() if view in ("pages:figure", "poles:pole")]
    others = [a for a in found if a not in several and found[a] != "report"]  # it has a seal
    addresses = [*others, *several[::12]]
    assert len(addresses) > 50
    read, alone = Client().get, {}
    for address in addresses:
        memo.forget()
        alone[address] = read(address).content
    memo.forget()
    first = {address: read(address).content for address in addresses}
    memo.forget()
    last = {address: read(address).content for address in reversed(addresses)}
    changed = [a for a in addresses if not alone[a] == first[a] == last[a]]
    assert not changed, changed


@pytest.mark.parametrize("address", ["/", "/poles/neo56/", "/chiffres-cles/pib-2013/"])
def test_one_of_many_is_the_same_page(client, monkeypatch, address):
    together = client.get(address).content
    monkeypatch.setattr(public, "FEW", 0)
    assert client.get(address).content == together


@pytest.mark.parametrize("few", [0, 1000])
def test_what_is_not_public_is_not_found(sharing, client, monkeypatch, few):
    monkeypatch.setattr(public, "FEW", few)
    assert client.get("/poles/neo56/").status_code == 200
    for state, status in (("withdrawn", 410), ("draft", 404), ("published", 200)):
        pole = Pole.objects.get(slug="neo56")
        pole.state = state
        pole.save()
        assert client.get("/poles/neo56/").status_code == status
    assert client.get("/poles/nulle-part/").status_code == 404
