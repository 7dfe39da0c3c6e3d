"""A database that is held, in a real Chromium: the sentence, then the text that comes back."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from .test_browser import visit  # noqa: F401 - a fixture
from .test_editing_browser import FIGURE, discard, edit, kept, press_button, told  # noqa: F401

pytestmark = pytest.mark.browser


def test_what_was_typed_comes_back_once_the_database_is_free(edit, site):  # noqa: F811
    database = Path(site.environment["DATA_DIR"]) / "db.sqlite3"
    page = edit(FIGURE.format(5))
    page.fill("#id_label_fr", "Tapé pendant la panne")
    kept(page, "Tapé pendant la panne")
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        press_button(page, "_draft")
        other.execute("ROLLBACK")
    assert page.inner_text("h1") == "La base de données est occupée"
    assert "gardé dans ce navigateur" in page.inner_text("main")
    page.get_by_role("link", name="Rouvrir le formulaire").click()
    page.get_by_role("button", name="Le reprendre").click()
    assert page.input_value("#id_label_fr") == "Tapé pendant la panne"
    press_button(page, "_draft")
    assert page.input_value("#id_label_fr") == "Tapé pendant la panne" and not told(page)
    discard(page)
    assert not [problem for problem in page.problems if "503" not in problem]
