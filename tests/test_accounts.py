"""Signing in: two proofs, limits, nothing said of who has an account, links, the last one in."""

import base64
import re
import struct
import time
from hashlib import sha1
from hmac import new as hmac_new
from queue import Queue
from threading import get_ident

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import URLPattern, get_resolver, resolve, reverse
from django.utils import timezone

from ptce_site.editorial.accounts import links
from ptce_site.editorial.accounts.models import AccountEvent
from ptce_site.editorial.accounts.recording import Kind, record
from ptce_site.editorial.network import NOWHERE, network_of
from ptce_site.editorial.roles import ROLES, set_up_roles

from .strict import StrictClient
from .test_admin import form_data

pytestmark = pytest.mark.django_db
PASSWORD = "une-phrase-assez-longue"
LOGIN = "/admin/login/"
FACTOR = "/admin/compte/second-facteur/"


@pytest.fixture(autouse=True)
def no_count():
    cache.clear()


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def marie(django_user_model):
    return django_user_model.objects.create_superuser("marie", "Marie@example.org", PASSWORD)


def code_at(secret: str, moment: float) -> str:
    """RFC 6238, written again: six digits from a secret and a time in seconds."""
    key = base64.b32decode(secret)
    digest = hmac_new(key, struct.pack(">Q", int(moment) // 30), sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def sign_in(client, name="marie", password=PASSWORD, **more):
    return client.post(LOGIN, {"username": name, "password": password}, **more)


def with_application(account) -> str:
    secret = generate_totp_secret()
    TOTP.activate(account, secret)
    return secret


def words(answer) -> str:
    html = answer.content.decode()
    html = re.sub(r"csrfmiddlewaretoken\" value=\"\w+", "", html)
    return re.sub(r'value="[^"]*"', "", html)


def is_in(client) -> bool:
    return client.get("/admin/").status_code == 200


def accounts() -> list:
    return list(get_user_model().objects.values_list("pk", "password", "email", "last_login"))


def kinds(account: str = "marie") -> list[str]:
    return list(AccountEvent.objects.filter(account=account).values_list("kind", flat=True))


# Doors


def doors():
    """Each address under /admin/, with values for what it captures."""

    def walk(patterns, prefix):
        for one in patterns:
            route = prefix + str(one.pattern)
            if isinstance(one, URLPattern):
                yield route, one
            else:
                yield from walk(one.url_patterns, route)

    for route, one in walk(get_resolver().url_patterns, ""):
        if route.startswith("admin/"):
            route = re.sub(r"<(?:\w+:)?\w+>|\(\?P<\w+>.*?\)|\(.*?\)", "1", route)
            yield "/" + re.sub(r"[\^$\\?]|\.\*", "", route), one


def test_djangos_own_ways_in_are_covered_by_ours():
    assert resolve(LOGIN).url_name == "account_login"
    assert resolve("/admin/password_change/").url_name == "account_change_password"
    names = {one.name for _route, one in doors()}
    closed = {"account_signup", "account_email", "account_confirm_email", "mfa_signup_webauthn",
              "account_request_login_code", "account_inactive", "mfa_reauthenticate"}  # fmt: skip
    assert not names & closed
    assert not any("social" in str(name) for name in names)


def test_a_password_alone_opens_nothing(required, marie, client):
    """Every address of the room, by GET and by POST, with the session of who gave a password."""
    answer = sign_in(client)
    assert answer.status_code == 302 and client.session[SESSION_KEY] == str(marie.pk)
    before = accounts()
    tried = 0
    for address, pattern in doors():
        if pattern.name in ("account_logout", "logout"):
            continue
        for ask in (client.get, client.post):
            answer = ask(address)
            tried += 1
            if answer.status_code == 200:
                assert (
                    address.startswith(FACTOR)
                    or "confirmer" in address
                    or (pattern.name in ("jsi18n", "account_reset_password_from_key"))
                ), address
            else:
                assert answer.status_code in (302, 400, 403, 404, 405), address
                where = answer.headers.get("Location", FACTOR)
                assert where.startswith((FACTOR, LOGIN, "/admin/compte/confirmer")), address
    assert tried > 200
    assert accounts() == before
    assert client.get(reverse("pages:styleguide")).status_code == 302, "nor elsewhere"


def test_visitors_are_not_asked_who_they_are(required, client):
    answer = client.get("/")
    assert "Cookie" not in answer.get("Vary", "") and not answer.cookies


def test_what_was_a_password_session_cannot_add_a_factor_to_someone_who_has_one(
    required, marie, client
):
    sign_in(client)
    assert client.get(FACTOR).status_code == 200
    with_application(marie)  # elsewhere, meanwhile
    assert client.get(FACTOR + "cle/").headers["Location"].startswith(LOGIN)
    assert SESSION_KEY not in client.session


def test_setting_an_application_up_opens_the_room_and_shows_codes_once(
    required, marie, client, monkeypatch
):
    monkeypatch.setattr("django.db.transaction.on_commit", lambda then, **more: then())
    assert sign_in(client, follow=True).redirect_chain[-1][0] == FACTOR
    secret = re.search(
        r'class="secret">(\w+)<', client.get(FACTOR + "application/").content.decode()
    )[1]
    wrong = client.post(FACTOR + "application/", {"code": "000000"})
    assert "n’est pas le bon" in wrong.content.decode()
    assert not is_in(client)
    answer = client.post(FACTOR + "application/", {"code": code_at(secret, time.time())})
    shown = client.get(answer.headers["Location"]).content.decode()
    codes = re.findall(r"<code>(\d{8})</code>", shown)
    assert len(codes) == 10 and is_in(client)
    again = client.get(answer.headers["Location"]).content.decode()
    assert not any(code in again for code in codes)
    assert Kind.FACTOR_ADDED in kinds()
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored, "a copy of the database gives no code"
    # and from then on
    other = StrictClient()
    assert sign_in(other).headers["Location"] == "/admin/compte/code/"
    assert not is_in(other)
    assert other.post("/admin/compte/code/", {"code": codes[0]}).status_code == 302
    assert is_in(other) and Kind.CODE_SPENT in kinds()
    third = StrictClient()
    sign_in(third)
    assert "déjà servi" in third.post("/admin/compte/code/", {"code": codes[0]}).content.decode()
    assert not is_in(third)


def test_a_code_of_the_application_serves_once(required, marie):
    secret = with_application(marie)
    code = code_at(secret, time.time())
    for expected in (True, False):
        client = StrictClient()
        sign_in(client)
        client.post("/admin/compte/code/", {"code": code})
        assert is_in(client) is expected
    assert Kind.CODE_REFUSED in kinds()


def test_a_code_made_with_another_secret_key_is_never_right(required, marie, settings, client):
    secret = with_application(marie)
    settings.SECRET_KEY = "another-" + "y" * 40
    sign_in(client)
    for key in (secret, ""):
        client.post("/admin/compte/code/", {"code": code_at(key, time.time())})
    assert not is_in(client)


def test_the_only_factor_stays_where_one_is_required(required, marie, client):
    secret = with_application(marie)
    RecoveryCodes.activate(marie)
    sign_in(client)
    client.post("/admin/compte/code/", {"code": code_at(secret, time.time())})
    answer = client.post(FACTOR + "application/retirer/")
    assert "seul second facteur" in answer.content.decode()
    assert Authenticator.objects.filter(type="totp").exists() and is_in(client)


def test_where_it_is_not_required_a_factor_that_is_there_is_asked_for(marie, client):
    with_application(marie)
    assert sign_in(client).headers["Location"] == "/admin/compte/code/"
    assert not is_in(client)


def test_what_touches_the_account_asks_for_the_password_again_after_a_while(marie, client):
    sign_in(client)
    assert client.get(FACTOR + "cle/").status_code == 200
    session = client.session
    for one in session["account_authentication_methods"]:
        one["at"] -= 901
    session.save()
    asked = client.get(FACTOR + "cle/").headers["Location"]
    assert asked.startswith("/admin/compte/confirmer/")
    assert "Ce n’est pas" in client.post(asked, {"password": "non"}).content.decode()
    assert client.get(FACTOR + "cle/").status_code == 302
    assert client.post(asked, {"password": PASSWORD}).headers["Location"] == FACTOR + "cle/"
    assert client.get(FACTOR + "cle/").status_code == 200


# Nothing said, by words or time


def test_unknown_wrong_inactive_and_not_staff_get_one_answer(client, django_user_model, marie):
    django_user_model.objects.create_user(
        "partie", "p@e.org", PASSWORD, is_staff=True, is_active=False
    )
    django_user_model.objects.create_user("visiteur", "v@e.org", PASSWORD)
    tries = [("marie", "non"), ("marie@example.org", "non"), ("nulle", "non"), ("n@e.org", "non"),
             ("partie", PASSWORD), ("p@e.org", PASSWORD), ("visiteur", PASSWORD)]  # fmt: skip
    answers = {words(sign_in(StrictClient(), *one)) for one in tries}
    assert len(answers) == 1 and "n’est pas le bon" in answers.pop()
    assert set(AccountEvent.objects.values_list("account", flat=True)) == {
        "marie", "", "partie", "visiteur"
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["marie", "marie@example.org", "MARIE@EXAMPLE.ORG", "nulle", "n@e.org"]
)
def test_one_password_is_hashed_for_anyone(client, marie, monkeypatch, name):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *a, **k: hashed.append(1) or encode(*a, **k)
    )
    sign_in(client, name, "non")
    assert len(hashed) == 1


def test_one_signs_in_by_name_or_by_e_mail_whatever_its_capitals(marie, django_user_model):
    for name in ("marie", "marie@example.org", "MARIE@EXAMPLE.ORG"):
        client = StrictClient()
        assert sign_in(client, name).status_code == 302 and is_in(client), name
    django_user_model.objects.create_superuser("double", "marie@example.org", PASSWORD)
    client = StrictClient()
    sign_in(client, "marie@example.org")
    assert not is_in(client), "two accounts with one e-mail: which one?"


def test_a_forgotten_password_is_answered_alike_and_later(client, marie, monkeypatch):
    """What is known is looked up after the answer: here, by the test."""
    later = []
    monkeypatch.setattr("ptce_site.editorial.accounts.forms.answer_forgotten", later.append)
    address = "/admin/compte/mot-de-passe-oublie/"
    pages = [
        client.post(address, {"email": email}, follow=True)
        for email in ("marie@example.org", "n@e.org")
    ]
    assert words(pages[0]) == words(pages[1]) and "Si un compte" in words(pages[0])
    monkeypatch.setattr("ptce_site.editorial.accounts.links.connections.close_all", lambda: None)
    for email in later:
        links._answer(email)
    assert len(mail.outbox) == 1 and mail.outbox[0].to == ["Marie@example.org"]
    link = re.search(r"http\S+", mail.outbox[0].body)[0]
    assert link.startswith("http://localhost:8000/admin/compte/mot-de-passe/")


def test_looking_for_who_forgot_is_another_threads_work(monkeypatch):
    seen = Queue()
    monkeypatch.setattr(links, "_answer", lambda email: seen.put((email, get_ident())))
    links.answer_forgotten("n@e.org")
    email, thread = seen.get(timeout=5)
    assert email == "n@e.org" and thread != get_ident()


# How often


def test_attempts_are_counted_by_account_whatever_the_host_and_the_network(client, marie):
    for number in range(5):
        sign_in(
            client,
            "Marie",
            "non",
            REMOTE_ADDR=f"198.51.{number}.7",
            HTTP_HOST=f"localhost:{number + 1}",
        )
    answer = sign_in(client, "marie", PASSWORD, REMOTE_ADDR="198.51.99.7")
    assert "Réessayez dans un quart d’heure" in answer.content.decode() and not is_in(client)
    unknown = StrictClient()
    for _number in range(5):
        sign_in(unknown, "nulle", "non")
    assert words(sign_in(unknown, "nulle", "non")) == words(sign_in(client, "marie", "non"))


def test_attempts_are_counted_by_network(client, marie):
    for number in range(20):
        sign_in(client, f"nom{number}", "non", REMOTE_ADDR=f"203.0.113.{number}")
    assert "Réessayez" in sign_in(client, REMOTE_ADDR="203.0.113.250").content.decode()
    forged = sign_in(client, REMOTE_ADDR="203.0.113.250", HTTP_X_FORWARDED_FOR="192.0.2.1")
    assert "Réessayez" in forged.content.decode(), "a header nobody of ours wrote"
    assert sign_in(client, REMOTE_ADDR="203.0.114.1").status_code == 302


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("2001:db8:aaaa:bbbb::1", "2001:db8:aaaa::"),
        ("fe80::1%eth0", "fe80::"),
        ("", NOWHERE),
        ("unix:", NOWHERE),
    ],
)
def test_a_network_stands_for_an_address(rf, address, network):
    assert network_of(rf.get("/", REMOTE_ADDR=address)) == network


