"""Are the message catalogues in step with the code? Extracts anew into a copy and compares.

French is what the messages are written in: its catalogue only holds plurals. English and German
hold what visitors may meet; the editors' room stays in French (`ROOM`).
"""

import shutil
import subprocess
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
ROOM = (
    "templates/admin/*", "templates/pages/styleguide*", "ptce_site/ops/*", "*/admin.py",
    "*/apps.py", "ptce_site/images.py", "ptce_site/editorial/*",
)  # fmt: skip
# What of the editorial app speaks to visitors: names of fields and choices, forms, footnotes.
SPOKEN = {
    f"ptce_site/editorial/{name}.py"
    for name in (
        "exports", "footnotes", "heads", "models", "numbers", "partialdate", "pictures",
        "publication", "reception", "report_form", "reports", "site_search", "subjects",
        "templatetags/editorial", "tongues", "unsent", "views",
    )
}  # fmt: skip


def for_visitors(path: str) -> bool:
    """Whether the messages of a file may be met outside the room."""
    return path in SPOKEN or not any(fnmatch(path, pattern) for pattern in ROOM)


def untranslated(path: Path) -> list[str]:
    """Messages that a visitor may meet, and that have no translation."""
    if path.parts[-3] == "fr":
        return []
    with path.open("rb") as file:
        catalogue = read_po(file)
    return [
        str(message.id)
        for message in catalogue
        if message.id and any(for_visitors(place) for place, _line in message.locations)
        if not (all(message.string) if message.pluralizable else message.string)
    ]


def messages(path: Path) -> dict[str, bool]:
    """Every message of a catalogue, with whether it is fuzzy."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    return {str(message.id): message.fuzzy for message in catalogue if message.id}


def unset_plurals(path: Path) -> list[str]:
    """French messages that count and have no plural: gettext would say "0 pôles"."""
    if path.parts[-3] != "fr":
        return []
    with path.open("rb") as file:
        return [str(m.id) for m in read_po(file) if m.pluralizable and not all(m.string)]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "site"
        skip = shutil.ignore_patterns(".venv", ".git", "var", "__pycache__", "*.mo", ".*_cache")
        shutil.copytree(ROOT, copy, ignore=skip)
        command = [sys.executable, "manage.py", "makemessages", "-a", "-v0", "--no-wrap"]
        subprocess.run([*command, "--add-location", "file"], cwd=copy, check=True)
        wrong = []
        for path in sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po")):
            ours, fresh = messages(path), messages(copy / path.relative_to(ROOT))
            wrong += [f"{path.parts[-3]}: missing {m!r}" for m in fresh.keys() - ours.keys()]
            wrong += [f"{path.parts[-3]}: unused {m!r}" for m in ours.keys() - fresh.keys()]
            wrong += [f"{path.parts[-3]}: fuzzy {m!r}" for m, fuzzy in ours.items() if fuzzy]
            wrong += [f"{path.parts[-3]}: not translated {m!r}" for m in untranslated(path)]
            wrong += [f"{path.parts[-3]}: no plural for {m!r}" for m in unset_plurals(path)]
    print("\n".join(wrong) or "catalogues are in step")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
