"""Two administrators who demote each other at the same moment: one of them stays."""

import json
import os
import subprocess
import sys

from .conftest import ROOT
from .test_failures import own_database  # noqa: F401 - a fixture

RACE = """
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


def test_two_who_demote_each_other(own_database):  # noqa: F811
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", RACE],
        cwd=ROOT, env=os.environ | {"DATABASE_URL": own_database}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.split("TOLD", 1)[1]) == [{"ada": False, "bea": True}, 1]
