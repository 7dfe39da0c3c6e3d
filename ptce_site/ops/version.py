"""Which version of the code is installed, kept by `prepare` where there is a clone to ask."""

import subprocess
from pathlib import Path

from django.conf import settings


def _file() -> Path:
    return Path(settings.DATA_DIR) / "version"


def keep_version() -> None:
    """Write down what git says of the code; without git, or outside of a clone, nothing changes."""
    command = ["git", "-C", str(settings.BASE_DIR), "describe", "--always", "--dirty", "--tags"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)  # noqa: S603
        _file().write_text(done.stdout.strip() + "\n", encoding="utf-8")
    except (OSError, subprocess.SubprocessError):
        return


def version() -> str:
    """What was written down last; nothing if nothing was."""
    try:
        return _file().read_text(encoding="utf-8").strip()
    except OSError:
        return ""