def test_behind_a_proxy_the_network_is_the_one_it_saw(client, marie, settings):
    settings.TRUSTED_PROXIES = 1
    sign_in(client, "marie", "non", HTTP_X_FORWARDED_FOR="192.0.2.1, 2001:db8:1:2::3")
    assert AccountEvent.objects.get().network == "2001:db8:1::"


def test_codes_are_counted_too_and_the_page_of_limits_says_when(required, marie, client):
    with_application(marie)
    sign_in(client)
    for _number in range(6):
        answer = client.post("/admin/compte/code/", {"code": "000000"})
    assert "Réessayez" in answer.content.decode()
    address = "/admin/compte/mot-de-passe-oublie/"
    for _number in range(4):
        answer = StrictClient().post(address, {"email": "n@e.org"})
    assert answer.status_code == 429 and answer["Retry-After"] == "900"
    assert "quart d’heure" in answer.content.decode()


def test_what_a_key_is_to_sign_is_not_asked_for_without_end(required, settings):
    settings.MFA_RATE_LIMITS = {"webauthn_login": "3/15m/ip"}
    asked = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}
    told = [StrictClient().get("/admin/compte/cle/", **asked).status_code for _one in range(5)]
    assert told == [200, 200, 200, 429, 429]
    assert Session.objects.count() == 3


