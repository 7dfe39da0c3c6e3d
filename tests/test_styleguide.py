"""The style guide: for staff only, and it forgets no component."""

from pathlib import Path

import pytest
from django.urls import reverse

from pages.views import GROUNDS, INKS, STEPS
from ptce_site.editorial.models import Image

ROOT = Path(__file__).parents[1]
pytestmark = [pytest.mark.django_db, pytest.mark.once]
# Pieces of a whole page: they are looked at where they stand.
ON_THEIR_OWN_PAGE = {
    f"components/{name}.html"
    for name in (
        "copy_note",  # in a static copy only
        "dataset",
        "graph",
        "modified",
        "next_review",
        "pagination",
        "sheet_foot",
        "sheet_link",
    )
}


def test_the_guide_is_for_staff(client, django_user_model):
    address = reverse("pages:styleguide")
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("admin:login"))
    client.force_login(django_user_model.objects.create_user("reader"))
    assert client.get(address).status_code == 302


def test_the_guide_shows_every_component(editor_client):
    Image.objects.create(
        title="x", master="x.jpg", decorative=True, credit="Ana", width=900, height=600
    )
    response = editor_client.get(reverse("pages:styleguide"))
    assert response.status_code == 200
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    shown = {template.origin.template_name for template in response.templates}  # partials too
    folder = ROOT / "templates" / "components"
    forgotten = {f"components/{path.name}" for path in folder.glob("*.html")} - shown
    assert not forgotten - ON_THEIR_OWN_PAGE


def test_the_guide_names_tokens_that_exist():
    tokens = (ROOT / "static/css/site/tokens.css").read_text(encoding="utf-8")
    assert not [name for name in (*GROUNDS, *INKS, *STEPS) if f"--{name}: " not in tokens]


def test_the_guide_is_not_in_the_site_plan(client):
    assert reverse("pages:styleguide") not in client.get(reverse("pages:sitemap")).content.decode()
