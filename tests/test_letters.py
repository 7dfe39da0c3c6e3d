"""A letter when what opens an account changes: to its holder, in French, without a secret."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from ptce_site.editorial.accounts import letters, links

from .posted import posted
from .test_accounts import FACTOR, PASSWORD, code_at, marie, sign_in, with_application  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NEW = "toute une autre phrase 9"


def sent(number: int) -> list:
    """The letters, which must be as many."""
    letters = posted()
    assert len(letters) == number, [one.subject for one in letters]
    for one in letters:
        assert [to.lower() for to in one.to] == ["marie@example.org"]
        assert "Votre accès à la rédaction a changé" in one.subject and "marie" in one.body
    return letters


def test_a_factor_added_then_removed_is_told(marie, client, monkeypatch):  # noqa: F811
    monkeypatch.setattr("django.db.transaction.on_commit", lambda then, **more: then())
    sign_in(client)
    page = client.get(FACTOR + "application/").content.decode()
    secret = re.search(r'class="secret">(\w+)<', page)[1]
    client.post(FACTOR + "application/", {"code": code_at(secret, time.time())})
    assert Authenticator.objects.count() == 2, "codes to fall back on came along"
    letter = sent(1)[0]
    assert "Un second facteur a été ajouté" in letter.body and secret not in letter.body
    client.post(FACTOR + "application/retirer/")
    assert "Un second facteur a été retiré" in sent(2)[1].body


def test_a_password_changed_by_anyone_is_told(marie, client, editor_client):  # noqa: F811
    sign_in(client)
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post("/admin/password_change/", data)
    assert "Le mot de passe a été changé" in sent(1)[0].body
    page = reverse("admin:auth_user_password_change", args=[marie.pk])
    data = {"usable_password": "true", "set-password": "", "password1": NEW, "password2": NEW}
    editor_client.post(page, data)
    assert NEW not in sent(2)[1].body
    marie.refresh_from_db()
    link = links.link_for(marie)
    where = client.get(link[link.index("/admin/") :]).headers["Location"]
    client.post(where, {"password1": PASSWORD, "password2": PASSWORD})
    assert "Si ce n’est pas vous" in sent(3)[2].body


def test_who_has_no_address_is_not_written_to(marie, monkeypatch):  # noqa: F811
    monkeypatch.setattr(letters, "mailing", None)
    marie.email = ""
    letters.tell_holder(marie, "rien")