# Passwords, links, sessions


@pytest.mark.parametrize(
    "password", ["abcdefghijk", "123456qwerty", "marie@example.org", "847362514039"]
)
def test_a_weak_password_is_refused(marie, password, client):
    address = links.link_for(marie).removeprefix("http://localhost:8000")
    form = client.get(address, follow=True)
    there = form.redirect_chain[-1][0]
    answer = client.post(there, {"password1": password, "password2": password})
    assert answer.status_code == 200 and "errorlist" in answer.content.decode()


def test_a_link_serves_once_and_closes_the_other_sessions(marie, client):
    elsewhere = StrictClient()
    sign_in(elsewhere)
    marie.refresh_from_db()
    address = links.link_for(marie).removeprefix("http://localhost:8000")
    there = client.get(address).headers["Location"]
    assert "mot-de-passe" in there and address not in there, "the word leaves the address"
    new = "toute une autre phrase 9"
    answer = client.post(there, {"password1": new, "password2": new}, follow=True)
    assert answer.redirect_chain[-1][0].startswith(LOGIN)
    assert not is_in(elsewhere) and not is_in(client)
    assert "déjà servi" in StrictClient().get(address, follow=True).content.decode()
    sign_in(client, password=new)
    assert is_in(client) and Kind.PASSWORD_CHANGED in kinds()


