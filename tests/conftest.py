"""The real content in every database, the strict client, a real server and a real browser."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from . import machine
from .strict import StrictClient

ROOT = Path(__file__).parents[1]


def pytest_configure(config):
    """Tests started in the background ignore Ctrl-C, and so would all that they start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


# Begun first: at the end, they would leave the other process with nothing to do.
LONGEST = ("translations_series", "static_hosts", "check_site", "cards", "queries", "sitemaps")


def pytest_collection_modifyitems(config, items):
    """What touches no database, or is marked `once`, says the same on PostgreSQL: not run there."""
    items.sort(key=lambda item: item.path.stem.removeprefix("test_") not in LONGEST)
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        touching = {"db", "transactional_db", "own_database"}
        kept = [
            item
            for item in items
            if not item.get_closest_marker("once")
            if touching & set(item.fixturenames) or item.get_closest_marker("django_db")
        ]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Every test sees the shipped content, and gives back what it changed."""
    from ptce_site.editorial.reading import date_changes

    with django_db_blocker.unblock():
        call_command("load_content", verbosity=0)
        date_changes()


@pytest.fixture(autouse=True)
def nothing_kept():
    """What one test changed and rolled back is not what the next one finds in memory."""
    from pages import cards as page_cards
    from poles import cards as pole_cards
    from poles.catalogue import _catalogue
    from ptce_site.editorial import memo
    from ptce_site.editorial.finding.shelves import shelves
    from ptce_site.editorial.site_search import _library

    shelves.forget()
    _catalogue.forget()
    memo.forget()
    _library.forget()
    for kept in (pole_cards._sights, page_cards._featured, page_cards._longest):
        kept.forget()


@pytest.fixture
def client():
    return StrictClient()


@pytest.fixture
def editor_client(django_user_model, db):
    client = StrictClient()
    client.force_login(django_user_model.objects.create_superuser("editor", password="x"))
    return client


@pytest.fixture
def sign_in(django_user_model, db):
    """A client signed in with a role of its own; any other word is an account without a role."""
    from django.contrib.auth.models import Group

    from ptce_site.editorial.roles import ROLES, set_up_roles

    set_up_roles()

    def as_role(role: str, name: str = "") -> StrictClient:
        user = django_user_model.objects.create_user(name or role, is_staff=True)
        if role in ROLES:
            user.groups.add(Group.objects.get(name=ROLES[role]))
        client = StrictClient()
        client.force_login(user)
        client.user = user
        return client

    return as_role


@pytest.fixture
def writer(sign_in):
    return sign_in("redaction")


@pytest.fixture
def publisher(sign_in):
    return sign_in("publication")


@pytest.fixture
def administrator(sign_in):
    return sign_in("administration")


@pytest.fixture
def figure(db):
    from pages.models import KeyFigure

    return KeyFigure.objects.get(slug="pib-2013")


@pytest.fixture
def pole(db):
    from poles.models import Pole

    return Pole.objects.get(slug="neo56")


@pytest.fixture
def empty_site(db):
    """The tables are there and nothing is in them."""
    from pages.models import Definition, KeyFigure, Page
    from poles.models import Call, Milestone, Pole

    for model in (Milestone, Pole, Call, KeyFigure, Definition, Page):
        model.objects.all().delete()


class Server:
    """The site as `make run` serves it, in a folder of its own; a password is enough (`served`)."""

    def __init__(self, folder: Path, settings_module: str = "tests.served") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.log = folder / "asked.log"
        self.errors: Path | None = None  # where what it says of its errors is kept
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings_module,
            "SECRET_KEY": "for-the-browser-tests-" + "x" * 32,
            "DATA_DIR": str(folder),
            "SITE_URL": self.url,
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "1",
            "ACCESS_LOG": str(self.log),
        }
        self.environment.pop("DATABASE_URL", None)

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        gunicorn = [str(Path(sys.executable).with_name("gunicorn")), "ptce_site.wsgi:application"]
        with open(self.errors or os.devnull, "ab") as said:
            self.process = subprocess.Popen(
                gunicorn, cwd=ROOT, env=self.environment, stderr=said, start_new_session=True
            )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(self.url)
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the site did not start")

    def kill(self) -> None:
        """All its processes at once, wherever they are."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """A folder as `make run` prepares it, on SQLite, to copy; one for all processes of a run."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    root = tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent
    folder = root / "prepared"
    folder.mkdir(exist_ok=True)
    with (root / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "prepared.password").exists():
            server = Server(folder)
            told = server.manage("prepare")
            server.manage("collectstatic", "--noinput", "-v0")
            (root / "prepared.password").write_text(told.split("password '")[1].split("'")[0])
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory, prepared):
    """A running site with the shipped content and an editor, as a visitor meets it."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    server = Server(folder)
    server.password = prepared.with_suffix(".password").read_text()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def people(site) -> dict[str, dict[str, str]]:
    """One account a role, made by the command an administrator would use: ana, paul, alix."""
    roles = {"ana": "redaction", "paul": "publication", "alix": "administration"}
    found = {}
    for name, role in roles.items():
        told = site.manage("create_editor", "--role", role, "--username", name, "--password")
        found[name] = {"name": name, "password": told.split("password '")[1].split("'")[0]}
    return found


@pytest.fixture(scope="session")
def chromium():
    """Starts a Chromium: the whole one, or the one without windows, which is three times faster.

    In a `folder`, with a profile as people have one, and then it is a context that answers.
    """
    sync_api = pytest.importorskip("playwright.sync_api")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_api.sync_playwright() as playwright:

        def start(path, folder=None, **more):
            more |= {"executable_path": path, "args": arguments}
            if folder:
                return playwright.chromium.launch_persistent_context(folder, **more)
            return playwright.chromium.launch(**more)

        yield start


@pytest.fixture(scope="session")
def browser(chromium):
    browser = chromium(machine.headless_shell() or machine.chromium())
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def whole_browser(chromium):
    """For what only the whole one does as visitors have it: paper, frames on other sites."""
    browser = chromium(machine.chromium())
    yield browser
    browser.close()


@pytest.fixture
def only_french(db):
    """The site before anyone translated it: the shipped content without its English and German."""
    from ptce_site.addresses import OTHERS
    from ptce_site.editorial.models import Translated
    from ptce_site.editorial.translations.fields import parts, rooms, texts

    models = {room.model for room in rooms()} | {p.model for room in rooms() for p in parts(room)}
    for model in models:
        names = [f"{text.name}_{code}" for text in texts(model) for code in OTHERS]
        if names:
            model._base_manager.update(**dict.fromkeys(names, ""))
    Translated.objects.all().delete()
