"""What the site writes down: lines a machine reads, nobody's whole address, no mail of secrets."""

import json
import logging
import sys
from types import SimpleNamespace

import pytest
from django.core import mail
from django.db import OperationalError
from django.test import Client, RequestFactory

from ptce_site import logs
from ptce_site.accesslog import DiscreetLogger
from ptce_site.delivery import Delivery
from ptce_site.editorial.models import Publisher
from ptce_site.ops import errormail

pytestmark = pytest.mark.once


def record(message: str, *args, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("ptce", logging.ERROR, __file__, 1, message, args, info)


def raised(error: BaseException) -> BaseException:
    secret = "marie@example.org"  # noqa: F841 - what a report with local variables would show
    try:
        raise error
    except type(error) as caught:
        return caught


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"), ("127.0.0.1", "127.0.0.1"), ("::1", "::1"),
        ("10.1.2.3", "10.1.2.0/24"), ("unix:", "unix:"), ("", ""), ("999.1.1.1", "999.1.1.1"),
    ],
)  # fmt: skip
def test_an_address_is_cut_to_its_network(address, network):
    assert logs.network(address) == network


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Invalid request from ip=192.0.2.77: bad", "Invalid request from ip=192.0.2.0/24: bad"),
        ("from 192.0.2.77:51234 and [2001:db8:1:2::9]:80.",
         "from 192.0.2.0/24:51234 and [2001:db8:1::/48]:80."),
        ("from 2001:db8:1:2:3:4:5:6, then ::ffff:192.0.2.77",
         "from 2001:db8:1::/48, then 192.0.2.0/24"),
        ("at 12:30:45 Django 6.1.3 in file.py:32: x", "at 12:30:45 Django 6.1.3 in file.py:32: x"),
        ("std::string, dict[1:2], 1.2.3.4.5", "std::string, dict[1:2], 1.2.3.4.5"),
        ("Error handling request /recherche/?q=cancer&x=2 again",
         "Error handling request /recherche/ again"),
        ("Really ? Yes.", "Really ? Yes."),
        ("Not Found: /admin/compte/mot-de-passe/3-dabc-12ef/ now",
         "Not Found: /admin/compte/mot-de-passe/-/ now"),
        ("Gone: /apercu/eyJkIjo:1x:sig/, /en/apercu/x", "Gone: /apercu/-/, /en/apercu/-"),
        ("/admin/compte/mot-de-passe-oublie/", "/admin/compte/mot-de-passe-oublie/"),
    ],
)  # fmt: skip
def test_a_line_holds_no_whole_address_nor_query(said, written):
    assert json.loads(logs.JsonLines().format(record(said)))["message"] == written


def test_a_line_is_one_object_whatever_is_in_it():
    error = raised(ValueError("two\nlines from 192.0.2.77"))
    line = logs.JsonLines().format(record("été %s\n\x1b[31m", '"quoted"', error=error))
    assert "\n" not in line and "\x1b" not in line
    told = json.loads(line)
    assert told["message"] == 'été "quoted"\n\x1b[31m' and told["level"] == "error"
    assert "raised" in told["exception"] and "192.0.2.77" not in line
    assert "marie" not in line.replace(__file__, "").replace('secret = "marie', "")


def test_a_terminal_is_for_people_and_holds_no_more(monkeypatch):
    monkeypatch.setattr(logs.sys.stderr, "isatty", lambda: True, raising=False)
    line = logs.lines().format(record("from %s at /recherche/?q=cancer", "192.0.2.77"))
    assert line.endswith(" ERROR from 192.0.2.0/24 at /recherche/")
    monkeypatch.setattr(logs.sys.stderr, "isatty", lambda: False, raising=False)
    assert isinstance(logs.lines(), logs.JsonLines)


def test_a_long_line_takes_no_time():
    for hostile in ("/" * 40_000, "1." * 40_000, ":" * 40_000, "a?" * 40_000, "f:" * 40_000):
        logs.JsonLines().format(record("%s", hostile))


class Seen(logs.RequestIdMiddleware):
    def __init__(self):
        self.lines = []
        super().__init__(self._answer)

    def _answer(self, request):
        from django.http import HttpResponse

        self.lines.append(json.loads(logs.JsonLines().format(record("here"))))
        return HttpResponse()