def test_changing_ones_password_closes_the_others(marie, client):
    elsewhere = StrictClient()
    for one in (client, elsewhere):
        sign_in(one)
    new = "toute une autre phrase 9"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/admin/password_change/", data | {"oldpassword": "non"}).status_code == 200
    assert is_in(elsewhere)
    assert client.post("/admin/password_change/", data).status_code == 302
    assert is_in(client) and not is_in(elsewhere)


def test_sessions_are_listed_and_closed_one_by_one(marie, client, django_user_model):
    others = [StrictClient() for _ in range(2)]
    for one in (client, *others):
        sign_in(one, REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Navigateur d’essai")
    stranger = django_user_model.objects.create_superuser("paul", password=PASSWORD)
    theirs = StrictClient()
    sign_in(theirs, "paul")
    page = client.get("/admin/compte/sessions/").content.decode()
    assert page.count("Navigateur d’essai") == 3 and "203.0.113.0" in page
    assert "203.0.113.77" not in page
    theirs_row = UserSession.objects.get(user=stranger)
    client.post("/admin/compte/sessions/", {"session": theirs_row.pk})
    assert is_in(theirs), "one closes one's own"
    first = UserSession.objects.filter(user=marie).order_by("pk")[1]
    client.post("/admin/compte/sessions/", {"session": first.pk})
    assert [is_in(one) for one in others] == [False, True]
    client.post("/admin/compte/sessions/", {})
    assert is_in(client) and not is_in(others[1])
    assert Kind.SESSIONS_ENDED in kinds()


# What happened


def test_signing_in_and_failing_are_written_down_without_an_address(marie, client, settings):
    sign_in(client, "marie", "non", REMOTE_ADDR="203.0.113.77")
    sign_in(client, "un-mot-de-passe-tapé-ici", "non")
    sign_in(client, REMOTE_ADDR="203.0.113.77")
    assert kinds() == ["signed_in", "refused"]
    rows = str(list(AccountEvent.objects.values()))
    assert "203.0.113.0" in rows and ".77" not in rows and "tapé" not in rows
    page = client.get(reverse("admin:accounts_accountevent_changelist")).content.decode()
    assert "connexion refusée" in page and "203.0.113.0" in page


def test_events_are_read_by_administrators_only_and_changed_by_nobody(
    administrator, publisher, writer, editor_client
):
    event = record(Kind.REFUSED)
    listing = reverse("admin:accounts_accountevent_changelist")
    assert [c.get(listing).status_code for c in (administrator, publisher, writer)] == [
        200,
        403,
        403,
    ]
    one = reverse("admin:accounts_accountevent_change", args=[event.pk])
    assert editor_client.post(one, {"account": "x"}).status_code == 403
    assert (
        editor_client.post(
            reverse("admin:accounts_accountevent_delete", args=[event.pk]), {"post": "yes"}
        ).status_code
        == 403
    )
    editor_client.post(
        listing, {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"}
    )
    assert AccountEvent.objects.filter(pk=event.pk, account="").exists()


def test_events_and_ended_sessions_are_forgotten(capsys, sign_in):
    old, new = record(Kind.REFUSED), record(Kind.REFUSED)
    moment = timezone.now() - timezone.timedelta(days=366)
    AccountEvent.objects.filter(pk=old.pk).update(at=moment)
    paul, ana = sign_in("redaction", "paul"), sign_in("publication", "ana")
    for client, ip in ((paul, "192.0.2.0"), (ana, "198.51.100.0")):
        key = client.session.session_key
        UserSession.objects.create(user=client.user, session_key=key, ip=ip, user_agent="x")
    Session.objects.filter(pk=paul.session.session_key).update(expire_date=moment)
    call_command("purge", "--dry-run")
    assert "1 event(s) of accounts, 1 session(s) that ended" in capsys.readouterr().out
    assert AccountEvent.objects.filter(pk=old.pk).exists() and UserSession.objects.count() == 2
    call_command("purge")
    assert AccountEvent.objects.get(kind=Kind.REFUSED) == new
    assert Session.objects.count() == 1 and UserSession.objects.get().user == ana.user


def test_rights_that_change_are_written_down(editor_client, sign_in):
    someone = sign_in("redaction", "paul").user
    page = reverse("admin:auth_user_change", args=[someone.pk])
    data = form_data(editor_client.get(page).content.decode())
    group = Group.objects.get(name="Publication").pk
    assert editor_client.post(page, data | {"groups": [str(group)]}).status_code == 302
    event = AccountEvent.objects.get(account="paul")
    assert event.kind == Kind.RIGHTS_CHANGED and event.by == "editor"
    assert event.detail == "+ Publication, − Rédaction"
    assert editor_client.post(page, data | {"groups": [str(group)]}).status_code == 302
    assert AccountEvent.objects.filter(account="paul").count() == 1, "nothing changed"


def test_a_password_set_for_someone_is_written_down_and_ends_their_sessions(editor_client, marie):
    theirs = StrictClient()
    sign_in(theirs)
    page = reverse("admin:auth_user_password_change", args=[marie.pk])
    data = {"usable_password": "true", "password1": "court", "password2": "court"}
    assert editor_client.post(page, data).status_code == 200 and is_in(theirs)
    data |= {"password1": "une autre phrase 9", "password2": "une autre phrase 9"}
    assert editor_client.post(page, data | {"set-password": ""}).status_code == 302
    assert not is_in(theirs)
    event = AccountEvent.objects.get(kind=Kind.PASSWORD_CHANGED)
    assert (event.account, event.by) == ("marie", "editor")


# The last administrator


def admin_page(account, view="change"):
    return reverse(f"admin:auth_user_{view}", args=[account.pk])


@pytest.mark.parametrize("role", ["superuser", "administration"])
@pytest.mark.parametrize("field", ["is_active", "is_staff", "role"])
def test_the_last_administrator_stays(client, django_user_model, role, field):
    set_up_roles()
    last = django_user_model.objects.create_user(
        "last", is_staff=True, is_superuser=role == "superuser"
    )
    last.groups.set(
        Group.objects.filter(name=ROLES["administration"]) if role != "superuser" else []
    )
    client.force_login(last)
    data = form_data(client.get(admin_page(last)).content.decode())
    for name in {"role": ("is_superuser", "groups")}.get(field, (field,)):
        data.pop(name, None)
    answer = client.post(admin_page(last), data)
    assert (
        answer.status_code == 200 and "dernier compte d’administration" in answer.content.decode()
    )
    answer = client.post(admin_page(last, "delete"), {"post": "yes"})
    assert "dernier compte d’administration" in answer.content.decode()
    chosen = {"action": "delete_selected", "_selected_action": [last.pk], "post": "yes"}
    client.post(reverse("admin:auth_user_changelist"), chosen)
    last.refresh_from_db()
    assert last.is_active and last.is_staff and (last.is_superuser or last.groups.exists())
    other = django_user_model.objects.create_superuser("other")
    assert client.post(admin_page(last), data).status_code == 302
    assert other.is_active


def test_roles_keep_their_name_and_are_not_deleted(editor_client):
    set_up_roles()
    group = Group.objects.get(name=ROLES["administration"])
    for view, data in (("change", {"name": "Autre"}), ("delete", {"post": "yes"})):
        editor_client.post(reverse(f"admin:auth_group_{view}", args=[group.pk]), data)
    chosen = {"action": "delete_selected", "_selected_action": [group.pk], "post": "yes"}
    editor_client.post(reverse("admin:auth_group_changelist"), chosen)
    assert Group.objects.filter(name=ROLES["administration"]).exists()


# Given by an administrator, or on the machine


def test_an_administrator_sends_or_shows_a_link(editor_client, sign_in, settings):
    paul = sign_in("redaction", "paul").user
    listing = reverse("admin:auth_user_changelist")
    chosen = {"action": "give_links", "_selected_action": [paul.pk]}
    page = editor_client.post(listing, chosen, follow=True).content.decode()
    assert "À remettre à paul" in page and "/admin/compte/mot-de-passe/" in page
    paul.email = "paul@example.org"
    paul.save()
    page = editor_client.post(listing, chosen, follow=True).content.decode()
    assert "Un lien est parti à paul@example.org" in page
    assert "/admin/compte/mot-de-passe/" not in page and len(mail.outbox) == 1
    assert "Nom de votre compte" in mail.outbox[0].body


def test_an_account_made_on_the_machine_gets_a_link(editor_client, capsys, settings):
    call_command("create_editor", role="redaction", username="paul", email="paul@example.org")
    assert "was mailed" in capsys.readouterr().out and mail.outbox[0].to == ["paul@example.org"]
    settings.MAILERS = {"default": {"BACKEND": links.NOWHERE}}
    call_command("create_editor", role="redaction", username="zoe", email="zoe@example.org")
    told = capsys.readouterr().out
    assert (
        "mail is off" in told and "/admin/compte/mot-de-passe/" in told and "password '" not in told
    )
    with pytest.raises(CommandError, match="déjà l’adresse"):
        call_command("create_editor", role="redaction", username="z2", email="ZOE@example.org")


def test_access_is_regained_on_the_machine(required, marie, capsys, client):
    secret = with_application(marie)
    sign_in(client)
    client.post("/admin/compte/code/", {"code": code_at(secret, time.time())})
    assert is_in(client)
    type(marie).objects.update(is_active=False)
    call_command("regain_access", "marie")
    link = re.search(r"http\S+", capsys.readouterr().out)[0].removeprefix("http://localhost:8000")
    assert not is_in(client) and not Authenticator.objects.exists()
    assert not is_in(StrictClient()) and Kind.ACCESS_REGAINED in kinds()
    fresh = StrictClient()
    there = fresh.get(link).headers["Location"]
    fresh.post(there, {"password1": "la phrase retrouvée", "password2": "la phrase retrouvée"})
    assert (
        sign_in(fresh, password="la phrase retrouvée", follow=True).redirect_chain[-1][0] == FACTOR
    )
    with pytest.raises(CommandError, match="Administrators: marie"):
        call_command("regain_access", "mari")
