"""What the site holds about someone of the room, in one file; what is left once they are gone."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from reversion.models import Revision

from ptce_site.editorial.accounts.models import AccountEvent
from ptce_site.editorial.accounts.recording import record
from ptce_site.editorial.models import Draft

from .test_drafts import address, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(publisher, figure):
    """A publisher who has published a figure, keeps a draft of it, and has two factors."""
    url = address(figure)
    for button, label in (("_publish", "Publié"), ("_draft", "Gardé")):
        data = typed(publisher, url, label_fr=label, **{button: ""})
        assert publisher.post(url, data).status_code == 302
    publisher.secret = generate_totp_secret()
    TOTP.activate(publisher.user, publisher.secret)
    publisher.codes = RecoveryCodes.activate(publisher.user).get_unused_codes()
    record(AccountEvent.Kind.FACTOR_ADDED, publisher.user)
    return publisher


def test_one_file_says_it_all_and_no_secret(busy, administrator, writer, client, capsys):
    call_command("export_account", busy.user.username)
    text = capsys.readouterr().out
    told = json.loads(text)
    assert told["account"]["username"] == "publication"
    assert told["account"]["groups"] == ["Publication"]
    assert len(told["second_factors"]) == 2 and len(told["events"]) == 1
    signed = {label: kind["count"] for label, kind in told["signed"].items()}
    assert signed["reversion.revision"] == Revision.objects.filter(user=busy.user).count() > 0
    assert signed["editorial.draft"] == 1 and signed["admin.logentry"] > 0
    assert all(
        re.match(r"20\d\d-", next(value for name, value in row.items() if name != "what"))
        for kind in told["signed"].values() for row in kind["rows"]
    )  # fmt: skip
    assert not [code for code in (busy.secret, *busy.codes, busy.user.password) if code in text]
    for factor in Authenticator.objects.all():
        assert not [one for one in factor.data.values() if len(str(one)) > 8 and str(one) in text]
    own, theirs = "/admin/compte/donnees/", f"/admin/compte/donnees/{busy.user.pk}/"
    for someone, asked in ((busy, own), (busy, theirs), (administrator, theirs)):
        answer = someone.get(asked)
        assert json.loads(answer.content)["account"] == told["account"]
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "no-store" in answer.headers["Cache-Control"]
    assert writer.get(theirs).status_code == 403
    assert administrator.get("/admin/compte/donnees/999999/").status_code == 404
    assert client.get(own).status_code == 302
    page = administrator.get(f"/admin/auth/user/{busy.user.pk}/change/").content.decode()
    assert f'href="{theirs}"' in page
    assert f'href="{own}"' in busy.get("/admin/compte/second-facteur/").content.decode()
    with pytest.raises(CommandError):
        call_command("export_account", "nobody")


def test_a_deletion_leaves_the_histories_without_a_name(busy, administrator):
    made = list(Revision.objects.filter(user=busy.user).values_list("pk", flat=True))
    gone = f"/admin/auth/user/{busy.user.pk}/delete/"
    assert administrator.post(gone, {"post": "yes"}).status_code == 302
    assert not User.objects.filter(username="publication").exists()
    assert {one.user for one in Revision.objects.filter(pk__in=made)} == {None}
    assert Draft.objects.get().author is None
    assert AccountEvent.objects.filter(account="publication").exists(), "kept for a year"
