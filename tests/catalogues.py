"""Are the message catalogues in step with the code? Extracts anew into a copy and compares."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]


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
            wrong += [f"{path.parts[-3]}: no plural for {m!r}" for m in unset_plurals(path)]
    print("\n".join(wrong) or "catalogues are in step")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