@pytest.mark.parametrize("name", ["0123456789abcdef", "Trace-1.2_3-4-5"])
def test_the_name_that_a_proxy_gave_is_kept(name):
    seen = Seen()
    answer = seen(RequestFactory().get("/", headers={"X-Request-ID": name}))
    assert answer["X-Request-ID"] == name == seen.lines[0]["request"]
    assert logs.request_id() == ""


@pytest.mark.parametrize("name", ["", "short", "a" * 65, "a b c d e f", 'x"}\nevil----', "é" * 9])
def test_a_name_that_is_not_well_formed_is_replaced(name):
    seen = Seen()
    request = RequestFactory().get("/")
    request.META["HTTP_X_REQUEST_ID"] = name
    first, second = seen(request)["X-Request-ID"], seen(request)["X-Request-ID"]
    assert first != name and first != second and logs.WELL_FORMED.fullmatch(first)


@pytest.mark.django_db
def test_a_line_about_an_answer_has_the_name_of_its_request(caplog):
    answer = Client().get("/nulle-part/")
    line = logs.JsonLines().format(caplog.records[-1])
    assert "Not Found: /nulle-part/" in line
    assert json.loads(line)["request"] == answer.headers["X-Request-ID"]


@pytest.mark.django_db
def test_what_django_answers_has_a_name_and_what_is_kept_has_none():
    assert Client().get("/plan-du-site/").headers["X-Request-ID"]
    handler = Client().handler
    handler.load_middleware()

    def visit() -> dict[str, str]:
        told = {}
        environ = RequestFactory().get("/plan-du-site/").environ | {"HTTP_HOST": "localhost"}
        delivery(environ, lambda _status, headers: told.update(headers))
        return told

    from django.core.wsgi import get_wsgi_application

    delivery = Delivery(
        get_wsgi_application(), lambda: ("1", None), canonical="localhost", hosts=["localhost"]
    )
    delivery._watched = lambda: True
    delivery.pages.see("1")
    answers = [visit(), visit()]
    assert len(delivery.pages) == 1
    assert all("Content-Security-Policy" in told for told in answers)
    assert not any(name.lower() == "x-request-id" for told in answers for name in told)


def test_gunicorn_writes_no_whole_address_nor_query(tmp_path):
    from gunicorn.config import Config

    config = Config()
    config.set("accesslog", str(tmp_path / "access.log"))
    config.set("errorlog", str(tmp_path / "error.log"))
    logger = DiscreetLogger(config)
    environ = {
        "REMOTE_ADDR": "192.0.2.77", "REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1",
        "RAW_URI": "/recherche/?q='cancer \"du\" sein", "QUERY_STRING": "q=cancer",
        "HTTP_REFERER": "http://localhost/recherche/?q=cancer", "HTTP_USER_AGENT": "Firefox",
        "HTTP_AUTHORIZATION": "Basic bWFyaWU6eA==", "HTTP_X_FORWARDED_FOR": "192.0.2.77",
    }  # fmt: skip
    answer = SimpleNamespace(status="200 OK", sent=12, headers=[("Set-Cookie", "session=secret")])
    request = SimpleNamespace(headers=[("X-FORWARDED-FOR", "192.0.2.77"), ("COOKIE", "secret")])
    from datetime import timedelta

    for form in (config.access_log_format, "%({x-forwarded-for}i)s %({cookie}i)s %(q)s %(U)s"):
        config.set("access_log_format", form)
        logger.access(answer, request, environ, timedelta(seconds=1))
    environ |= {
        "RAW_URI": "/apercu/open-sesame/",
        "HTTP_REFERER": "http://localhost/apercu/sesame/",
    }
    config.set("access_log_format", "%(r)s %(f)s")
    logger.access(answer, request, environ, timedelta(seconds=1))
    logger.warning("Invalid request from ip=%s", "192.0.2.77")
    line, headers, preview = (tmp_path / "access.log").read_text().splitlines()
    assert line.startswith("192.0.2.0/24 - - [")
    assert '"GET /recherche/ HTTP/1.1" 200 12 "http://localhost/recherche/" "Firefox"' in line
    assert "cancer" not in line + headers and "secret" not in headers and "77" not in headers
    assert preview == "GET /apercu/-/ HTTP/1.1 http://localhost/apercu/-/"
    told = json.loads((tmp_path / "error.log").read_text())
    assert told["message"] == "Invalid request from ip=192.0.2.0/24"
    for log in (logger.error_log, logger.access_log):
        for handler in list(log.handlers):
            handler.close()
            log.removeHandler(handler)


