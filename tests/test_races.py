"""Two at the same moment on PostgreSQL, people or the clock: neither undoes the other."""

import json
import os
import subprocess
import sys

from .conftest import ROOT
from .test_failures import own_database  # noqa: F401 - a fixture

DEMOTED = """
import json, threading, time
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from ptce_site.editorial.accounts.last_admin import would_leave_nobody
from ptce_site.editorial.roles import ROLES, set_up_roles

set_up_roles()
role = Group.objects.get(name=ROLES["administration"])
User.objects.update(is_active=False)
people = [User.objects.create_user(name, is_staff=True) for name in ("ada", "bea")]
for person in people:
    person.groups.add(role)
told, looked = {}, threading.Event()

def demote(person, then=lambda: None):
    with transaction.atomic():
        told[person.username] = would_leave_nobody([person])
        then()
        if not told[person.username]:
            person.groups.clear()
            person.save()
    connection.close()

def hold():
    looked.set()
    time.sleep(1)

first = threading.Thread(target=demote, args=(people[0], hold))
first.start()
looked.wait()
demote(people[1])
first.join()
print("TOLD" + json.dumps([told, role.user_set.count()]))
"""


# Someone publishes a figure at the very moment that a draft of it is due.
PUBLISHED = """
import json, threading, time
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone
from reversion import create_revision
from pages.models import KeyFigure
from ptce_site.editorial import due
from ptce_site.editorial.models import Draft
from ptce_site.editorial.version_querysets import last_number

author = User.objects.create_superuser("ada")
figure = KeyFigure.objects.published().first()
kind = ContentType.objects.get_for_model(KeyFigure)
draft = Draft.objects.create(
    content_type=kind, object_id=str(figure.pk), data={"label_fr": ["Prévu"]}, author=author,
    seen=last_number(figure), publish_at=timezone.now(),
)
told, publishing = {}, threading.Event()

def publish():
    with transaction.atomic():
        mine = KeyFigure.objects.select_for_update().get(pk=figure.pk)
        publishing.set()
        time.sleep(1)
        with create_revision():
            mine.label_fr = "Tapé"
            mine.save()
        told["deleted"] = Draft.objects.filter(pk=draft.pk, saves=draft.saves + 1).delete()[0]
    connection.close()

someone = threading.Thread(target=publish)
someone.start()
publishing.wait()
told["due"] = due.apply_due()[0]
someone.join()
told["problem"] = Draft.objects.get().problem
told["label"] = KeyFigure.objects.get(pk=figure.pk).label_fr
print("TOLD" + json.dumps(told))
"""


# Two put the pages in order at the very same moment; the first is still writing what moved.
ORDERED = """
import json, re, threading, time
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from ptce_site.editorial import ordering

screen, moving, change = reverse("admin:pages_page_order"), threading.Event(), ordering.change
told, clients = {}, {}
for name in ("ada", "bea"):
    clients[name] = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    clients[name].force_login(User.objects.create_superuser(name))
html = clients["ada"].get(screen, secure=True).content.decode()
seen = re.search(r'name="_seen" value="([^"]*)"', html)[1]
keys = re.findall(r'name="order" value="(\\d+)"', html)

def slowly(*given, **more):
    moving.set()
    time.sleep(0.3)
    return change(*given, **more)

def save(name, order):
    data = {"order": order, "_seen": seen, "_save": ""}
    told[name] = clients[name].post(screen, data, secure=True).status_code
    connection.close()

ordering.change = slowly
first = threading.Thread(target=save, args=("ada", keys[::-1]))
first.start()
moving.wait()
save("bea", [keys[1], keys[0], *keys[2:]])
first.join()
print("TOLD" + json.dumps(told))
"""


def told(script: str, database: str):
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", script],
        cwd=ROOT, env=os.environ | {"DATABASE_URL": database}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.split("TOLD", 1)[1])


def test_two_administrators_who_demote_each_other(own_database):  # noqa: F811
    assert told(DEMOTED, own_database) == [{"ada": False, "bea": True}, 1]


def test_a_draft_that_is_due_while_someone_publishes(own_database):  # noqa: F811
    """It waits, sees that the page has changed, and says so; what was typed stays."""
    found = told(PUBLISHED, own_database)
    assert "La page a changé depuis" in found.pop("problem")
    assert found == {"deleted": 0, "due": 0, "label": "Tapé"}


def test_two_who_put_the_same_list_in_order(own_database):  # noqa: F811
    """The second is shown the order of the first, and covers nothing (302: it was saved)."""
    assert told(ORDERED, own_database) == {"ada": 302, "bea": 200}
