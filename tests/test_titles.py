"""What the room's pages are called: French that agrees, whatever the model."""

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils.text import capfirst

from ptce_site.editorial.titles import TitledAdmin

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ROOMS = [room for room in admin.site._registry.values() if isinstance(room, TitledAdmin)]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.opts.model_name)
def test_a_list_and_a_new_form_are_called_what_they_are(administrator, room):
    name = f"admin:{room.opts.app_label}_{room.opts.model_name}"
    answer = administrator.get(reverse(f"{name}_changelist"))
    if answer.status_code == 200:
        html = answer.content.decode()
        assert f"<h1>{capfirst(room.opts.verbose_name_plural)}</h1>" in html
        assert "Ajouter " not in html.partition('class="object-tools"')[2].partition("</ul>")[0]
    answer = administrator.get(reverse(f"{name}_add"))
    if answer.status_code == 200:
        assert room.new_title != TitledAdmin.new_title, "say it in French that agrees"
        assert f"<h1>{room.new_title}</h1>" in answer.content.decode()


def test_every_room_of_ours_has_titles():
    others = {model._meta.label for model, room in admin.site._registry.items()} - {
        room.model._meta.label for room in ROOMS
    }
    assert all(label.startswith(("auth.", "reversion.")) for label in others), others