# Errors by mail


@pytest.fixture
def mailed(settings, tmp_path, db, monkeypatch):
    """The letters that left, sent at once; the hour is ours to move."""
    settings.DATA_DIR = tmp_path
    Publisher.objects.update_or_create(pk=1, defaults={"name": "A", "email": "asso@example.org"})
    monkeypatch.setattr(
        errormail.threading, "Thread",
        lambda target, args: SimpleNamespace(start=lambda: target(*args)),
    )  # fmt: skip
    return mail.outbox


def fail(error: BaseException, request=None) -> None:
    one = record("Internal Server Error: %s", "/apercu/secret-token/", error=error)
    one.request = request
    errormail.ErrorMail().emit(one)


def test_an_error_is_told_to_the_publisher_without_anything_of_anyone(mailed):
    request = RequestFactory().post(
        "/apercu/secret-token/?q=cancer", {"email": "posted@example.org"}, REMOTE_ADDR="192.0.2.77"
    )
    request.COOKIES["session"] = "cookie-secret"
    request.resolver_match = SimpleNamespace(route="apercu/<str:token>/")
    fail(raised(KeyError("value of visitor@example.org")), request)
    (letter,) = mailed
    assert letter.to == ["asso@example.org"] and "KeyError in " in letter.subject
    text = letter.subject + letter.body
    assert "apercu/<str:token>/" in text and "POST" in text and "in raised: raise error" in text
    for secret in ("secret", "posted@", "visitor@", "192.0.2", "cancer", "marie"):
        assert secret not in text, secret


def test_one_of_a_kind_an_hour_and_ten_in_all(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    now = 1_000 * errormail.AN_HOUR
    assert errormail.may_be_sent("one", now) and not errormail.may_be_sent("one", now + 3599)
    assert sum(errormail.may_be_sent(f"kind {n}", now) for n in range(30)) == errormail.IN_ALL - 1
    assert errormail.may_be_sent("one", now + 3600), "a new hour"
    assert len(list((tmp_path / "cache" / "errors").iterdir())) == 2, "the old hour is forgotten"


def test_many_of_one_kind_are_one_mail(mailed):
    for number in range(5):
        fail(raised(ValueError(str(number))))
    fail(raised(TypeError("another")))
    assert len(mailed) == 2


def test_without_an_address_or_mail_nothing_is_sent_nor_broken(mailed, settings, monkeypatch):
    Publisher.objects.update(email="")
    fail(raised(ValueError()))
    Publisher.objects.update(email="asso@example.org")
    settings.MAILERS = {"default": {"BACKEND": errormail.NOWHERE}}
    fail(raised(TypeError()))
    assert not mailed


def test_that_the_database_is_away_is_mailed_to_who_was_known(mailed, monkeypatch):
    errormail.recipient()

    def gone(*_anything, **_more):
        raise OperationalError("connection refused")

    monkeypatch.setattr(Publisher.objects, "first", gone)
    fail(raised(OperationalError("connection refused")))
    assert [letter.to for letter in mailed] == [["asso@example.org"]]


def test_a_mail_that_cannot_leave_is_written_down_and_not_mailed(mailed, monkeypatch, caplog):
    def refuse(*_anything):
        raise OSError("no route")

    monkeypatch.setattr(errormail, "send_mail", refuse)
    with caplog.at_level(logging.WARNING):
        fail(raised(ValueError()))
    assert "could not be mailed" in caplog.text and not mailed


def test_production_logs_in_json_and_django_mails_nothing_itself():
    import subprocess

    from .conftest import ROOT

    told = subprocess.run(
        [sys.executable, "-c", PRODUCTION], cwd=ROOT, capture_output=True, text=True,
        env={"DJANGO_SETTINGS_MODULE": "ptce_site.settings.prod", "SECRET_KEY": "x" * 50,
             "PATH": ""},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stderr.splitlines()[-1])["message"] == "went wrong at 192.0.2.0/24"
    assert told.stdout.split() == ["StreamHandler", "ErrorMail"]


PRODUCTION = """
import logging, django
django.setup()
logger = logging.getLogger("django.request")
handlers = []
while logger:
    handlers += [type(handler).__name__ for handler in logger.handlers]
    logger = logger.parent
print(*handlers)
logging.getLogger("django.request").error("went wrong at %s", "192.0.2.77")
"""
