"""From a clone to a site: what the commands do, and the one sentence they say when they cannot."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.translation import ngettext

from pages.models import Page
from poles.models import Pole
from ptce_site.editorial.models import Source

ROOT = Path(__file__).parents[1]


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "SECRET_KEY")}
    env |= {
        "DJANGO_SETTINGS_MODULE": "ptce_site.settings.prod",
        "SECRET_KEY": "s" * 40,
        **environment,
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, capture_output=True, text=True
    )


def test_an_empty_folder_for_data_is_the_usual_one():
    """As an empty line in a compose file gives it; "" would be wherever one stands."""
    asked = "from django.conf import settings as s; print(s.DATA_DIR)"
    told = manage("shell", "-v0", "-c", asked, DATA_DIR="")
    assert Path(told.stdout.strip()) == ROOT / "var", told.stderr


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.django_db
def test_content_is_loaded_once_and_edits_stay(capsys):
    Page.objects.filter(slug="ptce").update(title_fr="Changé par la rédaction")
    call_command("load_content")
    assert "left as it is" in capsys.readouterr().out
    assert Page.objects.get(slug="ptce").title_fr == "Changé par la rédaction"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("pages.json", lambda p: p.write_text("[{", encoding="utf-8")),
        ("figures.json", lambda p: p.unlink()),
        ("sources.json", lambda p: p.write_text('[{"model": "no.model", "fields": {}}]')),
        ("call.json", lambda p: replace(p, '"laureates": 23', '"laureates": "x"')),
        ("poles.json", lambda p: replace(p, '"summary_fr": "', '"summary_fr": "", "x": "')),
    ],
)
def test_a_broken_fixture_stops_with_one_sentence_and_writes_nothing(
    empty_site, tmp_path, name, damage
):
    Source.objects.all().delete()
    folder = tmp_path / "fixtures"
    shutil.copytree(ROOT / "fixtures", folder)
    damage(folder / name)
    with pytest.raises(CommandError) as caught:
        call_command("load_content", folder=folder)
    assert f"'{name[:-5]}'" in str(caught.value) and "Nothing was written" in str(caught.value)
    assert not Page.objects.exists() and not Pole.objects.exists() and not Source.objects.exists()


@pytest.mark.once
def test_broken_territories_stop_too(db, empty_site, tmp_path):
    from poles.models import Commune, Department, Region

    Commune.objects.all().delete(), Department.objects.all().delete()
    Region.objects.filter(current=False).delete(), Region.objects.all().delete()
    folder = tmp_path / "fixtures"
    shutil.copytree(ROOT / "fixtures", folder)
    (folder / "communes.csv.gz").write_bytes(b"not gzip")
    with pytest.raises(CommandError, match="'territories'"):
        call_command("load_content", folder=folder)
    assert not Region.objects.exists()


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"DATABASE_URL": "mysterydb://x"}, "DATABASE_URL is not an address this site can use"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is not an address this site can use"),
        ({"SITE_URL": "ptce.example.org"}, "SITE_URL must be a full address"),
    ],
)
def test_a_wrong_setting_stops_with_one_clear_sentence(environment, sentence):
    done = manage("check", **environment)
    assert done.returncode != 0
    (said,) = done.stderr.strip().splitlines()
    assert said.startswith("The site cannot start: ") and sentence in said


def test_an_unreachable_database_is_said_in_a_sentence(tmp_path):
    done = manage("prepare", DATABASE_URL="postgres://a:b@127.0.0.1:1/x", DATA_DIR=str(tmp_path))
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "The database cannot be reached" in done.stderr


def test_prepare_makes_a_whole_site_and_an_editor_once(tmp_path):
    first = manage("prepare", DATA_DIR=str(tmp_path))
    assert first.returncode == 0, first.stderr
    assert "34875 communes, 20 poles" in first.stdout and "password" in first.stdout
    again = manage("prepare", DATA_DIR=str(tmp_path))
    assert again.returncode == 0, again.stderr
    assert "left as it is" in again.stdout and "password" not in again.stdout


def test_french_plurals_hold():
    with translation.override("fr"):
        for number, word in ((0, "0 pôle placé."), (1, "1 pôle placé."), (2, "2 pôles placés.")):
            text = ngettext("%(placed)s pôle placé.", "%(placed)s pôles placés.", number)
            assert text % {"placed": number} == word


def test_production_settings_pass_django_s_own_check():
    done = manage("check", "--deploy", "--fail-level", "WARNING", SITE_URL="https://ptce.example.org",
                  SECRET_KEY="aB3$xyz7" * 8)  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_visitors_load_nothing_of_what_proves_a_factor():
    show = (
        "import sys; from django.urls import reverse; print(reverse('mfa_index'));"
        "print({'cryptography', 'fido2', 'allauth.account.views'} & set(sys.modules) or 'nothing')"
    )
    told = manage("shell", "-v0", "-c", show).stdout.splitlines()
    assert told == ["/admin/compte/second-facteur/", "nothing"]


def test_mail_is_off_until_asked():
    show = "from django.core.mail import mailers; print(type(mailers.default).__module__)"
    assert "dummy" in manage("shell", "-v0", "-c", show).stdout
    on = manage("shell", "-v0", "-c", show, EMAIL_URL="submission://u:p@mail.example.org:587")
    assert "smtp" in on.stdout, on.stderr
    dev = manage("shell", "-v0", "-c", show, DJANGO_SETTINGS_MODULE="ptce_site.settings.dev")
    assert "console" in dev.stdout


def test_fixtures_are_plain_utf8_json():
    for path in (ROOT / "fixtures").glob("*.json"):
        assert isinstance(json.loads(path.read_text(encoding="utf-8")), list)
